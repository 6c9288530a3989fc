"""The log, read: what happened since, and how the system looked then."""

from __future__ import annotations

from typing import Any

from catalog.types import Catalog
from threatmodel import rows
from threatmodel.core import operations
from threatmodel.core.document import Document
from threatmodel.models import LogEntry, System

DOCUMENT_KINDS = frozenset({"operation", "restore"})


def item(entry: LogEntry) -> dict[str, Any]:
    """One entry as rooms and REST tell it."""
    changes = entry.changes
    if entry.kind in DOCUMENT_KINDS:
        changes = [operations.to_wire(operations.from_log(one)) for one in changes]
    return {
        "revision": entry.revision,
        "kind": entry.kind,
        "op": str(entry.op) if entry.op else None,
        "by": {"id": entry.by_id, "name": entry.by_name},
        "at": entry.at,
        "changes": changes,
    }


def document_at(system: System, revision: int, catalog: Catalog) -> Document:
    """The document as it was after that entry: today's, taken back step by step."""
    document = rows.read_document(system, catalog)
    later = system.log.filter(revision__gt=revision, kind__in=DOCUMENT_KINDS)
    for entry in later.order_by("-revision"):
        executed = [operations.from_log(one) for one in entry.changes]
        changes, _ = operations.invert(executed, document)
        undone = operations.Operation("", tuple(changes))
        document = operations.apply(document, undone, catalog).document
    return document
