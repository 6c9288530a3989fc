"""Blueprints: cards to choose from, and each with its drawing and the way to start from it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from catalog import load
from catalog.blueprint import blueprints as known
from threatmodel import gate
from threatmodel.blueprints import Card, cards, drawn, opening, picture
from threatmodel.gate import Person, Right

from .catalog import SORTS
from .frame import page

SORT = {"section": "catalog", "sort": "blueprints", "sorts": SORTS}


@require_safe
@page
def blueprints(request: HttpRequest, person: Person) -> HttpResponse:
    words = request.GET.get("q", "").strip().lower()[:200]
    every = cards()
    context = SORT | {
        "catalog": load(),
        "cards": [card for card in every if words in _text(card)],
        "q": request.GET.get("q", ""),
        "total": len(every),
    }
    return render(request, "catalog/blueprints.html", context)


def _text(card: Card) -> str:
    one = card.blueprint
    return f"{one.id} {one.name} {one.summary} {' '.join(one.words)}".lower()


@require_safe
@page
def blueprint(request: HttpRequest, person: Person, id: str) -> HttpResponse:
    found = known().get(id)
    if found is None:
        raise Http404(gettext("The catalog has no such blueprint"))
    spaces = gate.workspaces(person).order_by("created_at")
    context = SORT | {
        "catalog": load(),
        "blueprint": found,
        "document": drawn(id),
        "picture": picture(id),
        "opening": opening(id, timezone.localdate()),
        "may_draw": [space for space in spaces if Right.DRAW in person.rights(space.pk)],
    }
    return render(request, "catalog/blueprint.html", context)
