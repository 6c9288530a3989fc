"""What rooms read: who may come in and stay, what a newcomer is shown, what was missed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.models import User
from orjson import Fragment

from threatmodel import events, gate, live
from threatmodel.core import wire
from threatmodel.core.document import to_data
from threatmodel.gate import RIGHTS, NotFound, Person, Right
from threatmodel.live import Warm
from threatmodel.live.history import item
from threatmodel.models import System

from . import comments, models, runs, shown, tokens

DRAWING = frozenset(role for role, rights in RIGHTS.items() if Right.DRAW in rights)
LEADING = frozenset(role for role, rights in RIGHTS.items() if Right.WORKSHOP in rights)
MAX_MISSED = 500


class Line(Protocol):
    """A line as far as its rights go."""

    @property
    def id(self) -> str: ...

    @property
    def person(self) -> Person: ...


@dataclass(frozen=True, slots=True)
class State:
    """How a system stands, when its talk last changed, and each line: its role or closing code."""

    revision: int
    lines: dict[str, str | int]
    commented: datetime | None = None


def person_of_token(secret: str) -> Person | None:
    token = tokens.find(secret)
    return None if token is None else Person(token.user, token)


def person_of_user(user_id: int, session: str) -> Person:
    return Person(User.objects.get(pk=user_id), session=session)


@dataclass(frozen=True, slots=True)
class Admission:
    """In which role somebody comes in, and how the system stands."""

    role: str
    revision: int
    workspace_id: uuid.UUID


def admit(person: Person, system_id: str) -> Admission:
    """Let somebody in who may read the system."""
    system = gate.system(person, system_id, Right.READ)
    role = acting_role(person, person.role(system.workspace_id, system.pk))
    return Admission(role, system.revision, system.workspace_id)


def acting_role(person: Person, role: str) -> str:
    """A token that may only read acts as a viewer, whoever made it."""
    return "viewer" if person.token and person.token.scope == "read" else role


def look(system_id: str, lines: Iterable[Line]) -> State:
    """Who of these may stay: a few queries for a whole room."""
    asked = list(lines)
    system = System.objects.filter(pk=system_id, deleted_at=None).first()
    if system is None:
        return State(0, {line.id: 4404 for line in asked})
    people = [line.person for line in asked]
    holders = gate.holders(system, people, Right.READ)
    roles = gate.roles(system, {person.id for person in people})
    active = User.objects.filter(pk__in={person.id for person in people}, is_active=True)
    users = set(active.values_list("pk", flat=True))
    sessions = gate.signed_in({person.session for person in people if person.session})

    def stands(person: Person) -> str | int:
        signed_out = bool(person.session) and person.session not in sessions
        if person.id not in users or signed_out:
            return 4401
        if person not in holders:
            return 4403
        return acting_role(person, roles[person.id])

    standing = {line.id: stands(line.person) for line in asked}
    return State(system.revision, standing, comments.latest(system))


def welcome(system_id: str) -> dict[str, Any]:
    """Everything that a newcomer sees; the room adds who is there.

    The drawing and the findings are written out already, once for all who come at that revision.
    """
    system = _system(system_id)
    tests = {
        "runs": [runs.row(one) for one in runs.current(system)],
        "models": [models.row(one) for one in models.linked(system)],
        "workshop": shown.in_system(system),
    }
    return live.read(system, _welcome) | tests


def _welcome(warm: Warm) -> dict[str, Any]:
    if warm.shown is None or warm.shown[0] != warm.revision:
        warm.shown = warm.revision, *_written(warm)
    _, document, findings = warm.shown
    return {
        "t": "welcome",
        "protocol": 1,
        "revision": warm.revision,
        "document": document,
        "findings": findings,
        "risk": wire.summary(warm.engine.summary),
    }


def _written(warm: Warm) -> tuple[Fragment, Fragment]:
    """The drawing and the findings as JSON."""
    catalog, document = warm.engine.catalog, warm.document
    rows = [wire.finding_row(one, catalog, document) for one in warm.engine.findings]
    return Fragment(events.encode(to_data(document))), Fragment(events.encode(rows))


def missed(system_id: str, revision: int) -> dict[str, Any]:
    """What happened since, from the log, as far as one frame holds; the rest is asked for again.

    Whoever is ahead of the log (a backup was restored) gets the whole anew.
    """
    system = _system(system_id)
    if revision > system.revision:
        return welcome(system_id)
    later = system.log.filter(revision__gt=revision).order_by("revision")
    entries = list(later[:MAX_MISSED])
    to = entries[-1].revision if entries else revision
    return live.read(system, lambda warm: _missed(warm, system, revision, to, entries))


def _missed(
    warm: Warm, system: System, revision: int, to: int, entries: list[Any]
) -> dict[str, Any]:
    changed = set(system.findings.filter(revision__gt=revision).values_list("key", flat=True))
    present = {one.key: one for one in warm.engine.findings}
    gone = {key for entry in entries for key in entry.gone} - present.keys()
    catalog, document = warm.engine.catalog, warm.document
    rows = [
        wire.finding_row(one, catalog, document) for key, one in present.items() if key in changed
    ]
    return {
        "t": "revisions",
        "from": revision,
        "to": to,
        "items": [item(entry) for entry in entries],
        "findings": {"changed": rows, "gone": sorted(gone)},
        "risk": wire.summary(warm.engine.summary),
    }


def _system(system_id: str) -> System:
    system = System.objects.filter(pk=uuid.UUID(system_id), deleted_at=None).first()
    if system is None:
        raise NotFound("There is no such system")
    return system
