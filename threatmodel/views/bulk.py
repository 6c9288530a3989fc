"""One decision about every finding that was ticked, of one system or of several.

Each system decides by itself, in one entry of its log, for all of its findings or for none: what a
person may do in one says nothing about the other. Whatever refuses is named.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from threatmodel import gate
from threatmodel.forms import ASSIGN, BulkDecisionForm, FindingFilter
from threatmodel.gate import Person, Right
from threatmodel.models import System
from threatmodel.register import Asked
from threatmodel.services import decisions, mitigations
from threatmodel.services.refusal import Refusal

from .frame import page

LONGEST_TITLE = 200


@require_POST
@page
def decide(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """About findings of one system."""
    system = gate.system(person, id, _right(request.POST.get("action", "")))
    values = _values(request)
    keys = list(dict.fromkeys(request.POST.getlist("finding")))
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
    chosen = _by_system(request.POST.getlist("finding"))
    count, systems = 0, 0
    for id, keys in chosen.items():
        try:
            system = gate.system(person, id, right)
        except gate.NotFound as error:
            _refused(request, gettext("Another system"), keys, str(error))
            continue
        except gate.Forbidden as error:
            _refused(request, gate.system(person, id, Right.READ).name, keys, str(error))
            continue
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
            gettext("Decide about at most %(most)s findings at once") % {"most": decisions.MOST},
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
        decided = {name: values[name] for name in ("action", "reason", "until")}
        decisions.decide_all(system, person, findings=keys, **decided)
        return
    if not keys:
        raise Refusal(gettext("Choose at least one finding"), field="finding")
    title, rest = values["reason"][:LONGEST_TITLE], values["reason"][LONGEST_TITLE:]
    planned = {"title": title, "owner": values["owner"], "due": values["until"]}
    planned |= {"note": values["reason"]} if rest else {}
    mitigations.plan(system, person, findings=keys, values=planned)


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
