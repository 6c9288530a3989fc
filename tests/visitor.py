"""A browser's end of a real socket: keeps what is not answered, comes back and sends it again."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets import State
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.replica import Replica
from tests.web import Web

Frame = dict[str, Any]
SOON = 60.0  # a machine may have other work
GONE = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, TimeoutError)


class Visitor:
    """Somebody with a token at one web process's door."""

    def __init__(self, web: Web, system_id: object, secret: str) -> None:
        self.url, self.secret = web.address(system_id), secret
        self.replica = Replica()
        self.unanswered: dict[str, Frame] = {}
        self.acked: list[str] = []
        self.frames: list[Frame] = []
        self.you = ""
        self.socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def away(self) -> bool:
        return self.socket is None or self.socket.state is not State.OPEN

    async def come(self) -> None:
        """Open the line and be welcomed; what has no answer yet is sent again."""
        self.drop()
        headers = {"Authorization": f"Bearer {self.secret}"}
        self.replica, self.you = Replica(), ""
        self.socket = await connect(
            self.url, additional_headers=headers, max_size=None, compression=None
        )
        self._reading = asyncio.create_task(self._read(self.socket))
        await self.say({"t": "hello", "revision": 0, "protocol": 1})
        await self.until(lambda: bool(self.you), "a welcome")
        for frame in list(self.unanswered.values()):
            await self.say(frame)

    async def return_to_line(self, within: float = 60.0) -> None:
        """Come back, however often the door stays shut."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                return await self.come()
            except GONE:
                await asyncio.sleep(0.05)
        raise AssertionError(f"the line stayed shut for {within} s")

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                self._take(json.loads(text))

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.replica.take(frame)
        match frame["t"]:
            case "welcome":
                self.you = frame["you"]
            case "ack":
                self.unanswered.pop(frame["id"], None)
                self.acked.append(frame["id"])
            case "refused":
                self.unanswered.pop(frame["id"], None)

    def drop(self) -> None:
        """Lose the line in the middle of everything, without a farewell."""
        if self.socket is not None:
            self.socket.transport.abort()

    async def leave(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    async def say(self, message: Frame | str) -> None:
        assert self.socket is not None
        await self.socket.send(message if isinstance(message, str) else json.dumps(message))

    async def edit(self, *changes: Frame, op: str = "") -> str:
        """Send an edit and do not wait; it is kept until it is answered."""
        op = op or str(uuid.uuid4())
        self.unanswered[op] = {"t": "op", "id": op, "changes": list(changes)}
        await self.say(self.unanswered[op])
        return op

    async def answer(self, *changes: Frame) -> Frame:
        """Send an edit and wait for what became of it."""
        op = await self.edit(*changes)
        return await self.told(lambda one: one["t"] in ("ack", "refused") and one["id"] == op)

    async def told(self, wanted: Callable[[Frame], bool], within: float = SOON) -> Frame:
        """The first frame of that kind, past or to come."""
        await self.until(lambda: any(map(wanted, self.frames)), "a frame", within)
        return next(filter(wanted, self.frames))

    async def until(self, true: Callable[[], bool], what: str, within: float = SOON) -> None:
        end = time.monotonic() + within
        while not true():
            if self._reading is not None and self._reading.done():
                raise ConnectionResetError(f"the line has ended while {what} was waited for")
            assert time.monotonic() < end, f"{what}: not within {within} s"
            await asyncio.sleep(0.005)

    async def closed(self, within: float = SOON) -> int | None:
        """The code with which the server ended the line."""
        assert self.socket is not None
        await asyncio.wait_for(self.socket.wait_closed(), within)
        return self.socket.close_code

    async def answered(self) -> None:
        await self.until(lambda: not self.unanswered, "an answer to everything")

    async def catch_up(self) -> None:
        """Everything is answered and everything was seen."""
        await self.answered()
        revision = self.replica.revision
        del self.frames[:]
        await self.say({"t": "hello", "revision": revision, "protocol": 1})
        await self.told(lambda one: one["t"] == "revisions" and one["from"] <= revision)
        await self.until(lambda: not self.replica.behind, "all revisions")
