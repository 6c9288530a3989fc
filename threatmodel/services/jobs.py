"""What every background job shares: claimed by a worker with a lease, ended once.

The database is the truth about a job, the broker only a doorbell. A worker that claims a job
raises its attempt, and every later write of that worker repeats the number: one that was thought
dead and replaced changes nothing any more.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from threatmodel import events
from threatmodel.models.job import Job, JobState

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
ACTIVE = (JobState.QUEUED, JobState.RUNNING)
AnyJob = TypeVar("AnyJob", bound=Job)


class Lost(Exception):
    """Another worker has taken this job over; stop and write nothing."""


def claim(model: type[AnyJob], job_id: object, lease: timedelta) -> AnyJob | None:
    """Take a job that waits or whose worker is gone; None when there is nothing to do."""
    rows: QuerySet[AnyJob] = model._default_manager.all()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=Now())
    taken = rows.filter(free, pk=job_id, attempt__lt=MAX_ATTEMPTS).update(
        state=JobState.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=Now() + lease,
        started_at=Now(),
        progress=0,
        message="Starting",
    )
    return rows.get(pk=job_id) if taken else None


def held(job: AnyJob) -> QuerySet[AnyJob]:
    """The job's row, as long as this attempt is the one that holds it."""
    rows: QuerySet[AnyJob] = type(job)._default_manager.all()
    return rows.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)


def write(job: Job, **values: Any) -> None:
    """Change the job while it is held.

    Raises
    ------
    Lost
        When it no longer is.
    """
    if not held(job).update(**values):
        raise Lost


def end(job: Job, state: JobState, message: str, **more: Any) -> None:
    """Write the one end of a job that is held.

    Raises
    ------
    Lost
        When it no longer is.
    """
    write(job, state=state, message=message[:500], ended_at=Now(), lease_until=None, **more)


def stop(job: Job, state: JobState, message: str) -> bool:
    """End a job without a result. False when another worker has taken it over."""
    try:
        end(job, state, message)
    except Lost:
        log.warning("%s %s was taken over by another worker", type(job).__name__, job.pk)
        return False
    return True


def sweep(model: type[AnyJob], task: str, waiting: timedelta, message: str) -> list[AnyJob]:
    """Send again what was lost; end what keeps killing its workers, and return that."""
    rows: QuerySet[AnyJob] = model._default_manager.all()
    lapsed = rows.filter(state=JobState.RUNNING, lease_until__lt=Now())
    poison = list(lapsed.filter(attempt__gte=MAX_ATTEMPTS))
    forgotten = rows.filter(state=JobState.QUEUED, created_at__lt=Now() - waiting)
    for lost in (lapsed.filter(attempt__lt=MAX_ATTEMPTS), forgotten):
        for job_id in lost.values_list("pk", flat=True):
            events.enqueue(task, job_id)
    return [job for job in poison if stop(job, JobState.FAILED, message)]
