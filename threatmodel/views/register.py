"""Registers: the findings of one system, and of all that a person may read."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate, live
from threatmodel.core.lints import Lint, lints
from threatmodel.forms import BulkDecisionForm, FindingFilter, SavedViewForm
from threatmodel.gate import Person, Right
from threatmodel.models import SavedView, System, Workspace
from threatmodel.register import Asked, Listed, Register
from threatmodel.reports import charts
from threatmodel.reports.svg import SCREEN
from threatmodel.services import records, savedviews
from threatmodel.services.jobs import ACTIVE
from threatmodel.services.refusal import Refusal

from .bulk import asked_of
from .frame import page, system_page
from .listing import contents

# Pages of another release look otherwise at the same revision: each start shows them anew.
STARTED = timezone.now().timestamp()


@require_safe
@page
def findings(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """The register of one system."""
    system = gate.system(person, id, Right.READ)
    tag = _tag(request, person, system)
    if tag and request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    form = FindingFilter(request.GET)
    asked = Asked.of(form.cleaned_data) if form.is_valid() else Asked()
    register = Register([system])
    context = contents(register, asked) | {
        "views": gate.saved_views(person, system),
        "trend": _trend(system),
        "errors": form.said(),
        "bulk": BulkDecisionForm(auto_id="bulk-%s"),
        "may_share": Right.TRACK in person.rights(system.workspace_id, system.pk),
    }
    context["lints"] = _lints(system, context["every"]) if not asked.filtered else []
    status = 400 if form.errors else 200
    answer = system_page(
        request, person, system, "findings", "systems/findings.html", context, status
    )
    if tag and not form.errors:
        answer["ETag"] = tag
        patch_cache_control(answer, private=True, no_cache=True)
    return answer


@require_safe
@page
def register(request: HttpRequest, person: Person) -> HttpResponse:
    """The register of everything that the person may read."""
    form = FindingFilter(request.GET)
    asked = Asked.of(form.cleaned_data) if form.is_valid() else Asked()
    systems = list(gate.systems(person).order_by("name", "id"))
    spaces = list(gate.workspaces(person).order_by("created_at"))
    rights = {right for space in spaces for right in person.rights(space.pk)}
    context = contents(Register(systems), asked) | {
        "section": "register",
        "systems": systems,
        "workspaces": spaces,
        "views": gate.saved_views(person),
        "errors": form.said(),
        "may_share": Right.TRACK in rights,
        "may": {"track": Right.TRACK in rights, "accept": Right.ACCEPT in rights},
        "bulk": BulkDecisionForm(auto_id="bulk-%s"),
    }
    return render(request, "register.html", context, status=400 if form.errors else 200)


@require_POST
@page
def keep_view(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Keep how this system's register is looked at now."""
    shared = "shared" in request.POST
    system = gate.system(person, id, Right.TRACK if shared else Right.READ)
    return _keep(request, person, system.workspace, system)


@require_POST
@page
def keep_register_view(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Keep how the register of everything is looked at now."""
    shared = "shared" in request.POST
    space = gate.workspace(person, id, Right.TRACK if shared else Right.READ)
    return _keep(request, person, space, None)


@require_POST
@page
def change_view(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Another name of one's view, or for everybody here or not."""
    row, named = gate.own_view(person, id), _named(request)
    if named["shared"] and not row.shared:
        _may_share(person, row)
    savedviews.change(row, name=named["name"], shared=named["shared"])
    messages.success(request, gettext("The view is called %(name)s now.") % {"name": row.name})
    return _looked_at(row.system, asked_of(request))


@require_POST
@page
def remove_view(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.saved_view(person, id)
    savedviews.remove(row)
    messages.success(
        request,
        gettext("%(name)s is no longer kept; its findings are where they were.")
        % {"name": row.name},
    )
    return _looked_at(row.system, asked_of(request))


def _keep(
    request: HttpRequest, person: Person, space: Workspace, system: System | None
) -> HttpResponse:
    named, query = _named(request), asked_of(request)
    row = savedviews.keep(
        space,
        person,
        system=system,
        name=named["name"],
        query=query,
        shared=named["shared"],
    )
    messages.success(request, gettext("%(name)s is kept among your views.") % {"name": row.name})
    return _looked_at(system, query)


def _named(request: HttpRequest) -> dict[str, Any]:
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        name, found = next(iter(form.errors.items()))
        raise Refusal(
            gettext("%(label)s: %(value)s") % {"label": form.fields[name].label, "value": found[0]},
            field=name,
        )
    return form.cleaned_data


def _may_share(person: Person, row: SavedView) -> None:
    if row.system_id:
        gate.system(person, row.system_id, Right.TRACK)
    else:
        gate.workspace(person, row.workspace_id, Right.TRACK)


def _looked_at(system: System | None, query: str) -> HttpResponse:
    """Back to the same view of the register."""
    where = redirect("findings", system.pk) if system else redirect("register")
    where["Location"] += f"?{query}" if query else ""
    return where


def _tag(request: HttpRequest, person: Person, system: System) -> str:
    """What the page follows from; empty while something is to be said once."""
    if len(messages.get_messages(request)):
        return ""
    parts = (
        system.pk,
        system.revision,
        system.changed_at.timestamp(),
        system.as_of,
        person.id,
        person.role(system.workspace_id, system.pk),
        [one.at.timestamp() for one in gate.saved_views(person, system)],
        system.runs.filter(state__in=ACTIVE).count(),
        request.COOKIES.get("theme", ""),
        get_language(),
        request.get_full_path(),
        STARTED if not settings.DEBUG else timezone.now(),
    )
    return f'"{uuid.uuid5(uuid.NAMESPACE_URL, repr(parts))}"'


def _lints(system: System, every: list[Listed]) -> tuple[Lint, ...] | list[Lint]:
    catalog, document, inputs = live.read(
        system, lambda warm: (warm.engine.catalog, warm.document, warm.engine.inputs)
    )
    return list(lints(every, document, catalog, inputs, records.disciplines(system)))


def _trend(system: System) -> list[dict[str, Any]]:
    """The risk of each baseline, the oldest first, and of today."""
    rows = list(gate.baselines(system).filter(origin="entered").order_by("revision", "at")[:24])
    if not rows:
        return []
    told = [_at(row.name, row.revision, row.as_of, row.summary) for row in rows]
    return [*told, _at(gettext("Now"), system.revision, system.as_of, system.summary)]


def _at(name: str, revision: int, day: Any, summary: dict[str, Any]) -> dict[str, Any]:
    counts = summary.get("by_level", {})
    return {
        "name": name,
        "revision": revision,
        "as_of": day,
        "risk": summary.get("risk"),
        "above": summary.get("above_appetite", 0),
        "count": sum(counts.values()),
        "bar": charts.distribution(counts, SCREEN, 260),
    }
