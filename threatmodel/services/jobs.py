"""What every background job shares: claimed by a worker with a lease, ended once.

The database is the truth about a job, the broker only a doorbell. A worker that claims a job
raises its attempt, and every later write of that worker repeats the number: one that was thought
dead and replaced changes nothing any more.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.db import DatabaseError, connection
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Now

from threatmodel import events
from threatmodel.models.job import JobState, Leased

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
LOOK_S = 0.5
ACTIVE = (JobState.QUEUED, JobState.RUNNING)
AnyJob = TypeVar("AnyJob", bound=Leased)


class Lost(Exception):
    """Another worker has taken this job over; stop and write nothing."""


def free(rows: QuerySet[AnyJob]) -> QuerySet[AnyJob]:
    """What waits, or whose worker is gone."""
    waits = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=Now())
    return rows.filter(waits, attempt__lt=MAX_ATTEMPTS)


def claim(model: type[AnyJob], job_id: object, lease: timedelta) -> AnyJob | None:
    """Take a job that waits or whose worker is gone; None when there is nothing to do."""
    rows: QuerySet[AnyJob] = model._default_manager.all()
    taken = free(rows.filter(pk=job_id)).update(
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


def write(job: Leased, **values: Any) -> None:
    """Change the job while it is held.

    Raises
    ------
    Lost
        When it no longer is.
    """
    if not held(job).update(**values):
        raise Lost


def ahead(job: Leased) -> int:
    """How many of its kind the workers take first; 0 once it has begun."""
    if job.state != JobState.QUEUED:
        return 0
    place: int | None = getattr(job, "place", None)
    return _before(type(job), job.created_at).count() if place is None else place


def in_line(rows: QuerySet[AnyJob]) -> QuerySet[AnyJob]:
    """The same rows with their `place`, so that a list asks once for what is ahead of each."""
    before = _before(rows.model, OuterRef("created_at")).order_by().values(one=Value(1))
    number = Coalesce(Subquery(before.annotate(all=Count("*")).values("all")), 0)
    place = Case(When(state=JobState.QUEUED, then=number), default=0)
    return cast("QuerySet[AnyJob]", rows.annotate(place=place))


def _before(kind: type[AnyJob], created_at: object) -> QuerySet[AnyJob]:
    """What the workers take before a job that waits since then."""
    earlier = Q(state=JobState.QUEUED, created_at__lt=created_at)
    rows: QuerySet[AnyJob] = kind._default_manager.filter(earlier | Q(state=JobState.RUNNING))
    return rows


def end(job: Leased, state: JobState, message: str, **more: Any) -> None:
    """Write the one end of a job that is held.

    Raises
    ------
    Lost
        When it no longer is.
    """
    write(job, state=state, message=message[:500], ended_at=Now(), lease_until=None, **more)


def stop(job: Leased, state: JobState, message: str) -> bool:
    """End a job without a result. False when another worker has taken it over."""
    try:
        end(job, state, message)
    except Lost:
        log.warning("%s %s was taken over by another worker", type(job).__name__, job.pk)
        return False
    return True


def sweep(model: type[AnyJob], task: str, waiting: timedelta, message: str) -> list[AnyJob]:
    """Send again what was lost; end what keeps killing its workers, and return that."""
    for job_id in lost(model, waiting).values_list("pk", flat=True):
        events.enqueue(task, job_id)
    return [job for job in poison(model) if stop(job, JobState.FAILED, message)]


def lost(model: type[AnyJob], waiting: timedelta) -> QuerySet[AnyJob]:
    """What nobody works on: its worker is gone, or its message has not arrived for so long."""
    rows: QuerySet[AnyJob] = model._default_manager.all()
    lapsed = Q(state=JobState.RUNNING, lease_until__lt=Now(), attempt__lt=MAX_ATTEMPTS)
    return rows.filter(lapsed | Q(state=JobState.QUEUED, created_at__lt=Now() - waiting))


def poison(model: type[AnyJob]) -> list[AnyJob]:
    """What has lost its worker as often as is tried."""
    rows: QuerySet[AnyJob] = model._default_manager.all()
    lapsed = rows.filter(state=JobState.RUNNING, lease_until__lt=Now())
    return list(lapsed.filter(attempt__gte=MAX_ATTEMPTS))


class Hold:
    """A worker's hold on a job: renewed while it works, however long it does something else.

    Use as a context manager. `look` is for the worker itself and raises `Lost` once the job is
    another's or has been ended; a thread renews the lease while the worker does not look. The
    worker sets `job` to what it holds now, to None between two jobs.
    """

    def __init__(self, job: Leased | None, lease: timedelta) -> None:
        self.job, self._lease = job, lease
        self._pause_s = lease.total_seconds() / 6
        self._renewed = self._looked = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="hold", daemon=True)

    def __enter__(self) -> Hold:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def look(self) -> None:
        """Renew the lease, at most twice a second.

        Raises
        ------
        Lost
            When the job is no longer held.
        """
        if time.monotonic() - self._looked >= LOOK_S:
            self.write()

    def write(self, **values: Any) -> None:
        """Change the job and renew the lease."""
        if self.job is not None:
            write(self.job, lease_until=Now() + self._lease, **values)
        self._renewed = self._looked = time.monotonic()

    def _keep(self) -> None:
        try:
            while not self._over.wait(self._pause_s):
                if time.monotonic() - self._renewed >= self._pause_s:
                    self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            if self.job is not None:
                write(self.job, lease_until=Now() + self._lease)
                self._renewed = time.monotonic()
        except Lost:
            log.info("a lease has ended; its worker stops when it looks")
        except DatabaseError as error:
            log.warning("a lease was not renewed: %s", error)
