"""Errands: what is too much for one request, asked for here and done by a worker."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from threatmodel import events
from threatmodel.gate import Person
from threatmodel.models import Errand, System, Workspace
from threatmodel.models.errand import ErrandKind
from threatmodel.models.job import JobState
from threatmodel.reports.pdf import write_whole

from . import jobs
from .refusal import Refusal

TASK = "do_errand"
LEASE, UNSEEN = timedelta(minutes=10), timedelta(seconds=60)
MOST_WAITING = 10
# Errands whose time says how long the next takes, and how long one that ended is kept.
LATEST, KEPT = 9, timedelta(days=90)
NO_ROOM = "There was no room to store the file; tell the operator, then try again"
NO_FILE = "The file that was uploaded is gone; upload it again"


def queue(
    by: Person,
    kind: ErrandKind,
    *,
    name: str,
    size: int,
    workspace: Workspace | None = None,
    system: System | None = None,
    asked: Mapping[str, Any] | None = None,
    body: bytes = b"",
) -> Errand:
    """An errand that waits for a worker. A file travels on disk, the bell carries an id alone."""
    waiting = Errand.objects.filter(created_by=by.user, state__in=jobs.ACTIVE).count()
    if waiting >= MOST_WAITING:
        raise Refusal("Enough of what you asked for is waiting; try again later", code="limit")
    row = Errand(
        id=uuid.uuid4(),
        kind=kind,
        name=name[:200],
        size=size,
        workspace=workspace,
        system=system,
        asked=dict(asked or {}),
        created_by=by.user,
        created_by_name=by.name,
    )
    if body:
        _store(row, body)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            events.enqueue(TASK, row.pk)
    except BaseException:
        drop_file(row)
        raise
    return row


def _store(row: Errand, body: bytes) -> None:
    row.file.name = f"imports/{row.pk}"
    try:
        write_whole(Path(row.file.storage.path(row.file.name)), body)
    except OSError:
        raise Refusal(NO_ROOM, field="file", code="limit") from None


def drop_file(row: Errand) -> None:
    """An errand's file is of no use once it has ended."""
    if row.file:
        row.file.storage.delete(str(row.file.name))


def cancel(row: Errand) -> Errand:
    """End an errand at once, and say how far it came; its worker writes nothing more.

    Notes
    -----
    What a worker does counts itself in the same transaction, under the same lock: the number that
    is told is what was done.
    """
    with transaction.atomic():
        current = Errand.objects.select_for_update().get(pk=row.pk)
        if current.state in jobs.ACTIVE:
            current.state, current.message = JobState.CANCELLED, f"Cancelled: {reached(current)}"
            current.ended_at, current.lease_until = timezone.now(), None
            current.save(update_fields=["state", "message", "ended_at", "lease_until"])
    if current.state == JobState.CANCELLED:
        drop_file(current)
    return current


def reached(row: Errand) -> str:
    """How much of it holds, in words, when it ends before its end."""
    if row.kind == ErrandKind.IMPORT:
        return "nothing was imported"
    entered = row.result.get("entered", 0)
    if not entered:
        return f"nothing was {DONE[row.kind]}, all {row.size:,} findings are untouched"
    return f"{entered:,} of {row.size:,} findings {DONE[row.kind]}, the rest is untouched"


DONE = {ErrandKind.DECIDE.value: "decided", ErrandKind.ASSIGN.value: "assigned"}


def fail(row: Errand, why: str) -> None:
    """End an errand without its result; what it did before that holds and is told.

    Notes
    -----
    Its count alone is read anew: with the newer attempt of another worker, this one would end
    what it no longer holds.
    """
    row.result = Errand.objects.filter(pk=row.pk).values_list("result", flat=True).first() or {}
    told = "" if row.kind == ErrandKind.IMPORT else f" ({reached(row)})"
    if jobs.stop(row, JobState.FAILED, f"{why.rstrip('.')}{told}"):
        drop_file(row)


def estimate_s(row: Errand) -> int | None:
    """How long it takes from being asked for on, by what the latest of its kind took for each
    byte or finding; None where that cannot be said, or has ended."""
    if row.state not in jobs.ACTIVE:
        return None
    made = Errand.objects.filter(kind=row.kind, state=JobState.SUCCEEDED, size__gt=0)
    spans = made.exclude(started_at=None).values_list("started_at", "ended_at", "size")[:LATEST]
    each = [(end - begin).total_seconds() / size for begin, end, size in spans if begin and end]
    if not each:
        return None
    return round(median(each) * row.size * (1 + jobs.ahead(row)) + 0.5)


def left_s(row: Errand) -> int | None:
    """How long it still takes: as it went until now, or else as the latest did."""
    if row.state not in jobs.ACTIVE:
        return None
    went = (timezone.now() - row.started_at).total_seconds() if row.started_at else 0.0
    if row.done:
        return max(1, round(went * (row.size - row.done) / row.done))
    whole = estimate_s(row)
    return None if whole is None else max(1, whole - round(went))


def sweep() -> None:
    """Send again what was lost, and end what keeps killing its workers."""
    lost = f"{jobs.MAX_ATTEMPTS} workers were lost over it"
    for row in jobs.sweep(Errand, TASK, UNSEEN, lost):
        row.refresh_from_db()
        Errand.objects.filter(pk=row.pk).update(message=f"{lost}: {reached(row)}")
        drop_file(row)


def forget() -> None:
    """What ended long ago."""
    Errand.objects.filter(ended_at__lt=Now() - KEPT).delete()
