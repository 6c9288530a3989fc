"""Findings: the list with its filters, one finding with all its terms, what people decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog.types import Catalog, Level
from threatmodel import gate, telling
from threatmodel.core.document import Document
from threatmodel.core.lints import lints
from threatmodel.forms import (
    LEVELS,
    TREATMENTS,
    VERDICTS,
    DecisionForm,
    FindingFilter,
    MitigationForm,
    RatingForm,
)
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import FindingRow, MitigationRow, System
from threatmodel.reports import charts
from threatmodel.reports.naming import element_name, plural, threat_title
from threatmodel.reports.references import references
from threatmodel.reports.svg import SCREEN, Svg
from threatmodel.rows import read_inputs
from threatmodel.services import decisions, mitigations, records
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page

# Three forms stand on one page; each names its controls its own way.
DECIDE, RATE = "decide-%s", "rate-%s"


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a list shows it: its row, and what its ids are called."""

    row: FindingRow
    title: str
    element: str
    own: bool = False

    @property
    def span(self) -> str:
        low, high = self.row.data.get("range") or (None, None)
        return "" if low == high else f"{low} to {high}"

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.row.data.get("questions", []))


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one threat, or that wait for one answer."""

    title: str
    worst: int
    findings: list[Shown]
    own: bool = False


@require_safe
@page
def findings(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    catalog, document = catalogs.of(system), document_of(system)
    form = FindingFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    every = [shown(row, document, catalog) for row in _ordered(system.findings.all())]
    rows = [one for one in every if _matches(one, chosen)]
    applying = [one for one in rows if one.row.applies == "yes"]
    context = {
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "groups": _groups(applying),
        "waiting": _behind_questions(one for one in rows if one.row.applies != "yes"),
        "total": len(every),
        "lints": lints(
            [one.row for one in every],
            document,
            catalog,
            read_inputs(system),
            records.disciplines(system),
        ),
        "levels": LEVELS,
        "treatments": TREATMENTS,
        "verdicts": VERDICTS,
        "threats": sorted({(one.row.threat, one.title) for one in every}, key=_second),
        "elements": sorted({(one.row.element, one.element) for one in every}, key=_second),
    }
    return system_page(request, person, system, "findings", "systems/findings.html", context)


@require_safe
@page
def finding(request: HttpRequest, person: Person, id: uuid.UUID, key: str) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    return _finding_page(request, person, system, key)


@require_POST
@page
def decide(request: HttpRequest, person: Person, id: uuid.UUID, key: str) -> HttpResponse:
    system = gate.system(person, id, _decision_right(request.POST.get("action", "")))
    form = DecisionForm(request.POST, auto_id=DECIDE)
    if not form.is_valid():
        return _finding_page(request, person, system, key, decision_form=form)
    decisions.decide(system, person, finding=key, **form.cleaned_data)
    messages.success(request, "Decided. It stands in the history and can be opened again.")
    return redirect("finding", system.pk, key)


@require_POST
@page
def rate(request: HttpRequest, person: Person, id: uuid.UUID, key: str) -> HttpResponse:
    system = gate.system(person, id, decisions.RIGHTS["rate"])
    form = RatingForm(request.POST, auto_id=RATE)
    if not form.is_valid():
        return _finding_page(request, person, system, key, rating_form=form)
    decisions.decide(system, person, finding=key, action="rate", **form.cleaned_data)
    messages.success(request, "Rated. The computed level stays visible beside it.")
    return redirect("finding", system.pk, key)


@require_POST
@page
def plan(request: HttpRequest, person: Person, id: uuid.UUID, key: str) -> HttpResponse:
    system = gate.system(person, id, Right.TRACK)
    form = MitigationForm(catalogs.of(system), request.POST)
    if not form.is_valid():
        return _finding_page(request, person, system, key, mitigation_form=form)
    values = {name: value for name in mitigations.FIELDS if (value := form.cleaned_data[name])}
    mitigations.plan(system, person, findings=[key], values=values)
    messages.success(request, "Planned. It counts for the residual risk once it is implemented.")
    return redirect("finding", system.pk, key)


def _decision_right(action: str) -> Right:
    if action not in decisions.RIGHTS:
        raise Refusal("Choose one of the decisions", field="action")
    return decisions.RIGHTS[action]


def _finding_page(
    request: HttpRequest, person: Person, system: System, key: str, **forms: Any
) -> HttpResponse:
    catalog, document = catalogs.of(system), document_of(system)
    row = system.findings.filter(key=key).first()
    if row is None:
        raise gate.NotFound("There is no such finding; it may have ended with an edit")
    told = telling.finding(system, key)
    threat = catalog.threats.get(row.threat)
    controls = tuple(row.data.get("controls", ()))
    tracked = system.mitigations.filter(deleted_at=None, findings__finding=key)
    context = {
        "finding": shown(row, document, catalog),
        "threat": threat,
        "told": told,
        "others": [step for step in told["steps"] if step["name"] == "also"],
        "waterfall": _waterfall(told["steps"]),
        "pairs": _pairs(told["pairs"], {m.control: m for m in tracked if m.control}),
        "tracked": tracked,
        "decisions": system.decisions.filter(finding=key).order_by("-at"),
        "references": references(catalog, threat.references) if threat else (),
        "decision_form": DecisionForm(auto_id=DECIDE),
        "rating_form": RatingForm(auto_id=RATE),
        "mitigation_form": MitigationForm(catalog, controls=controls),
    }
    status = 400 if forms else 200
    template = "systems/finding.html"
    return system_page(request, person, system, "findings", template, context | forms, status)


def _ordered(rows: QuerySet[FindingRow]) -> QuerySet[FindingRow]:
    return rows.order_by("-residual", "-score", "threat", "element")


def shown(row: FindingRow, document: Document, catalog: Catalog) -> Shown:
    """A row with what its ids are called."""
    title = threat_title(document, catalog, row.threat)
    own = row.threat not in document.scenarios and catalog.is_own("threats", row.threat)
    return Shown(row, title, element_name(document, row.element), own)


def _matches(one: Shown, chosen: dict[str, str]) -> bool:
    row = one.row
    words = chosen.get("q", "").lower()
    level = chosen.get("level")
    return (
        (not words or words in f"{one.title} {one.element} {row.key}".lower())
        and (not level or row.residual == Level.parse(level))
        and all(
            not chosen.get(name) or getattr(row, name) == chosen[name]
            for name in ("treatment", "verdict", "element", "threat")
        )
    )


def _groups(found: Iterable[Shown]) -> list[Group]:
    groups: dict[str, Group] = {}
    for one in found:
        group = groups.setdefault(one.row.threat, Group(one.title, one.row.residual, [], one.own))
        group.findings.append(one)
    return list(groups.values())


def _behind_questions(found: Iterable[Shown]) -> list[Group]:
    """One row for each fact that decides whether findings apply: the first that is asked."""
    groups: dict[tuple[str, str], Group] = {}
    for one in found:
        asked = one.questions[0] if one.questions else {"element": one.row.key, "attribute": ""}
        key = (asked["element"], asked["attribute"])
        title = asked.get("text", one.title)
        groups.setdefault(key, Group(title, one.row.residual, [])).findings.append(one)
    return list(groups.values())


def _waterfall(steps: list[dict[str, Any]]) -> Svg | None:
    """The terms that carry a level, in their order, ending with the risk."""
    terms = [
        charts.Term(step["name"].capitalize(), Level.parse(step["level"]), step["name"] == "risk")
        for step in steps
        if step["name"] != "also" and step["level"]
    ]
    return charts.waterfall(terms, SCREEN) if terms else None


def _pairs(pairs: list[dict[str, Any]], tracked: dict[str, MitigationRow]) -> list[dict[str, Any]]:
    """What each control of the threat would do, and whether somebody is on it."""
    return [
        pair | {"buys": _buys(pair), "mitigation": tracked.get(pair["control"])} for pair in pairs
    ]


def _buys(pair: dict[str, Any]) -> str:
    if pair["factor"]:
        low, high = pair["factor"]
        return f"success becomes {low:.0%} to {high:.0%} of what it is"
    return f"{pair['acts_on']} falls by {plural(pair['levels'], 'level')}"


def _second(pair: tuple[str, str]) -> str:
    return pair[1].lower()
