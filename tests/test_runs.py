"""Runs, end to end: a real broker, a real worker, a real model in a real sandbox."""

from __future__ import annotations

import contextlib
import time
from datetime import timedelta

import psutil
import pytest
from django.conf import settings
from django.utils import timezone

from catalog.types import Level
from tests import cast, hostile
from tests.conftest import wait_until
from tests.linking import link
from threatmodel import events, live
from threatmodel.models import EvidenceRow, LogEntry, Run
from threatmodel.models.job import JobState
from threatmodel.services import chunks, demo, jobs, models, rooms, runs
from threatmodel.services.refusal import Refusal

ENDED_TESTS = ("corruption", "corruption", "hopskipjump")
ENDED = ("succeeded", "failed", "cancelled", "timed_out")
pytestmark = pytest.mark.django_db


def evasion(system):
    """The evasion finding of the endpoint as the database has it."""
    return system.findings.get(key="evasion-query@c-api")


def ended(run: Run, within_s: float = 60) -> Run:
    def look() -> bool:
        run.refresh_from_db()
        return run.state in ENDED

    wait_until(look, within_s, f"run {run.pk} ends")
    return run


@pytest.mark.store
def test_a_run_measures_and_its_evidence_moves_the_finding(olga, system):
    model = link(system, olga[1])
    before = evasion(system)
    run = runs.start(model, olga[1], "hopskipjump", {"samples": 30, "seed": 1})
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    summary = run.result["summary"]
    assert summary["n"] == 30 and summary["k"] > 0
    assert EvidenceRow.objects.get(run=run).data["broken"] == summary["k"]
    after = evasion(system)
    assert (before.verdict, after.verdict) == ("untested", "broken")
    assert after.residual >= before.residual
    kinds = list(LogEntry.objects.filter(system=system).values_list("kind", flat=True))
    assert kinds.count("model") == 1 and kinds.count("evidence") == 1


def test_corruptions_move_reliability_and_leave_evasion_alone(olga, system):
    model = link(system, olga[1])
    run = runs.start(model, olga[1], "corruption", {"samples": 40})
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    assert evasion(system).verdict == "untested"
    assert system.findings.get(key="corruption-reliability@c-api").verdict == "broken"


def test_a_broken_run_raises_the_demo_s_evasion_from_moderate_to_high(olga):
    system = demo.load()
    (model,) = models.linked(system)
    assert model.demo
    finding = system.findings.get(key="evasion-query@c-reader")
    assert Level(finding.residual).key == "moderate"
    run = runs.start(model, olga[1], "hopskipjump", {})
    runs.execute(str(run.pk))
    finding.refresh_from_db()
    assert (finding.verdict, Level(finding.residual).key) == ("broken", "high")


def test_the_room_is_told_of_every_step(olga, system, monkeypatch):
    told = []
    monkeypatch.setattr(events, "_listeners", [lambda room, frame: told.append(frame)])
    monkeypatch.setattr(chunks, "TOLD_S", 0.0)
    model = link(system, olga[1])
    run = runs.start(model, olga[1], "hopskipjump", {"samples": 5})
    runs.execute(str(run.pk))
    states = [frame["run"]["state"] for frame in told if frame["t"] == "run"]
    shares = [frame["run"]["progress"] for frame in told if frame["t"] == "run"]
    assert states[-1] == "succeeded" and "running" in states
    assert shares == sorted(shares) and shares[-1] == 1


@pytest.mark.store
def test_a_newcomer_is_shown_what_goes_on_and_how_each_test_ended_last(olga, system):
    model = link(system, olga[1])
    old, new, other = (runs.start(model, olga[1], test, {}) for test in ENDED_TESTS)
    for days, run in enumerate((other, new, old)):
        day = timezone.now() - timedelta(days=days)
        Run.objects.filter(pk=run.pk).update(state="succeeded", ended_at=day)
    waiting = runs.start(model, olga[1], "corruption", {})
    shown = rooms.welcome(str(system.pk))["runs"]
    assert {one["id"] for one in shown} == {str(run.pk) for run in (waiting, new, other)}


def test_a_run_names_the_controls_that_are_inside_the_model(olga, system):
    attributes = {"attributes.adversarially_trained": True, "attributes.query_monitoring": True}
    assert not cast.edit(system, olga[1], cast.change("component", "c-api", set=attributes)).code
    run = runs.start(link(system, olga[1]), olga[1], "corruption", {"samples": 5})
    runs.execute(str(run.pk))
    assert EvidenceRow.objects.get(run=run).data["controls_on"] == ["adversarial-training"]


@pytest.mark.store
def test_executing_a_run_twice_measures_once(olga, system):
    run = runs.start(link(system, olga[1]), olga[1], "corruption", {"samples": 5})
    runs.execute(str(run.pk))
    runs.execute(str(run.pk))
    assert EvidenceRow.objects.filter(run=run).count() == 1
    assert Run.objects.get(pk=run.pk).attempt == 1


def claim(run: Run) -> Run | None:
    return jobs.claim(Run, run.pk, chunks.LEASE)


@pytest.mark.store
def test_a_worker_that_was_replaced_writes_nothing(olga, system):
    run = runs.start(link(system, olga[1]), olga[1], "corruption", {})
    held = claim(run)
    assert held
    with jobs.Hold(held, chunks.LEASE) as old:
        Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(hours=1))
        assert claim(run)
        with pytest.raises(jobs.Lost):
            old.write()
    with pytest.raises(jobs.Lost):
        jobs.end(held, JobState.SUCCEEDED, "late")
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("running", 2)


@pytest.mark.store
def test_a_queued_run_is_cancelled_at_once(olga, system):
    run = runs.start(link(system, olga[1]), olga[1], "corruption", {})
    runs.cancel(run, olga[1])
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "cancelled" and run.result is None


def test_a_model_replaced_by_another_leaves_its_evidence_on_an_older_one(olga, system):
    model = link(system, olga[1])
    run = runs.start(model, olga[1], "hopskipjump", {"samples": 30})
    runs.execute(str(run.pk))
    other = link(system, olga[1], hostile.linear([[1.0] * 10] * 64, [0.0] * 10))
    assert [one.pk for one in models.linked(system)] == [other.pk]
    engine = live.read(type(system).objects.get(pk=system.pk), lambda warm: warm.engine)
    (piece,) = engine.inputs.evidence
    assert not piece.current


def test_a_changed_file_is_not_run(olga, system):
    model = link(system, olga[1])
    run = runs.start(model, olga[1], "corruption", {})
    with open(model.file.path, "ab") as file:
        file.write(b"\0")
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "failed" and "changed" in run.message


@pytest.mark.parametrize(
    ("test", "params", "field"),
    [
        ("nothing", {}, "test"),
        ("hopskipjump", {"budget": 1}, "params.budget"),
        ("hopskipjump", {"budget": "many"}, "params.budget"),
        ("hopskipjump", {"eps": float("nan")}, "params.eps"),
        ("hopskipjump", {"norm": "l7"}, "params.norm"),
        ("hopskipjump", {"depth": 3}, "params.depth"),
        ("corruption", {"severity": 2.5}, "params.severity"),
    ],
)
def test_bad_parameters_are_refused_by_name(olga, system, test, params, field):
    model = link(system, olga[1])
    with pytest.raises(Refusal) as refused:
        runs.start(model, olga[1], test, params)
    assert refused.value.field == field
    assert not Run.objects.exists()


@pytest.mark.store
def test_a_sixth_run_has_to_wait(olga, system):
    model = link(system, olga[1])
    for _ in range(runs.MAX_ACTIVE):
        runs.start(model, olga[1], "corruption", {})
    with pytest.raises(Refusal) as refused:
        runs.start(model, olga[1], "corruption", {})
    assert refused.value.code == "limit"


# With a real worker


@pytest.mark.store
@pytest.mark.servers
def test_a_worker_runs_it_and_the_finding_moves(worker, olga, system):
    run = runs.start(link(system, olga[1]), olga[1], "hopskipjump", {"samples": 30})
    assert ended(run).state == "succeeded", run.message
    assert evasion(system).verdict == "broken"


@pytest.mark.servers
def test_a_model_that_never_answers_is_cancelled_within_seconds(worker, olga, system):
    description = b"role: holdout"
    model = models.link(
        system,
        olga[1],
        "c-api",
        model=hostile.endless(),
        data=narrow_data(),
        description=description,
    )
    run = runs.start(model, olga[1], "hopskipjump", {"eps": 1.0})

    def running() -> bool:
        run.refresh_from_db()
        return run.state == "running" and run.message != "Starting"

    wait_until(running, 30, "the run begins")
    asked = time.monotonic()
    runs.cancel(run, olga[1])
    assert ended(run).state == "cancelled"
    assert time.monotonic() - asked < settings.MODEL_CALL_SECONDS / 2
    wait_until(lambda: not boxes(worker), 30, "the box is gone")


@pytest.mark.servers
@pytest.mark.long
def test_a_run_whose_worker_was_killed_is_finished_by_another(worker, olga, system):
    params = {"samples": 100, "budget": 8000}
    run = runs.start(link(system, olga[1]), olga[1], "hopskipjump", params, confirmed=True)

    def running() -> bool:
        run.refresh_from_db()
        return run.state == "running" and run.progress > 0

    wait_until(running, 30, "the run begins")
    box = boxes(worker)[0]
    holder = next(one for one in box.parents() if one.ppid() == worker.pid)
    holder.kill()
    wait_until(lambda: not box.is_running(), 30, "the box ends with its worker")
    assert ended(run, 120).state == "succeeded", run.message
    assert run.attempt == 2
    assert EvidenceRow.objects.filter(run=run).count() == 1


def narrow_data() -> bytes:
    import io

    import numpy as np

    stored = io.BytesIO()
    rows = np.linspace(0, 1, 40, dtype=np.float32).reshape(20, 2)
    np.savez(stored, x=rows, y=np.zeros(20, dtype=np.int64))
    return stored.getvalue()


def boxes(worker) -> list[psutil.Process]:
    """Processes of the sandbox below that worker."""
    found = []
    for process in psutil.Process(worker.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if any("threatmodel.robustness.child" in part for part in process.cmdline()):
                found.append(process)
    return found
