"""History: the log as lines that people can read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.core.document import Document
from threatmodel.gate import Person, Right
from threatmodel.models import LogEntry
from threatmodel.reports.naming import element_name, plural
from threatmodel.services import operations
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page

DOCUMENT_KINDS = ("operation", "restore")
ACTIONS = {"add": "Added", "set": "Changed", "remove": "Removed"}


@require_safe
@page
def history(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    document = document_of(system)
    entries = Paginator(system.log.order_by("-revision"), 100).get_page(request.GET.get("page"))
    lines = [(entry, *tell(entry, document)) for entry in entries]
    context = {"entries": entries, "lines": lines, "document_kinds": DOCUMENT_KINDS}
    return system_page(request, person, system, "history", "systems/history.html", context)


@require_POST
@page
def undo(request: HttpRequest, person: Person, id: uuid.UUID, op: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.DRAW)
    submission = operations.Submission(uuid.uuid4(), person, undoes=op)
    (answer,) = operations.apply_operations(system.pk, [submission])
    if answer.code:
        raise Refusal(answer.reason, code=answer.code)
    kept = f" {plural(len(answer.skipped), 'later change')} stayed." if answer.skipped else ""
    messages.success(request, f"Taken back.{kept}")
    return redirect("history", system.pk)


@require_POST
@page
def restore(request: HttpRequest, person: Person, id: uuid.UUID, revision: int) -> HttpResponse:
    system = gate.system(person, id, Right.DRAW)
    operations.restore(system, person, revision)
    messages.success(request, f"The diagram is as it was at revision {revision}.")
    return redirect("history", system.pk)


def tell(entry: LogEntry, document: Document) -> tuple[str, str]:
    """An entry in words: what was done, and to what."""
    changes = entry.changes
    if entry.kind in DOCUMENT_KINDS:
        head = "Restored an earlier revision" if entry.kind == "restore" else _edit(changes)
        return head, ", ".join(dict.fromkeys(_subject(one, document) for one in changes[:6]))
    first: dict[str, Any] = changes[0] if changes else {}
    return _entered(entry.kind, first, document)


def _edit(changes: list[dict[str, Any]]) -> str:
    actions = dict.fromkeys(ACTIONS.get(str(one.get("action")), "Changed") for one in changes)
    kinds = dict.fromkeys(str(one.get("kind", "")).replace("_", " ") for one in changes)
    if not changes:
        return "Nothing was left to take back"
    if len(changes) == 1:
        return f"{next(iter(actions))} a {next(iter(kinds))}"
    what = f"{next(iter(kinds))}s" if len(kinds) == 1 else "elements"
    verb = next(iter(actions)) if len(actions) == 1 else "Changed"
    return f"{verb} {len(changes)} {what}"


def _subject(change: dict[str, Any], document: Document) -> str:
    values = change.get("values") or {}
    was = change.get("was") or {}
    id = str(change.get("id", ""))
    name = values.get("name") or element_name(document, id)
    if name == id:
        name = was.get("name") or id
    fields = [key.split(".")[-1].replace("_", " ") for key in values] if was else []
    shown = f" ({', '.join(fields[:3])})" if change.get("action") == "set" and fields else ""
    return f"{name}{shown}"


def _entered(kind: str, told: dict[str, Any], document: Document) -> tuple[str, str]:
    if "imported" in told:
        return f"Imported {kind} entries", str(told["imported"])
    if kind == "decision":
        return f"Decided: {told.get('action', '')}", _finding(
            str(told.get("finding", "")), document
        )
    if kind == "mitigation":
        return f"Mitigation {told.get('status', '')}", str(told.get("title", ""))
    if kind == "evidence":
        where = element_name(document, str(told.get("element", "")))
        return f"Evidence {told.get('what', 'taken')}", f"{told.get('test', '')} on {where}"
    if kind == "clock":
        return "A new day", f"Ages and ends counted to {told.get('as_of', '')}"
    return kind.capitalize(), str(told.get("name", ""))


def _finding(key: str, document: Document) -> str:
    threat, _, element = key.partition("@")
    return f"{threat.replace('-', ' ')} on {element_name(document, element)}"
