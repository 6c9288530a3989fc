"""One finding with all its terms, and what people decide about it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from catalog.types import Catalog, Level
from threatmodel import gate, telling
from threatmodel.core.document import Document
from threatmodel.core.naming import full_name, threat_title
from threatmodel.forms import DecisionForm, MitigationForm, RatingForm
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import FindingRow, MitigationRow, System
from threatmodel.reports import charts
from threatmodel.reports.references import references
from threatmodel.reports.svg import SCREEN, Svg
from threatmodel.services import decisions, mitigations
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page
from .listing import Shown

# Three forms stand on one page; each names its controls its own way.
DECIDE, RATE = "decide-%s", "rate-%s"


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
    messages.success(request, gettext("Decided. It stands in the history and can be opened again."))
    return redirect("finding", system.pk, key)


@require_POST
@page
def rate(request: HttpRequest, person: Person, id: uuid.UUID, key: str) -> HttpResponse:
    system = gate.system(person, id, decisions.RIGHTS["rate"])
    form = RatingForm(request.POST, auto_id=RATE)
    if not form.is_valid():
        return _finding_page(request, person, system, key, rating_form=form)
    decisions.decide(system, person, finding=key, action="rate", **form.cleaned_data)
    messages.success(request, gettext("Rated. The computed level stays visible beside it."))
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
    messages.success(
        request, gettext("Planned. It counts for the residual risk once it is implemented.")
    )
    return redirect("finding", system.pk, key)


def _decision_right(action: str) -> Right:
    if action not in decisions.RIGHTS:
        raise Refusal(gettext("Choose one of the decisions"), field="action")
    return decisions.RIGHTS[action]


def _finding_page(
    request: HttpRequest, person: Person, system: System, key: str, **forms: Any
) -> HttpResponse:
    catalog, document = catalogs.of(system), document_of(system)
    row = system.findings.filter(key=key).first()
    if row is None:
        raise gate.NotFound(gettext("There is no such finding; it may have ended with an edit"))
    told = telling.finding(system, key)
    threat = catalog.threats.get(row.threat)
    controls = tuple(row.data.get("controls", ()))
    tracked = list(system.mitigations.filter(deleted_at=None, findings__finding=key))
    known = {pair["control"] for pair in told["pairs"]}
    paired = {one.control: one for one in tracked if one.control in known}
    context = {
        "finding": shown(row, document, catalog),
        "threat": threat,
        "told": told,
        "others": [step for step in told["steps"] if step["name"] == "also"],
        "waterfall": _waterfall(told["steps"]),
        "pairs": _pairs(told["pairs"], paired),
        "others_tracked": [one for one in tracked if one not in paired.values()],
        "decisions": system.decisions.filter(finding=key).order_by("-at"),
        "references": references(catalog, threat.references) if threat else (),
        "decision_form": DecisionForm(auto_id=DECIDE),
        "rating_form": RatingForm(auto_id=RATE),
        "mitigation_form": MitigationForm(catalog, controls=controls),
    }
    status = 400 if forms else 200
    template = "systems/finding.html"
    return system_page(request, person, system, "findings", template, context | forms, status)


def shown(row: FindingRow, document: Document, catalog: Catalog) -> Shown:
    """A row with what its ids are called."""
    title = threat_title(document, catalog, row.threat)
    own = row.threat not in document.scenarios and catalog.is_own("threats", row.threat)
    return Shown(row, title, full_name(document, row.element), own)


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
    count = pair["levels"]
    if pair["factor"]:
        low, high = pair["factor"]
        told = gettext("success becomes %(low)s to %(high)s of what it is")
        return told % {"low": f"{low:.0%}", "high": f"{high:.0%}"}
    told = ngettext(
        "%(term)s falls by %(count)s level", "%(term)s falls by %(count)s levels", count
    )
    return told % {"term": pair["acts_on"], "count": count}
