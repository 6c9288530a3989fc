"""Coverage: what the catalog reaches of everybody's lists, and what a system makes of one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from catalog.coverage import Coverage, is_matrix, sections
from catalog.framework import Framework
from catalog.overview import controls_by_function, threats_by_stage
from catalog.types import Catalog
from threatmodel import gate, telling
from threatmodel.core.coverage import Cell, Found
from threatmodel.core.naming import full_name, threat_title
from threatmodel.gate import Person, Right
from threatmodel.telling import Covered

from .catalog import frame, spoken
from .frame import page, system_page

FIRST = "atlas"


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as the page of an entry lists it."""

    row: Found
    title: str
    element: str


@require_safe
@page
def overview(request: HttpRequest, person: Person) -> HttpResponse:
    known = spoken(request, person)
    coverage = Coverage.of(known)
    context = {
        **frame(request, known, "coverage"),
        "lists": [(one, coverage.tallies(one.id)) for one in in_order(known)],
        "threats": threats_by_stage(known),
        "controls": controls_by_function(known),
    }
    return render(request, "catalog/coverage.html", context)


def in_order(known: Catalog) -> list[Framework]:
    """The lists by their titles, a later edition after the one before."""
    return sorted(known.frameworks.values(), key=lambda one: (one.title.lower(), one.edition))


@require_safe
@page
def coverage(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    covered = telling.covered(system)
    framework = _framework(covered, request.GET.get("framework") or FIRST)
    cells = covered.coverage.cells(framework.id)
    parts = [
        (part, [(row, cells[row.entry.id]) for row in part.rows]) for part in sections(framework)
    ]
    matrix = is_matrix(framework)
    context = {
        "framework": framework,
        "matrix": [(p, rows) for p, rows in parts if p.heading and matrix],
        "lists": [(p, rows) for p, rows in parts if not (p.heading and matrix)],
        "share": covered.coverage.share(framework.id),
        "kinds": covered.coverage.by_kind(framework.id),
        "shares": [(one, covered.coverage.share(one.id)) for one in in_order(covered.catalog)],
        "drawn": bool(covered.document.components),
    }
    return system_page(request, person, system, "coverage", "systems/coverage.html", context)


@require_safe
@page
def covered_entry(
    request: HttpRequest, person: Person, id: uuid.UUID, framework: str, entry: str
) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    covered = telling.covered(system)
    source = _framework(covered, framework)
    if entry not in source.entries:
        raise Http404(
            gettext("%(source_title)s has no such entry") % {"source_title": source.title}
        )
    cell = covered.coverage.cells(source.id)[entry]
    context = {
        "framework": source,
        "entry": cell.entry,
        "cell": cell,
        "findings": _lines(covered, cell.findings),
        "waiting": _lines(covered, cell.waiting),
        "settled": _lines(covered, cell.settled),
        **_named(covered, cell),
    }
    template = "systems/coverage-entry.html"
    return system_page(request, person, system, "coverage", template, context)


def _framework(covered: Covered, id: str) -> Framework:
    found = covered.catalog.frameworks.get(id)
    if found is None:
        raise Http404(gettext("The catalog has no such list"))
    return found


def _lines(covered: Covered, findings: tuple[Found, ...]) -> list[Line]:
    return [
        Line(
            one,
            threat_title(covered.document, covered.catalog, one.threat),
            full_name(covered.document, one.element),
        )
        for one in findings
    ]


def _named(covered: Covered, cell: Cell) -> dict[str, Any]:
    catalog = covered.catalog
    return {
        "threats": [catalog.threats[id] for id in cell.reach.threats],
        "by_ways": [catalog.threats[id] for id in cell.reach.by_ways],
        "controls": [catalog.controls[id] for id in cell.reach.controls],
    }
