"""Coverage: what the catalog reaches of everybody's lists, and what a system makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.coverage import Coverage, Tally, is_matrix
from catalog.framework import Framework
from catalog.types import Catalog, Level
from threatmodel import gate, telling
from threatmodel.core.coverage import Cell, Found
from threatmodel.gate import Right
from threatmodel.telling import Covered

from .catalog import QUERY, CatalogView, tagged
from .view import View, choice, matches


class Lists(CatalogView):
    @extend_schema(parameters=QUERY, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        known = self.known()
        return tagged(request, known, "coverage", lambda: _listed(_reached(known)))


class SystemLists(View):
    """A system against every list in counts, or against one entry by entry."""

    @extend_schema(parameters=[OpenApiParameter("framework")], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, id: str) -> Response:
        system = gate.system(self.person(), id, Right.READ)
        name = request.query_params.get("framework", "")
        tag = f'"{system.pk}-{system.revision}-{system.changed_at.timestamp()}-{name[:64]}"'
        if matches(request, tag):
            return Response(status=304, headers={"ETag": tag})
        covered = telling.covered(system)
        name = choice(request, "framework", tuple(covered.catalog.frameworks))
        return Response(
            _entries(covered, name) if name else _shares(covered), headers={"ETag": tag}
        )


def _listed(results: Iterable[dict[str, Any]]) -> dict[str, Any]:
    found = list(results)
    return {"count": len(found), "next": None, "previous": None, "results": found}


def _reached(known: Catalog) -> Iterable[dict[str, Any]]:
    coverage = Coverage.of(known)
    for framework in known.frameworks.values():
        kinds = [_tally(tally) for tally in coverage.tallies(framework.id)]
        yield {**_framework(framework), "kinds": kinds}


def _framework(one: Framework) -> dict[str, Any]:
    view = "matrix" if is_matrix(one) else "list"
    return {"framework": one.id, "title": one.title, "edition": one.edition, "view": view}


def _tally(one: Tally) -> dict[str, Any]:
    counts: dict[str, Any] = {how: count for how, count in one.by.items()}
    return {"kind": one.kind, "entries": one.of, **counts}


def _shares(covered: Covered) -> dict[str, Any]:
    frameworks = covered.catalog.frameworks.values()
    shares = ((one, covered.coverage.share(one.id)) for one in frameworks)
    return _listed({**_framework(one), **asdict(share)} for one, share in shares)


def _entries(covered: Covered, name: str) -> dict[str, Any]:
    framework = covered.catalog.frameworks[name]
    cells = covered.coverage.cells(name).values()
    return {**_framework(framework), **_listed(_cell(cell) for cell in cells)}


def _cell(cell: Cell) -> dict[str, Any]:
    entry, worst = cell.entry, cell.worst
    return {
        "id": entry.id,
        "title": entry.title,
        "kind": entry.kind,
        "parent": entry.parent,
        "groups": list(entry.groups),
        "state": cell.state,
        "basis": cell.basis,
        "residual": None if worst is None else Level(worst).key,
        "findings": _keys(cell.findings),
        "conditional": _keys(cell.waiting),
        "settled": _keys(cell.settled),
        "tested": cell.tested,
        "controlled": cell.controlled,
        "threats": list(cell.reach.threats),
        "controls": list(cell.reach.controls),
    }


def _keys(findings: Iterable[Found]) -> list[str]:
    return [one.key for one in findings]
