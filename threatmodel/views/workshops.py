"""Workshops: those that were and the one that is; the record of each."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.forms import WorkshopForm
from threatmodel.gate import Person, Right
from threatmodel.services import records, workshops
from threatmodel.services.refusal import Refusal

from .frame import page, system_page


@require_safe
@page
def listed(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    context = {
        "workshops": list(gate.workshops(system)),
        "form": WorkshopForm(),
        "agenda": workshops.AGENDA,
    }
    return system_page(request, person, system, "workshops", "systems/workshops.html", context)


@require_POST
@page
def start(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.WORKSHOP)
    form = WorkshopForm(request.POST)
    if not form.is_valid():
        raise Refusal(gettext("Give the workshop a name of at most 200 characters"), field="title")
    workshops.start(system, person, title=form.cleaned_data["title"])
    return redirect("diagram", system.pk)


@require_safe
@page
def workshop(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.workshop(person, id, Right.READ)
    context = {"row": row, "record": records.record(row)}
    template = "systems/workshop.html"
    return system_page(request, person, row.system, "workshops", template, context)
