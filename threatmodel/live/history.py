"""The log, read: what happened since, and how the system looked then."""

from __future__ import annotations

from typing import Any

from catalog.types import Catalog
from threatmodel import rows
from threatmodel.core import operations
from threatmodel.core.document import Document
from threatmodel.models import LogEntry, System

DOCUMENT_KINDS = frozenset({"operation", "restore"})
CHUNK = 500


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
    """The document as it was after that entry: today's rows, taken back step by step."""
    found: dict[Any, Any] = rows.element_rows(system)
    later = system.log.filter(revision__gt=revision, kind__in=DOCUMENT_KINDS)
    steps = later.order_by("-revision").values_list("changes", flat=True)
    for changes in steps.iterator(chunk_size=CHUNK):
        operations.rewind(found, [operations.from_log(one) for one in changes])
    return rows.read_elements(found, system, catalog)[0]
