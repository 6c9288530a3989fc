"""Whatever is killed over an errand: each portion is whole or absent, a system whole or absent."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest
from django.db.models import F
from django.db.models.functions import Now

from tests import cast
from tests.conftest import wait_until
from tests.test_errands import large
from tests.test_reports_kills import kill_the_children
from threatmodel import live, rows
from threatmodel.core.assessment import assess
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import DecisionRow, Errand, LogEntry, System
from threatmodel.services import bulk, errands, imports, jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers, pytest.mark.long]
KILLS = 50
LONGEST_S = 1.0
PARTS = 1_700


def ring_again() -> None:
    """What takes minutes otherwise: the leases of the dead end, and their errands are sent again.
    An attempt more is given back each time, or three kills would end it."""
    going = Errand.objects.filter(state="running")
    going.update(lease_until=Now() - errands.LEASE, attempt=F("attempt") % 2)
    Errand.objects.filter(state="queued").update(created_at=F("created_at") - errands.UNSEEN)
    errands.sweep()


def crowded(workspace, by: Person) -> System:
    """A drawing of so many parts that there are thousands of findings."""
    data = cast.drawing()
    (first,) = [one for one in data["components"] if one["id"] == "c-api"]
    data["components"] += [
        first | {"id": f"c-{number}", "name": f"Part {number}"} for number in range(PARTS)
    ]
    return cast.system(workspace, by, data)


def active() -> bool:
    return Errand.objects.filter(state__in=jobs.ACTIVE).exists()


def check(system: System) -> None:
    """What stands in the database agrees with what the errands count, whenever one looks."""
    for row in Errand.objects.filter(kind="decide"):
        made = DecisionRow.objects.filter(system=system, reason=row.asked["values"]["reason"])
        keys = made.values_list("finding", flat=True)
        assert len(keys) == len(set(keys)), "one finding was decided about twice"
    for row in Errand.objects.filter(kind="import"):
        assert (row.state == "succeeded") == (row.system is not None)


def whole(system: System) -> bool:
    """What is stored of a system is what an engine finds from nothing."""
    catalog = catalogs.of(system)
    document, inputs = rows.read_document(system, catalog), rows.read_inputs(system)
    found = assess(document, catalog, inputs, as_of=system.as_of).findings
    stored = system.findings.values_list("key", "data", "listed")
    return {key: (data, listed) for key, data, listed in stored} == {
        one.key: rows.finding_texts(one) for one in found
    }


def test_five_thousand_findings_are_decided_about_once_each_though_workers_die(worker):
    workspace, olga = cast.workspace()
    system, chance = crowded(workspace, olga), random.Random(KILLS)
    keys = list(system.findings.order_by("key").values_list("key", flat=True))[:5000]
    assert len(keys) == 5000
    killed, number = 0, 0
    while killed < KILLS:
        if not active():
            number += 1
            decided = {"action": ("accept", "reopen")[number % 2], "reason": f"Turn {number}"}
            bulk.ask(olga, "decide", {system: keys}, decided)
            imports.ask(workspace, olga, large(f"File {number}"))
        wait_until(
            lambda: Errand.objects.filter(state="running").exists() or not active(),
            60,
            "a worker is at it",
        )
        time.sleep(chance.random() * LONGEST_S)
        killed += bool(kill_the_children(worker))
        check(system)
        ring_again()
    # No more rings: each takes every errand from a worker that lives.
    wait_until(lambda: not active(), 300, "every errand ends")
    check(system)
    ends = Counter(Errand.objects.values_list("state", flat=True))
    assert set(ends) == {"succeeded"}, ends
    for row in Errand.objects.filter(kind="decide"):
        made = DecisionRow.objects.filter(reason=row.asked["values"]["reason"])
        assert sorted(made.values_list("finding", flat=True)) == sorted(keys)
    files = Errand.objects.filter(kind="import").count()
    assert System.objects.filter(name__startswith="File").count() == files
    live.forget()
    for one in System.objects.all():
        assert whole(one), one.name
        revisions = LogEntry.objects.filter(system=one).order_by("revision")
        told = list(revisions.values_list("revision", flat=True))
        assert told == list(range(1, one.revision + 1)), "the log has no gap"
