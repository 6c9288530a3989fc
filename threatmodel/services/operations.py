"""Edits: every one of them, from the socket, REST, import and undo, comes through here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from threatmodel import gate, live
from threatmodel.core import operations as core
from threatmodel.core.document import DocumentError
from threatmodel.gate import NotFound, Person, Right
from threatmodel.live import Turn
from threatmodel.live.history import DOCUMENT_KINDS, document_at
from threatmodel.models import ElementRow, LogEntry, System

from .refusal import Refusal

Used = Callable[[str, str], core.Gone | None]


@dataclass(frozen=True, slots=True)
class Submission:
    """One edit asked for by one person: an operation, or the taking back of one (`undoes`)."""

    id: uuid.UUID
    by: Person
    changes: object = ()
    undoes: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a submission: the revision it stands at, or why not (`code`)."""

    id: uuid.UUID
    revision: int = 0
    skipped: Sequence[dict[str, Any]] = ()
    code: str = ""
    reason: str = ""
    field: str = ""


def apply_operations(system_id: uuid.UUID, submissions: Sequence[Submission]) -> list[Answer]:
    """Apply each that can be applied, in order, in one transaction; the others drop out alone."""
    return live.write(system_id, partial(_apply_all, submissions))


def _apply_all(submissions: Sequence[Submission], turn: Turn) -> list[Answer]:
    if turn.system.deleted_at is not None:
        raise NotFound("There is no such system")
    drawing = gate.holders(turn.system, [one.by for one in submissions], Right.DRAW)
    known = _entries(turn.system, submissions)
    used = _removed_ids(turn.system, submissions)
    answers = []
    for one in submissions:
        if one.by not in drawing:
            reason = "Your role does not let you draw in this system"
            answers.append(Answer(one.id, code="forbidden", reason=reason))
            continue
        answer, entry = _apply_one(turn, one, known, used)
        if entry is not None:
            known[one.id] = entry
        answers.append(answer)
    return answers


def _apply_one(
    turn: Turn, one: Submission, known: Mapping[uuid.UUID, LogEntry], used: Used
) -> tuple[Answer, LogEntry | None]:
    if (before := known.get(one.id)) is not None:
        return Answer(one.id, before.revision, before.skipped), None
    try:
        if one.undoes is not None:
            entry = _undo(turn, one, known.get(one.undoes))
        else:
            operation = core.parse_operation({"id": str(one.id), "changes": one.changes})
            applied = core.apply(turn.document, operation, turn.catalog, used=used)
            entry = _take(turn, one, applied, "operation")
    except (DocumentError, Refusal) as error:
        return Answer(one.id, code=error.code, reason=error.message, field=error.field), None
    if entry is None:
        return Answer(one.id, turn.system.revision), None
    return Answer(one.id, entry.revision, entry.skipped), entry


def _take(
    turn: Turn,
    one: Submission,
    applied: core.Applied,
    kind: str,
    skipped: Sequence[dict[str, Any]] = (),
) -> LogEntry | None:
    """Make it an entry, unless it changed nothing: then there is nothing to remember."""
    if not applied.changes and not skipped:
        return None
    if applied.changes:
        turn.execute(applied.document, applied.changes, one.by.name)
    return turn.note(kind, one.by, op=one.id, changes=applied.changes, skipped=skipped)


def _undo(turn: Turn, one: Submission, entry: LogEntry | None) -> LogEntry | None:
    if entry is None or entry.kind not in DOCUMENT_KINDS:
        raise Refusal("There is no such edit to take back", field="op", code="missing")
    executed = [core.from_log(change) for change in entry.changes]
    changes, skipped = core.invert(executed, turn.document)
    inverse = core.Operation(str(one.id), tuple(changes))
    applied = core.apply(turn.document, inverse, turn.catalog)
    told = [
        {"kind": part.kind, "id": part.id, "key": part.key, "reason": part.reason}
        for part in skipped
    ]
    return _take(turn, one, applied, "operation", told)


def restore(system: System, by: Person, revision: int) -> int:
    """Make an earlier state today's, as a new entry. The new revision."""
    if not 0 <= revision <= system.revision:
        raise Refusal("There is no such revision", field="revision", code="missing")

    def ahead(turn: Turn) -> None:
        earlier = document_at(turn.system, revision, turn.catalog)
        executed = core.compare(turn.document, earlier)
        if executed:
            turn.execute(earlier, executed, by.name)
            turn.note("restore", by, op=uuid.uuid4(), changes=executed)

    return live.write(system.pk, lambda turn: turn.system.revision, ahead)


def _entries(system: System, submissions: Sequence[Submission]) -> dict[uuid.UUID, LogEntry]:
    """Entries of the same ids (sent twice) and of those that are to be taken back."""
    wanted = {one.id for one in submissions} | {one.undoes for one in submissions}
    found = system.log.filter(op__in=wanted - {None})
    return {entry.op: entry for entry in found if entry.op is not None}


def _removed_ids(system: System, submissions: Sequence[Submission]) -> Used:
    """Who removed what, of the ids that the submissions name; read when first needed."""
    found: dict[tuple[str, str], core.Gone] = {}
    read = False

    def used(kind: str, id: str) -> core.Gone | None:
        nonlocal read
        if not read:
            read = True
            gone = ElementRow.objects.filter(system=system, removed_at__isnull=False)
            for row in gone.filter(element_id__in=_ids(submissions)):
                found[row.kind, row.element_id] = _gone(row)
        return found.get((kind, id))

    return used


def _ids(submissions: Sequence[Submission]) -> set[str]:
    changes = [c for one in submissions if isinstance(one.changes, list) for c in one.changes]
    return {str(change.get("id")) for change in changes if isinstance(change, dict)}


def _gone(row: ElementRow) -> core.Gone:
    return core.Gone(row.removed_by, f"{row.removed_at:%d %B %Y, %H:%M} UTC")
