"""What stood beside a drawing elsewhere, kept for a new system as it was read or as it stood."""

from __future__ import annotations

from threatmodel.core.inputs import Decision, Inputs, Mitigation
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import DecisionRow, EvidenceRow, MitigationFinding, MitigationRow, System
from threatmodel.rows import evidence_row


def keep(turn: Turn, by: Person, inputs: Inputs) -> None:
    """Store decisions, mitigations and evidence, with one log entry for each sort."""
    system = turn.system
    DecisionRow.objects.bulk_create([_decision(system, one) for one in inputs.decisions])
    mitigations = [(_mitigation(system, one, by), one) for one in inputs.mitigations]
    MitigationRow.objects.bulk_create([row for row, _ in mitigations])
    MitigationFinding.objects.bulk_create(
        [
            MitigationFinding(mitigation=row, finding=key)
            for row, one in mitigations
            for key in dict.fromkeys(one.findings)
        ]
    )
    EvidenceRow.objects.bulk_create([evidence_row(system, one) for one in inputs.evidence])
    sorts = {
        "decision": inputs.decisions,
        "mitigation": inputs.mitigations,
        "evidence": inputs.evidence,
    }
    for kind, found in sorts.items():
        if found:
            turn.note(kind, by, told=[{"imported": len(found)}])
    if any(sorts.values()):
        turn.take_inputs()


def _decision(system: System, one: Decision) -> DecisionRow:
    """Of nobody here: whoever imports or branches did not decide it, and its name is a text."""
    return DecisionRow(
        system=system,
        finding=one.finding,
        action=one.action,
        reason=one.reason,
        until=one.until,
        likelihood=one.likelihood,
        impact=one.impact,
        accepted_level=one.accepted_level,
        grounds=[list(ground) for ground in one.grounds],
        origin=one.origin,
        by_name=one.by,
        on=one.on,
    )


def _mitigation(system: System, one: Mitigation, by: Person) -> MitigationRow:
    return MitigationRow(
        system=system,
        title=one.title,
        control=one.control,
        status=one.status,
        owner=one.owner,
        due=one.due,
        effort=one.effort or "",
        implemented_on=one.implemented_on,
        measured=dict(one.measured),
        created_by_name=by.name,
    )
