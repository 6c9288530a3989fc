"""Evidence: what runs measured here, what others measured, and who vouches for that."""

from __future__ import annotations

from django.utils import timezone

from threatmodel import live
from threatmodel.core.inputs import Evidence
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import EvidenceRow, Run, System
from threatmodel.rows import evidence_row

from . import audit
from .refusal import Refusal


def keep(turn: Turn, by: Person | None, value: Evidence, run: Run | None = None) -> EvidenceRow:
    """Keep one piece of evidence and let it move the findings."""
    row = evidence_row(turn.system, value)
    row.run = run
    row.save(force_insert=True)
    turn.note("evidence", by, told=[told(row, "taken")])
    turn.take_inputs()
    return row


def bring(system: System, by: Person, value: Evidence) -> EvidenceRow:
    """Evidence taken elsewhere: shown at once, weighing nothing until an approver adopts it."""

    def work(turn: Turn) -> EvidenceRow:
        if value.element not in turn.document.components:
            message = "There is no such component in this system"
            raise Refusal(message, field="element", code="missing")
        return keep(turn, by, value)

    return live.write(system.pk, work)


def adopt(row: EvidenceRow, by: Person) -> EvidenceRow:
    """Vouch for evidence that was taken elsewhere."""

    def work(turn: Turn) -> EvidenceRow:
        current = turn.system.evidence.get(pk=row.pk)
        if current.adopted:
            return current
        current.adopted = True
        current.adopted_by, current.adopted_at = by.user, timezone.now()
        current.save(update_fields=["adopted", "adopted_by", "adopted_at"])
        turn.note("evidence", by, told=[told(current, "adopted")])
        turn.take_inputs()
        return current

    adopted = live.write(row.system_id, work)
    audit.note(row.system.workspace, by, "evidence adopted", f"{row.test} on {row.element_id}")
    return adopted


def told(row: EvidenceRow, what: str) -> dict[str, object]:
    """Evidence as the log tells it."""
    return {"evidence": str(row.pk), "element": row.element_id, "test": row.test, "what": what}
