"""Reports: asked for, made by a worker, whole or absent."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from threatmodel import events
from threatmodel.formats import bartizan
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import Report, System
from threatmodel.models.job import JobState
from threatmodel.reports import letters
from threatmodel.reports.pdf import write_whole
from threatmodel.reports.sections import OPTIONAL
from threatmodel.rows import read_document, read_inputs

from . import audit, exports, jobs
from .refusal import Refusal

log = logging.getLogger(__name__)

MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "bartizan": "application/json",
    "json": "application/json",
    "sarif": "application/sarif+json",
    "atlas-layer": "application/json",
}
ENDINGS = {name: name for name in MEDIA} | {
    "bartizan": "bartizan.json",
    "sarif": "sarif.json",
    "atlas-layer": "layer.json",
}
PAPERS = ("A4", "Letter")
LEASE = timedelta(minutes=10)
UNSEEN = timedelta(seconds=60)
TASK = "make_report"
MOST_WAITING = 20
# Reports whose time says how long the next takes.
LATEST = 9
# From a system's id and a format to seconds.
Usual = Callable[[uuid.UUID, str], float | None]


def request_report(
    system: System, by: Person, *, format: str, options: Mapping[str, object] | None = None
) -> Report:
    """Ask for a report of the system as it stands when a worker takes the job."""
    if format not in MEDIA:
        known = ", ".join(MEDIA)
        raise Refusal(f"Reports are made as {known}; choose one of them", field="format")
    waiting = system.reports.filter(state__in=jobs.ACTIVE).count()
    if waiting >= MOST_WAITING:
        raise Refusal("Enough reports of this system are waiting; try again later", code="limit")
    with transaction.atomic():
        row = Report.objects.create(
            system=system,
            format=format,
            options=checked(options or {}),
            created_by=by.user,
            created_by_name=by.name,
        )
        events.enqueue(TASK, row.pk)
        audit.note(system.workspace, by, "report", f"{system.name} as {format}")
    return row


def checked(options: Mapping[str, object]) -> dict[str, object]:
    """Options that a report can have; those that say nothing are left out."""
    chosen = {name: value for name, value in options.items() if value}
    if chosen.get("paper", "A4") not in PAPERS:
        raise Refusal("The paper is A4 or Letter", field="paper")
    sections = chosen.get("sections", ())
    names = list(sections) if isinstance(sections, list | tuple) else [sections]
    strange = [name for name in names if name not in OPTIONAL]
    if strange:
        message = f"There is no section '{str(strange[0])[:40]}'; use {', '.join(OPTIONAL)}"
        raise Refusal(message, field="sections")
    return chosen | ({"sections": sorted(names, key=OPTIONAL.index)} if names else {})


def unprintable(system: System) -> tuple[str, ...]:
    """The letters of what people typed that a PDF made here would show as boxes."""
    document, inputs = read_document(system, catalogs.of(system)), read_inputs(system)
    return letters.lost(bartizan.write(document, inputs).decode())


def cancel(row: Report, by: Person) -> Report:
    """End a report at once; a worker that is at it writes nothing more. An ended one stays."""
    ended = Report.objects.filter(pk=row.pk, state__in=jobs.ACTIVE).update(
        state=JobState.CANCELLED, message="Cancelled", ended_at=Now(), lease_until=None
    )
    if ended:
        audit.note(row.system.workspace, by, "report cancelled", f"{row.system} as {row.format}")
    row.refresh_from_db()
    return row


def ahead(row: Report) -> int:
    """How many reports the workers take first."""
    return jobs.ahead(row)


def usual_s(system_id: uuid.UUID, format: str) -> float | None:
    """How long the latest of a format took; None where there were none."""
    made = Report.objects.filter(format=format, state=JobState.SUCCEEDED, system=system_id)
    spans = made.exclude(started_at=None).values_list("started_at", "ended_at")[:LATEST]
    lasted = [(end - begin).total_seconds() for begin, end in spans if begin and end]
    return median(lasted) if lasted else None


def estimate_s(row: Report, usual: Usual = usual_s) -> int | None:
    """How long it takes from being asked for on; None where that cannot be said, or has ended."""
    lasted = usual(row.system_id, row.format) if row.state in jobs.ACTIVE else None
    return None if lasted is None else round(lasted * (1 + ahead(row)) + 0.5)


def left_s(row: Report, whole: int | None) -> int | None:
    """How long it still takes, of what it takes in all; None where that cannot be said."""
    if whole is None or row.started_at is None:
        return whole
    return max(1, whole - round((timezone.now() - row.started_at).total_seconds()))


def make(report_id: str) -> None:
    """Do the job, if it is still to be done and nobody else is at it."""
    row = jobs.claim(Report, report_id, LEASE)
    if row is None:
        return
    try:
        _make(row)
    except jobs.Lost:
        log.warning("report %s was cancelled or taken over by another worker", row.pk)
    except OSError:
        log.exception("report %s could not be stored", row.pk)
        message = "There was no room to store the report; tell the operator, then ask again"
        jobs.stop(row, JobState.FAILED, message)
    except Exception:
        log.exception("report %s failed", row.pk)
        jobs.stop(row, JobState.FAILED, "The report could not be made; it has been logged")


def _make(row: Report) -> None:
    jobs.write(row, progress=0.05, message="Reading the system")
    of = exports.snapshot(row.system_id)
    count = len(of.assessment.findings)
    message = f"Laying out {count} findings at revision {of.revision}"
    jobs.write(row, progress=0.25, message=message, revision=of.revision)
    body = exports.write(row, of)
    jobs.write(row, progress=0.95, message="Storing")
    _store(row, body)


def _store(row: Report, body: bytes) -> None:
    """The file first, then the row that says it is there; without the row the file goes again."""
    target = f"reports/{row.pk}-{row.attempt}.{ENDINGS[row.format]}"
    write_whole(Path(row.file.storage.path(target)), body)
    made = {"file": target, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
    try:
        jobs.end(row, JobState.SUCCEEDED, "", progress=1, **made)
    except jobs.Lost:
        row.file.storage.delete(target)
        raise


def sweep() -> None:
    """Send again what was lost, and end what keeps killing its workers."""
    message = f"{jobs.MAX_ATTEMPTS} workers were lost while making it; ask for it again"
    jobs.sweep(Report, TASK, UNSEEN, message)
