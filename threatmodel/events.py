"""Telling the rooms: after the commit, first to this process, then to the others.

What travels is a hint. A message that is lost shows as a gap in the revisions, and whoever sees a
gap reads the log. So nothing here may hold up or fail a write: other processes are told by a
thread of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from channels.layers import get_channel_layer
from django.db import transaction

from .celery import app

log = logging.getLogger(__name__)

MAX_MESSAGE = 512 * 1024
MAX_WAITING = 1000
SEND_TIMEOUT_S = 1.0

Frame = dict[str, Any]
Listener = Callable[[str, Frame], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have this process's events handed to `listener(system_id, frame)`, in the writer's thread."""
    _listeners.append(listener)


def group(system_id: object) -> str:
    return f"system.{system_id}"


def after_commit(system_id: object, frame: Frame) -> None:
    """Tell everyone in the room, once what it tells is safe."""
    transaction.on_commit(partial(publish, str(system_id), frame))


def publish(system_id: str, frame: Frame) -> None:
    """Hand a frame to every process that has this room."""
    for listener in _listeners:
        listener(system_id, frame)
    _sender().put(system_id, frame)


def tell_others(system_id: str, frame: Frame) -> None:
    """Hand a frame to the other processes alone."""
    _sender().put(system_id, frame)


class Sender:
    """A thread that tells the other processes, in order, and drops what it cannot deliver."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.name = uuid.uuid4().hex
        self._loop = asyncio.new_event_loop()
        self._queue: asyncio.Queue[tuple[str, Frame]] = asyncio.Queue(MAX_WAITING)
        threading.Thread(target=self._run, name="events", daemon=True).start()

    def put(self, system_id: str, frame: Frame) -> None:
        self._loop.call_soon_threadsafe(self._take, system_id, frame)

    def _take(self, system_id: str, frame: Frame) -> None:
        if self._queue.full():
            log.warning("room %s was not told: too much is waiting", system_id)
        else:
            self._queue.put_nowait((system_id, frame))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._send_all())

    async def _send_all(self) -> None:
        while True:
            system_id, frame = await self._queue.get()
            try:
                await asyncio.wait_for(self._send(system_id, frame), SEND_TIMEOUT_S)
            except Exception as error:  # the broker may be gone; peers find out by their pulse
                log.warning("room %s was not told: %s", system_id, type(error).__name__)

    async def _send(self, system_id: str, frame: Frame) -> None:
        data = encode(frame)
        if len(data) > MAX_MESSAGE:
            data = encode({"t": "hint", "revision": frame.get("to", 0)})
        message = {"type": "room.frame", "origin": self.name, "data": data}
        await get_channel_layer().group_send(group(system_id), message)


_lock = threading.Lock()
_current: Sender | None = None


def _sender() -> Sender:
    """This process's sender; a forked worker gets one of its own."""
    global _current
    with _lock:
        if _current is None or _current.pid != os.getpid():
            _current = Sender()
        return _current


def origin() -> str:
    """The name under which this process tells others, so that it can leave out its own."""
    return _sender().name


def encode(data: object) -> bytes:
    return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


def enqueue(task: str, row_id: object) -> None:
    """Ring a worker after the commit. If the broker is gone, the sweeper rings later."""
    transaction.on_commit(partial(_ring, task, str(row_id)))


def _ring(task: str, row_id: str) -> None:
    try:
        app.send_task(f"threatmodel.tasks.{task}", args=[row_id], retry=False)
    except Exception as error:
        log.warning("%s %s waits for the sweeper: %s", task, row_id, type(error).__name__)
