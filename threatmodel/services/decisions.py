"""Decisions about findings: accept, transfer, avoid, dismiss, rate, reopen."""

from __future__ import annotations

from datetime import date
from typing import Any

from catalog.types import Level
from threatmodel import live
from threatmodel.core.findings import Finding
from threatmodel.gate import Person, Right
from threatmodel.live import Turn
from threatmodel.models import DecisionRow, System

from . import audit
from .refusal import Refusal

# Taking on a risk needs an approver; a judgement of likelihood or impact is part of drawing.
RIGHTS = {
    "accept": Right.ACCEPT,
    "transfer": Right.ACCEPT,
    "avoid": Right.ACCEPT,
    "dismiss": Right.ACCEPT,
    "rate": Right.TRACK,
    "reopen": Right.TRACK,
}


def decide(
    system: System,
    by: Person,
    *,
    finding: str,
    action: str,
    reason: str,
    until: date | None = None,
    likelihood: Level | None = None,
    impact: Level | None = None,
) -> DecisionRow:
    """Store a decision about one finding of the system, and what follows from it."""
    if not reason.strip():
        raise Refusal("Say why, in a sentence", field="reason")
    if action == "rate" and likelihood is None and impact is None:
        raise Refusal("A rating needs a likelihood or an impact", field="likelihood")
    values = {"until": until, "likelihood": likelihood, "impact": impact}

    def work(turn: Turn) -> DecisionRow:
        return enter(turn, by, finding=finding, action=action, reason=reason, **values)

    row = live.write(system.pk, work)
    audit.note(system.workspace, by, f"finding: {action}", f"{system.name}: {finding}")
    return row


def enter(
    turn: Turn, by: Person, *, finding: str, action: str, reason: str, **values: Any
) -> DecisionRow:
    """Write a decision within a turn that does more than this."""
    found, until = finding_of(turn, finding), values.get("until")
    if until is not None and until < turn.system.as_of:
        raise Refusal("The end lies in the past; take a later day", field="until")
    row = DecisionRow.objects.create(
        system=turn.system,
        finding=finding,
        action=action,
        reason=reason,
        accepted_level=found.residual if action == "accept" else None,
        by=by.user,
        by_name=by.name,
        on=turn.system.as_of,
        **values,
    )
    turn.note("decision", by, told=[told(row)])
    turn.take_inputs()
    return row


def told(row: DecisionRow) -> dict[str, object]:
    """A decision as the log tells it."""
    return {"decision": str(row.pk), "finding": row.finding, "action": row.action}


def finding_of(turn: Turn, key: str) -> Finding:
    for finding in turn.warm.engine.findings:
        if finding.key == key:
            return finding
    raise Refusal("There is no such finding in this system", field="finding", code="missing")
