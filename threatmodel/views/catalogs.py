"""Another catalog for a system: what it would change, before somebody applies it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.core import wire
from threatmodel.core.change import Moved
from threatmodel.core.findings import Finding
from threatmodel.core.naming import full_name, threat_title
from threatmodel.gate import Person, Right
from threatmodel.services import catalogs
from threatmodel.services.catalogs import Preview, Side

from .frame import page, system_page

MOST_SHOWN = 200


@require_safe
@page
def preview(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    seen = catalogs.preview(system)
    context = {
        "seen": seen,
        "before": wire.summary(seen.before.summary),
        "after": wire.summary(seen.after.summary),
        "groups": _groups(seen),
        "most": MOST_SHOWN,
        "last": system.log.filter(kind="catalog").order_by("-revision").first(),
    }
    return system_page(request, person, system, "catalog", "systems/catalog.html", context)


@require_POST
@page
def apply(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.CATALOG)
    entry = catalogs.apply(system, person, request.POST.get("to", ""))
    messages.success(
        request,
        gettext("Applied, as revision %(revision)s of the history.") % {"revision": entry.revision},
    )
    return redirect("catalog-change", system.pk)


def _groups(seen: Preview) -> list[dict[str, Any]]:
    change = seen.change
    return [
        _group(
            gettext("New"),
            gettext("These would be found."),
            [_found(one, seen.after) for one in change.new],
        ),
        _group(
            gettext("Changed"), gettext("These would read otherwise."), _moved(change.changed, seen)
        ),
        _group(
            gettext("Gone"),
            gettext("These would end."),
            [_found(one, seen.before) for one in change.gone],
        ),
    ]


def _group(name: str, words: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "words": words, "count": len(rows), "rows": rows[:MOST_SHOWN]}


def _found(one: Finding, side: Side) -> dict[str, Any]:
    return {
        "title": threat_title(side.document, side.catalog, one.threat),
        "own": side.catalog.is_own("threats", one.threat),
        "element": full_name(side.document, one.element),
        "level": one.residual,
        "waits": one.applies == "conditional",
    }


def _moved(changed: Iterable[Moved], seen: Preview) -> list[dict[str, Any]]:
    return [
        _found(one.after, seen.after) | {"differs": [_difference(one, name) for name in one.seen]}
        for one in changed
    ]


def _difference(one: Moved, name: str) -> dict[str, Any]:
    return {"name": name, "before": getattr(one.before, name), "after": getattr(one.after, name)}
