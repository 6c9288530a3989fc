"""People whose editors hang on another web process: seen here, and gone when it falls silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import pytest

from tests.test_realtime import World, enter
from threatmodel import events
from threatmodel.realtime import presence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
FAR: dict[str, Any] = {"id": "far", "user": 0, "name": "Far", "hue": 3, "pointer": [7, 8]}


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@asynccontextmanager
async def another_process(group: str, frame: dict[str, Any]) -> AsyncIterator[None]:
    """It says the same until the block ends: the room's ear may open a moment later."""

    async def tell() -> None:
        message = {"type": "room.frame", "origin": "elsewhere", "data": events.encode(frame)}
        while True:
            await events.get_channel_layer().group_send(group, message)
            await asyncio.sleep(0.2)

    telling = asyncio.create_task(tell())
    yield
    telling.cancel()
    with suppress(asyncio.CancelledError):
        await telling


async def test_who_hangs_on_another_process_is_seen_until_it_falls_silent(world, monkeypatch):
    group = events.group(world.system.pk)
    async with enter(world.system, world.olga) as olga:
        async with another_process(group, {"t": "presence", "people": [FAR], "gone": []}):
            await olga.until(lambda m: FAR in m.get("people", []))
        async with enter(world.system, world.eve) as eve:
            assert FAR in next(m for m in eve.seen if m["t"] == "welcome")["people"]
        monkeypatch.setattr(presence, "SILENT_AFTER_S", 0.0)
        async with another_process(group, {"t": "who"}):
            await olga.until(lambda m: "far" in m.get("gone", []))


async def test_a_process_that_comes_later_is_told_who_is_here(world):
    layer, group = events.get_channel_layer(), events.group(world.system.pk)
    async with enter(world.system, world.olga) as olga:
        ear = await layer.new_channel()
        await layer.group_add(group, ear)
        async with another_process(group, {"t": "who"}):
            while True:
                heard = await layer.receive(ear)
                frame = orjson.loads(heard["data"])
                if heard["origin"] == events.origin() and frame["t"] == "presence":
                    break
        assert olga.you in [one["id"] for one in frame["people"]]
