"""The catalog as a reference book: one search over all of it, and one entry in a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from catalog.coverage import Coverage, cases, headings, sections
from catalog.editions import changes
from catalog.framework import Cited, Crosswalk, Framework
from catalog.linked import links_of
from catalog.search import SORTS as SEARCHED
from catalog.search import Wanted, search
from catalog.types import Catalog
from threatmodel.core.relevance import conditions, examples
from threatmodel.gate import Person
from threatmodel.reports.references import references
from threatmodel.services import official
from threatmodel.services.catalogs import spoken_of

from .frame import page

SORTS = {
    "threats": gettext_lazy("Threats"),
    "controls": gettext_lazy("Controls"),
    "components": gettext_lazy("Component types"),
    "adversaries": gettext_lazy("Adversaries"),
    "frameworks": gettext_lazy("Frameworks"),
    "entries": gettext_lazy("Framework entries"),
    "blueprints": gettext_lazy("Blueprints"),
    "coverage": gettext_lazy("Coverage"),
}
TACTICS = "atlas"  # whose headings are offered while no list is chosen
OF = ("workspace", "system")
FIRST, PAGE = 6, 100
MAX_WORDS = 200


@require_safe
@page
def catalog(request: HttpRequest, person: Person, sort: str = "") -> HttpResponse:
    known = spoken(request, person)
    if sort and sort not in SEARCHED:
        raise Http404(gettext("There is no such part of the catalog"))
    wanted = _wanted(request, known)
    hits = search(Coverage.of(known), wanted, official.only_imported(known))
    counts = {name: len(found) for name, found in hits.items()}
    context = {
        **frame(request, known, sort),
        "wanted": wanted,
        "query": _query(request, wanted),
        "counts": counts,
        "found": sum(counts.values()),
        "groups": [(name, SORTS[name], hits[name][:FIRST]) for name in SEARCHED if hits[name]],
        "frameworks": sorted(known.frameworks.values(), key=lambda one: one.title.lower()),
        "filtered": wanted != Wanted(),
        "headings": headings(known.frameworks[wanted.framework or TACTICS]),
        "page": Paginator(hits[sort], PAGE).get_page(request.GET.get("page")) if sort else None,
    }
    return render(request, "catalog/list.html", context)


def spoken(request: HttpRequest, person: Person) -> Catalog:
    """The catalog that the person reads in: of the workspace or system in the query, if any."""
    return spoken_of(person, **_asked(request))


def frame(request: HttpRequest, known: Catalog, sort: str) -> dict[str, Any]:
    """What every page of the catalog shows; `carry` keeps links in the same catalog."""
    asked = _asked(request)
    return {
        "section": "catalog",
        "catalog": known,
        "sort": sort,
        "sorts": SORTS,
        "of": asked,
        "carry": f"?{urlencode(asked)}" if asked else "",
    }


def _asked(request: HttpRequest) -> dict[str, str]:
    """Whose catalog the query names."""
    return {name: request.GET[name] for name in OF if request.GET.get(name)}


def _wanted(request: HttpRequest, known: Catalog) -> Wanted:
    """What the form says; a choice that nobody offered counts as none."""
    asked = {name: request.GET.get(name, "").strip()[:MAX_WORDS] for name in _FIELDS.values()}
    framework = asked["framework"] if asked["framework"] in known.frameworks else ""
    offered = {one.id for one in headings(known.frameworks[framework or TACTICS])}
    heading = asked["heading"] if asked["heading"] in offered else ""
    return Wanted(
        words=asked["q"].replace("\0", ""),
        stage=asked["stage"] if asked["stage"] in known.stages else "",
        framework=framework or (TACTICS if heading else ""),
        heading=heading,
    )


_FIELDS = {"words": "q", "stage": "stage", "framework": "framework", "heading": "heading"}


def _query(request: HttpRequest, wanted: Wanted) -> str:
    """The same question as a query, for the tabs and the pages."""
    asked = {name: getattr(wanted, field) for field, name in _FIELDS.items()}
    return urlencode({name: value for name, value in asked.items() if value} | _asked(request))


@require_safe
@page
def entry(request: HttpRequest, person: Person, sort: str, id: str) -> HttpResponse:
    known = spoken(request, person)
    found = _entries(known, sort).get(id)
    if found is None:
        raise Http404(gettext("The catalog has no such entry"))
    context = {
        **frame(request, known, sort),
        "entry": found,
        "title": str(getattr(found, "title", "") or getattr(found, "name", "")),
        "own": known.is_own(sort, id),
        "references": references(known, getattr(found, "references", {})),
        **_MORE[sort](known, id),
    }
    return render(request, f"catalog/{sort}.html", context)


def _entries(known: Catalog, sort: str) -> Mapping[str, Any]:
    found: dict[str, Mapping[str, Any]] = {
        "threats": known.threats,
        "controls": known.controls,
        "components": known.component_types,
        "adversaries": known.adversaries,
        "frameworks": known.frameworks,
    }
    if sort not in found:
        raise Http404(gettext("There is no such part of the catalog"))
    return found[sort]


def _of_threat(known: Catalog, id: str) -> dict[str, Any]:
    threat = known.threats[id]
    return {
        "conditions": conditions(known, threat),
        "examples": examples(known, threat),
        "pairs": [(pair, known.controls[pair.control]) for pair in threat.answered_by],
        "detectors": [known.controls[one] for one in threat.detected_by],
        "strikes": [known.component_types[one] for one in threat.effect_on.type],
        "enters": [known.component_types[one] for one in threat.entry.type],
        "flows": [known.flow_kinds[one] for one in threat.effect_on.flow],
        "lenses": {"stride": threat.stride, "linddun": threat.linddun},
        "cases": references(known, cases(known, threat)),
    }


def _of_control(known: Catalog, id: str) -> dict[str, Any]:
    """The threats it answers, with what it does to each, and those that it shows."""
    threats = known.threats.values()
    answers = [(one, pair) for one in threats for pair in one.answered_by if pair.control == id]
    return {
        "answers": answers,
        "shows": [one for one in threats if id in one.detected_by],
        "related": [one for one, _ in answers],
        "tags": references(known, {"saif": tuple(known.controls[id].saif.values())}),
    }


def _of_component(known: Catalog, id: str) -> dict[str, Any]:
    lineage = known.lineage_of(id)
    striking = [one for one in known.threats.values() if set(one.effect_on.type) & set(lineage)]
    return {
        "attributes": known.attributes_of(id),
        "implied": known.implied(id),
        "kinds": [one for one in known.component_types.values() if one.ancestor == id],
        "ancestor": known.component_types.get(known.component_types[id].ancestor or ""),
        "related": striking,
        "enters": [one for one in known.threats.values() if set(one.entry.type) & set(lineage)],
    }


def _of_adversary(known: Catalog, id: str) -> dict[str, Any]:
    return {"related": []}


def _of_framework(known: Catalog, id: str) -> dict[str, Any]:
    coverage = Coverage.of(known)
    return {
        "sections": sections(known.frameworks[id]),
        "reaches": coverage.reaches(id),
        "tallies": coverage.tallies(id),
        "changes": changes(known, id),
        "crosswalks": _crosswalks(known, id),
        "imports": official.imports_of(known.frameworks[id]),
        "related": [one for one in known.threats.values() if id in one.references],
    }


_MORE = {
    "threats": _of_threat,
    "controls": _of_control,
    "components": _of_component,
    "adversaries": _of_adversary,
    "frameworks": _of_framework,
}


def _crosswalks(known: Catalog, id: str) -> list[Crosswalk]:
    """Those with a link that begins or ends in this framework."""
    return [
        crosswalk
        for crosswalk in known.crosswalks.values()
        if any(id in (link.source.framework, link.target.framework) for link in crosswalk.links)
    ]


@require_safe
@page
def listed(request: HttpRequest, person: Person, framework: str, id: str) -> HttpResponse:
    """One entry of somebody's list: where it stands, who links it, what of ours names it."""
    known = spoken(request, person)
    source = known.frameworks.get(framework)
    if source is None:
        raise Http404(gettext("The catalog has no such list"))
    if id not in source.entries:
        return _imported(request, known, source, id)
    found, links = source.entries[id], links_of(known, Cited(framework, id))
    reach = Coverage.of(known).reaches(framework)[id]
    above = (*([found.parent] if found.parent else []), *found.groups)
    context = {
        **frame(request, known, "entries"),
        "entry": found,
        "framework": source,
        "title": found.title or found.id,
        "reach": reach,
        "threats": [known.threats[one] for one in reach.threats],
        "controls": [known.controls[one] for one in reach.controls],
        "by_ways": [known.threats[one] for one in reach.by_ways],
        "controls_by_ways": [known.controls[one] for one in reach.controls_by_ways],
        "above": [source.entries[one] for one in above],
        "below": [e for e in source.entries.values() if id == e.parent or id in e.groups],
        "theirs": [one for one in links if one.crosswalk.by == "publisher"],
        "ours": [one for one in links if one.crosswalk.by == "ours"],
        "publisher": official.text_of(framework, id),
    }
    return render(request, "catalog/listed.html", context)


def _imported(request: HttpRequest, known: Catalog, source: Framework, id: str) -> HttpResponse:
    """An entry that the shipped list does not have, as the import tells it."""
    found = official.text_of(source.id, id)
    if found is None:
        raise Http404(
            gettext("%(source_title)s %(edition)s has no such entry, shipped or imported")
            % {"source_title": source.title, "edition": source.edition}
        )
    context = {
        **frame(request, known, "entries"),
        "entry": {"id": id},
        "framework": source,
        "title": found.title or id,
        "publisher": found,
    }
    return render(request, "catalog/imported.html", context)
