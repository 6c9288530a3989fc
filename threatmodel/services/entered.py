"""What stood beside a drawing elsewhere, kept for a new system as it was read or as it stood."""

from __future__ import annotations

from collections.abc import Mapping

from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation
from threatmodel.formats.belongings import Belongings, OfEvidence, OfMitigation
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import (
    Attachment,
    DecisionRow,
    EvidenceRow,
    MitigationFinding,
    MitigationRow,
    System,
)
from threatmodel.rows import evidence_row

from . import belongings

# Under this key an entry of the log names the system that its mitigations were copied from.
BRANCH_OF = "branch_of"


def keep(
    turn: Turn,
    by: Person,
    inputs: Inputs,
    beside: Belongings,
    files: Mapping[str, list[Attachment]],
    branch_of: System | None = None,
) -> dict[str, str]:
    """Store decisions, mitigations and evidence with what belongs to them, one log entry a sort.

    The entries say which system they were brought along from, if it is a branch of that one.
    What mitigations and evidence are called here, by what they are called in `inputs`.
    """
    system = turn.system
    DecisionRow.objects.bulk_create([_decision(system, one) for one in inputs.decisions])
    notes = {one.id: one for one in beside.mitigations}
    mitigations = {
        one.id: _mitigation(system, one, by, notes.get(one.id)) for one in inputs.mitigations
    }
    MitigationRow.objects.bulk_create(mitigations.values())
    MitigationFinding.objects.bulk_create(
        [
            MitigationFinding(mitigation=mitigations[one.id], finding=key)
            for one in inputs.mitigations
            for key in dict.fromkeys(one.findings)
        ]
    )
    sources = {one.id: one for one in beside.evidence}
    evidence = {one.id: _evidence(system, one, sources.get(one.id)) for one in inputs.evidence}
    EvidenceRow.objects.bulk_create(evidence.values())
    belongings.keep(turn, by, beside, mitigations, files)
    _note(turn, by, inputs, branch_of)
    return {id: str(row.pk) for id, row in (*mitigations.items(), *evidence.items())}


def _note(turn: Turn, by: Person, inputs: Inputs, branch_of: System | None) -> None:
    of = {BRANCH_OF: branch_of.name} if branch_of else {}
    sorts = {
        "decision": inputs.decisions,
        "mitigation": inputs.mitigations,
        "evidence": inputs.evidence,
    }
    for kind, found in sorts.items():
        if found:
            turn.note(kind, by, told=[{"imported": len(found), **of}])
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


def _evidence(system: System, one: Evidence, source: OfEvidence | None) -> EvidenceRow:
    row = evidence_row(system, one)
    if source is not None:
        row.tool, row.tool_version = source.tool, source.tool_version
        row.by_name, row.source = source.by, dict(source.source or {})
    return row


def _mitigation(
    system: System, one: Mitigation, by: Person, beside: OfMitigation | None
) -> MitigationRow:
    """Of the file's own words who put it in place; who verified it stays with its record."""
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
        note=beside.note if beside else "",
        implemented_by=beside.implemented_by if beside else "",
        created_by_name=by.name,
    )
