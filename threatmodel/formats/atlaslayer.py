"""What applies, was measured and is answered, as a layer for the ATLAS Navigator; written only.

The layer format is that of the ATT&CK Navigator; MITRE's own layers of ATLAS use the domain
`atlas-atlas`, name a tactic by its title in lower case with hyphens, and carry the edition as
`atlas_data_version`. A technique stands once under each of its tactics, a sub-technique once.

References
----------
.. [1] MITRE, ATT&CK Navigator Layer File Format Definition, version 4.5.
.. [2] MITRE, atlas-navigator-data, tools/generate_navigator_layer.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from catalog.coverage import Coverage, Row, Section, sections
from catalog.framework import Framework
from catalog.types import Catalog, Level
from threatmodel.core.coverage import Cell, Found, State, SystemCoverage
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.naming import element_name

NAME = "atlas-layer"
TITLE = "ATLAS Navigator layer 4.5"
FRAMEWORK = "atlas"
DOMAIN = "atlas-atlas"
# The Navigator that MITRE's layers of 2026 name; the format asks for 4.9.0 at least.
VERSIONS = {"layer": "4.5", "navigator": "5.3.2"}
COLORS: Mapping[State, tuple[str, str]] = {
    "applies": ("#f3b562", "Applies, neither measured nor answered"),
    "tested": ("#a9b4f5", "Applies, measured"),
    "controlled": ("#86cdbd", "Applies, answered by a control"),
    "both": ("#7fb77e", "Applies, measured and answered"),
    "waiting": ("#d6d9de", "Waits for an answer"),
}
WORDS: Mapping[State, str] = {
    "linked": "No rule of the catalog names it; lists that are linked with it speak of it.",
    "settled": "Avoided or dismissed.",
    "absent": "Does not apply to what is drawn.",
    "none": "No rule of the catalog speaks of it.",
}
NAMED = 5
Json = dict[str, object]


def write(assessment: Assessment, catalog: Catalog, document: Document) -> bytes:
    """One layer over all techniques of ATLAS.

    The score is the highest residual risk of the technique's findings, 1 (very low) to 5 (very
    high); a technique without findings has none. O(techniques + findings).
    """
    framework = catalog.frameworks[FRAMEWORK]
    found = SystemCoverage(Coverage.of(catalog), assessment.findings, _nowhere)
    layer: Json = {
        "name": f"{document.system.name}: ATLAS coverage",
        "versions": VERSIONS,
        "domain": DOMAIN,
        "description": "What of MITRE ATLAS applies to this system, was measured, is answered.",
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "showName": True},
        "hideDisabled": False,
        "techniques": list(_techniques(framework, found.cells(FRAMEWORK), catalog, document)),
        "gradient": {"colors": ["#ffffff", "#b3342d"], "minValue": 0, "maxValue": 5},
        "legendItems": [{"label": words, "color": color} for color, words in COLORS.values()],
        "metadata": _pairs(
            atlas_data_version=framework.edition,
            generated_on=assessment.as_of.isoformat(),
            catalog=assessment.catalog,
            document=assessment.document,
        ),
    }
    return json.dumps(layer, ensure_ascii=False, indent=1).encode() + b"\n"


def _nowhere(element: str) -> tuple[str, ...]:
    """Techniques are named by threats; no list of controls is asked what stands."""
    return ()


def _techniques(
    framework: Framework, cells: Mapping[str, Cell], catalog: Catalog, document: Document
) -> Iterator[Json]:
    told: set[str] = set()
    for section in sections(framework):
        for row in section.rows if section.heading else ():
            if row.depth and row.entry.id in told:
                continue
            told.add(row.entry.id)
            yield {
                **_place(section, row),
                **_seen(cells[row.entry.id], catalog, document),
                "links": [{"label": "MITRE ATLAS", "url": row.entry.url}],
            }


def _place(section: Section, row: Row) -> Json:
    """A sub-technique names no tactic: it stands wherever its technique does."""
    where: Json = {"techniqueID": row.entry.id, "enabled": True}
    if row.depth == 0 and section.heading is not None:
        where |= {
            "tactic": section.heading.title.lower().replace(" ", "-"),
            "showSubtechniques": True,
        }
    return where


def _seen(cell: Cell, catalog: Catalog, document: Document) -> Json:
    seen: Json = {"comment": _comment(cell, document)}
    if cell.state in COLORS:
        seen["color"] = COLORS[cell.state][0]
    if cell.by_link or cell.worst is None:
        return seen
    worst = Level(cell.worst)
    titles = dict.fromkeys(_title(one.threat, catalog) for one in cell.findings)
    counts = _pairs(
        findings=str(len(cell.findings)),
        measured=str(cell.tested),
        answered=str(cell.controlled),
        residual=worst.key,
    )
    threats = [{"name": "threat", "value": title} for title in titles]
    return {**seen, "score": worst + 1, "metadata": [*counts, *threats]}


def _comment(cell: Cell, document: Document) -> str:
    if cell.state in WORDS:
        return WORDS[cell.state]
    if cell.state == "waiting":
        return f"Waits for an answer about {_elements(cell.waiting, document)}."
    return f"Applies to {_elements(cell.findings, document)}."


def _elements(findings: Iterable[Found], document: Document) -> str:
    ids = dict.fromkeys(one.element for one in findings)
    names = [element_name(document, id) for id in ids]
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _title(threat: str, catalog: Catalog) -> str:
    return catalog.threats[threat].title if threat in catalog.threats else threat


def _pairs(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
