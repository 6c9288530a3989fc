"""History: the log as lines that people can read, and the states that somebody named."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.forms import BaselineForm
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.logbook import DOCUMENT_KINDS, Line, names, tell
from threatmodel.models import Baseline, LogEntry, System
from threatmodel.models.system import LogKind
from threatmodel.services import baselines, branches, operations
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page

PAGE = 100
KINDS = {LogKind.OPERATION: gettext_lazy("Edit"), LogKind.CLOCK: gettext_lazy("New day")}


@require_safe
@page
def history(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    called = names(system, document_of(system), catalogs.of(system))
    chosen = {name: request.GET.get(name, "")[:200] for name in ("by", "kind")}
    entries = Paginator(_found(system, chosen), PAGE).get_page(request.GET.get("page"))
    named = list(gate.baselines(system))
    context = {
        "entries": entries,
        "lines": _marked([tell(entry, called) for entry in entries], named),
        "baselines": named,
        "document_kinds": DOCUMENT_KINDS,
        "people": system.log.order_by("by_name").values_list("by_name", flat=True).distinct(),
        "kinds": [(one.value, KINDS.get(one, one.label)) for one in LogKind],
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "form": BaselineForm(initial={"revision": system.revision}),
    }
    return system_page(request, person, system, "history", "systems/history.html", context)


def _found(system: System, chosen: dict[str, str]) -> QuerySet[LogEntry]:
    """The entries of that person and kind, the newest first."""
    found = system.log.order_by("-revision")
    if chosen["by"]:
        found = found.filter(by_name=chosen["by"])
    return found.filter(kind=chosen["kind"]) if chosen["kind"] else found


def _marked(lines: list[Line], named: list[Baseline]) -> list[dict[str, Any]]:
    """Each line with the baselines that were kept of the state after it, in this log."""
    here = [one for one in named if one.origin == "entered"]
    return [
        {"line": line, "named": [one for one in here if one.revision == line.entry.revision]}
        for line in lines
    ]


@require_POST
@page
def undo(request: HttpRequest, person: Person, id: uuid.UUID, op: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.DRAW)
    submission = operations.Submission(uuid.uuid4(), person, undoes=op)
    (answer,) = operations.apply_operations(system.pk, [submission])
    if answer.code:
        raise Refusal(answer.reason, code=answer.code)
    count, told = len(answer.skipped), gettext("Taken back.")
    if count:
        stayed = ngettext(
            "%(count)s later change stayed.", "%(count)s later changes stayed.", count
        )
        told += " " + stayed % {"count": count}
    messages.success(request, told)
    return redirect("history", system.pk)


@require_POST
@page
def restore(request: HttpRequest, person: Person, id: uuid.UUID, revision: int) -> HttpResponse:
    system = gate.system(person, id, Right.DRAW)
    operations.restore(system, person, revision)
    messages.success(
        request,
        gettext("The diagram is as it was at revision %(revision)s.") % {"revision": revision},
    )
    return redirect("history", system.pk)


@require_POST
@page
def branch(request: HttpRequest, person: Person, id: uuid.UUID, revision: int) -> HttpResponse:
    system = gate.system(person, id, Right.DRAW)
    gate.workspace(person, system.workspace_id, Right.DRAW)
    made = branches.branch(system, person, revision)
    messages.success(
        request,
        gettext(
            "This is a copy of its own: whatever you try here stays here. Comments, tickets and "
            "attached files are not copied."
        ),
    )
    return redirect("diagram", made.pk)


@require_POST
@page
def keep(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """Name the present state."""
    system = gate.system(person, id, Right.BASELINE)
    form = BaselineForm(request.POST)
    if not form.is_valid():
        message = gettext("Give the baseline a name of at most 200 characters")
        raise Refusal(message, field="name")
    row = baselines.keep(system, person, **form.cleaned_data)
    messages.success(
        request,
        gettext("Kept as %(name)s, with its whole assessment at revision %(revision)s.")
        % {"name": row.name, "revision": row.revision},
    )
    return redirect("history", system.pk)
