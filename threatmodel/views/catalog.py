"""The catalog as a reference book: a list by sort, and one entry in a readable column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import load
from catalog.editions import changes
from catalog.framework import Crosswalk
from catalog.types import Catalog
from threatmodel.reports.references import references

SORTS = {
    "threats": "Threats",
    "controls": "Controls",
    "components": "Component types",
    "adversaries": "Adversaries",
    "frameworks": "Frameworks",
    "blueprints": "Blueprints",
}


def _entries(catalog: Catalog, sort: str) -> Mapping[str, Any]:
    found: dict[str, Mapping[str, Any]] = {
        "threats": catalog.threats,
        "controls": catalog.controls,
        "components": catalog.component_types,
        "adversaries": catalog.adversaries,
        "frameworks": catalog.frameworks,
    }
    if sort not in found:
        raise Http404("There is no such part of the catalog")
    return found[sort]


def _title(entry: Any) -> str:
    return str(getattr(entry, "title", "") or getattr(entry, "name", ""))


@login_required
@require_safe
def catalog(request: HttpRequest, sort: str = "threats") -> HttpResponse:
    known = load()
    words = request.GET.get("q", "").strip().lower()[:200]
    entries = sorted(_entries(known, sort).values(), key=lambda entry: _title(entry).lower())
    shown = [
        entry
        for entry in entries
        if words in f"{entry.id} {_title(entry)} {getattr(entry, 'description', '')}".lower()
    ]
    context = {
        "section": "catalog",
        "catalog": known,
        "sort": sort,
        "sorts": SORTS,
        "entries": [(entry, _title(entry)) for entry in shown],
        "q": request.GET.get("q", ""),
        "total": len(entries),
    }
    return render(request, "catalog/list.html", context)


@login_required
@require_safe
def entry(request: HttpRequest, sort: str, id: str) -> HttpResponse:
    known = load()
    found = _entries(known, sort).get(id)
    if found is None:
        raise Http404("The catalog has no such entry")
    context = {
        "section": "catalog",
        "catalog": known,
        "sort": sort,
        "sorts": SORTS,
        "entry": found,
        "title": _title(found),
        "references": references(known, getattr(found, "references", {})),
        "related": _related(known, sort, id),
    }
    if sort == "frameworks":
        context |= {"changes": changes(known, id), "crosswalks": _crosswalks(known, id)}
    return render(request, f"catalog/{sort}.html", context)


def _related(known: Catalog, sort: str, id: str) -> list[Any]:
    """Threats that a control answers, that strike a component type, or that cite a framework."""
    threats = known.threats.values()
    if sort == "controls":
        return [t for t in threats if any(pair.control == id for pair in t.answered_by)]
    if sort == "components":
        lineage = known.lineage_of(id)
        return [t for t in threats if set(t.effect_on.type) & set(lineage)]
    if sort == "frameworks":
        return [t for t in threats if id in t.references]
    return []


def _crosswalks(known: Catalog, id: str) -> list[Crosswalk]:
    """Those with a link that begins or ends in this framework."""
    return [
        crosswalk
        for crosswalk in known.crosswalks.values()
        if any(id in (link.source.framework, link.target.framework) for link in crosswalk.links)
    ]
