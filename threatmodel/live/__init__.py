"""One writer per system and process, with the document and the engine kept warm.

Every change of a system, of whatever kind, is one `Turn`: lock the row, read what others wrote
meanwhile, do the work, write the difference, commit; then tell. If anything goes wrong the warm
state is thrown away and the next turn reads everything anew.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction

from threatmodel import events
from threatmodel.gate import NotFound
from threatmodel.models import System

from .turn import Turn, Warm

__all__ = ["Turn", "Warm", "create", "forget", "read", "write"]

Result = TypeVar("Result")
Work = Callable[[Turn], Result]

MAX_WARM = 64


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


def write(system_id: uuid.UUID, work: Work[Result]) -> Result:
    """Do `work` as one turn on the system.

    Raises
    ------
    NotFound
        When the system is gone.
    """
    seat = _seat(system_id)
    with seat.lock:
        try:
            with transaction.atomic(durable=True):
                system = System.objects.select_for_update().filter(pk=system_id).first()
                if system is None:
                    raise NotFound("There is no such system")
                return _turn(seat, system, work)
        except BaseException:
            seat.warm = None
            raise


def read(system: System, look: Callable[[Warm], Result]) -> Result:
    """Look at what is warm, without writing; it is brought up to the system's row first."""
    seat = _seat(system.pk)
    with seat.lock:
        warm = seat.warm
        if warm is None or not _stands(warm, system):
            return write(system.pk, lambda turn: look(turn.warm))
        return look(warm)


def _stands(warm: Warm, system: System) -> bool:
    """Whether what is warm is of the row's revision, day and catalog."""
    engine = warm.engine
    return (warm.revision, engine.as_of, engine.catalog.digest) == (
        system.revision,
        system.as_of,
        system.catalog_digest,
    )


def create(system: System, work: Work[Result]) -> Result:
    """Make the system's row and do the first work on it, all or nothing."""
    seat = _seat(system.pk)
    with seat.lock:
        try:
            with transaction.atomic(durable=True):
                system.save(force_insert=True)
                return _turn(seat, system, work)
        except BaseException:
            seat.warm = None
            raise


def _turn(seat: Seat, system: System, work: Work[Result]) -> Result:
    turn = Turn(system, seat.warm)
    result = work(turn)
    turn.flush()
    seat.warm = turn.warm
    if turn.entries:
        events.after_commit(system.pk, turn.frame())
    return result
