"""Mitigations: controls that somebody puts in place, from planned to verified."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from threatmodel import live
from threatmodel.gate import Forbidden, Person, Right
from threatmodel.live import Turn
from threatmodel.models import MitigationFinding, MitigationRow, System

from . import audit
from .refusal import Refusal

FIELDS = ("title", "control", "status", "owner", "due", "effort", "note")
DONE = ("implemented", "verified")


@dataclass(frozen=True, slots=True)
class Picked:
    """A control to plan against some findings. `title` says where it goes."""

    control: str
    title: str
    findings: tuple[str, ...]


def plan(
    system: System, by: Person, *, findings: Sequence[str], values: Mapping[str, Any]
) -> MitigationRow:
    """A new mitigation for one or more findings of the system."""

    def work(turn: Turn) -> MitigationRow:
        row = MitigationRow(system=turn.system, created_by_name=by.name)
        _set(turn, row, values)
        row.save(force_insert=True)
        _answer(turn, row, findings)
        _finish(turn, by, row)
        return row

    _check_verifying(system, by, values, None)
    return live.write(system.pk, work)


def plan_together(system: System, by: Person, picks: Sequence[Picked]) -> list[MitigationRow]:
    """A new mitigation for each pick, in one entry of the log.

    A finding for which the same control is in the register already is left to that mitigation:
    two people who plan the same basket at once plan it once.
    """

    def work(turn: Turn) -> list[MitigationRow]:
        rows = []
        for pick in picks:
            tracked = set(_tracked(turn, pick.control))
            if findings := [key for key in pick.findings if key not in tracked]:
                row = MitigationRow(system=turn.system, created_by_name=by.name)
                _set(turn, row, {"control": pick.control, "title": pick.title})
                row.save(force_insert=True)
                _answer(turn, row, findings)
                rows.append(row)
        if not rows:
            raise Refusal("All of this is planned already", field="pick")
        turn.note("mitigation", by, told=[told(row) for row in rows])
        turn.take_inputs()
        return rows

    return live.write(system.pk, work)


def _tracked(turn: Turn, control: str) -> Iterable[str]:
    """The findings for which a control is in the register."""
    rows = MitigationFinding.objects.filter(
        mitigation__system=turn.system, mitigation__control=control, mitigation__deleted_at=None
    )
    return rows.exclude(mitigation__status="dropped").values_list("finding", flat=True)


def change(
    row: MitigationRow,
    by: Person,
    *,
    version: int,
    values: Mapping[str, Any],
    findings: Sequence[str] | None = None,
) -> MitigationRow:
    """Change a mitigation that one has seen as of `version`; the loser of a race is told so."""
    _check_verifying(row.system, by, values, row)

    def work(turn: Turn) -> MitigationRow:
        current = _current(turn, row.pk, version)
        _set(turn, current, values)
        if current.status == "verified" and row.status != "verified":
            current.verified_by = by.name
        current.version += 1
        current.save()
        if findings is not None:
            current.findings.all().delete()
            _answer(turn, current, findings)
        _finish(turn, by, current)
        return current

    changed = live.write(row.system_id, work)
    if changed.status != row.status:
        subject = f"{changed.title}: {row.status} to {changed.status}"
        audit.note(row.system.workspace, by, "mitigation", subject)
    return changed


def delete(row: MitigationRow, by: Person, *, version: int) -> None:
    """Take a mitigation out of the register; the log keeps that it was there."""

    def work(turn: Turn) -> None:
        current = _current(turn, row.pk, version)
        current.deleted_at = timezone.now()
        current.version += 1
        current.save()
        _finish(turn, by, current)

    live.write(row.system_id, work)


def _current(turn: Turn, id: uuid.UUID, version: int) -> MitigationRow:
    current = turn.system.mitigations.filter(pk=id, deleted_at=None).first()
    if current is None:
        raise Refusal("This mitigation was deleted", code="gone")
    if current.version != version:
        message = "Somebody changed this mitigation meanwhile; look at it again"
        raise Refusal(message, field="version", code="conflict")
    return current


def _set(turn: Turn, row: MitigationRow, values: Mapping[str, Any]) -> None:
    if control := values.get("control"):
        if control not in turn.catalog.controls:
            raise Refusal("The catalog has no such control", field="control", code="missing")
        row.effort = row.effort or turn.catalog.controls[control].effort
        row.title = row.title or turn.catalog.controls[control].title
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if not row.title:
        raise Refusal("Name the mitigation, or choose a control", field="title")
    if row.status in DONE and row.implemented_on is None:
        row.implemented_on = turn.system.as_of
    elif row.status not in DONE:
        row.implemented_on = None


def _answer(turn: Turn, row: MitigationRow, findings: Sequence[str]) -> None:
    known = {finding.key for finding in turn.warm.engine.findings}
    for index, key in enumerate(findings):
        if key not in known:
            message = f"There is no finding '{key[:160]}' in this system"
            raise Refusal(message, field=f"findings[{index}]", code="missing")
    MitigationFinding.objects.bulk_create(
        [MitigationFinding(mitigation=row, finding=key) for key in dict.fromkeys(findings)]
    )


def _finish(turn: Turn, by: Person, row: MitigationRow) -> None:
    turn.note("mitigation", by, told=[told(row)])
    turn.take_inputs()


def told(row: MitigationRow) -> dict[str, object]:
    """A mitigation as the log tells it."""
    status = "deleted" if row.deleted_at else row.status
    return {"mitigation": str(row.pk), "title": row.title, "status": status}


def _check_verifying(
    system: System, by: Person, values: Mapping[str, Any], row: MitigationRow | None
) -> None:
    """Verified is an approver's word about another's work, where there is another."""
    if values.get("status") != "verified" or (row and row.status == "verified"):
        return
    if Right.VERIFY not in by.rights(system.workspace_id, system.pk):
        raise Forbidden(f"Your role does not let you do this ({Right.VERIFY})")
    alone = system.workspace.members.count() == 1
    if not alone and row is not None and row.owner == by.name:
        raise Refusal("Somebody else than its owner has to verify this", field="status")
