"""Workshops as they are shown: in lists, to everybody in the room, and what only oneself sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from catalog.types import Level
from threatmodel.core import votes
from threatmodel.gate import Person
from threatmodel.models import System, Vote, VoteRound, Workshop
from threatmodel.models.workshop import NoteKind


def summary(row: Workshop) -> dict[str, Any]:
    """A workshop as a list has it."""
    return {
        "id": str(row.pk),
        "system": str(row.system_id),
        "title": row.title,
        "state": "open" if row.ended_at is None else "ended",
        "leader": {"id": row.leader_id, "name": row.leader_name},
        "from": row.from_revision,
        "to": row.to_revision,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def in_system(system: System) -> dict[str, Any] | None:
    """The workshop that goes on in a system, as a newcomer is shown it."""
    row = system.workshops.filter(ended_at=None).first()
    return None if row is None else state(row)


def state(row: Workshop) -> dict[str, Any]:
    """All that anybody may know: the same for everyone, so no vote before its reveal."""
    now = timezone.now()
    people = list(row.participants.all())
    rounds = list(row.rounds.prefetch_related("votes"))
    notes = list(row.notes.all())
    return summary(row) | {
        "version": row.version,
        "agenda": row.agenda,
        "step": row.step,
        "order": row.order,
        "focus": row.focus,
        "timer": {"running": row.ends_at is not None, "left_s": left_s(row, now)},
        "people": [
            {"id": one.user_id, "name": one.name, "discipline": one.discipline} for one in people
        ],
        "missing": votes.missing([one.discipline for one in people]),
        "rounds": [round_row(one) for one in rounds],
        "confirmed": [one.finding for one in notes if one.kind == NoteKind.CONFIRMED],
        "parked": [
            {"id": str(one.pk), "text": one.text, "by": one.by_name}
            for one in notes
            if one.kind == NoteKind.PARKED
        ],
    }


def left_s(row: Workshop, now: datetime) -> int:
    """How much time is left; below nothing it stays at nothing."""
    if row.ends_at is None:
        return row.left_s
    return max(round((row.ends_at - now).total_seconds()), 0)


def round_row(row: VoteRound) -> dict[str, Any]:
    """A round: until the reveal only who has voted, then everything."""
    ballots = list(row.votes.all())
    told: dict[str, Any] = {
        "id": str(row.pk),
        "finding": row.finding,
        "title": row.title,
        "number": row.number,
        "state": "open" if row.revealed_at is None else "revealed",
        "voted": [one.user_id for one in ballots],
    }
    if row.revealed_at is None:
        return told
    return told | {
        "votes": [vote_row(one) for one in ballots],
        "spread": row.computed.get("spread"),
        "computed": row.computed.get("levels"),
        "outcome": row.outcome or None,
    }


def vote_row(row: Vote) -> dict[str, Any]:
    return {
        "by": row.by_name,
        "discipline": row.discipline,
        "initiation": [Level(one).key for one in row.initiation],
        "impact": [Level(one).key for one in row.impact],
        "reason": row.reason,
    }


def mine(row: Workshop, by: Person) -> dict[str, Any]:
    """What only the person gets: their own discipline, and their own vote of the open round."""
    part = row.participants.filter(user=by.user).first()
    vote = Vote.objects.filter(round__workshop=row, round__revealed_at=None, user=by.user).first()
    return {
        "joined": part is not None,
        "discipline": part.discipline if part else "",
        "vote": ({"round": str(vote.round_id)} | vote_row(vote)) if vote else None,
    }
