"""Forged requests: pages hand out the token that a write needs, over http and over https."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests import cast
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db
NAMES = ("CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "ALLOWED_HOSTS")
PRINT = """
import json
from threatmodel import settings
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""


@pytest.fixture
def https(settings) -> None:
    """The settings that a server behind TLS runs under, as such a server reads them."""
    env = {**os.environ, "BASE_URL": "https://testserver"}
    command = [sys.executable, "-c", PRINT % (NAMES,)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    for name, value in json.loads(done.stdout).items():
        setattr(settings, name, value)


def rename(client, system, *, secure: bool, token: str) -> int:
    """Rename the system as the editor's page would: its own origin, the page's token."""
    headers = {"X-CSRFToken": token, "Origin": f"http{'s' * secure}://testserver"}
    path = f"/api/v1/systems/{system.pk}/"
    return cast.send(
        client, "patch", path, {"name": "New"}, secure=secure, headers=headers
    ).status_code


def handed_out(page: str) -> str:
    """The token in the data that a diagram's page carries for the editor."""
    found = re.search(r'<script id="bootstrap"[^>]*>(.*?)</script>', page)
    assert found
    return str(json.loads(found[1])["csrf"])


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_the_diagram_hands_the_editor_a_token_that_counts(request, secure):
    if secure:
        request.getfixturevalue("https")
    workspace, olga = cast.workspace()
    system = cast.system(workspace, olga)
    client = cast.browser(olga, csrf=True)
    page = client.get(f"/systems/{system.pk}/", secure=secure)
    token = handed_out(page.content.decode())
    assert rename(client, system, secure=secure, token="") == 403
    assert rename(client, system, secure=secure, token=token[::-1]) == 403
    assert rename(client, system, secure=secure, token=token) == 200


def test_under_https_the_cookie_is_bound_to_the_host_and_closed_to_scripts(https):
    client = cast.browser(csrf=True)
    client.get("/accounts/login/", secure=True)
    cookie = client.cookies["__Host-csrftoken"]
    assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/"
    assert not cookie["domain"]


def test_without_https_too_scripts_cannot_read_the_cookie():
    client = cast.browser(csrf=True)
    client.get("/accounts/login/")
    assert client.cookies["csrftoken"]["httponly"]
