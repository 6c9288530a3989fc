"""Whatever is killed while people draw: what was acknowledged stands, and everybody sees it."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.cast import change
from tests.conftest import ROOT, stop, wait_until
from tests.environment import BROKER_PASSWORD, free_port
from tests.test_faults_sockets import Place, rename, tells
from tests.visitor import Visitor
from tests.web import Web, web
from threatmodel.models import LogEntry
from threatmodel.realtime import limits

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.servers,
    pytest.mark.long,
]
KILLS = 20
EDITORS = 4
EDIT_S = 0.05
SEEN_S = 4.0
SILENCE_S = 12.0
ASKED = 1000


@pytest.fixture
def place(transactional_db: None) -> Place:
    return Place()


async def draw(one: Visitor, until: float) -> None:
    """Edits one after the other, sent without waiting; never the same twice."""
    chance = random.Random(one.secret)
    while time.monotonic() < until:
        name = f"Drawn {chance.random()}"
        try:
            await one.edit(
                change("component", chance.choice(["c-api", "c-user"]), set={"name": name})
            )
        except ConnectionClosed:
            return
        await asyncio.sleep(EDIT_S)


async def part(visitors: list[Visitor]) -> None:
    """They leave once everything is answered and everybody has seen all of it."""
    for one in visitors:
        await one.answered()
    for one in visitors:
        await one.catch_up()
        await one.leave()


async def survive(door: Web, visitors: list[Visitor], kills: int) -> None:
    """People draw; the server dies in the middle of it; they come back and go on."""
    chance = random.Random(kills)
    await asyncio.gather(*(one.come() for one in visitors))
    for _ in range(kills):
        until = time.monotonic() + 0.5 + chance.random()
        working = [asyncio.create_task(draw(one, until + 1)) for one in visitors]
        await asyncio.sleep(until - time.monotonic())
        door.kill()
        await asyncio.gather(*working)
        await asyncio.to_thread(door.start)
        await asyncio.gather(*(one.return_to_line() for one in visitors))
    await part(visitors)


@pytest.mark.store
def test_no_acknowledged_edit_is_lost_when_the_web_process_is_killed_20_times(place):
    secrets = [place.secret() for _ in range(EDITORS)]
    with web() as door:
        visitors = [Visitor(door, place.system.pk, one) for one in secrets]
        asyncio.run(survive(door, visitors, KILLS))
    entries = LogEntry.objects.filter(system=place.system).order_by("revision")
    kept = {str(op) for op in entries.values_list("op", flat=True)}
    acked = {op for one in visitors for op in one.acked}
    assert len(acked) > KILLS * EDITORS and not acked - kept
    server = place.shown()
    revisions = list(entries.values_list("revision", flat=True))
    assert revisions == list(range(1, server["revision"] + 1)), "the log has no gap"
    assert all(one.replica.document() == server["document"] for one in visitors)


@dataclass
class Broker:
    """A broker that can be killed and come back with nothing."""

    folder: Path
    port: int

    @property
    def env(self) -> dict[str, str]:
        return {"BROKER_PORT": str(self.port), "REDIS_URL": self.url}

    @property
    def url(self) -> str:
        return f"redis://:{BROKER_PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        env = {**os.environ, "DATA_DIR": str(self.folder), **self.env}
        self.process = subprocess.Popen([ROOT / "bin/broker"], env=env, start_new_session=True)
        wait_until(self.answers, 20, "the broker answers")

    def answers(self) -> bool:
        import redis

        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """Apart from the one of the other tests."""
    found = Broker(tmp_path / "broker", free_port())
    found.start()
    yield found
    stop(found.process)


async def seen_by(other: Visitor, one: Visitor, name: str, within: float = SEEN_S) -> None:
    edit = rename(name)
    assert (await one.answer(edit))["t"] == "ack"
    await other.told(lambda frame: tells(edit, frame), within)


async def without_broker(eve: Visitor, olga: Visitor, broker: Broker) -> None:
    await asyncio.gather(eve.come(), olga.come())
    await seen_by(olga, eve, "With a broker")
    broker.kill()
    for number in range(3):
        await seen_by(olga, eve, f"Without, {number}")
        await seen_by(eve, olga, f"And back, {number}")
    await asyncio.to_thread(broker.start)
    for number in range(3):
        await seen_by(olga, eve, f"Empty again, {number}")
    await heard_again(eve, olga)
    await asyncio.gather(eve.catch_up(), olga.catch_up())
    await asyncio.gather(eve.leave(), olga.leave())


async def heard_again(eve: Visitor, olga: Visitor) -> None:
    """Pointers travel by the broker alone: once they do, the processes hear each other again."""
    end = time.monotonic() + 30
    x = 0
    while not any(p["pointer"] == [x, 1] for f in olga.frames for p in f.get("people", [])):
        assert time.monotonic() < end, "the processes do not hear each other any more"
        x += 1
        await eve.say({"t": "presence", "pointer": [x, 1]})
        await asyncio.sleep(0.5)


def test_editing_goes_on_without_a_broker_and_everyone_sees_everything_in_4_s(place, own_broker):
    secrets = [place.secret(), place.secret(place.olga)]
    with web(**own_broker.env) as first, web(**own_broker.env) as second:
        eve = Visitor(first, place.system.pk, secrets[0])
        olga = Visitor(second, place.system.pk, secrets[1])
        asyncio.run(without_broker(eve, olga, own_broker))
    server = place.shown()
    assert eve.replica.document() == server["document"] == olga.replica.document()


async def in_two_rooms(visitors: list[Visitor], second: Web) -> None:
    """Half of them at a process that dies; those at the other notice nothing."""
    await asyncio.gather(*(one.come() for one in visitors))
    until = time.monotonic() + 3
    working = [asyncio.create_task(draw(one, until)) for one in visitors]
    await asyncio.sleep(1.5)
    second.kill()
    await asyncio.gather(*working)
    await asyncio.to_thread(second.start)
    for one in visitors[1::2]:
        await one.return_to_line()
    await part(visitors)


@pytest.mark.store
def test_two_web_processes_hold_one_room_and_one_of_them_may_die(place):
    secrets = [place.secret() for _ in range(EDITORS)]
    with web() as first, web() as second:
        doors = [first, second] * 2
        visitors = [
            Visitor(at, place.system.pk, one) for at, one in zip(doors, secrets, strict=True)
        ]
        asyncio.run(in_two_rooms(visitors, second))
    server = place.shown()
    entries = LogEntry.objects.filter(system=place.system).order_by("revision")
    kept = {str(op) for op in entries.values_list("op", flat=True)}
    assert not {op for one in visitors for op in one.acked} - kept
    assert all(one.replica.document() == server["document"] for one in visitors)
    assert list(entries.values_list("revision", flat=True)) == list(
        range(1, server["revision"] + 1)
    )


def test_12_seconds_of_silence_close_no_socket(place):
    secrets = [place.secret(), place.secret(place.olga)]

    async def rest(door: Web) -> None:
        eve, olga = (Visitor(door, place.system.pk, one) for one in secrets)
        await asyncio.gather(eve.come(), olga.come())
        await asyncio.sleep(SILENCE_S)
        await seen_by(olga, eve, "After a long silence")
        await asyncio.gather(eve.leave(), olga.leave())

    with web() as door:
        asyncio.run(rest(door))


def test_of_a_thousand_sockets_of_one_account_twenty_stay(place):
    secrets = [place.secret(), place.secret(place.olga)]

    async def crowd(door: Web) -> None:
        olga = Visitor(door, place.system.pk, secrets[1])
        await olga.come()
        many = [Visitor(door, place.system.pk, secrets[0]) for _ in range(ASKED)]
        codes = [code for one in many if (code := await knock(one))]
        assert codes == [4429] * (ASKED - limits.LINES_PER_USER)
        assert (await olga.answer(rename("Calm")))["t"] == "ack"
        for one in [*many, olga]:
            await one.leave()

    with web() as door:
        asyncio.run(crowd(door))


async def knock(one: Visitor) -> int | None:
    """The code with which the door was shut; none for who is in."""
    try:
        await one.come()
    except (ConnectionClosed, ConnectionResetError):
        return await one.closed()
    return None
