"""The plan: a basket of controls with its effort, what it buys, and what it leaves."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from threatmodel import gate, planning
from threatmodel.forms import LEVELS
from threatmodel.gate import Person, Right
from threatmodel.models import System
from threatmodel.services import mitigations
from threatmodel.services.mitigations import Picked
from threatmodel.services.refusal import Refusal

from .frame import page, system_page

MOST_WAYS = 5
MOST_HELPS = 3


@dataclass(frozen=True, slots=True)
class Asset:
    """How likely it is hit without and with the basket, and what would help it most."""

    row: dict[str, Any]
    helps: list[dict[str, Any]]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def basket(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    if request.method == "POST":
        return _commit(request, person, id)
    system, status = gate.system(person, id, Right.READ), 200
    try:
        found = _asked(system, request.GET)
    except Refusal as refusal:
        # A basket of yesterday: what was put in place meanwhile cannot be picked any more.
        messages.error(
            request,
            gettext("%(message)s. This is the basket suggested now.")
            % {"message": refusal.message},
        )
        found, status = planning.basket(system, "", None), 400
    days = accumulate(pick["days"] for pick in found["picks"])
    context = {
        "plan": found,
        "picks": list(zip(found["picks"], days, strict=True)),
        "assets": list(_assets(system, found)),
        "levels": LEVELS,
        "drawn": bool(found["known"] or found["assets"]),
        "unplanned": sum(not pick["planned"] for pick in found["picks"]),
    }
    return system_page(request, person, system, "plan", "systems/plan.html", context, status)


def _commit(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Plan what was picked, as one step."""
    system = gate.system(person, id, Right.TRACK)
    found = _asked(system, request.POST)
    picks = [
        Picked(pick["control"], _title(pick), tuple(pick["findings"])) for pick in found["picks"]
    ]
    if not picks:
        raise Refusal(gettext("Pick at least one control to plan"), field="pick")
    rows = mitigations.plan_together(system, person, picks)
    told = ngettext(
        "Planned %(count)s mitigation. Give each an owner.",
        "Planned %(count)s mitigations. Give each an owner.",
        len(rows),
    )
    messages.success(request, told % {"count": len(rows)})
    return redirect("mitigations", system.pk)


def _asked(system: System, asked: QueryDict) -> dict[str, Any]:
    appetite = asked.get("appetite", "")
    if appetite and appetite not in planning.LEVELS:
        raise Refusal(gettext("Choose one of the levels as the appetite"), field="appetite")
    return planning.basket(system, appetite, planning.read_picks(asked.getlist("pick")))


def _title(pick: dict[str, Any]) -> str:
    """What is done and where; a name too long is cut, never the control."""
    return f"{pick['title']}: {pick['place_name']}"[:200]


def _assets(system: System, found: dict[str, Any]) -> Iterator[Asset]:
    ways = {one["asset"]: one for one in planning.paths(system, MOST_WAYS)["assets"]}
    for row in found["assets"]:
        helps = ways[row["asset"]]["helps"] if row["asset"] in ways else []
        remedies = [one for one in helps if one["kind"] == "remedy"]
        yield Asset(row, remedies[:MOST_HELPS])
