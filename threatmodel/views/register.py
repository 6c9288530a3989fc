"""Registers: the findings of one system, and of all that a person may read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from catalog.tactics import tactics
from threatmodel import gate, live
from threatmodel.core.lints import Lint, lints
from threatmodel.forms import (
    LEVELS,
    TREATMENTS,
    VERDICTS,
    BulkDecisionForm,
    FindingFilter,
    SavedViewForm,
)
from threatmodel.gate import Person, Right
from threatmodel.models import FindingRow, System, Workspace
from threatmodel.register import Asked, Group, Listed, Page, Register, grouped, heat, paged, usual
from threatmodel.register.asked import GROUPS, MEASURES, NONE, ORDERS
from threatmodel.reports import charts
from threatmodel.reports.naming import plural
from threatmodel.reports.svg import SCREEN
from threatmodel.services import decisions, records, savedviews
from threatmodel.services.refusal import Refusal

from .frame import page, system_page

# Pages of another release look otherwise at the same revision: each start shows them anew.
STARTED = timezone.now().timestamp()
# Of what waits for answers a register shows the gravest; answering them moves the others up.
WAITING = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a register shows it: its row, and what its ids are called."""

    row: FindingRow
    title: str
    element: str
    owners: tuple[str, ...]
    system: System

    @property
    def span(self) -> str:
        low, high = self.row.data.get("range") or (None, None)
        return "" if low == high else f"{low} to {high}"

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.row.data.get("questions", []))

    @property
    def levels(self) -> tuple[int, int, int]:
        return self.row.inherent, self.row.residual, self.row.planned


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group with the rows of it that are shown; `hidden` others are one step away."""

    title: str
    worst: int
    count: int
    hidden: int
    query: str
    rows: list[Shown]
    own: bool = False


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
    context = _listed(register, asked) | {
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
    context = _listed(Register(systems), asked) | {
        "section": "register",
        "systems": systems,
        "workspaces": spaces,
        "views": gate.saved_views(person),
        "errors": form.said(),
        "may_share": any(Right.TRACK in person.rights(space.pk) for space in spaces),
    }
    return render(request, "register.html", context, status=400 if form.errors else 200)


@require_POST
@page
def decide(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """One decision about every finding that was ticked."""
    action = request.POST.get("action", "")
    if action not in decisions.RIGHTS:
        raise Refusal("Choose one of the decisions", field="action")
    system = gate.system(person, id, decisions.RIGHTS[action])
    form = BulkDecisionForm(request.POST)
    if not form.is_valid():
        name, found = next(iter(form.errors.items()))
        raise Refusal(f"{form.fields[name].label}: {found[0]}", field=name)
    keys = request.POST.getlist("finding")
    done = decisions.decide_all(system, person, findings=keys, **form.cleaned_data)
    messages.success(request, f"Decided about {plural(len(done), 'finding')}, in one entry.")
    return redirect(f"{request.path.removesuffix('decide/')}?{_query(request)}")


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
def remove_view(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.saved_view(person, id)
    savedviews.remove(row)
    messages.success(request, f"{row.name} is no longer kept; its findings are where they were.")
    return redirect("findings", row.system_id) if row.system_id else redirect("register")


def _keep(
    request: HttpRequest, person: Person, space: Workspace, system: System | None
) -> HttpResponse:
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        name, found = next(iter(form.errors.items()))
        raise Refusal(f"{form.fields[name].label}: {found[0]}", field=name)
    query = _query(request)
    row = savedviews.keep(
        space,
        person,
        system=system,
        name=form.cleaned_data["name"],
        query=query,
        shared=form.cleaned_data["shared"],
    )
    messages.success(request, f"{row.name} is kept among your views.")
    where = redirect("findings", system.pk) if system else redirect("register")
    where["Location"] += f"?{query}" if query else ""
    return where


def _query(request: HttpRequest) -> str:
    """Of the address that came along, only what a register asks for."""
    form = FindingFilter(QueryDict(request.POST.get("query", "")[:2000]))
    return Asked.of(form.cleaned_data).query() if form.is_valid() else ""


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
        system.runs.filter(state__in=("queued", "running")).count(),
        request.COOKIES.get("theme", ""),
        request.get_full_path(),
        STARTED if not settings.DEBUG else timezone.now(),
    )
    return f'"{uuid.uuid5(uuid.NAMESPACE_URL, repr(parts))}"'


def _listed(register: Register, asked: Asked) -> dict[str, Any]:
    """Everything that a register shows, whichever systems it is of."""
    every = register.every(asked)
    by = asked.group or usual(register, every)
    fitting = register.fitting(every, asked)
    applying = [one for one in fitting if one.applies == "yes"]
    waiting = [one for one in fitting if one.applies != "yes"]
    cell = asked.cell
    inside = [one for one in applying if one.cell == cell] if cell else applying
    listed = paged(register, inside, by, asked.page)
    behind = [] if cell or listed.number > 1 else waiting
    rows = _rows(register, [*listed.rows, *behind[:WAITING]])
    return {
        "asked": asked,
        "by": by,
        "every": every,
        "total": len(every),
        "matching": len(inside),
        "heat": heat(applying, asked),
        "measures": [(name, asked.query(measure=name)) for name in MEASURES],
        "page": listed,
        "pages": _pages(listed, asked),
        "groups": [_shown_group(one, rows, by, asked, register) for one in listed.groups],
        "waiting": _waiting(register, behind[:WAITING], rows, by),
        "waiting_more": max(0, len(behind) - WAITING),
        "choices": _choices(register, every),
        "query": asked.query(page=asked.page),
        "many": len(register.systems) > 1,
    }


def _rows(register: Register, found: list[Listed]) -> dict[int, Shown]:
    """The rows of a page, with what its ids are called; one query."""
    named = {one.pk: one for one in found}
    rows = gate.findings_in(register.systems.values()).filter(pk__in=named)
    return {row.pk: _shown(register, row, named[row.pk]) for row in rows}


def _shown(register: Register, row: FindingRow, one: Listed) -> Shown:
    place, owners = register.place(one), register.owned(one)
    return Shown(row, register.title(one), place.name, owners, register.systems[one.system])


def _shown_group(
    group: Group, rows: dict[int, Shown], by: str, asked: Asked, register: Register
) -> ShownGroup:
    own = register.catalogs[group.found[0].system].is_own("threats", group.by)
    chosen = {"system": group.system or asked.system, "group": "none"}
    if by != "none":
        chosen[by] = group.by or NONE
    return ShownGroup(
        title=group.title,
        worst=group.worst,
        count=len(group.found),
        hidden=group.hidden,
        query=asked.query(**chosen),
        rows=[rows[one.pk] for one in group.shown if one.pk in rows],
        own=by == "threat" and own,
    )


def _waiting(
    register: Register, behind: list[Listed], rows: dict[int, Shown], by: str
) -> list[ShownGroup]:
    """What waits, by the place it waits for answers about, or each question with its findings."""
    if by != "cause":
        return _behind_questions(rows[one.pk] for one in behind if one.pk in rows)
    filled = [
        (one.title, [rows[row.pk] for row in one.found if row.pk in rows])
        for one in grouped(register, behind, by)
    ]
    return [
        ShownGroup(title, max(one.row.residual for one in found), len(found), 0, "", found)
        for title, found in filled
        if found
    ]


def _behind_questions(found: Any) -> list[ShownGroup]:
    """One group for each fact that decides whether findings apply: the first that is asked."""
    groups: dict[tuple[str, str], list[Shown]] = {}
    for one in found:
        asked = one.questions[0] if one.questions else {"element": one.row.key, "attribute": ""}
        groups.setdefault((asked["element"], asked["attribute"]), []).append(one)
    return [_waiting_group(rows) for rows in groups.values()]


def _waiting_group(rows: list[Shown]) -> ShownGroup:
    asked = rows[0].questions
    title = asked[0].get("text", rows[0].title) if asked else rows[0].title
    return ShownGroup(title, max(one.row.residual for one in rows), len(rows), 0, "", rows)


def _pages(listed: Page, asked: Asked) -> list[tuple[int, str]]:
    """The pages near this one, the first and the last."""
    near = range(max(1, listed.number - 2), min(listed.count, listed.number + 2) + 1)
    numbers = sorted({1, listed.count, *near}) if listed.count > 1 else []
    return [(number, asked.query(page=number)) for number in numbers]


def _choices(register: Register, every: list[Listed]) -> dict[str, list[tuple[str, str]]]:
    """What there is to choose from, by what it is called."""
    catalogs = list({one.digest: one for one in register.catalogs.values()}.values())
    named: dict[str, dict[str, str]] = {
        name: {}
        for name in ("threat", "element", "type", "zone", "asset", "tactic", "stride", "owner")
    }
    titles = {entry.id: entry.title for one in catalogs for entry in tactics(one)}
    # Each threat and each element once, however many findings they make.
    for one in {(one.system, one.threat): one for one in every}.values():
        named["threat"][one.threat] = register.title(one)
        named["tactic"].update((id, titles.get(id, id)) for id in register.tactics(one))
        named["stride"].update((id, _words(id)) for id in register.stride(one))
    for one in {(one.system, one.element): one for one in every}.values():
        place, drawn = register.place(one), register.of(one)
        named["element"][one.element] = place.name
        named["type"][place.type] = _type_name(catalogs, place.type)
        named["zone"].update((zone, drawn.zones.get(zone, zone)) for zone in place.zones)
        named["asset"].update((asset, drawn.assets.get(asset, asset)) for asset in place.assets)
    named["owner"].update((owner, owner) for of in register.owners.values() for owner in of)
    found = {
        name: sorted(of.items(), key=lambda pair: pair[1].lower()) for name, of in named.items()
    }
    fixed = {"level": LEVELS, "treatment": TREATMENTS, "verdict": VERDICTS}
    return found | fixed | {"group": list(GROUPS.items()), "order": list(ORDERS.items())}


def _words(id: str) -> str:
    return id.replace("-", " ").capitalize()


def _type_name(catalogs: list[Any], id: str) -> str:
    for catalog in catalogs:
        if id in catalog.component_types:
            return str(catalog.component_types[id].name)
        if id in catalog.flow_kinds:
            return f"{catalog.flow_kinds[id].name} flow"
    return id


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
    return [*told, _at("Now", system.revision, system.as_of, system.summary)]


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
