"""The socket `/ws/systems/<id>/`: who may open it, what may be said on it."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError

from threatmodel import events, strict
from threatmodel.core.document import DocumentError
from threatmodel.gate import Forbidden, NotFound, Person
from threatmodel.services import rooms
from threatmodel.services.operations import Submission

from . import limits, room
from .room import Room
from .threads import in_thread

log = logging.getLogger(__name__)

PROTOCOL = 1
UNAVAILABLE = 4503

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refused(Exception):
    """The line cannot go on; `code` is what the browser reads."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Socket:
    """An ASGI application: one call, one connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        # Accepted before anything else: a browser can read a close code, not a refusal.
        await send({"type": "websocket.accept"})
        line = Line(send)
        try:
            await serve(line, scope, receive)
        except Refused as refused:
            line.end(refused.code)
        except DatabaseError as error:
            log.error("the store does not answer: %s", error)
            line.end(UNAVAILABLE)
        finally:
            await line.finish()


async def serve(line: Line, scope: Scope, receive: Receive) -> None:
    """From the door to the end of the conversation."""
    system_id = str(scope["url_route"]["kwargs"]["id"])
    line.person = await identify(scope)
    if not limits.enter(line.person.id):
        raise Refused(4429)
    try:
        line.role, revision = await admit(line.person, system_id)
        present = room.open_room(system_id, revision)
        present.enter(line)
        try:
            await converse(line, present, receive)
        finally:
            await room.leave(present, line)
    finally:
        limits.leave(line.person.id)


async def identify(scope: Scope) -> Person:
    """Who this is. A browser's cookie counts only from a page of ours."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if origin and origin not in settings.ORIGINS:
        raise Refused(4403)
    if scheme == "Bearer":
        person = await in_thread(rooms.person_of_token, secret.strip())
        if person is None:
            raise Refused(4401)
        return person
    if not origin:
        raise Refused(4403)
    user = scope.get("user")
    if user is None or not user.is_authenticated or not user.is_active:
        raise Refused(4401)
    return await in_thread(rooms.person_of_user, user.pk, scope["session"].session_key)


async def admit(person: Person, system_id: str) -> tuple[str, int]:
    try:
        return await in_thread(rooms.admit, person, system_id)
    except NotFound:
        raise Refused(4404) from None
    except Forbidden:
        raise Refused(4403) from None


async def converse(line: Line, present: Room, receive: Receive) -> None:
    """Take messages until the line ends, from either side."""
    bucket = limits.Bucket()
    while not line.ended:
        event = await line.next_event(receive)
        if event is None or event["type"] == "websocket.disconnect":
            return
        if not bucket.take():
            raise Refused(4429)
        text = event.get("text")
        if text is None:
            refuse(line, None, "invalid", "Messages are text in JSON", "")
            continue
        if len(text) > limits.MAX_FRAME:
            raise Refused(4413)
        await take(line, present, text)


async def take(line: Line, present: Room, text: str) -> None:
    """One message. What is wrong with it is told; it ends nothing."""
    message: Any = None
    try:
        message = strict.read(text.encode("utf-8", "surrogatepass"))
        if not isinstance(message, dict):
            raise DocumentError("a message is a mapping with t")
        match message.get("t"):
            case "hello":
                await hello(line, present, message)
            case "op" | "undo":
                present.submit(submission(line, message), line)
            case "presence":
                present.presence.update(line.id, message)
            case _:
                raise DocumentError("t is hello, op, undo or presence", field="t")
    except DocumentError as error:
        named = message.get("id") if isinstance(message, dict) else None
        refuse(line, named, error.code, error.message, error.field)


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
        frame |= {"people": present.presence.everyone(), "you": line.id, "role": line.role}
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


def identifier(value: object, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise DocumentError(f"{field} is a UUID", field=field) from None


def refuse(line: Line, id: object, code: str, reason: str, field: str) -> None:
    named = id if isinstance(id, str) and len(id) <= 64 else None
    frame = {"t": "refused", "id": named, "code": code, "reason": reason, "field": field}
    line.post(events.encode(frame))


class Line:
    """One connection: what waits to be sent, and whether it has ended."""

    def __init__(self, send: Send) -> None:
        self.id = uuid.uuid4().hex
        self.person: Person
        self.role = ""
        self.welcomed = False
        self._send = send
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._end = asyncio.Event()
        self._code = 1000
        self._sender = asyncio.create_task(self._send_all())

    @property
    def ended(self) -> bool:
        return self._end.is_set()

    def post(self, frame: bytes) -> None:
        """Queue a frame. Who does not read is cut off before memory fills."""
        if self.ended:
            return
        if self._waiting and self._bytes + len(frame) > limits.MAX_WAITING_BYTES:
            self.end(4413)
            return
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._news.set()

    def end(self, code: int) -> None:
        if not self.ended:
            self._code = code
            self._end.set()

    async def next_event(self, receive: Receive) -> dict[str, Any] | None:
        """The next event, or None when the server has ended the line."""
        received, ended = asyncio.ensure_future(receive()), asyncio.ensure_future(self._end.wait())
        try:
            await asyncio.wait({received, ended}, return_when=asyncio.FIRST_COMPLETED)
            return received.result() if received.done() else None
        finally:
            received.cancel()
            ended.cancel()

    async def _send_all(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                frame = self._waiting.popleft()
                self._bytes -= len(frame)
                await self._send({"type": "websocket.send", "text": frame.decode()})

    async def finish(self) -> None:
        """Send what still fits and the close code; a dead line gets a second for it."""
        with suppress(Exception):
            async with asyncio.timeout(1):
                while self._waiting and not self._sender.done() and self._code != 4413:
                    await asyncio.sleep(0.01)
        self._sender.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._sender
        with suppress(Exception):
            async with asyncio.timeout(1):
                await self._send({"type": "websocket.close", "code": self._code})
