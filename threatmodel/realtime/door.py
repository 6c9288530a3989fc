"""Into a room and out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from threatmodel.gate import Forbidden, NotFound, Person
from threatmodel.services import rooms
from threatmodel.services.rooms import Admission

from . import limits, room
from .line import Line, Refused
from .room import Room
from .threads import in_thread


async def admit(person: Person, system_id: str) -> Admission:
    """In which role the person comes in.

    Raises
    ------
    Refused
        With the code of a closing line.
    """
    try:
        return await in_thread(rooms.admit, person, system_id)
    except NotFound:
        raise Refused(4404) from None
    except Forbidden:
        raise Refused(4403) from None


@asynccontextmanager
async def seated(line: Line, system_id: str) -> AsyncIterator[Room]:
    """The line in its room, seen by all who are there, until it leaves."""
    with limits.seat_of_user(line.person.id):
        admission = await admit(line.person, system_id)
        with limits.seat_of_workspace(admission.workspace_id):
            line.role = admission.role
            present = room.open_room(system_id, admission.revision)
            present.enter(line)
            try:
                yield present
            finally:
                await room.leave(present, line)
