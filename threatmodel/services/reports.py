"""Reports: asked for, made by a worker, whole or absent."""

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
from django.utils import timezone

from catalog import Catalog
from threatmodel import events
from threatmodel.core import assess, wire
from threatmodel.core.comparison import State
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs
from threatmodel.formats import atlaslayer, bartizan, csvfile, sarif, xlsx
from threatmodel.formats.carried import carrying
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import Report, System
from threatmodel.models.job import JobState
from threatmodel.paper import print_report, web_page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.reports.pdf import write_whole
from threatmodel.reports.since import Named, Since, since
from threatmodel.reports.svg import ReportError
from threatmodel.rows import read_document, read_inputs

from . import audit, jobs, records
from .baselines import carried, kept
from .refusal import Refusal
from .told import told

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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One system at one revision, read in one transaction."""

    catalog: Catalog
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
    waiting = system.reports.filter(state__in=jobs.ACTIVE).count()
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
        events.enqueue(TASK, row.pk)
        audit.note(system.workspace, by, "report", f"{system.name} as {format}")
    return row


def make(report_id: str) -> None:
    """Do the job, if it is still to be done and nobody else is at it."""
    row = jobs.claim(Report, report_id, LEASE)
    if row is None:
        return
    try:
        _make(row)
    except jobs.Lost:
        log.warning("report %s was taken over by another worker", row.pk)
    except ReportError as error:
        jobs.stop(row, JobState.FAILED, str(error))
    except Exception:
        log.exception("report %s failed", row.pk)
        jobs.stop(row, JobState.FAILED, "The report could not be made; it has been logged")


def _make(row: Report) -> None:
    snapshot = _snapshot(row.system_id)
    jobs.write(row, progress=0.2, revision=snapshot.revision)
    body = _write(row, snapshot)
    target = f"reports/{row.pk}-{row.attempt}.{ENDINGS[row.format]}"
    write_whole(Path(row.file.storage.path(target)), body)
    digest = hashlib.sha256(body).hexdigest()
    made = {"file": target, "sha256": digest, "size": len(body)}
    jobs.end(row, JobState.SUCCEEDED, "", progress=1, **made)


def sweep() -> None:
    """Send again what was lost, and end what keeps killing its workers."""
    message = f"{jobs.MAX_ATTEMPTS} workers were lost while making it; ask for it again"
    jobs.sweep(Report, TASK, UNSEEN, message)


def _snapshot(system_id: uuid.UUID) -> Snapshot:
    with transaction.atomic():
        system = System.objects.get(pk=system_id)
        catalog = catalogs.of(system)
        document, inputs = read_document(system, catalog), read_inputs(system)
    assessment = assess(document, catalog, inputs, as_of=system.as_of)
    return Snapshot(catalog, document, inputs, assessment, system.revision)


def _since(system: System, snapshot: Snapshot) -> Since | None:
    """What has changed since the baseline that was kept last, here: a file's may be of anything."""
    row = system.baselines.filter(origin="entered").first()
    if row is None:
        return None
    before, found = kept(row), snapshot.assessment
    after = State(snapshot.document, found.findings, found.summary)
    named = Named(row.name, row.note, row.revision, row.at.date(), row.by_name)
    return since(named, before.state, after, (before.catalog, snapshot.catalog))


def _write(row: Report, snapshot: Snapshot) -> bytes:
    catalog, document = snapshot.catalog, snapshot.document
    if row.format == "json":
        told = wire.to_json(snapshot.assessment, catalog, document)
        return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"
    if row.format == "sarif":
        return sarif.write(snapshot.assessment, catalog, document)
    if row.format == "atlas-layer":
        return atlaslayer.write(snapshot.assessment, catalog, document)
    if row.format == "csv":
        return csvfile.write(snapshot.assessment, catalog, document)
    if row.format == "xlsx":
        return xlsx.write(snapshot.assessment, catalog, document, snapshot.inputs, row.created_at)
    if row.format == "bartizan":
        return _whole(row.system, snapshot)
    return _printed(row, snapshot)


def _whole(system: System, snapshot: Snapshot) -> bytes:
    """The full export: what is drawn, entered, named, said and done, to be read back."""
    drawn = carrying(snapshot.document, snapshot.catalog)
    named = carried(system)
    return bartizan.write(drawn, snapshot.inputs, baselines=named, told=told(system))


def _printed(row: Report, snapshot: Snapshot) -> bytes:
    """The report for people: as a page for browsers, or as PDF with its document attached."""
    about = (snapshot.document, snapshot.assessment, snapshot.catalog, snapshot.inputs)
    edition = _edition(row, snapshot)
    if row.format == "html":
        return web_page(build(*about, edition), row.created_at)
    return print_report(*about, edition, row.created_at, carried(row.system), told(row.system))


def _edition(row: Report, snapshot: Snapshot) -> Edition:
    return Edition(
        revision=snapshot.revision,
        made_on=timezone.localdate(),
        made_by=row.created_by_name,
        classification=row.options.get("classification", "Confidential"),
        paper=row.options.get("paper", "A4"),
        since=_since(row.system, snapshot),
        workshops=records.printed(row.system),
        disciplines=records.disciplines(row.system),
    )
