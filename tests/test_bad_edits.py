"""Edits that must not be made, over the socket: refused with their place, and nothing changes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from tests.stored import stored
from tests.test_api import CHANGES
from tests.test_realtime import World, enter, rename

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
REFUSED: dict[str, Any] = CHANGES | {
    "flow from nowhere": [{"kind": "flow", "id": "f-ask", "set": {"source": "c-x"}}],
    "component in a component": [{"kind": "component", "id": "c-api", "set": {"zone": "c-api"}}],
    "prototype as key": [{"kind": "component", "id": "c-api", "set": {"__proto__.admin": True}}],
    "prototype as attribute": [
        {"kind": "component", "id": "c-api", "set": {"attributes.__proto__": True}}
    ],
    "id of another kind": [{"kind": "zone", "id": "c-api", "add": {"kind": "internet"}}],
    "half of it right": [rename("Right"), {"kind": "zone", "id": "z-x", "set": {"name": "x"}}],
    "a long note": [{"kind": "component", "id": "c-api", "set": {"note": "x" * 10_001}}],
    "a label of one too many": [rename("x" * 201)],
    "a label of another type": [rename(7)],  # type: ignore[arg-type]  # that is the point
}


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_edit_by_the_socket_is_refused_with_its_place(world: World, name: str) -> None:
    look = sync_to_async(stored)
    async with enter(world.system, world.eve) as eve:
        before = await look()
        await eve.say({"t": "op", "id": str(uuid.uuid4()), "changes": REFUSED[name]})
        answer = await eve.until("refused")
        assert answer["field"] and answer["reason"].isprintable() and len(answer["reason"]) < 400
        assert await look() == before
        assert (await eve.edit(rename("Alive")))["t"] == "ack"


async def test_markup_is_kept_and_told_as_it_was_typed(world: World) -> None:
    evil = "<script>alert(1)</script>"
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        assert (await eve.edit(rename(evil)))["t"] == "ack"
        assert (await olga.until("revisions"))["items"][0]["changes"] == [rename(evil)]
