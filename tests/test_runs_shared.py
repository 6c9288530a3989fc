"""A run that several workers share: the same result whoever does which chunk, once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from tests.linking import link
from threatmodel import events
from threatmodel.models import Chunk, EvidenceRow, Run
from threatmodel.robustness import chunks as sizes
from threatmodel.robustness import runner
from threatmodel.services import chunks, jobs, runs

SAMPLES = 20


@pytest.fixture
def olga(db):
    return cast.workspace()[1]


@pytest.fixture
def run(olga, monkeypatch) -> Run:
    """A run of four chunks; each worker does one and then lets others have their turn."""
    monkeypatch.setattr(sizes, "MOST_TARGETS", 5)
    monkeypatch.setattr(chunks, "WORK_S", 0.0)
    system = cast.system(olga.user.memberships.get().workspace, olga)
    params = {"samples": SAMPLES, "budget": 200}
    return runs.start(link(system, olga), olga, "hopskipjump", params)


def alone(run: Run) -> dict:
    """What one process finds in one go."""
    return runner.run(chunks.request_of(run)).to_json()


def states(run: Run) -> list[str]:
    return list(run.chunks.order_by("number").values_list("state", flat=True))


def lapse(run: Run) -> None:
    past = timezone.now() - timedelta(hours=1)
    run.chunks.filter(state="running").update(lease_until=past)


def test_workers_that_take_turns_find_what_one_finds_alone(run):
    runs.execute(str(run.pk))
    assert states(run) == ["succeeded", "queued", "queued", "queued"]
    for _ in range(3):
        runs.execute(str(run.pk))
    run.refresh_from_db()
    expected = alone(run)
    assert run.state == "succeeded", run.message
    assert run.result["samples"] == expected["samples"]
    assert run.result["summary"]["rows"] == expected["summary"]["rows"] == run.rows
    assert EvidenceRow.objects.filter(run=run).count() == 1
    assert not run.chunks.exists()
    runs.execute(str(run.pk))
    assert EvidenceRow.objects.filter(run=run).count() == 1


def test_what_a_lost_worker_had_in_hand_is_done_again_and_nothing_else(run, monkeypatch):
    runs.execute(str(run.pk))
    done = run.chunks.get(number=0)
    lost = chunks.take(Run.objects.get(pk=run.pk))
    assert lost and lost.number == 1
    for _ in range(2):
        runs.execute(str(run.pk))  # takes the others, since the second is held
    lapse(run)
    rung = []
    monkeypatch.setattr(events, "enqueue", lambda task, id: rung.append(id))
    runs.sweep()
    assert rung == [run.pk]
    runs.execute(str(run.pk))
    with pytest.raises(jobs.Lost):
        jobs.end(lost, "succeeded", "late", found={})
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("succeeded", 2), run.message
    assert run.result["samples"] == alone(run)["samples"]
    assert done.attempt == 1


def test_a_chunk_that_loses_three_workers_fails_its_run(run):
    runs.execute(str(run.pk))
    for _ in range(jobs.MAX_ATTEMPTS):
        assert chunks.take(run)
        lapse(run)
    runs.sweep()
    run.refresh_from_db()
    assert run.state == "failed" and "three times" in run.message
    assert set(states(run)) == {"succeeded", "cancelled"}


def test_a_run_whose_last_worker_was_lost_before_the_end_is_gathered(run, monkeypatch):
    for _ in range(3):
        runs.execute(str(run.pk))
    monkeypatch.setattr(chunks.gathering, "is_ready", lambda run: False)
    runs.execute(str(run.pk))
    assert states(run) == ["succeeded"] * 4
    monkeypatch.undo()
    rung = []
    monkeypatch.setattr(events, "enqueue", lambda task, id: rung.append(id))
    runs.sweep()
    assert rung == [run.pk]
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded"


def test_a_cancelled_run_has_ended_when_the_answer_comes(run, olga):
    runs.execute(str(run.pk))
    held = chunks.take(Run.objects.get(pk=run.pk))
    runs.cancel(run, olga)
    assert run.state == "cancelled" and set(states(run)) == {"succeeded", "cancelled"}
    with jobs.Hold(held, chunks.LEASE) as hold, pytest.raises(jobs.Lost):
        hold.write(rows=1)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "cancelled" and run.result is None


def test_a_run_says_how_far_it_is(run, monkeypatch):
    runs.execute(str(run.pk))
    run.refresh_from_db()
    told = runs.row(run)
    assert 0 < told["rows"] < told["expected_rows"] == 160 + 16 + SAMPLES * 200
    assert told["calls"] > 0 and told["elapsed_s"] >= 0 and told["left_s"] is not None


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_while_a_worker_does_something_else(monkeypatch):
    workspace, olga = cast.workspace()
    run = runs.start(link(cast.system(workspace, olga), olga), olga, "corruption", {})
    lease = timedelta(seconds=0.9)
    held = jobs.claim(Run, run.pk, lease)
    with jobs.Hold(held, lease) as hold:
        time.sleep(1.5)
        assert jobs.claim(Run, run.pk, lease) is None
        hold.write(message="still mine")
    Chunk.objects.create(run=run, number=0)
    assert Run.objects.get(pk=run.pk).message == "still mine"
