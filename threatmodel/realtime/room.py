"""One system as this process shows it: its lines, its waiting edits, what it was last told."""

from __future__ import annotations

import asyncio
import logging
import uuid
from contextlib import suppress
from typing import Any, Protocol

import orjson
from channels.layers import get_channel_layer
from django.db import Error as DatabaseError

from threatmodel import events
from threatmodel.gate import NotFound, Person
from threatmodel.services import operations, rooms
from threatmodel.services.operations import Answer, Submission

from .presence import Presence
from .threads import in_thread

log = logging.getLogger(__name__)

GATHER_S = 0.02
GATHER_IN_A_CROWD_S = 0.04
PRESENCE_S = 0.1
PRESENCE_IN_A_CROWD_S = 0.2
CROWD = 20
PULSE_S = 2.0
ANNOUNCE_S = 5.0
MAX_BATCH = 200


class Line(Protocol):
    """A line as its room sees it."""

    id: str
    person: Person
    role: str

    @property
    def listens(self) -> bool: ...

    def post(self, frame: bytes) -> None: ...

    def end(self, code: int) -> None: ...


class Room:
    """Lives while somebody is in it. Everything here runs on the event loop's thread."""

    def __init__(self, system_id: str, revision: int) -> None:
        self.system_id = system_id
        self.revision = revision
        self.presence = Presence()
        self.lines: dict[str, Line] = {}
        self._waiting: list[tuple[Submission, Line]] = []
        self._work = asyncio.Event()
        self._behind = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(work)
            for work in (
                self._write(),
                self._show_presence(),
                self._pulse(),
                self._hear_others(),
                self._read_missing(),
            )
        ]

    @property
    def crowded(self) -> bool:
        """Whether so many are told everything that it is told less often."""
        return len(self.lines) > CROWD

    # Coming and going

    def enter(self, line: Line) -> None:
        self.lines[line.id] = line
        self.presence.enter(line.id, line.person.id, line.person.name, line.role)

    def leave(self, line: Line) -> None:
        if self.lines.pop(line.id, None) is not None:
            self.presence.leave(line.id)

    async def close(self) -> None:
        """Tell the other processes who left, and stop."""
        _, gone = self.presence.take_changes()
        events.tell_others(self.system_id, {"t": "presence", "people": [], "gone": gone})
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # Edits

    def submit(self, submission: Submission, line: Line) -> None:
        self._waiting.append((submission, line))
        self._work.set()

    async def _write(self) -> None:
        """Gather the edits of everybody for a moment, then write them in one transaction."""
        while True:
            await self._work.wait()
            await asyncio.sleep(GATHER_IN_A_CROWD_S if self.crowded else GATHER_S)
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            if not self._waiting:
                self._work.clear()
            await self._write_batch(batch)

    async def _write_batch(self, batch: list[tuple[Submission, Line]]) -> None:
        try:
            asked = [submission for submission, _ in batch]
            system_id = uuid.UUID(self.system_id)
            answers = await in_thread(operations.apply_operations, system_id, asked)
        except DatabaseError as error:
            log.error("room %s: the store does not answer: %s", self.system_id, error)
            self._end(batch, 4503)
        except NotFound:
            self._end(batch, 4404)
        except Exception:
            log.exception("room %s: an edit could not be applied", self.system_id)
            await self._write_alone(batch)
        else:
            for answer, (_, line) in zip(answers, batch, strict=True):
                line.post(encoded(answer))

    async def _write_alone(self, batch: list[tuple[Submission, Line]]) -> None:
        """One edit of several broke the turn: the others must not suffer."""
        if len(batch) > 1:
            for one in batch:
                await self._write_batch([one])
            return
        ((submission, line),) = batch
        reason = "This edit could not be applied"
        line.post(encoded(Answer(submission.id, code="failed", reason=reason)))

    def _end(self, batch: list[tuple[Submission, Line]], code: int) -> None:
        for _, line in batch:
            line.end(code)

    # Telling

    def hear(self, frame: dict[str, Any]) -> None:
        """An event of this system, from whichever process."""
        if frame["t"] == "revisions" and frame["from"] == self.revision:
            self.revision = frame["to"]
            self.tell(frame)
        elif frame["t"] in ("revisions", "hint"):
            if frame.get("to", frame.get("revision", 0)) > self.revision:
                self._behind.set()
        else:
            self.tell(frame)

    def tell(self, frame: dict[str, Any]) -> None:
        data = events.encode(frame)
        for line in list(self.lines.values()):
            if line.listens:
                line.post(data)

    def gather(self, line: Line, viewport: list[float]) -> None:
        """Ask everybody to look where one of them looks; it is gone when it is said."""
        by = {"id": line.person.id, "name": line.person.name}
        frame = {"t": "gather", "by": by, "viewport": viewport}
        self.tell(frame)
        events.tell_others(self.system_id, frame)

    async def _read_missing(self) -> None:
        """After a gap, what is missing comes from the log."""
        while True:
            await self._behind.wait()
            self._behind.clear()
            try:
                frame = await in_thread(rooms.missed, self.system_id, self.revision)
            except (DatabaseError, NotFound) as error:
                log.warning("room %s cannot catch up: %s", self.system_id, error)
                continue
            if frame.get("from") == self.revision < frame["to"]:
                self.revision = frame["to"]
                self.tell(frame)
                self._behind.set()  # there may be more than one frame holds

    async def _show_presence(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE_IN_A_CROWD_S if self.crowded else PRESENCE_S)
            people, gone = self.presence.take_changes()
            if not people and not gone:
                continue
            self.tell({"t": "presence", "people": people, "gone": gone})
            own = [entry for entry in people if entry["id"] in self.lines]
            events.tell_others(self.system_id, {"t": "presence", "people": own, "gone": gone})

    async def _pulse(self) -> None:
        """See who may still be here, and that nobody has fallen behind."""
        rounds = 0
        while True:
            await asyncio.sleep(PULSE_S)
            rounds += 1
            if rounds % round(ANNOUNCE_S / PULSE_S) == 0:
                self._announce()
            lines = list(self.lines.values())
            try:
                state = await in_thread(rooms.look, self.system_id, lines)
            except DatabaseError as error:
                log.warning("room %s: the store does not answer: %s", self.system_id, error)
                continue
            self._apply_rights(lines, state)
            if state.revision > self.revision:
                self._behind.set()
            pulse = {"t": "pulse", "revision": state.revision, "commented": state.commented}
            self.tell(pulse)

    def _apply_rights(self, lines: list[Line], state: rooms.State) -> None:
        for line in lines:
            stands = state.lines[line.id]
            if isinstance(stands, int):
                line.end(stands)
            elif stands != line.role and line.id in self.lines:
                line.role = stands
                self.presence.change_role(line.id, stands)

    # Other processes

    def _announce(self) -> None:
        self.presence.forget_silent()
        frame = {"t": "presence", "people": self.presence.own(), "gone": []}
        events.tell_others(self.system_id, frame)

    async def _hear_others(self) -> None:
        """One subscription per process and room, kept up for as long as the room lives."""
        while True:
            with suppress(OSError, ConnectionError, TimeoutError):
                await self._subscribe()
            await asyncio.sleep(1)

    async def _subscribe(self) -> None:
        layer, group = get_channel_layer(), events.group(self.system_id)
        channel = await layer.new_channel()
        await layer.group_add(group, channel)
        events.tell_others(self.system_id, {"t": "who"})
        try:
            while True:
                message = await layer.receive(channel)
                if message["origin"] != events.origin():
                    self._hear_message(message)
        finally:
            await layer.group_discard(group, channel)

    def _hear_message(self, message: dict[str, Any]) -> None:
        frame = orjson.loads(message["data"])
        if frame["t"] == "presence":
            self.presence.hear(message["origin"], frame["people"], frame["gone"])
        elif frame["t"] == "who":
            self._announce()
        else:
            self.hear(frame)


def encoded(answer: Answer) -> bytes:
    """What the author of an edit is told of it."""
    if answer.code:
        frame = {"t": "refused", "id": answer.id, "code": answer.code}
        return events.encode(frame | {"reason": answer.reason, "field": answer.field})
    frame = {"t": "ack", "id": answer.id, "revision": answer.revision}
    return events.encode(frame | ({"skipped": list(answer.skipped)} if answer.skipped else {}))


_rooms: dict[str, Room] = {}


def find(system_id: str) -> Room | None:
    return _rooms.get(system_id)


def open_room(system_id: str, revision: int) -> Room:
    """The room of a system; the first line opens it."""
    room = _rooms.get(system_id)
    if room is None or room.loop is not asyncio.get_running_loop():
        room = _rooms[system_id] = Room(system_id, revision)
    return room


async def leave(room: Room, line: Line) -> None:
    """The last line closes it."""
    room.leave(line)
    if not room.lines and _rooms.get(room.system_id) is room:
        del _rooms[room.system_id]
        await room.close()


def _heard(system_id: str, frame: dict[str, Any]) -> None:
    """An event of this process, told in the writer's thread."""
    room = _rooms.get(system_id)
    if room is not None:
        with suppress(RuntimeError):  # the loop may be closing
            room.loop.call_soon_threadsafe(room.hear, frame)


events.listen(_heard)
