"""An errand's own page: how far it is, and what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.gate import Person, Right
from threatmodel.models import Errand
from threatmodel.models.errand import ErrandKind
from threatmodel.models.job import JobState
from threatmodel.services import errands, jobs

from .frame import page
from .home import imported

# From so many seconds on the time that is left is told in minutes, as the browser tells it.
LONG_S = 90


@require_safe
@page
def errand(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """While it is under way, how far; afterwards what came of it."""
    row = gate.errand(person, id, Right.READ)
    brought = row.kind == ErrandKind.IMPORT and row.state == JobState.SUCCEEDED
    if brought and row.system and row.system.deleted_at is None:
        context = imported(row.system, row.result["format"], row.result["report"])
        return render(request, "systems/imported.html", context)
    context = {
        "section": "home" if row.kind == ErrandKind.IMPORT else "register",
        "errand": row,
        "running": row.state in jobs.ACTIVE,
        "ahead": jobs.ahead(row),
        "left": _left(errands.left_s(row)),
        "refused": _refused(person, row),
        "gone": row.result.get("gone", 0),
        "gone_keys": row.result.get("gone_keys", []),
        "back": _back(request),
    }
    return render(request, "errand.html", context)


@require_POST
@page
def cancel(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.errand(person, id, Right.TRACK)
    if errands.cancel(row).state != JobState.CANCELLED:
        messages.info(request, gettext("It had ended already."))
    return redirect("errand", row.pk)


def _left(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < LONG_S:
        return gettext("%(count)s s") % {"count": seconds}
    return gettext("%(count)s min") % {"count": round(seconds / 60)}


def _refused(person: Person, row: Errand) -> list[dict[str, Any]]:
    """What refused, by the names of systems that the person may still read."""
    told = row.result.get("refused", [])
    names = {
        str(system.pk): system.name
        for system in gate.systems(person).filter(pk__in=[one["system"] for one in told])
    }
    other = gettext("Another system")
    return [
        one | {"name": names.get(one["system"], other), "why": one["why"].rstrip(".") + "."}
        for one in told
    ]


def _back(request: HttpRequest) -> str:
    """The view that it was asked for from, if that is a page of ours."""
    where = request.GET.get("back", "")
    return where if where and url_has_allowed_host_and_scheme(where, None) else ""
