"""What no test has said anything about, and why: what is handed to penetration testers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.types import Catalog, Level, Threat
from threatmodel.core.document import Document
from threatmodel.core.naming import full_name, threat_title
from threatmodel.live import catalogs
from threatmodel.models import FindingRow, LinkedModel, System
from threatmodel.robustness import attacks

from . import models

OPEN_VERDICTS = ("untested", "not testable here", "stale", "inconclusive")
COLUMNS = ("finding", "threat", "component", "risk", "verdict", "why", "what to try", "references")


@dataclass(frozen=True, slots=True)
class Gap:
    """A finding that nobody has tested, why, and what a tester may begin with."""

    key: str
    title: str
    element: str
    residual: Level
    verdict: str
    why: str
    tests: tuple[str, ...]
    references: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        tried, named = "; ".join(self.tests), "; ".join(self.references)
        return (
            self.key, self.title, self.element, self.residual.key, self.verdict, self.why,
            tried, named,
        )  # fmt: skip


def gaps(system: System, document: Document) -> list[Gap]:
    """Open findings that no test of the present model has judged, the gravest first."""
    catalog = catalogs.of(system)
    linked = {one.element_id: one for one in models.linked(system)}
    rows = system.findings.filter(applies="yes", verdict__in=OPEN_VERDICTS)
    found = [_gap(row, catalog, document, linked) for row in rows.exclude(treatment="dismissed")]
    return sorted(found, key=lambda one: (-one.residual, one.title, one.element))


def _gap(
    row: FindingRow, catalog: Catalog, document: Document, linked: dict[str, LinkedModel]
) -> Gap:
    threat = catalog.threats.get(row.threat)
    return Gap(
        key=row.key,
        title=threat_title(document, catalog, row.threat),
        element=full_name(document, row.element),
        residual=Level(row.residual),
        verdict=row.verdict,
        why=_why(row, threat, linked.get(row.element)),
        tests=_names(threat.tests if threat else ()),
        references=_references(threat),
    )


def _why(row: FindingRow, threat: Threat | None, model: LinkedModel | None) -> str:
    if threat is None or not threat.tests:
        return "Not testable here because no test of a model can show it."
    if row.verdict in ("stale", "inconclusive"):
        return "What was measured counts no more." if row.verdict == "stale" else "Too little said."
    if model is None:
        return "Not testable here because no model is linked to this element."
    offers = model.dataset.get("offers", ())
    known = [attacks.load()[name] for name in threat.tests if name in attacks.load()]
    reasons = {test.why_not(offers) for test in known}
    if "" in reasons or not known:
        return "It could be tested here and has not been."
    return "Not testable here because " + "; ".join(sorted(reasons)) + "."


def _names(tests: Iterable[str]) -> tuple[str, ...]:
    known = attacks.load()
    return tuple(known[name].name if name in known else name for name in tests)


def _references(threat: Threat | None) -> tuple[str, ...]:
    if threat is None:
        return ()
    return tuple(entry for entries in threat.references.values() for entry in entries)


def to_csv(found: Iterable[Gap]) -> str:
    """One line a finding. A cell that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(cell) for cell in one.cells()] for one in found)
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


def to_markdown(found: list[Gap], name: str) -> str:
    """A plan that people can work through, a section for each finding."""
    lines = [f"# Penetration test plan: {_plain(name)}", ""]
    lines += [f"{len(found)} findings that no test has judged yet, the gravest first.", ""]
    for number, one in enumerate(found, 1):
        lines += [f"## {number}. {_plain(one.title)}", ""]
        lines += [f"- Where: {_plain(one.element)} (`{one.key}`)"]
        lines += [f"- Residual risk: {one.residual.key}", f"- Verdict: {one.verdict}. {one.why}"]
        if one.tests:
            lines += [f"- Begin with: {', '.join(one.tests)}"]
        if one.references:
            lines += [f"- References: {', '.join(one.references)}"]
        lines += ["- Tried: ", "- Found: ", "- Evidence: ", ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Names are people's: no line break and no markup of theirs gets into the plan."""
    flat = " ".join(text.split())
    for mark in "\\`*_[]<>#|!":
        flat = flat.replace(mark, f"\\{mark}")
    return flat
