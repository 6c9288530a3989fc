"""Jobs on the store: claimed once, fenced, ended once, found again when they were lost."""

from __future__ import annotations

import os
import subprocess
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import cast
from tests.conftest import wait_until
from tests.linking import link
from tests.web import command
from threatmodel import events
from threatmodel.gate import Person
from threatmodel.models import Errand, Report, Run
from threatmodel.models.errand import ErrandKind
from threatmodel.models.job import Job, JobState
from threatmodel.services import bulk, errands, jobs, reports, runs

pytestmark = [pytest.mark.django_db, pytest.mark.store]
LEASE = timedelta(minutes=1)
SWEEPS = {
    Run: (runs.sweep, "run_test"),
    Report: (reports.sweep, "make_report"),
    Errand: (errands.sweep, "do_errand"),
}
PLACES = {Run: "runs", Report: "reports", Errand: "errands"}


@pytest.fixture(params=[Run, Report, Errand], ids=["run", "report", "errand"])
def job(request) -> Job:
    """A job that waits for its worker."""
    workspace, olga = cast.workspace()
    system = cast.system(workspace, olga)
    if request.param is Report:
        return reports.request_report(system, olga, format="json")
    if request.param is Errand:
        chosen = {system: list(system.findings.values_list("key", flat=True))}
        decided = {"action": "accept", "reason": "Known"}
        return bulk.ask(olga, ErrandKind.DECIDE, chosen, decided)
    return runs.start(link(system, olga), olga, "corruption", {"samples": 5})


def claim(job: Job) -> Job | None:
    return jobs.claim(type(job), job.pk, LEASE)


def lapse(job: Job) -> None:
    past = timezone.now() - timedelta(hours=1)  # PostgreSQL's clock stands still in a test
    type(job)._default_manager.filter(pk=job.pk).update(lease_until=past)


def rung(job: Job, monkeypatch) -> list[str]:
    """What a sweep sends to the workers."""
    sent = []
    monkeypatch.setattr(events, "enqueue", lambda task, id: sent.append((task, id)))
    sweep, task = SWEEPS[type(job)]
    sweep()
    assert {name for name, _ in sent} <= {task}
    return [id for _, id in sent]


def test_a_job_is_claimed_by_one_worker_until_its_lease_ends(job):
    first = claim(job)
    assert first and (first.state, first.attempt) == ("running", 1)
    assert claim(job) is None
    lapse(job)
    second = claim(job)
    assert second and second.attempt == 2


def test_every_job_tells_its_place_and_what_is_left_in_one_shape(job):
    kind = type(job)
    copy = {f.attname: getattr(job, f.attname) for f in kind._meta.concrete_fields}
    later = kind._default_manager.create(**copy | {"id": uuid.uuid4()})
    owner = Person(job.system.workspace.members.get(role="owner").user)
    path = f"/api/v1/{PLACES[kind]}/{later.pk}/"
    told = cast.browser(owner).get(path).json()
    shape = {"state", "progress", "message", "ahead", "left_s"}
    assert shape <= told.keys()
    assert (told["state"], told["ahead"]) == ("queued", 1)
    assert claim(later) and claim(job)
    assert cast.browser(owner).get(path).json()["ahead"] == 0, "it has begun"


def test_a_list_of_jobs_asks_once_for_the_place_of_each(job, django_assert_num_queries):
    kind = type(job)
    copy = {f.attname: getattr(job, f.attname) for f in kind._meta.concrete_fields}
    made = [kind._default_manager.create(**copy | {"id": uuid.uuid4()}) for _ in range(3)]
    assert claim(made[1])
    with django_assert_num_queries(1):
        listed = {row.pk: jobs.ahead(row) for row in jobs.in_line(kind._default_manager.all())}
    assert listed == {job.pk: 1, made[0].pk: 2, made[1].pk: 0, made[2].pk: 3}
    assert all(jobs.ahead(row) == listed[row.pk] for row in kind._default_manager.all())


def test_a_worker_that_was_replaced_writes_nothing(job):
    late = claim(job)
    lapse(job)
    assert late and claim(job)
    with pytest.raises(jobs.Lost):
        jobs.write(late, progress=0.9)
    with pytest.raises(jobs.Lost):
        jobs.end(late, JobState.SUCCEEDED, "late")
    job.refresh_from_db()
    assert (job.state, job.attempt, job.progress) == ("running", 2, 0)


def test_a_job_ends_once(job):
    held = claim(job)
    assert held
    jobs.end(held, JobState.SUCCEEDED, "", progress=1)
    with pytest.raises(jobs.Lost):
        jobs.end(held, JobState.FAILED, "again")
    assert claim(job) is None
    job.refresh_from_db()
    assert (job.state, job.lease_until) == ("succeeded", None) and job.ended_at


def test_a_sweep_rings_again_for_what_was_lost(job, monkeypatch):
    assert rung(job, monkeypatch) == [], "it may still be on its way"
    long_ago = timezone.now() - timedelta(days=1)
    type(job)._default_manager.filter(pk=job.pk).update(created_at=long_ago)
    assert rung(job, monkeypatch) == [job.pk]
    claim(job)
    assert rung(job, monkeypatch) == [], "a worker holds it"
    lapse(job)
    assert rung(job, monkeypatch) == [job.pk]


def test_a_job_that_kills_three_workers_fails(job, monkeypatch):
    for _ in range(jobs.MAX_ATTEMPTS):
        assert claim(job)
        lapse(job)
    assert rung(job, monkeypatch) == []
    job.refresh_from_db()
    assert job.state == "failed" and "worker" in job.message


@pytest.mark.servers
def test_a_worker_does_what_the_bell_rings_for(worker, job):
    def ended() -> bool:
        job.refresh_from_db()
        return job.state not in jobs.ACTIVE

    wait_until(ended, 60, f"{type(job).__name__} {job.pk} ends")
    assert (job.state, job.attempt) == ("succeeded", 1), job.message


@pytest.mark.parametrize("name", ["worker", "caller"])
def test_reports_and_runs_give_way_to_the_people_who_edit(name: str) -> None:
    [_, _, line] = command(name)
    before, started, _ = line.partition(".venv/bin/python")
    assert started, line
    # `nice` without a command tells how nice it is itself, started as the worker is.
    told = subprocess.run(["sh", "-c", f"{before} nice"], capture_output=True, check=True)
    assert int(told.stdout) >= min(os.nice(0) + 10, 19)
