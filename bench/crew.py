"""Some of the editors of bench/rooms, in a process of their own: they type, point and listen.

An operation's id begins with the moment at which it was sent, by the clock that all processes of
one machine share. So each listener knows how long an edit took, without asking who sent it.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
import uuid
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests.replica import Replica

POINTER_S = 0.1
SETTLE_S = 20.0
COMPONENTS = 300
MOST_STANDING = 1
Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Load:
    """What each editor does: so many edits in a second, for `warm_s` uncounted and `seconds`."""

    rate: float
    warm_s: float
    seconds: float


@dataclass(slots=True)
class Heard:
    """What a crew measured: seconds from edit to answer and to other people's screens."""

    answers: array[float] = field(default_factory=lambda: array("d"))
    sights: array[float] = field(default_factory=lambda: array("d"))
    acked: list[str] = field(default_factory=list)
    sent: int = 0
    counted: int = 0
    refused: int = 0
    unanswered: int = 0
    states: list[tuple[int, str]] = field(default_factory=list)
    cpu_s: float = 0.0


@dataclass(slots=True)
class Clock:
    """When this load began to count, and when it ends, in nanoseconds of the shared clock."""

    begins: int = 0
    ends: int = 0

    def start(self, load: Load) -> None:
        self.begins = time.monotonic_ns() + int(load.warm_s * 1e9)
        self.ends = self.begins + int(load.seconds * 1e9)

    def counts(self, op: str) -> int:
        """The moment at which a counted edit was sent; 0 for what is not counted."""
        sent = int(op[:8] + op[9:13] + op[14:18], 16)
        return sent if self.begins <= sent < self.ends else 0


class Editor:
    """Somebody at work: edits at a steady rate, a pointer that moves, a copy of the system."""

    def __init__(self, number: int, heard: Heard, clock: Clock) -> None:
        self.number, self.heard, self.clock = number, heard, clock
        self.random = random.Random(number)
        self.replica = Replica()
        self.open: set[str] = set()
        self.mine: set[str] = set()
        self.drawn = 0
        self.standing: list[Change] = []  # what this editor drew and has not taken away again
        self.socket: ClientConnection

    async def listen(self) -> None:
        async for text in self.socket:
            now = time.monotonic_ns()
            frame = orjson.loads(text)
            self.replica.take(frame)
            match frame["t"]:
                case "ack":
                    self._answered(frame["id"], now)
                    self.heard.acked.append(frame["id"])
                case "refused":
                    self._answered(frame["id"], now)
                    self.heard.refused += 1
                case "revisions":
                    self._saw(frame["items"], now)

    def _answered(self, op: str, now: int) -> None:
        self.open.discard(op)
        if sent := self.clock.counts(op):
            self.heard.answers.append((now - sent) / 1e9)

    def _saw(self, items: Sequence[Change], now: int) -> None:
        for item in items:
            op = item["op"]
            if op not in self.mine and (sent := self.clock.counts(op)):
                self.heard.sights.append((now - sent) / 1e9)

    async def edit(self, rate: float) -> None:
        at = time.monotonic() + self.random.random() / rate
        while at * 1e9 < self.clock.ends:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            at += 1 / rate
            op = str(uuid.UUID(int=(time.monotonic_ns() << 64) | self.random.getrandbits(64)))
            self.open.add(op)
            self.mine.add(op)
            self.heard.sent += 1
            self.heard.counted += bool(self.clock.counts(op))
            await self.say({"t": "op", "id": op, "changes": [self._change()]})

    async def point(self) -> None:
        await asyncio.sleep(self.random.random() * POINTER_S)
        while time.monotonic_ns() < self.clock.ends:
            at = [self.random.random() * 4000, self.random.random() * 4000]
            await self.say({"t": "presence", "pointer": at})
            await asyncio.sleep(POINTER_S)

    async def say(self, message: Change) -> None:
        await self.socket.send(orjson.dumps(message).decode())

    async def settle(self) -> None:
        """Until everything is answered and the last entry has come."""
        end = time.monotonic() + SETTLE_S
        while time.monotonic() < end and self.open:
            await asyncio.sleep(0.1)
        await asyncio.sleep(3)
        while time.monotonic() < end and self.replica.behind:
            await self.say({"t": "hello", "revision": self.replica.revision, "protocol": 1})
            await asyncio.sleep(0.5)
        self.heard.unanswered += len(self.open)

    def _change(self) -> Change:
        """The mix of docs: 70 % moves and texts, 20 % attributes, 10 % flows and components."""
        die, which = self.random.random(), self.random.randrange(COMPONENTS)
        one: Change = {"kind": "component", "id": f"c-{which}"}
        if die < 0.5:
            x, y = self.random.randrange(4000), self.random.randrange(4000)
            return one | {"set": {"box": [x, y, 176, 64]}}
        if die < 0.7:
            return one | {"set": {"note": f"Said by {self.number}: {self.random.random()}"}}
        if die < 0.9:
            endpoint = f"c-{which - which % 3}"
            often = self.random.randrange(1, 10**9)  # never twice: what changes nothing is no entry
            return one | {"id": endpoint, "set": {"attributes.requests_per_minute": often}}
        return self._drawing(die < 0.95)

    def _drawing(self, component: bool) -> Change:
        """Draw, or take away what was drawn: the room is to keep its 300 components."""
        if len(self.standing) >= MOST_STANDING:
            return self.standing.pop(0) | {"remove": True}
        self.drawn += 1
        one = self._component() if component else self._flow()
        self.standing.append({"kind": one["kind"], "id": one["id"]})
        return one

    def _component(self) -> Change:
        new = {"type": "other", "name": "New", "zone": "z-0", "box": [0, 0, 176, 64]}
        return {"kind": "component", "id": f"n-{self.number}-{self.drawn}", "add": new}

    def _flow(self) -> Change:
        ends = self.random.sample(range(COMPONENTS), 2)
        flow = {"kind": "data", "source": f"c-{ends[0]}", "target": f"c-{ends[1]}"}
        return {"kind": "flow", "id": f"m-{self.number}-{self.drawn}", "add": flow}


def work(visits: Sequence[tuple[int, str, str]], load: Load, ready: Barrier) -> Heard:
    """A crew's whole day: come in, wait for the other crews, work, compare what was seen."""
    return asyncio.run(_work(visits, load, ready))


async def _work(visits: Sequence[tuple[int, str, str]], load: Load, ready: Barrier) -> Heard:
    heard, clock = Heard(), Clock()
    crew = [Editor(number, heard, clock) for number, _, _ in visits]
    listening = [
        await _enter(one, url, secret) for one, (_, url, secret) in zip(crew, visits, strict=True)
    ]
    while any(one.replica.revision < 0 for one in crew):
        _told(listening)
        await asyncio.sleep(0.1)
    await asyncio.to_thread(ready.wait)
    clock.start(load)
    began = time.process_time()
    await asyncio.gather(*(one.edit(load.rate) for one in crew), *(one.point() for one in crew))
    heard.cpu_s = time.process_time() - began
    await asyncio.gather(*(one.settle() for one in crew))
    _told(listening)
    for one, task in zip(crew, listening, strict=True):
        task.cancel()
        await one.socket.close()
    heard.states = states([one.replica for one in crew])
    return heard


async def _enter(one: Editor, url: str, secret: str) -> asyncio.Task[None]:
    headers = {"Authorization": f"Bearer {secret}"}
    one.socket = await connect(url, additional_headers=headers, max_size=None, compression=None)
    listening = asyncio.create_task(one.listen())
    await one.say({"t": "hello", "revision": 0, "protocol": 1})
    return listening


def _told(listening: Sequence[asyncio.Task[None]]) -> None:
    """Raise what ended a line before its time."""
    for task in listening:
        if task.done():
            task.result()
            raise RuntimeError("a line was closed during the load")


def states(replicas: Sequence[Replica]) -> list[tuple[int, str]]:
    """Each one's revision and the digest of its document, replayed once for equal histories."""
    known: dict[bytes, str] = {}
    found = []
    for one in replicas:
        history = one.history()
        if history not in known:
            known[history] = digest(one.document())
        found.append((one.revision, known[history]))
    return found


def digest(document: Change) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
