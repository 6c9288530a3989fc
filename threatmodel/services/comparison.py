"""Any two states of a system side by side: revisions of its log, or baselines."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from catalog import Catalog
from threatmodel import gate, live
from threatmodel.core.assessment import Engine
from threatmodel.core.comparison import Comparison, State, compare
from threatmodel.live import Warm
from threatmodel.live.past import past
from threatmodel.models import Baseline, System

from . import baselines
from .refusal import Refusal

MAX_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Side:
    """One of two states: which one, and everything that it was judged by."""

    revision: int
    baseline: Baseline | None
    at: datetime | None
    as_of: date
    catalog: Catalog
    state: State


@dataclass(frozen=True, slots=True)
class Compared:
    before: Side
    after: Side
    difference: Comparison


def compare_states(system: System, before: str, after: str) -> Compared:
    """The difference between two states, each named by a revision or by a baseline's id.

    An empty `after` is the present one.
    """
    sides = side(system, before, "from"), side(system, after or str(system.revision), "to")
    return Compared(*sides, compare(sides[0].state, sides[1].state))


def side(system: System, named: str, field: str) -> Side:
    """The state that a caller named."""
    if named.isascii() and named.isdigit() and len(named) < 13:
        return _at(system, int(named), field)
    row = _baseline(system, named, field)
    kept = baselines.kept(row)
    return Side(row.revision, row, row.at, row.as_of, kept.catalog, kept.state)


def _baseline(system: System, named: str, field: str) -> Baseline:
    try:
        row = system.baselines.filter(pk=gate.uuid_of(named)).first()
    except gate.NotFound:
        row = None
    if row is None:
        message = f"{field} is a revision, from 0 to {system.revision}, or a baseline's id"
        raise Refusal(message, field=field, code="missing")
    return row


def _at(system: System, revision: int, field: str) -> Side:
    if revision > system.revision:
        message = f"There is no revision {revision}; the newest is {system.revision}"
        raise Refusal(message, field=field, code="missing")
    if revision == system.revision:
        revision, (as_of, catalog, state) = live.read(system, _present)
    else:
        as_of, catalog, state = _reckoned(system, revision)
    entry = system.log.filter(revision=revision).first()
    at = entry.at if entry else system.created_at
    return Side(revision, None, at, as_of, catalog, state)


Reckoned = tuple[date, Catalog, State]


def _present(warm: Warm) -> tuple[int, Reckoned]:
    """What is warm may be newer than the row that somebody read."""
    engine = warm.engine
    state = State(warm.document, engine.findings, engine.summary)
    return warm.revision, (engine.as_of, engine.catalog, state)


_remembered: OrderedDict[tuple[uuid.UUID, int], Reckoned] = OrderedDict()
_lock = Lock()


def _reckoned(system: System, revision: int) -> Reckoned:
    """An earlier state, assessed as of its day; the log only grows, so it stays as it is."""
    key = system.pk, revision
    with _lock:
        if key in _remembered:
            _remembered.move_to_end(key)
            return _remembered[key]
    then = past(system, revision)
    engine = Engine(then.document, then.catalog, then.inputs, then.as_of)
    found = then.as_of, then.catalog, State(then.document, engine.findings, engine.summary)
    with _lock:
        _remembered[key] = found
        while len(_remembered) > MAX_REMEMBERED:
            _remembered.popitem(last=False)
    return found
