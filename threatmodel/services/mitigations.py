"""Mitigations: controls that somebody puts in place, from planned to verified."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from threatmodel import live
from threatmodel.core.inputs import IN_PLACE, STATUSES
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import MitigationFinding, MitigationRow, System

from . import audit, deliveries, owners, proofs
from .refusal import Refusal

FIELDS = ("title", "control", "status", "owner", "due", "effort", "note")
MOST_FINDINGS = 5_000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


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

    return live.write(system.pk, lambda turn: enter(turn, by, findings=findings, values=values))


def check(findings: Sequence[str], values: Mapping[str, Any]) -> None:
    """Refuse what no mitigation could be planned like."""
    _check_due(values.get("due"))
    _check_count(findings)


def enter(
    turn: Turn, by: Person, *, findings: Sequence[str], values: Mapping[str, Any]
) -> MitigationRow:
    """Plan a mitigation within a turn that does more than this."""
    row = MitigationRow(system=turn.system, created_by_name=by.name)
    _set(turn, by, row, values)
    row.save(force_insert=True)
    _answer(turn, row, findings)
    if row.status == "verified":
        proofs.require(turn, by, row, values.get("checklist", ()))
        row.save()
    _finish(turn, by, row)
    return row


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
                _set(turn, by, row, {"control": pick.control, "title": pick.title})
                row.save(force_insert=True)
                _answer(turn, row, findings)
                rows.append(row)
        if not rows:
            raise Refusal("All of this is planned already", field="pick")
        turn.note("mitigation", by, told=[told(row) for row in rows])
        turn.take_inputs()
        for row in rows:
            deliveries.emit(turn.system, "mitigation.planned", row)
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
    """Change a mitigation that one has seen as of `version`; the loser of a race is told so.

    `values` may hold `checklist`, the lines that are signed with a status of verified.
    """

    def work(turn: Turn) -> MitigationRow:
        current = _current(turn, row.pk, version)
        before, answered = (current.status, current.control), _answered(current)
        _set(turn, by, current, values)
        if findings is not None:
            current.findings.all().delete()
            _answer(turn, current, findings)
        if current.status == "verified" and not set(findings or ()) <= answered:
            _take_back(current)
        elif current.status == "verified" and before != ("verified", current.control):
            proofs.require(turn, by, current, values.get("checklist", ()))
        current.version += 1
        current.save()
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


def _set(turn: Turn, by: Person, row: MitigationRow, values: Mapping[str, Any]) -> None:
    if control := values.get("control"):
        if control not in turn.catalog.controls:
            raise Refusal("The catalog has no such control", field="control", code="missing")
        row.effort = row.effort or turn.catalog.controls[control].effort
        row.title = row.title or turn.catalog.controls[control].title
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if "owner" in values:
        owners.assign(row, turn.system, values["owner"])
    if not row.title:
        raise Refusal("Name the mitigation, or choose a control", field="title")
    if row.status not in STATUSES:
        raise Refusal(f"A status is one of {', '.join(STATUSES)}", field="status")
    _check_due(row.due)
    _move(turn, by, row)
    if row.status != "verified":
        proofs.withdraw(row)


def _answered(row: MitigationRow) -> set[str]:
    return set(row.findings.values_list("finding", flat=True))


def _take_back(row: MitigationRow) -> None:
    """What was verified for some findings is not thereby verified for others."""
    row.status = "implemented"
    proofs.withdraw(row)


def _move(turn: Turn, by: Person, row: MitigationRow) -> None:
    """Who put it in place and when; forgotten when it is taken back."""
    if row.status in IN_PLACE and row.implemented_on is None:
        row.implemented_on, row.implemented_by = turn.system.as_of, by.name
    elif row.status not in IN_PLACE:
        row.implemented_on, row.implemented_by = None, ""


def _check_due(due: date | None) -> None:
    if due is not None and not FIRST_DAY <= due <= LAST_DAY:
        message = f"Choose a day from {FIRST_DAY} to {LAST_DAY}, or none"
        raise Refusal(message, field="due")


def _check_count(findings: Sequence[str]) -> None:
    if len(findings) > MOST_FINDINGS:
        message = f"A mitigation answers at most {MOST_FINDINGS:,} findings; make several"
        raise Refusal(message, field="findings", code="limit")


def _answer(turn: Turn, row: MitigationRow, findings: Sequence[str]) -> None:
    _check_count(findings)
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
    what = "deleted" if row.deleted_at else "planned" if row.version == 1 else "changed"
    deliveries.emit(turn.system, f"mitigation.{what}", row)


def first_findings(rows: Sequence[MitigationRow], most: int) -> dict[uuid.UUID, list[str]]:
    """Of each mitigation the first few findings that it answers, in one query."""
    numbered = MitigationFinding.objects.filter(mitigation__in=[row.pk for row in rows]).annotate(
        number=Window(RowNumber(), partition_by="mitigation_id", order_by="finding")
    )
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for link in numbered.filter(number__lte=most).order_by("finding"):
        found[link.mitigation_id].append(link.finding)
    return found


def told(row: MitigationRow) -> dict[str, object]:
    """A mitigation as the log tells it."""
    status = "deleted" if row.deleted_at else row.status
    return {"mitigation": str(row.pk), "title": row.title, "status": status}
