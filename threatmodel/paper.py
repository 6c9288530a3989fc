"""A report laid out: its context into the templates of templates/report/, those into a PDF."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string

from catalog.types import Catalog
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs
from threatmodel.formats import bartizan
from threatmodel.formats.baselines import Baseline
from threatmodel.formats.carried import carrying
from threatmodel.reports import pdf
from threatmodel.reports.build import build
from threatmodel.reports.context import Context, Edition

FOLDER = settings.BASE_DIR / "templates" / "report"


def page(report: Context, made_at: datetime) -> str:
    """The whole report as one HTML page; a section is a file, in the order of its number."""
    context = {
        "report": report,
        "sections": sorted(f"report/{file.name}" for file in FOLDER.glob("[0-9][0-9]-*.html")),
        "css": (FOLDER / "report.css").read_text(),
        "faces": [pdf.BASE + name for name in pdf.fonts()],
        "made_at": made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return render_to_string("report/page.html", context)


def print_report(
    document: Document,
    assessment: Assessment,
    catalog: Catalog,
    inputs: Inputs,
    edition: Edition,
    made_at: datetime,
    baselines: Iterable[Baseline] = (),
) -> bytes:
    """The report as PDF, carrying everything that it was made from."""
    report = build(document, assessment, catalog, inputs, edition)
    carried = bartizan.write(carrying(document, catalog), inputs, baselines=baselines)
    return pdf.render(page(report, made_at), carried, made_at, document.system.name)
