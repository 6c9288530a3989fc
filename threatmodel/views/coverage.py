"""Coverage: what the catalog reaches of everybody's lists, and what a system makes of one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.coverage import Coverage, is_matrix, sections
from catalog.framework import Framework
from catalog.types import Catalog, Control, Threat
from threatmodel import gate, telling
from threatmodel.core.coverage import Cell, Found
from threatmodel.gate import Person, Right
from threatmodel.reports.naming import element_name, threat_title
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
        "attacks": _attacks(known),
        "countermeasures": _countermeasures(known),
    }
    return render(request, "catalog/coverage.html", context)


def in_order(known: Catalog) -> list[Framework]:
    """The lists by their titles, a later edition after the one before."""
    return sorted(known.frameworks.values(), key=lambda one: (one.title.lower(), one.edition))


def _attacks(known: Catalog) -> Mapping[str, list[tuple[Threat, list[str]]]]:
    """Threats with what they strike, by the stage at which they strike first."""
    found: dict[str, list[tuple[Threat, list[str]]]] = {name: [] for name in known.stages.values()}
    found["Between components"] = []
    for threat in known.threats.values():
        types = [known.component_types[id] for id in threat.effect_on.type]
        kinds = [f"{known.flow_kinds[id].name} flows" for id in threat.effect_on.flow]
        stage = known.stages[types[0].stage] if types else "Between components"
        found[stage].append((threat, [*(one.name for one in types), *kinds]))
    return {stage: rows for stage, rows in found.items() if rows}


def _countermeasures(known: Catalog) -> Mapping[str, list[tuple[Control, int]]]:
    """Controls with how many threats they answer or show, by what they do."""
    acting = [
        {*(pair.control for pair in one.answered_by), *one.detected_by}
        for one in known.threats.values()
    ]
    found: dict[str, list[tuple[Control, int]]] = {}
    for control in known.controls.values():
        count = sum(control.id in ids for ids in acting)
        found.setdefault(control.function, []).append((control, count))
    return found


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
        raise Http404(f"{source.title} has no such entry")
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
        raise Http404("The catalog has no such list")
    return found


def _lines(covered: Covered, findings: tuple[Found, ...]) -> list[Line]:
    return [
        Line(
            one,
            threat_title(covered.document, covered.catalog, one.threat),
            element_name(covered.document, one.element),
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
