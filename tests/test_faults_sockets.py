"""One real web process and hostile or unlucky visitors: they end, and others notice nothing."""

from __future__ import annotations

import asyncio
import random
import socket
import uuid
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast
from tests.cast import change
from tests.test_replicas import any_change
from tests.visitor import GONE, SOON, Frame, Visitor
from tests.web import Web, web
from threatmodel import events, live
from threatmodel.gate import Person
from threatmodel.models import LogEntry
from threatmodel.realtime import limits
from threatmodel.services import rooms, tokens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
QUICK, MANY = 2, 30


@pytest.fixture(scope="module")
def door(django_db_setup: None) -> Iterator[Web]:
    """One for all: each test brings people and a system of its own."""
    with web() as found:
        yield found


class Place:
    """A system of its own, with people who hold tokens."""

    def __init__(self) -> None:
        live.forget()
        self.workspace, self.olga = cast.workspace(f"olga-{uuid.uuid4()}")
        self.system = cast.system(self.workspace, self.olga)

    def secret(self, person: Person | None = None) -> str:
        someone = person or cast.member(self.workspace, "editor", f"e-{uuid.uuid4()}")
        _, secret = tokens.create(self.workspace, someone, name="t", scope="write")
        return secret

    def shown(self) -> Frame:
        """What a newcomer reads."""
        live.forget()
        told: Frame = orjson.loads(events.encode(rooms.welcome(str(self.system.pk))))
        return told


@pytest.fixture
def place(transactional_db: None) -> Place:
    return Place()


def rename(name: str) -> Frame:
    return change("component", "c-api", set={"name": name})


def visit(door: Web, place: Place, secrets: list[str]) -> list[Visitor]:
    return [Visitor(door, place.system.pk, one) for one in secrets]


def together(
    door: Web, place: Place, act: Callable[[Visitor, Visitor], Coroutine[Any, Any, None]]
) -> None:
    """Eve acts as she likes; Olga works on beside her, and must not notice."""
    secrets = [place.secret(), place.secret(place.olga)]

    async def meet() -> None:
        eve, olga = visit(door, place, secrets)
        await asyncio.gather(eve.come(), olga.come())
        try:
            await act(eve, olga)
            assert (await olga.answer(rename(f"Calm {uuid.uuid4()}")))["t"] == "ack"
        finally:
            await asyncio.gather(eve.leave(), olga.leave())

    asyncio.run(meet())


def test_a_frame_over_one_mebibyte_ends_its_line_alone(door, place):
    async def act(eve: Visitor, olga: Visitor) -> None:
        await eve.say('{"t": "op", "x": "' + "a" * limits.MAX_FRAME + '"}')
        assert await eve.closed() in (1009, 4413)

    together(door, place, act)


def test_500_messages_a_second_end_their_line_alone(door, place):
    async def act(eve: Visitor, olga: Visitor) -> None:
        waits = asyncio.create_task(answered_meanwhile(olga))
        for _ in range(500):
            await eve.say('{"t": "presence", "pointer": [1, 1]}')
        assert await eve.closed() == 4429
        await waits

    together(door, place, act)


async def answered_meanwhile(olga: Visitor) -> None:
    for number in range(5):
        assert (await olga.answer(rename(f"Meanwhile {number}")))["t"] == "ack"


def test_hostile_edits_and_presence_are_refused_and_others_notice_nothing(door, place):
    theirs = Place()
    elsewhere = change("component", "c-theirs", add={"type": "other", "name": "Theirs"})
    assert not cast.edit(theirs.system, theirs.olga, elsewhere).code
    before = theirs.shown()["document"]

    async def act(eve: Visitor, olga: Visitor) -> None:
        for number in ("NaN", "Infinity", "-Infinity", "1e999", "1e308", "-1e308"):
            assert (await refused_box(eve, number))["reason"], number
        answer = await eve.answer(*(zone(n, n - 1) for n in range(5000)))
        assert answer["t"] == "refused" and "20" in answer["reason"]
        foreign = await eve.answer(change("component", "c-theirs", set={"name": "Mine"}))
        assert (foreign["t"], foreign["code"]) == ("refused", "missing")
        await eve.say({"t": "presence", "pointer": [5, 6], "name": "olga", "id": olga.you})
        frame = await olga.told(lambda one: any(map(points, one.get("people", []))))
        (shown,) = filter(points, frame["people"])
        assert shown["id"] == eve.you and shown["name"].startswith("e-")

    together(door, place, act)
    assert theirs.shown()["document"] == before


async def refused_box(eve: Visitor, number: str) -> Frame:
    """What is answered to a component that is put at that number."""
    eve.frames.clear()
    change = f'{{"kind": "component", "id": "c-api", "set": {{"box": [{number}, 0, 1, 1]}}}}'
    await eve.say(f'{{"t": "op", "id": "{uuid.uuid4()}", "changes": [{change}]}}')
    return await eve.told(lambda one: one["t"] == "refused")


def points(person: Frame) -> bool:
    return bool(person["pointer"] == [5, 6])


def zone(number: int, parent: int) -> Frame:
    values = {"kind": "production", "name": f"Z {number}"}
    inside = {"parent": f"z-{parent}"} if parent >= 0 else {}
    return change("zone", f"z-{number}", add=values | inside)


LABELS = {
    "markup": "<img src=x onerror=alert(1)>{{7*7}}</style>",
    "bidi": "safe\u202egnp.exe\u202c \u2066x\u2069",
    "zalgo": "Z" + "\u0335\u0321\u0363\u0301" * 49 + "abc",
    "emoji of many parts": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40,
}


def tells(wanted: Frame, frame: Frame) -> bool:
    return any(item["changes"] == [wanted] for item in frame.get("items", []))


def test_labels_are_kept_as_typed_and_counted_in_characters(door, place):
    async def act(eve: Visitor, olga: Visitor) -> None:
        for label in LABELS.values():
            assert len(label) <= 200
            assert (await eve.answer(rename(label)))["t"] == "ack"
            await olga.told(partial(tells, rename(label)))
            long = label + "\u0301" * (201 - len(label))
            refused = await eve.answer(rename(long))
            assert refused["t"] == "refused" and "200" in refused["reason"]

    together(door, place, act)


def test_who_never_reads_is_cut_off_and_the_room_goes_on(door, place):
    silent = place.secret()

    async def act(eve: Visitor, olga: Visitor) -> None:
        with deaf(door, place, silent) as line:
            for number in range(14):
                notes = [
                    change("note", f"n-{number}-{n}", add={"text": "x" * 10_000}) for n in range(90)
                ]
                assert (await eve.answer(*notes))["t"] == "ack"
            gone = await olga.told(lambda one: bool(one.get("gone")))
            assert gone["gone"]
            assert line.fileno() > 0

    together(door, place, act)


def deaf(door: Web, place: Place, secret: str) -> socket.socket:
    """A socket that is welcomed and never reads again."""
    line = socket.create_connection(("127.0.0.1", door.port), timeout=SOON)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = [
        f"GET /ws/systems/{place.system.pk}/ HTTP/1.1",
        f"Host: 127.0.0.1:{door.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {secret}",
    ]
    line.sendall("\r\n".join([*request, "", ""]).encode())
    hear(line, b"\r\n\r\n")
    hello = b'{"t": "hello", "revision": 0, "protocol": 1}'
    line.sendall(bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)  # masked with nothing
    hear(line, b'"welcome"')
    return line


def hear(line: socket.socket, wanted: bytes) -> None:
    """Read until that has come."""
    heard = b""
    while wanted not in heard:
        more = line.recv(4096)
        assert more, f"the line was closed before {wanted!r}"
        heard += more


# Random work over real sockets


class Day:
    """Some people at work on one system, whose lines are cut now and then."""

    def __init__(self, door: Web, people: int, seed: int) -> None:
        self.place, self.random = Place(), random.Random(seed)
        secrets = [self.place.secret() for _ in range(people)]
        self.visitors = visit(door, self.place, secrets)

    async def work(self, steps: int) -> None:
        await asyncio.gather(*(one.come() for one in self.visitors))
        for _ in range(steps):
            await self.step(self.random.choice(self.visitors))
        for one in self.visitors * 2:  # what one sends again is news to those before
            one.drop()
            await one.return_to_line()
            await one.answered()
        for one in self.visitors:
            await one.catch_up()
            await one.leave()

    async def step(self, one: Visitor) -> None:
        message = message_of(self.random, one.acked)
        try:
            await self.send(one, message)
            if self.random.random() < 0.3:
                await self.send(one, message)  # sent twice, applied once
            if self.random.random() < 0.3:
                await asyncio.sleep(self.random.random() * 0.05)
            if self.random.random() < 0.15:
                one.drop()
        except GONE:
            pass  # it is sent again on return
        if one.away and self.random.random() < 0.5:
            await one.return_to_line()

    async def send(self, one: Visitor, message: Frame) -> None:
        one.unanswered[message["id"]] = message
        await one.say(message)


def message_of(chance: random.Random, acked: list[str]) -> Frame:
    """An edit, or the taking back of one."""
    if acked and chance.random() < 0.2:
        return {"t": "undo", "id": str(uuid.uuid4()), "op": chance.choice(acked)}
    return {"t": "op", "id": str(uuid.uuid4()), "changes": [any_change(chance)]}


def same_everywhere(door: Web, people: int, steps: int, seed: int) -> None:
    day = Day(door, people, seed)
    asyncio.run(day.work(steps))
    server = day.place.shown()
    for one in day.visitors:
        assert one.replica.revision == server["revision"]
        assert one.replica.document() == server["document"]
    entries = LogEntry.objects.filter(system=day.place.system).order_by("revision")
    assert list(entries.values_list("revision", flat=True)) == list(
        range(1, server["revision"] + 1)
    )
    ops = list(entries.values_list("op", flat=True))
    assert len(set(ops)) == len(ops), "nothing is applied twice"


WORK = {"people": st.integers(2, 4), "steps": st.integers(5, 25), "seed": st.integers(0, 2**32)}


@settings(max_examples=QUICK, deadline=None, suppress_health_check=list(HealthCheck))
@given(**WORK)
def test_every_replica_equals_the_server_after_drops_and_returns(door, people, steps, seed):
    same_everywhere(door, people, steps, seed)


@pytest.mark.long
@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(**WORK)
def test_every_replica_equals_the_server_after_many_more(door, people, steps, seed):
    same_everywhere(door, people, steps, seed)
