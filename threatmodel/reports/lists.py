"""What of everybody's lists applies, was tested and is controlled, for the report."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.coverage import Coverage, Section, sections
from catalog.framework import Framework
from catalog.types import Catalog, Level
from threatmodel.core.coverage import Cell, SystemCoverage, standing_at
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs

from .context import CoveredEntry, ListCoverage, Mark


def covered(
    document: Document, assessment: Assessment, catalog: Catalog, inputs: Inputs
) -> tuple[ListCoverage, ...]:
    """Lists of which something applies, by their titles; an entry that links only tell is left out.

    Notes
    -----
    O(entries of all lists + findings).
    """
    standing = standing_at(document, catalog, inputs.mitigations)
    found = SystemCoverage(Coverage.of(catalog), assessment.findings, standing)
    told = (_told(framework, found) for framework in catalog.frameworks.values())
    with_some = (one for one in told if one.share.applies)
    return tuple(sorted(with_some, key=lambda one: (one.framework.title, one.framework.edition)))


def _told(framework: Framework, found: SystemCoverage) -> ListCoverage:
    cells = found.cells(framework.id)
    parts = ((_heading(part), _entries(part, cells)) for part in sections(framework))
    groups = tuple((heading, entries) for heading, entries in parts if entries)
    return ListCoverage(framework, found.share(framework.id), groups)


def _heading(part: Section) -> str:
    if part.heading is None:
        return part.kind.capitalize()
    return part.heading.title or part.heading.id


def _entries(part: Section, cells: Mapping[str, Cell]) -> tuple[CoveredEntry, ...]:
    rows = (cells[row.entry.id] for row in part.rows)
    return tuple(_entry(cell) for cell in rows if cell.findings and not cell.by_link)


def _entry(cell: Cell) -> CoveredEntry:
    worst = Mark(None if cell.worst is None else Level(cell.worst))
    return CoveredEntry(cell.entry, worst, len(cell.findings), cell.tested, cell.controlled)
