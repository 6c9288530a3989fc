"""History: the log as lines that people can read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from catalog import Catalog
from threatmodel import gate
from threatmodel.core.document import Document
from threatmodel.core.operations import Executed, from_log
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import LogEntry
from threatmodel.reports.naming import element_name, plural, threat_title
from threatmodel.services import operations
from threatmodel.services.refusal import Refusal

from .frame import document_of, page, system_page

DOCUMENT_KINDS = ("operation", "restore")
MOST_NAMED = 5
ACTIONS = {"add": "Added", "set": "Changed", "remove": "Removed"}


@require_safe
@page
def history(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    catalog, document = catalogs.of(system), document_of(system)
    entries = Paginator(system.log.order_by("-revision"), 100).get_page(request.GET.get("page"))
    lines = [(entry, *tell(entry, document, catalog)) for entry in entries]
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


def tell(entry: LogEntry, document: Document, catalog: Catalog) -> tuple[str, str]:
    """An entry in words: what was done, and to what."""
    if entry.kind in DOCUMENT_KINDS:
        executed = [from_log(one) for one in entry.changes]
        head = "Restored an earlier revision" if entry.kind == "restore" else _edit(executed)
        named = dict.fromkeys(_subject(one, document) for one in executed)
        return head, _some(tuple(named))
    return _entered(entry.kind, entry.changes[0] if entry.changes else {}, document, catalog)


def _edit(executed: list[Executed]) -> str:
    if not executed:
        return "Nothing was left to take back"
    verbs = {ACTIONS[one.action] for one in executed}
    kinds = {one.kind.replace("_", " ") for one in executed}
    verb = verbs.pop() if len(verbs) == 1 else "Changed"
    kind = kinds.pop() if len(kinds) == 1 else "element"
    return f"{verb} {plural(len(executed), kind)}" if len(executed) > 1 else f"{verb} {kind}"


def _subject(one: Executed, document: Document) -> str:
    """The element's name, and for a change which of its facts."""
    named = one.values.get("name") or one.was.get("name") or element_name(document, one.id)
    facts = [key.rpartition(".")[2].replace("_", " ") for key in one.values if key != "name"]
    told = f" ({', '.join(facts[:3])})" if one.action == "set" and facts else ""
    return f"{named}{told}"


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _entered(
    kind: str, told: dict[str, Any], document: Document, catalog: Catalog
) -> tuple[str, str]:
    if "imported" in told:
        return f"Imported {kind} entries", str(told["imported"])
    if kind == "decision":
        finding = _finding(str(told.get("finding", "")), document, catalog)
        return f"Decided: {told.get('action', '')}", finding
    if kind == "mitigation":
        return f"Mitigation {told.get('status', '')}", str(told.get("title", ""))
    if kind in ("evidence", "model"):
        where = element_name(document, str(told.get("element", "")))
        named = told.get("test") or told.get("name") or ""
        return f"{kind.capitalize()} {told.get('what', '')}", f"{named} on {where}"
    if kind == "clock":
        return "A new day", f"Ages and ends counted to {told.get('as_of', '')}"
    if kind == "catalog":
        return _catalog(told)
    return kind.capitalize(), ""


def _catalog(told: dict[str, Any]) -> tuple[str, str]:
    """Another catalog, what it did, and why nobody was asked if so."""
    counts = (
        f"{plural(told.get('changed', 0), 'finding')} new or changed, {told.get('gone', 0)} gone"
    )
    if told.get("lost"):
        return "Took the newest catalog: the earlier one cannot be read any more", counts
    return "Applied a newer catalog", f"{str(told.get('to', ''))[:12]}: {counts}"


def _finding(key: str, document: Document, catalog: Catalog) -> str:
    threat, _, element = key.partition("@")
    return f"{threat_title(document, catalog, threat)} on {element_name(document, element)}"
