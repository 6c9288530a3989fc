"""Evidence: what runs measured here, what others measured, and who vouches for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from threatmodel import live
from threatmodel.core.inputs import Evidence
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import EvidenceRow, Run, SigningKey, System
from threatmodel.rows import evidence_row, standing_digests

from . import audit
from .refusal import Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """Where a measurement came from. `told` is what its file says besides the counts."""

    tool: str = ""
    tool_version: str = ""
    key: SigningKey | None = None
    nonce: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


def keep(
    turn: Turn,
    by: Person | None,
    value: Evidence,
    run: Run | None = None,
    source: Source = Source(),  # noqa: B008  # a frozen value
) -> EvidenceRow:
    """Keep one piece of evidence and let it move the findings."""
    row = _add(turn, by, value, source, run)
    _note(turn, by, [row])
    return row


def keep_all(
    turn: Turn, by: Person, pieces: Sequence[tuple[Evidence, Source]]
) -> list[EvidenceRow]:
    """Keep what one file brought, as one entry of the log."""
    rows = [_add(turn, by, value, source) for value, source in pieces]
    _note(turn, by, rows)
    return rows


def _add(
    turn: Turn, by: Person | None, value: Evidence, source: Source, run: Run | None = None
) -> EvidenceRow:
    row = evidence_row(turn.system, value)
    row.run, row.by_name = run, by.name[:200] if by else ""
    row.tool, row.tool_version = source.tool[:60], source.tool_version[:60]
    row.key, row.nonce, row.source = source.key, source.nonce, dict(source.told)
    row.save(force_insert=True)
    return row


def _note(turn: Turn, by: Person | None, rows: Sequence[EvidenceRow]) -> None:
    turn.note("evidence", by, told=[told(row, "taken") for row in rows])
    turn.take_inputs()


def bring(
    system: System,
    by: Person,
    value: Evidence,
    source: Source = Source(),  # noqa: B008  # a frozen value
) -> EvidenceRow:
    """Evidence taken elsewhere: shown at once, weighing nothing until an approver adopts it."""

    def work(turn: Turn) -> EvidenceRow:
        check_component(turn, value.element)
        return keep(turn, by, value, source=source)

    return live.write(system.pk, work)


def check_component(turn: Turn, element: str) -> None:
    if element not in turn.document.components:
        message = "There is no such component in this system"
        raise Refusal(message, field="element", code="missing")


def adopt(row: EvidenceRow, by: Person) -> EvidenceRow:
    """Vouch for evidence that was taken elsewhere.

    What names no model is taken to be about the one that stands there on the day it is adopted,
    so that it goes stale with that.
    """

    def work(turn: Turn) -> EvidenceRow:
        current = turn.system.evidence.get(pk=row.pk)
        if current.adopted:
            return current
        current.adopted = True
        current.adopted_by, current.adopted_at = by.user, timezone.now()
        if not current.digest:
            current.digest = standing_digests(turn.system).get(current.element_id, "")
            current.data = {**current.data, "digest": current.digest}
        current.save(update_fields=["adopted", "adopted_by", "adopted_at", "digest", "data"])
        turn.note("evidence", by, told=[told(current, "adopted")])
        turn.take_inputs()
        return current

    adopted = live.write(row.system_id, work)
    what = audit.measured(row.system, row.test, row.element_id)
    audit.note(row.system.workspace, by, "evidence adopted", what)
    return adopted


def told(row: EvidenceRow, what: str) -> dict[str, object]:
    """Evidence as the log tells it."""
    return {"evidence": str(row.pk), "element": row.element_id, "test": row.test, "what": what}
