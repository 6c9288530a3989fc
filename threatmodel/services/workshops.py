"""Workshops: opened, steered, joined and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.types import Level
from threatmodel import events, live
from threatmodel.core.findings import Finding
from threatmodel.core.naming import finding_title
from threatmodel.gate import Person, uuid_of
from threatmodel.live import Turn
from threatmodel.models import Participant, System, VoteRound, Workshop, WorkshopNote
from threatmodel.models.workshop import NoteKind

from . import audit, comparison, shown
from .refusal import Refusal

AGENDA = (
    {"phase": "questions", "title": "Ask what is not known", "minutes": 20},
    {"phase": "findings", "title": "Walk through the findings", "minutes": 30},
    {"phase": "votes", "title": "Vote where it is not clear", "minutes": 40},
    {"phase": "mitigations", "title": "Decide who does what", "minutes": 20},
    {"phase": "parking", "title": "Look at the parking lot", "minutes": 10},
)
PHASES = tuple(str(one["phase"]) for one in AGENDA)
ORDERS = ("risk", "element")
MAX_NOTES = 500
MINOR = (Level.VERY_LOW, Level.LOW)


def start(
    system: System, by: Person, *, title: str = "", agenda: Sequence[Mapping[str, Any]] = ()
) -> Workshop:
    """Open a workshop; a system has one at a time."""
    row = Workshop(
        system=system,
        title=title.strip() or f"Workshop of {timezone.localdate():%-d %B %Y}",
        agenda=[dict(one) for one in agenda or AGENDA],
        from_revision=system.revision,
        leader=by.user,
        leader_name=by.name,
    )
    row.left_s = _seconds(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            takes_part(row, by)
            audit.note(system.workspace, by, "workshop opened", f"{system.name}: {row}")
            tell(row)
    except IntegrityError:
        message = "A workshop of this system is open already; join it or end it first"
        raise Refusal(message, code="conflict") from None
    return row


def steer(row: Workshop, by: Person, values: Mapping[str, Any]) -> Workshop:
    """What its leader changes: agenda, step, order, focus, timer."""
    with transaction.atomic():
        row = led(row, by)
        for name in ("title", "agenda", "order", "focus"):
            if name in values:
                setattr(row, name, values[name])
        if "agenda" in values:
            row.step = min(row.step, len(row.agenda) - 1)
        if "step" in values:
            _begin(row, values["step"])
        if "timer" in values:
            _set_timer(row, **values["timer"])
        tell(row)
    return row


def _begin(row: Workshop, step: int) -> None:
    if step >= len(row.agenda):
        message = f"step must be from 0 to {len(row.agenda) - 1}, as the agenda has it"
        raise Refusal(message, field="step")
    row.step, row.focus = step, None
    _set_timer(row, seconds=_seconds(row), running=row.agenda[step]["minutes"] > 0)


def _seconds(row: Workshop) -> int:
    return int(row.agenda[row.step]["minutes"]) * 60


def _set_timer(row: Workshop, seconds: int | None = None, running: bool = True) -> None:
    """Let so much time run from now, or stand."""
    left = shown.left_s(row, timezone.now()) if seconds is None else seconds
    row.left_s = left
    row.ends_at = timezone.now() + timedelta(seconds=left) if running else None


def take_over(row: Workshop, by: Person) -> Workshop:
    """Lead it from now on, whoever led it until now and wherever they are."""
    with transaction.atomic():
        row = current(row)
        row.leader, row.leader_name = by.user, by.name
        takes_part(row, by)
        audit.note(row.system.workspace, by, "workshop led", f"{row.system.name}: {row}")
        tell(row)
    return row


def join(row: Workshop, by: Person, discipline: str) -> Workshop:
    """Take part, and say for which discipline one speaks."""
    with transaction.atomic():
        row = current(row)
        one = takes_part(row, by)
        one.discipline = discipline
        one.save(update_fields=["discipline"])
        tell(row)
    return row


def park(row: Workshop, by: Person, text: str) -> WorkshopNote:
    """Keep for later what would lead too far now."""
    with transaction.atomic():
        row = current(row)
        if row.notes.count() >= MAX_NOTES:
            raise Refusal(f"The parking lot holds at most {MAX_NOTES} notes", code="limit")
        takes_part(row, by)
        note = row.notes.create(kind=NoteKind.PARKED, text=text, by=by.user, by_name=by.name)
        tell(row)
    return note


def confirm(row: Workshop, by: Person, keys: Sequence[str]) -> Workshop:
    """Triage: agree with what was computed very low or low, many at once."""
    led(row, by)
    return live.write(row.system_id, partial(_confirm, row, by, keys))


def _confirm(row: Workshop, by: Person, keys: Sequence[str], turn: Turn) -> Workshop:
    row = led(row, by)
    found = {one.key: one for one in turn.warm.engine.findings if one.applies == "yes"}
    known = set(row.notes.filter(kind=NoteKind.CONFIRMED).values_list("finding", flat=True))
    wanted = [key for key in dict.fromkeys(keys) if key not in known]
    notes = [_confirmed(row, by, turn, found.get(key), key) for key in wanted]
    WorkshopNote.objects.bulk_create(notes)
    tell(row)
    return row


def _confirmed(
    row: Workshop, by: Person, turn: Turn, found: Finding | None, key: str
) -> WorkshopNote:
    if found is None:
        message = f"There is no finding '{key[:80]}' that applies"
        raise Refusal(message, field="findings", code="missing")
    if found.residual not in MINOR:
        message = f"'{key[:80]}' is {found.residual.key}; only very low and low are confirmed so"
        raise Refusal(message, field="findings")
    return WorkshopNote(
        workshop=row,
        kind=NoteKind.CONFIRMED,
        text=finding_title(turn.document, turn.catalog, key),
        finding=key,
        level=found.residual,
        by=by.user,
        by_name=by.name,
    )


def end(row: Workshop, by: Person) -> Workshop:
    """End it. A vote that was not revealed is dropped unread; what changed is kept with it."""
    with transaction.atomic():
        row = led(row, by)
        row.rounds.filter(revealed_at=None).delete()
        row.system.refresh_from_db(fields=["revision"])
        row.ended_at, row.to_revision = timezone.now(), row.system.revision
        row.ends_at, row.focus = None, None
        tell(row)
        audit.note(row.system.workspace, by, "workshop ended", f"{row.system.name}: {row}")
    row.changed = changes(row)
    row.save(update_fields=["changed"])
    return row


def changes(row: Workshop) -> dict[str, Any]:
    """What differs between the revisions at which it began and ended, or now."""
    row.system.refresh_from_db()
    to = row.system.revision if row.to_revision is None else row.to_revision
    found = comparison.compare_states(row.system, str(row.from_revision), str(to))
    difference = found.difference
    findings = difference.findings
    before, after = difference.before.risk, difference.after.risk
    return {
        "from": row.from_revision,
        "to": to,
        "elements": len(difference.elements),
        "new": len(findings.new),
        "changed": len(findings.changed),
        "gone": len(findings.gone),
        "before": before.key if before is not None else None,
        "after": after.key if after is not None else None,
    }


# What the others stand on


def current(row: Workshop) -> Workshop:
    """The row, held until the transaction ends."""
    held = Workshop.objects.select_for_update().select_related("system").get(pk=row.pk)
    if held.ended_at is not None:
        raise Refusal("This workshop has ended; its record stays", code="gone")
    return held


def led(row: Workshop, by: Person) -> Workshop:
    """The row for its leader alone. Others take the lead first, so that two never steer at once."""
    with transaction.atomic():
        held = current(row)
    if held.leader_id != by.id:
        message = f"{held.leader_name} leads this workshop; take the lead first"
        raise Refusal(message, code="conflict")
    return held


def takes_part(row: Workshop, by: Person) -> Participant:
    one, _ = row.participants.get_or_create(user=by.user, defaults={"name": by.name})
    return one


def tell(row: Workshop) -> None:
    """Count the change and show it to the whole room, after the commit."""
    row.version += 1
    row.save()
    events.after_commit(row.system_id, {"t": "workshop", "workshop": shown.state(row)})


def round_of(row: Workshop, id: object) -> VoteRound:
    """A round of this workshop."""
    found = row.rounds.filter(pk=uuid_of(id)).first()
    if found is None:
        raise Refusal("This workshop has no such round", field="round", code="missing")
    return found
