"""Mitigations: planned, owned, proven, and closed by one person at a time."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from catalog import load
from tests import cast
from tests.cast import send
from threatmodel.gate import Forbidden
from threatmodel.models import LogEntry
from threatmodel.services import mitigations, proofs
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    cache.clear()
    return cast.workspace()


@pytest.fixture
def system(olga):
    return cast.system(*olga)


def key_of(system) -> str:
    return system.findings.filter(applies="yes").order_by("-residual", "key").first().key


def planned(system, by, **values):
    return mitigations.plan(
        system, by, findings=[key_of(system)], values={"title": "Do it", **values}
    )


def changed(row, by, **values):
    row.refresh_from_db()
    return mitigations.change(row, by, version=row.version, values=values)


@pytest.mark.parametrize(
    "day", ["0000-01-01", "9999-12-31", "1999-12-31", "tomorrow", "0001-01-01"]
)
def test_a_day_that_nobody_means_is_refused_in_a_sentence(olga, system, day):
    client, path = cast.browser(olga[1]), f"/api/v1/systems/{system.pk}/mitigations/"
    answer = send(client, "post", path, {"title": "Do it", "due": day})
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "due"
    assert len(answer.json()["error"]["message"]) > 20
    assert not system.mitigations.exists()


def test_an_owner_is_somebody_who_belongs_here_or_an_address(olga, system):
    bob = cast.member(olga[0], "editor", "bob")
    bob.user.first_name, bob.user.last_name = "Bob", "Builder"
    bob.user.save()
    for said in ("bob", "BOB@example.org", "bob builder"):
        row = planned(system, olga[1], owner=said)
        assert (row.owner, row.owner_user) == ("Bob Builder", bob.user)
    row = changed(row, olga[1], owner="team@example.net")
    assert (row.owner, row.owner_user) == ("team@example.net", None)
    twin = cast.member(olga[0], "viewer", "bob2")
    twin.user.first_name, twin.user.last_name = "Bob", "Builder"
    twin.user.save()
    with pytest.raises(Refusal, match="user name"):
        changed(row, olga[1], owner="Bob Builder")


def test_of_two_people_who_close_it_at_once_one_wins_and_the_other_is_told(olga, system):
    row = planned(system, olga[1])
    client, path = cast.browser(olga[1]), f"/api/v1/systems/{system.pk}/mitigations/{row.pk}/"
    before = LogEntry.objects.count()
    bodies = [{"version": 1, "status": status} for status in ("implemented", "dropped")]
    first, second = (send(client, "patch", path, body) for body in bodies)
    assert (first.status_code, second.status_code) == (200, 409)
    assert "meanwhile" in second.json()["error"]["message"]
    assert LogEntry.objects.count() == before + 1
    row.refresh_from_db()
    assert (row.status, row.version) == ("implemented", 2)


def test_verified_is_another_persons_word_on_every_line_of_the_checklist(olga, system):
    ann, bob = cast.member(olga[0], "approver", "ann"), cast.member(olga[0], "editor", "bob")
    control = next(one for one in load().controls.values() if len(one.verify.checklist) > 1)
    row = planned(system, bob, control=control.id)
    lines = list(control.verify.checklist)
    row = changed(row, ann, status="implemented")
    with pytest.raises(Forbidden):
        changed(row, bob, status="verified", checklist=lines)
    with pytest.raises(Refusal, match="Somebody else"):
        changed(row, ann, status="verified", checklist=lines)
    with pytest.raises(Refusal, match="every line"):
        changed(row, olga[1], status="verified", checklist=lines[:1])
    row = changed(row, olga[1], status="verified", checklist=lines)
    assert (row.status, row.verified_by, row.verified_alone) == ("verified", "olga", False)
    assert row.checklist == lines
    row = changed(row, bob, status="in progress")
    assert (row.verified_by, row.checklist, row.implemented_on) == ("", [], None)


def test_who_is_alone_signs_alone_and_it_is_marked_so(olga, system):
    row = planned(system, olga[1])
    row = changed(row, olga[1], status="verified", checklist=list(proofs.OWN))
    assert (row.status, row.verified_alone) == ("verified", True)
    keys = [key_of(system), system.findings.exclude(key=key_of(system)).first().key]
    row = mitigations.change(row, olga[1], version=row.version, values={}, findings=keys)
    assert row.status == "implemented", "what was proven for one finding is not for another"


def test_a_control_that_a_test_measures_is_not_verified_by_a_click(olga, system):
    control = next(one for one in load().controls.values() if one.verify.kind == "technical")
    threat = next(
        one
        for one in load().threats.values()
        if any(pair.control == control.id for pair in one.answered_by)
        and set(control.verify.tests) & set(one.tests)
    )
    keys = [one.key for one in system.findings.filter(threat=threat.id)]
    assert keys, "the small drawing has the threat"
    row = mitigations.plan(system, olga[1], findings=keys, values={"control": control.id})
    row = changed(row, olga[1], status="implemented")
    with pytest.raises(Refusal, match="has held since"):
        changed(row, olga[1], status="verified", checklist=list(proofs.OWN))
    row.refresh_from_db()
    assert row.status == "implemented"
