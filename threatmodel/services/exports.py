"""A system at one revision as the bytes of a report, in every format."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog import Catalog
from threatmodel.core import wire
from threatmodel.core.assessment import Engine
from threatmodel.core.comparison import State
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs
from threatmodel.core.naming import plural
from threatmodel.formats import atlaslayer, bartizan, csvfile, sarif, xlsx
from threatmodel.formats.carried import carrying
from threatmodel.live import catalogs
from threatmodel.models import Report, System
from threatmodel.paper import print_report, web_page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.reports.since import Named, Since, since
from threatmodel.robustness import attacks
from threatmodel.rows import read_document, read_inputs

from . import belongings, looks, records
from .baselines import carried, kept
from .told import brought, told

# Each fills a page with its charts; older ones are told in a line.
MOST_RUNS = 12


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One system at one revision, read in one transaction; what follows is worked out once."""

    system: System
    catalog: Catalog
    document: Document
    inputs: Inputs
    engine: Engine
    assessment: Assessment

    @property
    def revision(self) -> int:
        return self.system.revision


def snapshot(system_id: uuid.UUID) -> Snapshot:
    with transaction.atomic():
        system = System.objects.get(pk=system_id)
        catalog = catalogs.of(system)
        document, inputs = read_document(system, catalog), read_inputs(system)
    engine = Engine(document, catalog, inputs, system.as_of)
    return Snapshot(system, catalog, document, inputs, engine, engine.assessment)


def write(row: Report, of: Snapshot) -> bytes:
    """The report that was asked for."""
    return WRITERS[row.format](row, of)


def _json(row: Report, of: Snapshot) -> bytes:
    found = wire.to_json(of.assessment, of.catalog, of.document)
    return json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"


def _whole(row: Report, of: Snapshot) -> bytes:
    """The full export: what is drawn, entered, named, said and done, to be read back."""
    drawn = carrying(of.document, of.catalog)
    beside = belongings.of(of.system)
    return bartizan.write(
        drawn, of.inputs, baselines=carried(of.system), told=told(of.system), belonging=beside
    )


def _workbook(row: Report, of: Snapshot) -> bytes:
    beside = belongings.of(of.system, files=False)
    about = (of.assessment, of.catalog, of.document, of.inputs)
    return xlsx.write(*about, row.created_at, beside)


def _page(row: Report, of: Snapshot) -> bytes:
    about = (of.document, of.assessment, of.catalog, of.inputs)
    return web_page(build(*about, edition(row, of), of.engine), row.created_at)


def _pdf(row: Report, of: Snapshot) -> bytes:
    about = (of.document, of.assessment, of.catalog, of.inputs)
    named, said = carried(of.system), told(of.system)
    # Attached files are named only: a report goes to readers whom nobody showed them.
    beside = belongings.of(of.system, files=False)
    made = (edition(row, of), row.created_at)
    return print_report(*about, *made, named, said, beside, of.engine)


WRITERS: Mapping[str, Callable[[Report, Snapshot], bytes]] = {
    "pdf": _pdf,
    "html": _page,
    "xlsx": _workbook,
    "csv": lambda row, of: csvfile.write(of.assessment, of.catalog, of.document),
    "bartizan": _whole,
    "json": _json,
    "sarif": lambda row, of: sarif.write(of.assessment, of.catalog, of.document),
    "atlas-layer": lambda row, of: atlaslayer.write(of.assessment, of.catalog, of.document),
}


def edition(row: Report, of: Snapshot) -> Edition:
    look = looks.of(of.system.workspace)
    return Edition(
        revision=of.revision,
        made_on=timezone.localdate(),
        made_by=row.created_by_name,
        classification=row.options.get("classification", "Confidential"),
        paper=row.options.get("paper", "A4"),
        since=_since(of),
        workshops=records.printed(of.system),
        disciplines=records.disciplines(of.system),
        workspace=of.system.workspace.name,
        logo=look.logo,
        accent=look.accent,
        sections=frozenset(row.options.get("sections", ())),
        elsewhere=_elsewhere(of.system),
        tests={id: test.name for id, test in attacks.load().items()},
        runs=_runs(of.system),
    )


def _runs(system: System) -> dict[str, Any]:
    """What the newest runs found in full, by their evidence."""
    rows = system.evidence.filter(run__result__isnull=False).select_related("run")
    newest = rows.order_by("-created_at")[:MOST_RUNS]
    return {str(row.pk): row.run.result for row in newest if row.run}


def _since(of: Snapshot) -> Since | None:
    """What has changed since the baseline that was kept last, here: a file's may be of anything."""
    row = of.system.baselines.filter(origin="entered").first()
    if row is None:
        return None
    before, found = kept(row), of.assessment
    after = State(of.document, found.findings, found.summary)
    named = Named(row.name, row.note, row.revision, row.at.date(), row.by_name)
    return since(named, before.state, after, (before.catalog, of.catalog))


def _elsewhere(system: System) -> str:
    """That a file brought a record of another place, which this report carries on."""
    found = brought(system)
    if not found:
        return ""
    counts = (
        plural(len(found.comments), "comment"),
        plural(len(found.workshops), "workshop"),
        plural(len(found.log), "entry of the log", "entries of the log"),
    )
    return (
        f"The file that this system was read from tells of another place: {', '.join(counts)}. "
        "The document in this report carries them on."
    )
