"""Whose rights an errand is done with: those of the moment at which it writes."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast
from tests.test_errands import ACCEPT, done, keys, large
from threatmodel import live
from threatmodel.models import DecisionRow, System
from threatmodel.models.errand import ErrandKind
from threatmodel.services import bulk, imports, systems

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    return cast.workspace()


@pytest.fixture
def system(olga):
    return cast.system(*olga)


def just_before(name: str, then: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `then` happen between the check of rights and the lock that the writing waits for."""
    real = getattr(live, name)

    def late(*args: Any) -> Any:
        then()
        return real(*args)

    monkeypatch.setattr(live, name, late)


@pytest.mark.parametrize("lost", ["role", "membership", "system"])
def test_what_is_lost_while_a_worker_waits_for_the_lock_is_lost(lost, system, olga, monkeypatch):
    anna = cast.member(olga[0], "approver", "anna")
    row = bulk.ask(anna, ErrandKind.DECIDE, {system: keys(system)}, ACCEPT)
    losing = {
        "role": lambda: anna.user.memberships.update(role="viewer"),
        "membership": lambda: anna.user.memberships.all().delete(),
        "system": lambda: systems.delete(system, olga[1]),
    }
    just_before("write", losing[lost], monkeypatch)
    assert done(row).state == "failed" and "nothing was decided" in row.message
    assert not DecisionRow.objects.exists()
    assert ("role" if lost == "role" else "no such system") in row.message


def test_a_file_is_not_stored_for_who_lost_the_right_while_it_was_read(olga, monkeypatch):
    eve = cast.member(olga[0], "editor", "eve")
    row = imports.ask(olga[0], eve, large())
    just_before("create", lambda: eve.user.memberships.update(role="viewer"), monkeypatch)
    assert done(row).state == "failed" and "role" in row.message
    assert not System.objects.exists()


def test_what_somebody_asked_for_goes_with_the_membership(system, olga):
    anna = cast.member(olga[0], "approver", "anna")
    row = bulk.ask(anna, ErrandKind.DECIDE, {system: keys(system)}, ACCEPT)
    client = cast.browser(anna)
    assert client.get("/api/v1/errands/").json()["count"] == 1
    assert "Under way" in client.get("/").content.decode()
    anna.user.memberships.all().delete()
    System.objects.filter(pk=system.pk).update(name="A name of later")
    home = client.get("/").content.decode()
    assert "Under way" not in home and "A name of later" not in home
    assert client.get("/api/v1/errands/").json()["count"] == 0
    assert client.get(f"/errands/{row.pk}/").status_code == 404
