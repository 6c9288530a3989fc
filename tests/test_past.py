"""A system as it was: whatever is entered, every earlier assessment can be had again, exactly."""

from __future__ import annotations

import contextlib
import uuid
from datetime import timedelta
from random import Random

import pytest

from catalog import load
from catalog.types import Level
from tests import own
from tests.cast import change, edit
from tests.linking import link, measured
from threatmodel import live
from threatmodel.core.document import digest
from threatmodel.core.inputs import Evidence
from threatmodel.core.wire import finding_to_data
from threatmodel.live.past import inputs_at, past
from threatmodel.models import LogEntry, MitigationRow, System
from threatmodel.services import (
    catalogs,
    comparison,
    decisions,
    evidence,
    mitigations,
    models,
    operations,
    proofs,
)
from threatmodel.services.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def applying(system: System) -> list[str]:
    return [row.key for row in system.findings.filter(applies="yes").order_by("key")]


def draw(rng: Random, system: System, by) -> None:
    edits = [
        change("component", "c-api", set={"attributes.returns_scores": rng.choice([True, False])}),
        change("component", "c-api", set={"name": rng.choice("ABC")}),
        change("flow", "f-ask", set={"attributes.admits": rng.choice(["anyone", "staff"])}),
        change("component", f"c-{rng.randrange(10**9)}", add={"type": "data-set", "name": "More"}),
        change("component", "c-data", remove=True),
    ]
    edit(system, by, rng.choice(edits))


def decide(rng: Random, system: System, by) -> None:
    key = rng.choice(applying(system))
    action = rng.choice(["accept", "dismiss", "reopen", "rate"])
    impact = rng.choice(list(Level)) if action == "rate" else None
    decisions.decide(system, by, finding=key, action=action, reason="Because.", impact=impact)


def mitigate(rng: Random, system: System, by) -> None:
    row = system.mitigations.filter(deleted_at=None).first()
    if row is None or rng.random() < 0.4:
        keys = rng.sample(applying(system), 1)
        control = rng.choice(sorted(load().controls))
        mitigations.plan(system, by, findings=keys, values={"control": control})
    elif rng.random() < 0.3:
        mitigations.delete(row, by, version=row.version)
    else:
        status = rng.choice(["planned", "implemented", "verified", "dropped"])
        values = {"status": status, "checklist": lines_of(row)}
        with contextlib.suppress(Refusal):  # a re-test proves some controls, and there is none
            mitigations.change(row, by, version=row.version, values=values)


def lines_of(row: MitigationRow) -> list[str]:
    return [*load().controls[row.control].verify.checklist, *proofs.OWN]


def measure(rng: Random, system: System, by) -> None:
    waiting = system.evidence.filter(adopted=False).first()
    if waiting is not None:
        evidence.adopt(waiting, by)
        return
    taken = system.as_of - timedelta(days=rng.randrange(30))
    fell = rng.randrange(40)
    value = Evidence(
        "", "c-api", "hopskipjump", "decision-based", False, taken, "ab" * 32,
        handled=40, broken=fell, origin="signed", adopted=False, eps=0.5, norm="l2", budget=1000,
    )  # fmt: skip
    evidence.bring(system, by, value)


def wait(rng: Random, system: System, by) -> None:
    day = system.as_of + timedelta(days=rng.choice([1, 200]))

    def work(turn):
        turn.take_date(day)
        turn.note("clock", None, told=[{"as_of": day.isoformat()}])

    live.write(system.pk, work)


ACTS = (draw, draw, decide, mitigate, mitigate, measure, wait)


@pytest.mark.parametrize("seed", range(4))
def test_every_earlier_assessment_can_be_had_again_exactly(olga, system, seed):
    rng, then = Random(seed), {}
    for _ in range(14):
        system.refresh_from_db()
        rng.choice(ACTS)(rng, system, olga[1])
        system.refresh_from_db()
        rows = dict(system.findings.values_list("key", "data"))
        then[system.revision] = rows, dict(system.summary)
    assert len(then) > 5
    for revision, (rows, summary) in then.items():
        found = comparison._reckoned(system, revision)[2]
        assert {one.key: finding_to_data(one) for one in found.findings} == rows
        assert found.summary.by_level == summary["by_level"]


def test_a_model_that_was_linked_then_counts_as_linked_then(olga, system):
    row = link(system, olga[1])
    evidence.bring(system, olga[1], measured(system, row))
    system.refresh_from_db()
    linked = system.revision
    models.unlink(row, olga[1])
    system.refresh_from_db()
    assert [one.current for one in inputs_at(system, linked).evidence] == [True]
    assert [one.current for one in inputs_at(system, system.revision).evidence] == [False]
    assert inputs_at(system, linked - 1).evidence == ()


def test_before_the_first_entry_there_was_nothing(system):
    then = past(system, 0)
    assert not then.document.components and then.inputs.decisions == ()


def test_each_entry_tells_the_risk_before_and_after(olga, system):
    edit(system, olga[1], change("component", "c-api", set={"attributes.returns_scores": True}))
    edit(system, olga[1], change("component", "c-api", remove=True))
    first, second, last = system.log.order_by("revision")
    assert first.risk["before"]["risk"] is None
    assert first.risk["after"] == second.risk["before"]
    assert second.risk["after"] == last.risk["before"]
    assert sum(last.risk["after"]["by_level"].values()) < sum(
        last.risk["before"]["by_level"].values()
    )
    system.refresh_from_db()
    assert last.risk["after"]["risk"] == system.summary["risk"]


def test_the_decisions_about_an_element_return_with_it(olga, system):
    by = olga[1]
    key = next(key for key in applying(system) if key.endswith("@c-api"))
    decisions.decide(system, by, finding=key, action="accept", reason="It is insured.")
    mitigations.plan(system, by, findings=[key], values={"title": "Limit the calls"})
    system.refresh_from_db()
    before, drawn = system.revision, digest(past(system, system.revision).document)
    accepted = system.findings.get(key=key).data
    assert accepted["treatment"] == "accepted"
    edit(system, by, change("component", "c-api", remove=True))
    assert not system.findings.filter(key=key).exists()
    system.refresh_from_db()
    operations.restore(system, by, before)
    assert system.findings.get(key=key).data == accepted
    system.refresh_from_db()
    assert digest(past(system, system.revision).document) == drawn


def test_a_restore_can_be_taken_back(olga, system):
    by = olga[1]
    edit(system, by, change("component", "c-user", remove=True))
    edit(system, by, change("component", "c-api", set={"name": "Later"}))
    system.refresh_from_db()
    later = digest(past(system, 3).document)
    operations.restore(system, by, 1)
    entry = LogEntry.objects.get(system=system, kind="restore")
    undone = operations.Submission(uuid.uuid4(), by, undoes=entry.op)
    (answer,) = operations.apply_operations(system.pk, [undone])
    assert (answer.code, list(answer.skipped)) == ("", [])
    system.refresh_from_db()
    assert digest(past(system, system.revision).document) == later


def test_a_log_that_crosses_catalogs_is_gone_back_along(olga, system):
    """A component of the workspace's own type was not there before that type was."""
    by = olga[1]
    before = digest(past(system, 1).document)
    own.uploaded(*olga)
    catalogs.apply(system, by, catalogs.preview(system).after.catalog.digest)
    edit(system, by, change("component", "c-meter", add={"type": "smart-meter", "name": "Meter"}))
    edit(system, by, change("component", "c-meter", set={"name": "Other"}))
    edit(system, by, change("component", "c-meter", remove=True))
    system.refresh_from_db()
    assert digest(past(system, 1).document) == before
    meter = past(system, 3).document.components["c-meter"]
    assert (meter.type, meter.name) == ("smart-meter", "Meter")
    assert past(system, 1).catalog.digest == load().digest
