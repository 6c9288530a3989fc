"""What stood beside a drawing elsewhere, kept for a new system as it was read or as it stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from threatmodel import rows
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

from . import belongings

# Under these keys an entry of the log names the system that its mitigations were copied from.
BRANCH_OF, BRANCH_OF_ID = "branch_of", "branch_of_id"


@dataclass(frozen=True, slots=True)
class Made:
    """The rows of it, not kept yet; some by what they are called in the inputs they came from."""

    decisions: Sequence[DecisionRow]
    mitigations: Mapping[str, MitigationRow]
    findings: Sequence[MitigationFinding]
    evidence: Mapping[str, EvidenceRow]
    # As they will be read from these rows.
    inputs: Inputs

    @property
    def names(self) -> dict[str, str]:
        """What mitigations and evidence are called here."""
        rows = (*self.mitigations.items(), *self.evidence.items())
        return {id: str(row.pk) for id, row in rows}

    def __bool__(self) -> bool:
        return bool(self.decisions or self.mitigations or self.evidence)


def make(system: System, by: Person, inputs: Inputs, beside: Belongings) -> Made:
    """Decisions, mitigations and evidence as rows of a system that is to be."""
    decisions = [_decision(system, one) for one in inputs.decisions]
    notes = {one.id: one for one in beside.mitigations}
    mitigations = {
        one.id: _mitigation(system, one, by, notes.get(one.id)) for one in inputs.mitigations
    }
    findings = [
        MitigationFinding(mitigation=mitigations[one.id], finding=key)
        for one in inputs.mitigations
        for key in dict.fromkeys(one.findings)
    ]
    sources = {one.id: one for one in beside.evidence}
    evidence = {one.id: _evidence(system, one, sources.get(one.id)) for one in inputs.evidence}
    signed = {row.element_id: row.digest for row in evidence.values() if row.origin == "signed"}
    as_read = Inputs(
        decisions=tuple(map(rows.decision, decisions)),
        mitigations=tuple(_as_read(one, mitigations[one.id]) for one in inputs.mitigations),
        evidence=tuple(rows.standing_evidence(evidence.values(), signed)),
    )
    return Made(decisions, mitigations, findings, evidence, as_read)


def _as_read(one: Mitigation, row: MitigationRow) -> Mitigation:
    return replace(one, id=str(row.pk), findings=tuple(sorted(set(one.findings))))


def expect(turn: Turn, by: Person, made: Made, branch_of: System | None = None) -> None:
    """Judge with it before it is kept, and note one log entry a sort.

    The entries say which system it was brought along from, if this is a branch of that one.
    """
    of = {BRANCH_OF: branch_of.name, BRANCH_OF_ID: str(branch_of.pk)} if branch_of else {}
    sorts = {"decision": made.decisions, "mitigation": made.mitigations, "evidence": made.evidence}
    for kind, found in sorts.items():
        if found:
            turn.note(kind, by, told=[{"imported": len(found), **of}])
    if made:
        turn.expect_inputs(made.inputs)


def keep(
    turn: Turn,
    by: Person,
    made: Made,
    beside: Belongings,
    files: Mapping[str, list[Attachment]],
) -> None:
    """Store it with what belongs to it."""
    DecisionRow.objects.bulk_create(made.decisions)
    MitigationRow.objects.bulk_create(made.mitigations.values())
    MitigationFinding.objects.bulk_create(made.findings)
    EvidenceRow.objects.bulk_create(made.evidence.values())
    belongings.keep(turn, by, beside, made.mitigations, files)
    if made:
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
    row = rows.evidence_row(system, one)
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
