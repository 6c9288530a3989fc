"""One decision about every finding that was ticked, of one system or of several.

Each system decides by itself, in one entry of its log, for all of its findings or for none: what a
person may do in one says nothing about the other. Whatever refuses is named. Very many findings
are an errand, decided about by a worker in portions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from threatmodel import gate
from threatmodel.forms import ASSIGN, BulkDecisionForm, FindingFilter
from threatmodel.gate import Person, Right
from threatmodel.models import System
from threatmodel.models.errand import ErrandKind
from threatmodel.register import Asked, Register
from threatmodel.services import bulk, decisions, mitigations
from threatmodel.services.refusal import Refusal

from .frame import page
from .listing import inside

LONGEST_TITLE = 200
# Not what is ticked but all that fits the view; its value is how many these were.
ALL = "all"


@require_POST
@page
def decide(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """About findings of one system."""
    system = gate.system(person, id, _right(request.POST.get("action", "")))
    values = _values(request)
    chosen = _matching(request, [system]) if ALL in request.POST else {}
    keys = chosen.get(str(system.pk)) or list(dict.fromkeys(request.POST.getlist("finding")))
    if len(keys) > bulk.AT_ONCE:
        return _ask(request, person, {system: keys}, values, reverse("findings", args=[system.pk]))
    _enter(system, person, keys, values)
    messages.success(
        request,
        gettext("%(done)s, in one entry.") % {"done": _done(values, len(keys))},
    )
    return _again(request, reverse("findings", args=[system.pk]))


@require_POST
@page
def decide_across(request: HttpRequest, person: Person) -> HttpResponse:
    """About findings of all that the person may read, each named `system/finding`."""
    right, values = _right(request.POST.get("action", "")), _values(request)
    every = list(gate.systems(person)) if ALL in request.POST else []
    chosen = _matching(request, every) or _by_system(request.POST.getlist("finding"))
    allowed = dict(_allowed(request, person, chosen, right))
    if sum(map(len, allowed.values())) > bulk.AT_ONCE:
        return _ask(request, person, allowed, values, reverse("register"))
    count, systems = 0, 0
    for system, keys in allowed.items():
        try:
            _enter(system, person, keys, values)
        except Refusal as refusal:
            _refused(request, system.name, keys, refusal.message)
        else:
            count, systems = count + len(keys), systems + 1
    if count:
        told = ngettext(
            "%(done)s of %(systems)s system, in one entry of each.",
            "%(done)s of %(systems)s systems, in one entry of each.",
            systems,
        )
        messages.success(request, told % {"done": _done(values, count), "systems": systems})
    return _again(request, reverse("register"))


def _allowed(
    request: HttpRequest, person: Person, chosen: dict[str, list[str]], right: Right
) -> Iterator[tuple[System, list[str]]]:
    """The systems that the person may decide in; the others are named."""
    for id, keys in chosen.items():
        try:
            yield gate.system(person, id, right), keys
        except gate.NotFound as error:
            _refused(request, gettext("Another system"), keys, str(error))
        except gate.Forbidden as error:
            _refused(request, gate.system(person, id, Right.READ).name, keys, str(error))


def _matching(request: HttpRequest, systems: Sequence[System]) -> dict[str, list[str]]:
    """Everything that fits the view that was looked at, if it still is as much as was seen."""
    found: dict[str, list[str]] = {}
    if not systems:
        return found
    form = FindingFilter(QueryDict(request.POST.get("query", "")[:2000]))
    asked = Asked.of(form.cleaned_data) if form.is_valid() else Asked()
    fitting = inside(Register(systems), asked)
    if str(len(fitting)) != request.POST[ALL]:
        now = gettext("%(count)s findings match now, other than when you looked; look again")
        raise Refusal(now % {"count": len(fitting)}, field=ALL, code="conflict")
    for one in fitting:
        found.setdefault(str(one.system), []).append(one.key)
    return found


def _ask(
    request: HttpRequest,
    person: Person,
    chosen: dict[System, list[str]],
    values: dict[str, Any],
    where: str,
) -> HttpResponse:
    """Too many for one request: a worker does it, and its own page shows how far it is."""
    if values["action"] == ASSIGN:
        row = bulk.ask(person, ErrandKind.ASSIGN, chosen, _planned(values))
    else:
        row = bulk.ask(person, ErrandKind.DECIDE, chosen, _decided(values))
    query = asked_of(request)
    back = urlencode({"back": f"{where}?{query}" if query else where})
    return redirect(f"{reverse('errand', args=[row.pk])}?{back}")


def _right(action: str) -> Right:
    if action == ASSIGN:
        return Right.TRACK
    if action not in decisions.RIGHTS:
        raise Refusal(gettext("Choose one of the decisions"), field="action")
    return decisions.RIGHTS[action]


def _values(request: HttpRequest) -> dict[str, Any]:
    form = BulkDecisionForm(request.POST)
    if not form.is_valid():
        name, found = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else gettext("The decision")
        raise Refusal(f"{label}: {found[0]}", field=name)
    return dict(form.cleaned_data)


def _by_system(named: Sequence[str]) -> dict[str, list[str]]:
    """The chosen keys of each system, each once."""
    if len(set(named)) > decisions.MOST:
        raise Refusal(
            gettext("Decide about at most %(most)s findings at once")
            % {"most": f"{decisions.MOST:,}"},
            field="finding",
        )
    found: dict[str, list[str]] = {}
    for one in dict.fromkeys(named):
        system, _, key = one.partition("/")
        found.setdefault(system, []).append(key)
    if not found:
        raise Refusal(gettext("Choose at least one finding"), field="finding")
    return found


def _enter(system: System, person: Person, keys: list[str], values: dict[str, Any]) -> None:
    if values["action"] != ASSIGN:
        decisions.decide_all(system, person, findings=keys, **_decided(values))
        return
    if not keys:
        raise Refusal(gettext("Choose at least one finding"), field="finding")
    mitigations.plan(system, person, findings=keys, values=_planned(values))


def _decided(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("action", "reason", "until")}


def _planned(values: dict[str, Any]) -> dict[str, Any]:
    """What is to be done as a mitigation; what is too long for a title is its note, too."""
    title, rest = values["reason"][:LONGEST_TITLE], values["reason"][LONGEST_TITLE:]
    planned = {"title": title, "owner": values["owner"], "due": values["until"]}
    return planned | ({"note": values["reason"]} if rest else {})


def _done(values: dict[str, Any], count: int) -> str:
    if values["action"] != ASSIGN:
        told = ngettext(
            "Decided about %(count)s finding", "Decided about %(count)s findings", count
        )
        return told % {"count": count}
    told = ngettext(
        "%(owner)s is on %(count)s finding", "%(owner)s is on %(count)s findings", count
    )
    return told % {"owner": values["owner"], "count": count}


def _refused(request: HttpRequest, name: str, keys: Sequence[str], why: str) -> None:
    left = ngettext(
        "%(count)s finding of %(name)s stays as it was.",
        "%(count)s findings of %(name)s stay as they were.",
        len(keys),
    )
    told = left % {"count": len(keys), "name": name}
    messages.error(request, f"{told} {why.rstrip('.')}.")


def _again(request: HttpRequest, where: str) -> HttpResponse:
    """Back to the same view of the register."""
    query = asked_of(request)
    return HttpResponse(status=302, headers={"Location": f"{where}?{query}" if query else where})


def asked_of(request: HttpRequest) -> str:
    """Of the address that came along, only what a register asks for."""
    form = FindingFilter(QueryDict(request.POST.get("query", "")[:2000]))
    return Asked.of(form.cleaned_data).query() if form.is_valid() else ""
