"""One connection as its room sees it: who it is, what waits to be sent, whether it has ended."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import AsyncIterator

from threatmodel.gate import Person

MAX_WAITING_BYTES = 1024 * 1024


class Refused(Exception):
    """The line cannot go on; `code` is what the browser reads."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Line:
    """A conversation, whatever carries it: the transport reads `frames` and then `code`."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.person: Person
        self.role = ""
        self.welcomed = False
        self.code = 1000
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._end = asyncio.Event()

    @property
    def seen_as(self) -> str:
        """The connection that others see when this line speaks."""
        return self.id

    @property
    def listens(self) -> bool:
        """Whether it is told what happens in the room."""
        return self.welcomed

    @property
    def ended(self) -> bool:
        return self._end.is_set()

    @property
    def sent(self) -> bool:
        """Whether everything was taken by the transport."""
        return not self._waiting

    def post(self, frame: bytes) -> None:
        """Queue a frame. Who does not read is cut off before memory fills.

        The next to be taken does not count: a welcome is large, and others speak meanwhile.
        """
        if self.ended:
            return
        behind = self._bytes - len(self._waiting[0]) if self._waiting else -len(frame)
        if behind + len(frame) > MAX_WAITING_BYTES:
            self.end(4413)
            return
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._news.set()

    def end(self, code: int) -> None:
        """Say no more than what waits already; nothing of that either to who does not read."""
        if not self.ended:
            self.code = code
            if code == 4413:
                self._waiting.clear()
            self._end.set()
            self._news.set()

    async def wait_for_end(self) -> None:
        await self._end.wait()

    async def frames(self) -> AsyncIterator[bytes]:
        """What is to be sent, in order, until the end."""
        while self._waiting or not self.ended:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                frame = self._waiting.popleft()
                self._bytes -= len(frame)
                yield frame
