"""The line where WebSockets are blocked: its frames as server-sent events, its messages by POST.

Only the transport differs from the socket. A message that is posted is a line of its own, which
speaks for the stream and hears one answer, so that any web process can take it.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from django.db import Error as DatabaseError

from threatmodel import events
from threatmodel.gate import Person

from . import limits, room
from .door import admit, seated
from .line import Line, Refused
from .room import Room
from .talk import hello, take

log = logging.getLogger(__name__)

UNAVAILABLE = 4503


class Exchange(Line):
    """One message and its answer."""

    def __init__(self, person: Person, role: str, stream: Line | None) -> None:
        super().__init__()
        self.person, self.role = person, role
        self.welcomed = True  # by the stream: a hello asks for what was missed
        self._seen_as = stream.id if stream else ""

    @property
    def seen_as(self) -> str:
        return self._seen_as

    @property
    def listens(self) -> bool:
        return False

    async def answer(self) -> bytes:
        async for frame in self.frames():
            return frame
        return ending(self.code)


async def stream(person: Person, system_id: str, protocol: object) -> AsyncIterator[bytes]:
    """What the person's socket would be sent, from the welcome to the code that ends it."""
    line = Line()
    line.person = person
    try:
        async with seated(line, system_id) as present:
            await hello(line, present, {"protocol": protocol})
            async for frame in line.frames():
                yield b"data: " + frame + b"\n\n"
    except Refused as refused:
        line.end(refused.code)
    except DatabaseError as error:
        log.error("the store does not answer: %s", error)
        line.end(UNAVAILABLE)
    yield b"event: end\ndata: " + ending(line.code) + b"\n\n"


async def say(person: Person, system_id: str, stream_id: str, text: bytes) -> bytes | None:
    """Take one message for a stream; the frame that answers it, if any does."""
    try:
        return await _say(person, system_id, stream_id, text)
    except Refused as refused:
        return ending(refused.code)
    except DatabaseError as error:
        log.error("the store does not answer: %s", error)
        return ending(UNAVAILABLE)


async def _say(person: Person, system_id: str, stream_id: str, text: bytes) -> bytes | None:
    admission = await admit(person, system_id)
    present = room.open_room(system_id, admission.revision)
    stream = own_stream(present, person, stream_id)
    line = Exchange(person, admission.role, stream)
    present.lines[line.id] = line
    try:
        bound(person, stream, text)
        answered_later = await take(line, present, text)
        return await line.answer() if answered_later or not line.sent else None
    finally:
        await room.leave(present, line)


def own_stream(present: Room, person: Person, stream_id: str) -> Line | None:
    """The stream that the message belongs to, if this process holds it and it is theirs."""
    found = present.lines.get(stream_id)
    return found if isinstance(found, Line) and found.person.id == person.id else None


def bound(person: Person, stream: Line | None, text: bytes) -> None:
    """The socket's limits: what passes them ends the line."""
    flooding = not limits.bucket_of(person.id).take(limits.POSTED)
    code = 4429 if flooding else 4413 if len(text) > limits.MAX_FRAME else 0
    if code:
        if stream:
            stream.end(code)
        raise Refused(code)


def ending(code: int) -> bytes:
    return events.encode({"t": "end", "code": code})
