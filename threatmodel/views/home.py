"""Home: the systems that one may see, and the ways to begin a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.types import Level
from threatmodel import gate
from threatmodel.blueprints import cards
from threatmodel.core.inputs import TO_DO
from threatmodel.forms import ImportForm, SystemForm
from threatmodel.gate import Person, Right
from threatmodel.models import System, Workspace
from threatmodel.register import portfolio
from threatmodel.services import imports, pairs, systems
from threatmodel.services.refusal import Refusal

from .frame import page
from .underway import under_way

WAITING = 10
LATE = Q(mitigations__deleted_at=None, mitigations__status__in=TO_DO)


@require_safe
@page
def home(request: HttpRequest, person: Person) -> HttpResponse:
    today = timezone.localdate()
    overdue = LATE & Q(mitigations__due__lt=today)
    rows = list(
        gate.systems(person)
        .select_related("workspace", "created_by")
        .annotate(overdue=Count("mitigations", filter=overdue, distinct=True))
        .order_by("-changed_at")
    )
    spaces = [space for space in gate.workspaces(person).order_by("created_at")]
    rows.sort(key=_gravest, reverse=True)
    context = {
        "section": "home",
        "systems": rows,
        "figures": portfolio.figures(rows, sum(row.overdue for row in rows)) if rows else [],
        **_shown(request.GET.get("show", ""), rows, today),
        "workspaces": spaces,
        "may_draw": [space for space in spaces if Right.DRAW in person.rights(space.pk)],
        "deleted": gate.systems(person, deleted=True).order_by("-deleted_at")[:10],
        "form": SystemForm(),
        "cards": cards(),
        "waiting": gate.own_mitigations(person)[:WAITING],
        "today": today,
        "mentions": gate.mentions(person)[:10],
        "under_way": under_way(person, rows),
        "alerts": pairs.unseen(gate.systems(person))[:10],
    }
    return render(request, "home.html", context)


def _gravest(system: System) -> tuple[int, int]:
    """The highest residual first, then the most above the appetite; of equals the latest."""
    risk = system.summary.get("risk")
    return (Level.parse(risk) if risk else -1), system.summary.get("above_appetite", 0)


def _shown(name: str, systems: Sequence[System], today: date) -> dict[str, Any]:
    """The rows behind one of the portfolio's figures."""
    if name == "overdue":
        return {"show": name, "overdue": portfolio.late(systems, today), "today": today}
    if name == "worse":
        return {"show": name, "alerts": portfolio.worse(systems)}
    if name == "coverage":
        return {"show": name, "reached": portfolio.covered(systems)}
    return {}


@require_POST
@page
def create(request: HttpRequest, person: Person) -> HttpResponse:
    form = SystemForm(request.POST)
    if "name" in form.errors:
        raise Refusal(gettext("Give the system a name of at most 200 characters"), field="name")
    if form.errors:
        raise Refusal(
            gettext("There is no such blueprint; choose one of the catalog's"), field="blueprint"
        )
    name, blueprint = form.cleaned_data["name"], form.cleaned_data["blueprint"]
    system = systems.create(_workspace(request, person), person, name, blueprint)
    start = "?start=paste" if request.POST.get("start") == "paste" else ""
    return HttpResponseRedirect(reverse("diagram", args=[system.pk]) + start)


@require_POST
@page
def bring(request: HttpRequest, person: Person) -> HttpResponse:
    """Import a file; the loss report is shown before anything else."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refusal(gettext("Choose a file to import"), field="file")
    file, workspace = form.cleaned_data["file"], _workspace(request, person)
    if imports.is_large(file):
        return redirect("errand", imports.ask(workspace, person, file).pk)
    done = imports.import_file(workspace, person, file)
    context = imported(done.system, done.format, done.report.to_data())
    return render(request, "systems/imported.html", context)


def imported(system: System, format: str, report: Mapping[str, Any]) -> dict[str, Any]:
    """A new system and what was lost on its way here."""
    mapped = gettext("Read as the nearest thing that there is here.")
    kept = gettext("Not understood, but kept and written back on export.")
    return {
        "section": "home",
        "system": system,
        "format": format,
        "read": report["read"],
        "told": [
            (gettext("Mapped"), report["mapped"], mapped),
            (gettext("Kept"), report["kept"], kept),
            (gettext("Dropped"), report["dropped"], gettext("Not read.")),
        ],
    }


@require_POST
@page
def delete(request: HttpRequest, person: Person, id: str) -> HttpResponse:
    system = gate.system(person, id, Right.DELETE)
    systems.delete(system, person)
    messages.success(
        request,
        gettext("%(system_name)s is deleted; it can be brought back for 30 days.")
        % {"system_name": system.name},
    )
    return redirect("home")


@require_POST
@page
def undelete(request: HttpRequest, person: Person, id: str) -> HttpResponse:
    systems.undelete(gate.system(person, id, Right.DELETE, deleted=True), person)
    return redirect("diagram", id)


def _workspace(request: HttpRequest, person: Person) -> Workspace:
    named = request.POST.get("workspace")
    return gate.workspace(person, named, Right.DRAW) if named else gate.home(person, Right.DRAW)
