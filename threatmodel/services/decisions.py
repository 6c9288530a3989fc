"""Decisions about findings: accept, transfer, avoid, dismiss, rate, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from catalog.types import Level
from threatmodel import live
from threatmodel.core.findings import Finding
from threatmodel.core.grounds import grounds
from threatmodel.core.naming import finding_title
from threatmodel.core.rules import Ruleset
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


# As many findings as one decision may be about.
MOST = 10_000


def decide(system: System, by: Person, *, finding: str, **values: Any) -> DecisionRow:
    """Store a decision about one finding of the system, and what follows from it."""
    return decide_all(system, by, findings=[finding], **values)[0]


def decide_all(
    system: System,
    by: Person,
    *,
    findings: Sequence[str],
    action: str,
    reason: str,
    until: date | None = None,
    likelihood: Level | None = None,
    impact: Level | None = None,
) -> list[DecisionRow]:
    """Decide alike about findings of one system: for all or for none, in one entry of the log."""
    keys = list(dict.fromkeys(findings))
    if not keys:
        raise Refusal("Choose at least one finding", field="findings")
    if len(keys) > MOST:
        raise Refusal(f"Decide about at most {MOST:,} findings at once", field="findings")
    values: dict[str, Any] = {"until": until, "likelihood": likelihood, "impact": impact}
    check(system, action=action, reason=reason, **values)

    def work(turn: Turn) -> list[DecisionRow]:
        return enter_all(turn, by, findings=keys, action=action, reason=reason, **values)

    rows = live.write(system.pk, work)
    about = _named(system, keys[0]) if len(keys) == 1 else f"{len(keys)} findings"
    audit.note(system.workspace, by, f"finding: {action}", f"{system.name}: {about}")
    return rows


def check(
    system: System,
    *,
    action: str,
    reason: str,
    until: date | None = None,
    likelihood: Level | None = None,
    impact: Level | None = None,
) -> None:
    """Refuse what no finding could be decided like."""
    if not reason.strip():
        raise Refusal("Say why, in a sentence", field="reason")
    if action == "rate" and likelihood is None and impact is None:
        raise Refusal("A rating needs a likelihood or an impact", field="likelihood")
    _check_end(system, until)


def _check_end(system: System, until: date | None) -> None:
    if until is not None and until < system.as_of:
        raise Refusal("The end lies in the past; take a later day", field="until")


def _named(system: System, key: str) -> str:
    """What a finding is called, for who reads the audit log."""
    catalog, document = live.read(system, lambda warm: (warm.engine.catalog, warm.document))
    return finding_title(document, catalog, key)


def enter(
    turn: Turn, by: Person, *, finding: str, action: str, reason: str, **values: Any
) -> DecisionRow:
    """Write a decision within a turn that does more than this."""
    return enter_all(turn, by, findings=[finding], action=action, reason=reason, **values)[0]


def enter_all(
    turn: Turn, by: Person, *, findings: Sequence[str], action: str, reason: str, **values: Any
) -> list[DecisionRow]:
    """Write one decision about several findings within a turn."""
    found = findings_of(turn, findings)
    _check_end(turn.system, values.get("until"))
    rows = [
        DecisionRow(
            system=turn.system,
            finding=one.key,
            action=action,
            reason=reason,
            accepted_level=one.residual if action == "accept" else None,
            grounds=_grounds(turn, one) if action == "dismiss" else [],
            by=by.user,
            by_name=by.name,
            on=turn.system.as_of,
            **values,
        )
        for one in found
    ]
    DecisionRow.objects.bulk_create(rows)
    turn.note("decision", by, told=[told(row) for row in rows])
    turn.take_inputs()
    return rows


def _grounds(turn: Turn, finding: Finding) -> list[list[object]]:
    """What the finding rests on now, so that a dismissal ends when that is otherwise."""
    engine = turn.warm.engine
    found = grounds(Ruleset.compile(turn.catalog), engine.graph, finding.threat, finding.element)
    return [list(one) for one in found]


def told(row: DecisionRow) -> dict[str, object]:
    """A decision as the log tells it."""
    return {"decision": str(row.pk), "finding": row.finding, "action": row.action}


def findings_of(turn: Turn, keys: Sequence[str]) -> list[Finding]:
    """The findings of these keys; a key that no finding has any more refuses them all."""
    present = {one.key: one for one in turn.warm.engine.findings}
    for key in keys:
        if key not in present:
            message = f"There is no such finding in this system ({key[:160]})"
            raise Refusal(message, field="finding", code="missing")
    return [present[key] for key in keys]


def finding_of(turn: Turn, key: str) -> Finding:
    return findings_of(turn, [key])[0]
