"""The socket `/ws/systems/<id>/`: who may open it, and how a line travels on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError

from threatmodel.gate import Person
from threatmodel.services import rooms

from . import limits
from .door import seated
from .line import Line, Refused
from .room import Room
from .talk import refuse, take
from .threads import in_thread

log = logging.getLogger(__name__)

NOWHERE, UNAVAILABLE = 4404, 4503

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Socket:
    """An ASGI application: one call, one connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        # Accepted before anything else: a browser can read a close code, not a refusal.
        await send({"type": "websocket.accept"})
        line = Line()
        sender = asyncio.create_task(send_all(line, send))
        try:
            await serve(line, scope, receive)
        except Refused as refused:
            line.end(refused.code)
        except DatabaseError as error:
            log.error("the store does not answer: %s", error)
            line.end(UNAVAILABLE)
        finally:
            await finish(line, sender, send)


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """A socket at an address where no system can be."""
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NOWHERE})


async def serve(line: Line, scope: Scope, receive: Receive) -> None:
    """From the door to the end of the conversation."""
    line.person = await identify(scope)
    async with seated(line, str(scope["url_route"]["kwargs"]["id"])) as present:
        await converse(line, present, receive)


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


async def converse(line: Line, present: Room, receive: Receive) -> None:
    """Take messages until the line ends, from either side."""
    ended = asyncio.ensure_future(line.wait_for_end())
    taking = asyncio.ensure_future(take_all(line, present, receive))
    try:
        await asyncio.wait({taking, ended}, return_when=asyncio.FIRST_COMPLETED)
        if taking.done():
            taking.result()
    finally:
        taking.cancel()
        ended.cancel()


async def take_all(line: Line, present: Room, receive: Receive) -> None:
    """Take messages until the browser goes."""
    bucket = limits.Bucket()
    while (event := await receive())["type"] != "websocket.disconnect":
        if not bucket.take():
            raise Refused(4429)
        text = event.get("text")
        if text is None:
            refuse(line, None, "invalid", "Messages are text in JSON", "")
            continue
        if len(text) > limits.MAX_FRAME:
            raise Refused(4413)
        await take(line, present, text.encode("utf-8", "surrogatepass"))


async def send_all(line: Line, send: Send) -> None:
    async for frame in line.frames():
        await send({"type": "websocket.send", "text": frame.decode()})


async def finish(line: Line, sender: asyncio.Task[None], send: Send) -> None:
    """Send what still fits and the close code; a dead line gets a second for each."""
    line.end(line.code)
    with suppress(Exception):
        await asyncio.wait_for(sender, 1)
    with suppress(Exception):
        await asyncio.wait_for(send({"type": "websocket.close", "code": line.code}), 1)
