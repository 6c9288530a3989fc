"""A report laid out: its context into the templates of templates/report/, those into a PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime

from django.template.loader import render_to_string

from catalog.types import Catalog
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs
from threatmodel.formats import bartizan
from threatmodel.formats.baselines import Baseline
from threatmodel.formats.belongings import Belongings
from threatmodel.formats.carried import carrying
from threatmodel.formats.history import History
from threatmodel.release import VERSION
from threatmodel.reports import letters, pdf
from threatmodel.reports.build import build
from threatmodel.reports.context import Context, Edition
from threatmodel.reports.sections import FOLDER, SECTIONS

# A browser has fonts of its own for the other scripts; each one inside costs every reader.
SCREEN_FONTS = ("latin.woff2", "latin-ext.woff2")


def page(report: Context, made_at: datetime) -> str:
    """The whole report as one HTML page; a section is a file, in the order of its number."""
    logo = pdf.BASE + pdf.LOGO if report.edition.logo else ""
    faces = [(pdf.family(name), pdf.BASE + name) for name in pdf.fonts()]
    filled = _filled(report, made_at, faces, logo)
    lost = letters.told(letters.lost(filled))
    return _filled(report, made_at, faces, logo, lost=lost) if lost else filled


def web_page(report: Context, made_at: datetime) -> bytes:
    """The report as one file for a browser: fonts, pictures and style inside, nothing fetched."""
    fonts = pdf.fonts().items()
    faces = [
        (pdf.family(name), _inside("font/woff2", body))
        for name, body in fonts
        if name in SCREEN_FONTS
    ]
    logo = _inside("image/png", report.edition.logo) if report.edition.logo else ""
    return _filled(report, made_at, faces, logo, (FOLDER / "screen.css").read_text()).encode()


def _filled(
    report: Context,
    made_at: datetime,
    faces: list[tuple[str, str]],
    logo: str,
    screen: str = "",
    lost: str = "",
) -> str:
    context = {
        "report": report,
        "sections": [f"report/{SECTIONS[name].file}" for name, _ in report.contents],
        "logo": logo,
        "css": (FOLDER / "report.css").read_text(),
        "faces": faces,
        "made_at": made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "screen": screen,
        "lost": lost,
        "version": VERSION,
    }
    return render_to_string("report/page.html", context)


def _inside(media: str, body: bytes) -> str:
    return f"data:{media};base64,{b64encode(body).decode()}"


def print_report(
    document: Document,
    assessment: Assessment,
    catalog: Catalog,
    inputs: Inputs,
    edition: Edition,
    made_at: datetime,
    baselines: Iterable[Baseline] = (),
    told: History | None = None,
    belonging: Belongings | None = None,
    engine: Engine | None = None,
) -> bytes:
    """The report as PDF, carrying everything that it was made from; `engine` as for `build`."""
    report = build(document, assessment, catalog, inputs, edition, engine)
    carried = bartizan.write(
        carrying(document, catalog), inputs, baselines=baselines, told=told, belonging=belonging
    )
    from threatmodel.reports import press  # here, so that who prints nothing does not hold it

    logo = report.edition.logo
    return press.render(page(report, made_at), carried, made_at, document.system.name, logo)
