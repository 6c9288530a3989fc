"""Telling the rooms: after the commit, first to this process, then to the others.

What travels is a hint. A message that is lost shows as a gap in the revisions, and whoever sees a
gap reads the log. So nothing here may hold up or fail a write.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from .celery import app

log = logging.getLogger(__name__)

PROCESS = uuid.uuid4().hex
MAX_MESSAGE = 512 * 1024
SEND_TIMEOUT_S = 1.0

Listener = Callable[[str, dict[str, Any]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have this process's events handed to `listener(system_id, frame)`, in the writer's thread."""
    _listeners.append(listener)


def group(system_id: object) -> str:
    return f"system.{system_id}"


def after_commit(system_id: object, frame: dict[str, Any]) -> None:
    """Tell everyone in the room, once what it tells is safe."""
    transaction.on_commit(partial(publish, system_id, frame))


def publish(system_id: object, frame: dict[str, Any]) -> None:
    """Hand a frame to every process that has this room."""
    for listener in _listeners:
        listener(str(system_id), frame)
    try:
        async_to_sync(send)(str(system_id), frame)
    except Exception as error:  # the broker may be gone; peers find out by their pulse
        log.warning("room %s was not told: %s", system_id, type(error).__name__)


async def send(system_id: str, frame: dict[str, Any]) -> None:
    """Send to the other processes; an oversized frame becomes a hint to read the log."""
    data = orjson.dumps(frame, default=str, option=orjson.OPT_NON_STR_KEYS)
    if len(data) > MAX_MESSAGE:
        data = orjson.dumps({"t": "hint", "revision": frame.get("to", 0)})
    message = {"type": "room.frame", "origin": PROCESS, "data": data}
    layer = get_channel_layer()
    await asyncio.wait_for(layer.group_send(group(system_id), message), SEND_TIMEOUT_S)


def enqueue(task: str, row_id: object) -> None:
    """Ring a worker after the commit. If the broker is gone, the sweeper rings later."""
    transaction.on_commit(partial(_ring, task, str(row_id)))


def _ring(task: str, row_id: str) -> None:
    try:
        app.send_task(f"threatmodel.tasks.{task}", args=[row_id], retry=False)
    except Exception as error:
        log.warning("%s %s waits for the sweeper: %s", task, row_id, type(error).__name__)
