"""A cookie is a stranger's text: one that can be no session is none, whatever keeps sessions."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from threatmodel import bodies

pytestmark = [pytest.mark.store, pytest.mark.django_db]
# The first ends, as Python reads a cookie, with a NUL, which PostgreSQL cannot look for.
STRANGE = ('"aaaaaaaaaaaa\\000"', "\x7f" * 12, "é" * 12, "' OR 1=1 --   ", "a" * 4000, "")


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_a_cookie_that_can_be_no_session_signs_nobody_in(value):
    cookie = f"{settings.SESSION_COOKIE_NAME}={value}"
    answers = [Client(headers={"cookie": cookie}).get(path) for path in ("/", "/api/v1/systems/")]
    assert [answer.status_code for answer in answers] == [302, 401]
    headers = [(b"cookie", cookie.encode())]
    assert not bodies._is_known({"method": "POST", "path": "/", "headers": headers})


def test_a_session_that_was_given_out_counts():
    client = Client()
    client.force_login(User.objects.create_user("olga"))
    assert client.get("/").status_code == 200
    headers = [(b"cookie", f"session={client.session.session_key}".encode())]
    assert bodies._is_known({"method": "POST", "path": "/", "headers": headers})
