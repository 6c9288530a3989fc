"""One writer per system and process, with the document and the engine kept warm.

Every change of a system, of whatever kind, is one `Turn`: lock the row, read what others wrote
meanwhile, do the work, write the difference, commit; then tell. If anything goes wrong the warm
state is thrown away and the next turn reads everything anew.

What is judged of a whole system is judged before the lock: a system that nobody had open, and
what work asks for as `ahead`. It counts if the row is under the lock as it was; otherwise it is
done again. While somebody holds SQLite's one writer, nobody else draws.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from threatmodel import events
from threatmodel.gate import NotFound
from threatmodel.models import System

from . import warming
from .turn import Turn
from .warming import Warm

__all__ = ["Turn", "Warm", "create", "forget", "read", "write"]

Result = TypeVar("Result")
Work = Callable[[Turn], Result]
# What may be done before the lock, perhaps twice: it writes no row.
Ahead = Callable[[Turn], None]

MAX_WARM = 64
TRIES = 2


@dataclass(slots=True)
class Seat:
    """A system's place in this process: its lock, and what is warm."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    warm: Warm | None = None


_seats: OrderedDict[uuid.UUID, Seat] = OrderedDict()
_seats_lock = threading.Lock()


def _seat(system_id: uuid.UUID) -> Seat:
    with _seats_lock:
        seat = _seats.setdefault(system_id, Seat())
        _seats.move_to_end(system_id)
        while len(_seats) > MAX_WARM:
            _seats.popitem(last=False)
        return seat


def forget(system_id: uuid.UUID | None = None) -> None:
    """Drop what is warm, of one system or of all."""
    with _seats_lock:
        for key in list(_seats) if system_id is None else [system_id]:
            _seats.pop(key, None)


def write(system_id: uuid.UUID, work: Work[Result], ahead: Ahead | None = None) -> Result:
    """Do `work` as one turn on the system, behind what `ahead` did of it before the lock.

    Raises
    ------
    NotFound
        When the system is gone.
    """
    seat = _seat(system_id)
    with seat.lock:
        return _write(seat, system_id, work, ahead)


def _write(
    seat: Seat, system_id: uuid.UUID, work: Work[Result], ahead: Ahead | None = None
) -> Result:
    locked = System.objects.select_for_update().filter(pk=system_id)
    with _thrown_away_on_error(seat):
        for _ in range(TRIES):
            begun = _begun(seat, system_id, ahead)
            with transaction.atomic(durable=True):
                turn = _continued(seat, _found(locked), begun)
                if turn is not None:
                    return _end(seat, turn, work)
            seat.warm = None
        with transaction.atomic(durable=True):  # others write all the while
            turn = Turn(_found(locked), None)
            if ahead is not None:
                ahead(turn)
            return _end(seat, turn, work)


@contextmanager
def _thrown_away_on_error(seat: Seat) -> Iterator[None]:
    try:
        yield
    except BaseException:
        seat.warm = None
        raise


def _begun(seat: Seat, system_id: uuid.UUID, ahead: Ahead | None) -> Turn | None:
    """What can be done of a turn without the lock; the rest of it waits for `_continued`."""
    seat.warm = seat.warm or warming.ahead(system_id)
    if ahead is None:
        return None
    turn = Turn(_found(System.objects.filter(pk=system_id)), seat.warm)
    ahead(turn)
    turn.make_ready()
    return turn


def _continued(seat: Seat, system: System, begun: Turn | None) -> Turn | None:
    """The turn under the lock; None where what was done before it cannot be used."""
    if begun is not None:
        return begun if begun.stands(system) else None
    known = seat.warm
    if known is None or not known.leads_to(system):
        return None
    return Turn(system, known)


def _found(rows: QuerySet[System]) -> System:
    system = rows.first()
    if system is None:
        raise NotFound("There is no such system")
    return system


def read(system: System, look: Callable[[Warm], Result]) -> Result:
    """Look at what is warm, without writing; it is brought up to the system's row first."""
    seat = _seat(system.pk)
    with seat.lock:
        known = seat.warm
        if known is None or not _stands(known, system):
            known = _write(seat, system.pk, lambda turn: turn.warm)
        return look(known)


def _stands(known: Warm, system: System) -> bool:
    """Whether what is warm is of the row's revision, day and catalog."""
    engine = known.engine
    return (known.revision, engine.as_of, engine.catalog.digest) == (
        system.revision,
        system.as_of,
        system.catalog_digest,
    )


def create(system: System, work: Work[Result], ahead: Ahead) -> Result:
    """Make the system's row and do the first work on it, all or nothing, behind `ahead`."""
    seat = _seat(system.pk)
    with seat.lock, _thrown_away_on_error(seat):
        turn = Turn(system, None)
        ahead(turn)
        turn.make_ready()
        with transaction.atomic(durable=True):
            system.save(force_insert=True)
            return _end(seat, turn, work)


def _end(seat: Seat, turn: Turn, work: Work[Result]) -> Result:
    result = work(turn)
    turn.flush()
    seat.warm = turn.warm
    if turn.entries:
        # What is stored is acknowledged, even where telling the others of it fails.
        transaction.on_commit(partial(_tell, turn), robust=True)
    return result


def _tell(turn: Turn) -> None:
    events.publish(str(turn.system.pk), turn.frame())
