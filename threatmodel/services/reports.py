"""Reports: asked for, made by a worker, whole or absent.

A worker claims the job with a lease and an attempt's number; everything that it writes repeats
that number, so that of two workers only the one that holds the job is believed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog import load as load_catalog
from threatmodel import events
from threatmodel.core import assess, wire
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs
from threatmodel.formats import sarif
from threatmodel.gate import Person
from threatmodel.models import Report, System
from threatmodel.models.job import JobState
from threatmodel.paper import print_report
from threatmodel.reports.context import Edition
from threatmodel.reports.pdf import write_whole
from threatmodel.reports.svg import ReportError
from threatmodel.rows import read_document, read_inputs

from . import audit
from .refusal import Refusal

log = logging.getLogger(__name__)

MEDIA = {"pdf": "application/pdf", "json": "application/json", "sarif": "application/sarif+json"}
ENDINGS = {"pdf": "pdf", "json": "json", "sarif": "sarif.json"}
PAPERS = ("A4", "Letter")
LEASE = timedelta(minutes=10)
UNSEEN = timedelta(seconds=60)
MOST_ATTEMPTS = 3
MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One system at one revision, read in one transaction."""

    document: Document
    inputs: Inputs
    assessment: Assessment
    revision: int


def request_report(
    system: System, by: Person, *, format: str, options: Mapping[str, str] | None = None
) -> Report:
    """Ask for a report of the system as it stands when a worker takes the job."""
    if format not in MEDIA:
        known = ", ".join(MEDIA)
        raise Refusal(f"Reports are made as {known}; choose one of them", field="format")
    chosen = {name: value for name, value in (options or {}).items() if value}
    if chosen.get("paper", "A4") not in PAPERS:
        raise Refusal("The paper is A4 or Letter", field="paper")
    waiting = system.reports.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).count()
    if waiting >= MOST_WAITING:
        raise Refusal("Enough reports of this system are waiting; try again later", code="limit")
    with transaction.atomic():
        row = Report.objects.create(
            system=system,
            format=format,
            options=chosen,
            created_by=by.user,
            created_by_name=by.name,
        )
        events.enqueue("make_report", row.pk)
        audit.note(system.workspace, by, "report", f"{system.name} as {format}")
    return row


def make(report_id: str) -> None:
    """Do the job, if it is still to be done and nobody else is at it."""
    row = _claim(report_id)
    if row is None:
        return
    try:
        snapshot = _snapshot(row.system_id)
        _keep(row, progress=0.2, revision=snapshot.revision)
        body = _write(row, snapshot)
        target = f"reports/{row.pk}-{row.attempt}.{ENDINGS[row.format]}"
        write_whole(Path(row.file.storage.path(target)), body)
    except ReportError as error:
        _end(row, JobState.FAILED, message=str(error))
    except Exception:
        log.exception("report %s failed", row.pk)
        _end(row, JobState.FAILED, message="The report could not be made; it has been logged")
    else:
        digest = hashlib.sha256(body).hexdigest()
        _end(
            row, JobState.SUCCEEDED, file=target, sha256=digest, size=len(body), progress=1.0,
            message="",
        )  # fmt: skip


def sweep() -> None:
    """Ring again for jobs whose message or worker was lost; give up after three attempts."""
    now = timezone.now()
    lost = Q(state=JobState.QUEUED, created_at__lt=now - UNSEEN) | Q(
        state=JobState.RUNNING, lease_until__lt=now
    )
    for row in Report.objects.filter(lost)[:100]:
        if row.attempt >= MOST_ATTEMPTS:
            message = f"{MOST_ATTEMPTS} workers were lost while making it; ask for it again"
            _end(row, JobState.FAILED, message=message)
        else:
            events.enqueue("make_report", row.pk)


def _claim(report_id: str) -> Report | None:
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    claimed = Report.objects.filter(free, pk=report_id, attempt__lt=MOST_ATTEMPTS).update(
        state=JobState.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + LEASE,
        started_at=now,
        message="",
    )
    return Report.objects.get(pk=report_id) if claimed else None


def _keep(row: Report, **values: object) -> bool:
    """Write only while the attempt is still ours."""
    mine = Report.objects.filter(pk=row.pk, state=JobState.RUNNING, attempt=row.attempt)
    return bool(mine.update(**values))


def _end(row: Report, state: JobState, **values: object) -> None:
    done = {"state": state, "ended_at": timezone.now(), "lease_until": None}
    unended = Report.objects.filter(
        pk=row.pk, attempt=row.attempt, state__in=(JobState.QUEUED, JobState.RUNNING)
    )
    unended.update(**done, **values)


def _snapshot(system_id: uuid.UUID) -> Snapshot:
    catalog = load_catalog()
    with transaction.atomic():
        system = System.objects.get(pk=system_id)
        document, inputs = read_document(system, catalog), read_inputs(system)
    assessment = assess(document, catalog, inputs, as_of=system.as_of)
    return Snapshot(document, inputs, assessment, system.revision)


def _write(row: Report, snapshot: Snapshot) -> bytes:
    catalog, document = load_catalog(), snapshot.document
    if row.format == "json":
        told = wire.to_json(snapshot.assessment, catalog, document)
        return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"
    if row.format == "sarif":
        return sarif.write(snapshot.assessment, catalog, document)
    edition = Edition(
        revision=snapshot.revision,
        made_on=timezone.localdate(),
        made_by=row.created_by_name,
        classification=row.options.get("classification", "Confidential"),
        paper=row.options.get("paper", "A4"),
    )
    return print_report(
        document, snapshot.assessment, catalog, snapshot.inputs, edition, row.created_at
    )
