"""What may be said on a line, whatever carries it, and what is answered."""

from __future__ import annotations

import uuid
from typing import Any

from threatmodel import events, strict
from threatmodel.core.document import DocumentError
from threatmodel.gate import NotFound
from threatmodel.services import rooms
from threatmodel.services.operations import Submission

from . import presence
from .line import Line, Refused
from .room import Room
from .threads import in_thread

PROTOCOL = 1


async def take(line: Line, present: Room, text: bytes) -> bool:
    """One message. What is wrong with it is told; it ends nothing.

    Returns whether an answer is still to come: an edit's, after its commit.
    """
    message: Any = None
    try:
        message = strict.read(text)
        if not isinstance(message, dict):
            raise DocumentError("a message is a mapping with t")
        match message.get("t"):
            case "hello":
                await hello(line, present, message)
            case "op" | "undo":
                present.submit(submission(line, message), line)
                return True
            case "presence":
                present.presence.update(line.seen_as, message)
            case "gather":
                present.gather(line, gathering(line, message))
            case _:
                raise DocumentError("t is hello, op, undo, presence or gather", field="t")
    except DocumentError as error:
        named = message.get("id") if isinstance(message, dict) else None
        refuse(line, named, error.code, error.message, error.field)
    return False


async def hello(line: Line, present: Room, message: dict[str, Any]) -> None:
    """The first gets the whole system, a later one what it has missed."""
    if message.get("protocol", PROTOCOL) != PROTOCOL:
        raise Refused(4409)
    revision = known_revision(message)
    try:
        if line.welcomed and revision is not None:
            frame = await in_thread(rooms.missed, present.system_id, revision)
        else:
            frame = await in_thread(rooms.welcome, present.system_id)
    except NotFound:
        raise Refused(4404) from None
    if frame["t"] == "welcome":
        frame |= {"people": present.presence.everyone(), "you": line.seen_as, "role": line.role}
    line.welcomed = True
    line.post(events.encode(frame))


def known_revision(message: dict[str, Any]) -> int | None:
    """How far the client says that it has come."""
    said = message.get("revision")
    known = isinstance(said, int) and not isinstance(said, bool) and said >= 0
    return said if known else None


def submission(line: Line, message: dict[str, Any]) -> Submission:
    """The edit that a message asks for."""
    id = identifier(message.get("id"), "id")
    if line.role not in rooms.DRAWING:
        raise DocumentError("Your role does not let you draw here", code="forbidden")
    if message["t"] == "undo":
        return Submission(id, line.person, undoes=identifier(message.get("op"), "op"))
    return Submission(id, line.person, message.get("changes"))


def gathering(line: Line, message: dict[str, Any]) -> list[float]:
    """Where everyone is asked to look, by somebody who may lead them there."""
    if line.role not in rooms.LEADING:
        raise DocumentError("Your role does not let you bring everyone", code="forbidden")
    return presence.numbers(message.get("viewport"), 4, "viewport")


def identifier(value: object, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise DocumentError(f"{field} is a UUID", field=field) from None


def refuse(line: Line, id: object, code: str, reason: str, field: str) -> None:
    named = id if isinstance(id, str) and len(id) <= 64 else None
    frame = {"t": "refused", "id": named, "code": code, "reason": reason, "field": field}
    line.post(events.encode(frame))
