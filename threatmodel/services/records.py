"""Records of workshops: what is kept of one, for its page and for the report."""

from __future__ import annotations

from collections.abc import Iterable

from threatmodel.core.votes import DISCIPLINES, missing
from threatmodel.models import LogEntry, System, VoteRound, Workshop, WorkshopNote
from threatmodel.models.workshop import NoteKind
from threatmodel.reports.record import NoteLine, Record, RoundLine

from .shown import vote_row
from .workshops import changes

MOST_PRINTED = 10


def record(row: Workshop) -> Record:
    """One workshop's record; of an open one as far as it has come."""
    people = [(one.name, DISCIPLINES.get(one.discipline, "")) for one in row.participants.all()]
    rounds = list(row.rounds.prefetch_related("votes"))
    notes = list(row.notes.all())
    return Record(
        title=row.title,
        leader=row.leader_name,
        started_at=row.started_at,
        ended_at=row.ended_at,
        agenda=tuple(row.agenda),
        people=tuple(people),
        missing=missing([one.discipline for one in row.participants.all()]),
        rounds=tuple(_round(one) for one in rounds if one.revealed_at is not None),
        waiting=sum(one.revealed_at is None for one in rounds),
        confirmed=tuple(_note(one) for one in notes if one.kind == NoteKind.CONFIRMED),
        parked=tuple(_note(one) for one in notes if one.kind == NoteKind.PARKED),
        mitigations=tuple(dict.fromkeys(_mitigations(row))),
        changed=row.changed or changes(row),
    )


def printed(system: System) -> tuple[Record, ...]:
    """The records that a report carries: of the latest workshops that have ended."""
    ended = system.workshops.exclude(ended_at=None).order_by("-ended_at", "id")[:MOST_PRINTED]
    return tuple(record(row) for row in reversed(ended))


def disciplines(system: System) -> frozenset[str]:
    """For what those spoke who ever took part in a workshop of the system."""
    said = system.workshops.values_list("participants__discipline", flat=True).distinct()
    return frozenset(DISCIPLINES[one] for one in said if one in DISCIPLINES)


def _round(row: VoteRound) -> RoundLine:
    return RoundLine(
        finding=row.finding,
        title=row.title,
        number=row.number,
        votes=tuple(vote_row(one) for one in row.votes.all()),
        spread=row.computed["spread"],
        computed=row.computed["levels"],
        outcome=row.outcome,
    )


def _note(row: WorkshopNote) -> NoteLine:
    return NoteLine(row.text, row.by_name, row.level)


def _mitigations(row: Workshop) -> Iterable[str]:
    """What was planned or moved meanwhile, by the log."""
    later = LogEntry.objects.filter(system=row.system_id, kind="mitigation")
    later = later.filter(revision__gt=row.from_revision)
    if row.to_revision is not None:
        later = later.filter(revision__lte=row.to_revision)
    for told in later.order_by("revision").values_list("changes", flat=True):
        yield from (f"{one['title']}: {one['status']}" for one in told if "title" in one)
