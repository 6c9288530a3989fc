"""The operator's view: everything can be looked at there, and nothing changed past the services."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from tests import cast
from threatmodel.models import System

pytestmark = pytest.mark.django_db
LOOKED_AT = ("auditentry", "logentry", "member", "report", "run", "system", "workspace")


@pytest.fixture
def client() -> Client:
    operator = User.objects.create_superuser("operator", "o@example.org", "a long pass phrase")
    client = Client()
    client.force_login(operator)
    return client


@pytest.mark.parametrize("name", LOOKED_AT)
def test_rows_are_listed_and_none_is_added(client: Client, name: str) -> None:
    cast.system(*cast.workspace())
    assert client.get(f"/admin/threatmodel/{name}/").status_code == 200
    assert client.get(f"/admin/threatmodel/{name}/add/").status_code == 403
    assert client.post(f"/admin/threatmodel/{name}/add/", {}).status_code == 403


def test_a_row_is_shown_and_neither_changed_nor_deleted(client: Client) -> None:
    system = cast.system(*cast.workspace())
    place = f"/admin/threatmodel/system/{system.pk}"
    assert system.name in client.get(f"{place}/change/").content.decode()
    assert client.post(f"{place}/change/", {"name": "Otherwise"}).status_code == 403
    assert client.post(f"{place}/delete/", {"post": "yes"}).status_code == 403
    assert System.objects.get().name == system.name


def test_whoever_is_no_operator_is_led_to_the_door(client: Client) -> None:
    workspace, owner = cast.workspace()
    for person in (owner, cast.member(workspace, "viewer")):
        answer = cast.browser(person).get("/admin/threatmodel/system/")
        assert (answer.status_code, "login" in answer.headers["Location"]) == (302, True)
        assert cast.browser(person).get(answer.headers["Location"]).status_code == 403


def test_the_door_is_the_one_that_counts_attempts_and_asks_for_a_second_factor() -> None:
    User.objects.create_superuser("operator", "o@example.org", "a long pass phrase")
    words = {"username": "operator", "password": "a long pass phrase"}
    stranger = Client()
    for answer in (stranger.get("/admin/login/"), stranger.post("/admin/login/", words)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/?next=")
    assert stranger.get("/admin/").status_code == 302


def test_no_other_table_of_ours_is_there() -> None:
    ours = [one._meta for one in admin.site._registry if one._meta.app_label == "threatmodel"]
    assert sorted(str(one.model_name) for one in ours) == list(LOOKED_AT)
