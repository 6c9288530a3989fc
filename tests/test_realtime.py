"""Rooms over real sockets' protocol: edits, presence, rights that end, and hostile guests."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests import cast
from tests.cast import change
from threatmodel import events, live
from threatmodel.asgi import application
from threatmodel.gate import Person
from threatmodel.models import LogEntry, Member, System, Token
from threatmodel.realtime import limits, room
from threatmodel.realtime.line import Line
from threatmodel.realtime.threads import THREADS, in_thread
from threatmodel.services import comments, systems, tokens

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.store,
]
ORIGIN = settings.BASE_URL.encode()
SOON = 60.0  # a machine may have other work
Wanted = Callable[[dict[str, Any]], bool]


class World:
    """A system with its people, made outside the event loop."""

    def __init__(self) -> None:
        live.forget()
        self.workspace, self.olga = cast.workspace()
        self.eve = cast.member(self.workspace, "editor", "eve")
        self.viewer = cast.member(self.workspace, "viewer")
        self.mallory = cast.outsider()
        self.system = cast.system(self.workspace, self.olga)


@pytest.fixture(scope="module", autouse=True)
def lines_to_the_store_end(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that a thread has a line to, and rooms keep theirs a minute."""
    yield
    together = threading.Barrier(THREADS)

    def end() -> None:
        together.wait(SOON)
        connections.close_all()

    async def everywhere() -> None:
        await asyncio.gather(*(in_thread(end) for _ in range(THREADS)))
        await sync_to_async(connections.close_all)()

    with django_db_blocker.unblock():
        asyncio.run(everywhere())


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


def cookie(person: Person) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


class Guest:
    """A browser's end of one socket."""

    def __init__(self, socket: ApplicationCommunicator) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []
        self.unclaimed: list[dict[str, Any]] = []
        self.you = ""

    async def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.socket.send_input({"type": "websocket.receive", "text": text})

    async def until(self, wanted: Wanted | str, within: float = SOON) -> Any:
        """The next message that is wanted; what comes before it waits to be asked for."""
        test = (lambda m: m["t"] == wanted) if isinstance(wanted, str) else wanted
        for message in self.unclaimed:
            if test(message):
                self.unclaimed.remove(message)
                return message
        end = asyncio.get_running_loop().time() + within
        while True:
            left = end - asyncio.get_running_loop().time()
            event = await self.socket.receive_output(max(left, 0.01))
            if event["type"] == "websocket.close":
                raise AssertionError(f"closed with {event['code']}")
            message = json.loads(event["text"])
            self.seen.append(message)
            if test(message):
                return message
            self.unclaimed.append(message)

    async def closed(self, within: float = SOON) -> int:
        """The code with which the server ends the line."""
        end = asyncio.get_running_loop().time() + within
        while True:
            left = end - asyncio.get_running_loop().time()
            event = await self.socket.receive_output(max(left, 0.01))
            if event["type"] == "websocket.close":
                return int(event["code"])

    async def edit(self, *changes: dict[str, Any], op: str = "") -> dict[str, Any]:
        op = op or str(uuid.uuid4())
        await self.say({"t": "op", "id": op, "changes": list(changes)})
        return await self.until(lambda m: m["t"] in ("ack", "refused") and m["id"] == op)


def headers_of(person: Person | None, origin: bytes | None) -> list[tuple[bytes, bytes]]:
    headers = [] if origin is None else [(b"origin", origin)]
    return headers if person is None else [*headers, (b"cookie", cookie(person).encode())]


@asynccontextmanager
async def visit(
    system: System | str,
    person: Person | None,
    origin: bytes | None = ORIGIN,
    secret: str = "",
) -> AsyncIterator[Guest]:
    """Open a socket; it is closed in the end, whatever happened."""
    headers = await sync_to_async(headers_of)(person, origin)
    if secret:
        headers.append((b"authorization", f"Bearer {secret}".encode()))
    id = system.pk if isinstance(system, System) else system
    path = f"/ws/systems/{id}/"
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    first = await socket.receive_output(SOON)
    assert first["type"] == "websocket.accept", "accepted first, so that a code can be read"
    try:
        yield Guest(socket)
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(SOON)


@asynccontextmanager
async def enter(system: System, person: Person, **more: Any) -> AsyncIterator[Guest]:
    """Open a socket and be welcomed."""
    async with visit(system, person, **more) as guest:
        await guest.say({"t": "hello", "revision": 0, "protocol": 1})
        guest.you = (await guest.until("welcome"))["you"]
        yield guest


def rename(name: str) -> dict[str, Any]:
    return change("component", "c-api", set={"name": name})


async def test_a_newcomer_is_shown_the_whole_system(world):
    async with visit(world.system, world.eve) as guest:
        await guest.say({"t": "hello", "revision": 0, "protocol": 1})
        shown = await guest.until("welcome")
    assert shown["protocol"] == 1 and shown["revision"] == 1 and shown["role"] == "editor"
    assert len(shown["document"]["components"]) == 3
    assert shown["findings"] and shown["risk"]["by_level"] is not None
    assert shown["runs"] == [] and shown["models"] == []
    (me,) = shown["people"]
    assert (me["id"], me["name"], me["initials"], me["role"]) == (
        shown["you"],
        "eve",
        "E",
        "editor",
    )
    assert me["hue"] in range(8)


async def test_an_edit_is_acknowledged_after_its_commit_and_seen_by_the_other(world):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        answer = await eve.edit(rename("Door"))
        stored = await LogEntry.objects.aget(system=world.system, revision=answer["revision"])
        assert stored.by_name == "eve"
        told = await olga.until("revisions")
        assert (told["from"], told["to"]) == (1, 2)
        (item,) = told["items"]
        assert item["by"]["name"] == "eve" and item["op"] == answer["id"]
        assert item["changes"] == [rename("Door")]
        assert (await eve.until("revisions"))["to"] == 2


async def test_an_edit_that_moves_findings_tells_them_with_it(world):
    async with enter(world.system, world.eve) as eve:
        await eve.edit(change("component", "c-api", remove=True))
        told = await eve.until("revisions")
        assert any(key.endswith("@c-api") for key in told["findings"]["gone"])
        assert told["risk"]["components"] == 2


async def test_edits_of_all_are_gathered_and_none_is_lost(world):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        for number in range(30):
            guest = (eve, olga)[number % 2]
            add = change("note", f"n-{number}", add={"text": str(number)})
            await guest.say({"t": "op", "id": str(uuid.uuid4()), "changes": [add]})
        last = await olga.until(lambda m: m["t"] == "revisions" and m["to"] == 31)
        frames = [m for m in olga.seen if m["t"] == "revisions"]
        revisions = [item["revision"] for frame in frames for item in frame["items"]]
        assert revisions == list(range(2, 32)) and last["to"] == 31
        assert len(frames) < 30, "several edits share one transaction"
    assert await world.system.elements.filter(kind="note").acount() == 30


async def test_the_same_edit_sent_twice_is_answered_alike(world):
    op = str(uuid.uuid4())
    async with enter(world.system, world.eve) as eve:
        first = await eve.edit(rename("Once"), op=op)
        assert await eve.edit(rename("Once"), op=op) == first
    assert await LogEntry.objects.filter(system=world.system).acount() == 2


async def test_undo_by_the_socket_tells_what_it_skipped(world):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        mine = await eve.edit(change("component", "c-api", set={"name": "A", "note": "n"}))
        await olga.edit(rename("Theirs"))
        undo = str(uuid.uuid4())
        await eve.say({"t": "undo", "id": undo, "op": mine["id"]})
        answer = await eve.until(lambda m: m["t"] == "ack" and m["id"] == undo)
        assert [one["key"] for one in answer["skipped"]] == ["name"]


async def test_a_second_hello_gets_what_was_missed_from_the_log(world):
    async with enter(world.system, world.eve) as eve:
        await eve.edit(rename("One"))
        await eve.edit(rename("Two"))
        await eve.say({"t": "hello", "revision": 1, "protocol": 1})
        told = await eve.until(lambda m: m["t"] == "revisions" and m["from"] == 1 and m["to"] == 3)
        assert [item["revision"] for item in told["items"]] == [2, 3]
        await eve.say({"t": "hello", "revision": 99, "protocol": 1})
        assert (await eve.until("welcome"))["revision"] == 3


async def test_an_edit_by_rest_is_seen_in_the_room(world):
    async with enter(world.system, world.eve) as eve:
        await sync_to_async(cast.edit)(world.system, world.olga, rename("By REST"))
        assert (await eve.until("revisions"))["items"][0]["by"]["name"] == "olga"


async def test_what_another_process_wrote_arrives_through_the_broker(world):
    async with enter(world.system, world.eve) as eve:
        frame = {"t": "run", "run": {"id": "r", "state": "running"}}
        message = {"type": "room.frame", "origin": "elsewhere", "data": events.encode(frame)}

        async def tell() -> None:
            while True:  # the room's own ear at the broker may open a moment later
                await events.get_channel_layer().group_send(group, message)
                await asyncio.sleep(0.2)

        group, telling = events.group(world.system.pk), asyncio.create_task(tell())
        assert (await eve.until("run"))["run"]["state"] == "running"
        telling.cancel()


async def test_what_nobody_told_is_found_by_the_pulse(world, monkeypatch):
    async with enter(world.system, world.eve) as eve:
        monkeypatch.setattr(events, "publish", lambda *told: None)
        await sync_to_async(cast.edit)(world.system, world.olga, rename("In silence"))
        told = await eve.until("revisions")
        assert told["items"][0]["changes"] == [rename("In silence")]


async def test_a_room_that_rests_longer_than_a_redis_timeout_still_hears(world):
    async with enter(world.system, world.eve) as eve:
        await asyncio.sleep(7)
        frame = events.encode({"t": "run", "run": {"id": "late"}})
        message = {"type": "room.frame", "origin": "elsewhere", "data": frame}
        await events.get_channel_layer().group_send(events.group(world.system.pk), message)
        assert (await eve.until("run"))["run"]["id"] == "late"


async def test_presence_is_gathered_and_the_server_says_who(world):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        for x in range(20):
            await eve.say(
                {"t": "presence", "pointer": [x, 1], "name": "root", "id": "me", "hue": 9}
            )

        def last_of_eve(m: dict[str, Any]) -> bool:
            return any(p["id"] == eve.you and p["pointer"] == [19, 1] for p in m.get("people", []))

        frame = await olga.until(last_of_eve)
        (person,) = [p for p in frame["people"] if p["id"] == eve.you]
        assert person["name"] == "eve" and person["hue"] in range(8)
        pointers = [m for m in olga.seen if m["t"] == "presence"]
        assert len(pointers) < 10, "positions are gathered, not passed on one by one"


async def test_a_newcomer_sees_where_the_others_are_and_leavers_go(world):
    async with enter(world.system, world.olga) as olga:
        async with enter(world.system, world.eve) as eve:
            await eve.say({"t": "presence", "pointer": [5, 6], "selection": ["c-api"]})
            await olga.until(lambda m: any(p["pointer"] == [5, 6] for p in m.get("people", [])))
            async with visit(world.system, world.viewer) as late:
                await late.say({"t": "hello", "revision": 0, "protocol": 1})
                people = (await late.until("welcome"))["people"]
                (found,) = [p for p in people if p["id"] == eve.you]
                assert found["pointer"] == [5, 6] and found["selection"] == ["c-api"]
                assert len({p["hue"] for p in people}) == 3
        gone = await olga.until(lambda m: m["t"] == "presence" and eve.you in m["gone"])
        assert gone["people"] == []


async def test_where_one_looks_and_whom_one_follows_is_shown(world):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        view = [0.0, 10.0, 800.0, 600.0]
        await eve.say({"t": "presence", "viewport": view, "follow": olga.you})
        frame = await olga.until(lambda m: any(p["viewport"] for p in m.get("people", [])))
        (person,) = [p for p in frame["people"] if p["id"] == eve.you]
        assert (person["viewport"], person["follow"]) == (view, olga.you)


async def test_who_may_lead_brings_everyone_and_nobody_else_does(world):
    view = [0.0, 10.0, 800.0, 600.0]
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        await eve.say({"t": "gather", "viewport": view})
        assert (await eve.until("refused"))["code"] == "forbidden"
        await olga.say({"t": "gather", "viewport": view, "by": {"name": "eve"}})
        told = await eve.until("gather")
        assert told["viewport"] == view and told["by"]["name"] == "olga"


async def test_a_comment_is_told_and_the_pulse_says_when_one_was_missed(world, monkeypatch):
    say = sync_to_async(comments.say)
    async with enter(world.system, world.eve) as eve:
        said = await say(world.system, world.olga, text="Hear", about="c-api")
        assert (await eve.until("comment"))["comment"]["text"] == "Hear"
        monkeypatch.setattr(events, "publish", lambda *told: None)
        missed = await say(world.system, world.olga, text="In silence")
        assert missed.changed_at > said.changed_at
        wanted = missed.changed_at.isoformat()
        await eve.until(lambda m: m["t"] == "pulse" and m["commented"] == wanted)


async def test_a_viewer_sees_but_is_refused_an_edit(world):
    async with enter(world.system, world.viewer) as viewer:
        answer = await viewer.edit(rename("Mine"))
        assert (answer["t"], answer["code"]) == ("refused", "forbidden")
    assert await LogEntry.objects.filter(system=world.system).acount() == 1


async def test_a_refused_edit_says_which_where_and_why(world):
    async with enter(world.system, world.eve) as eve:
        answer = await eve.edit(change("flow", "f-x", set={"name": "x"}))
        assert (answer["code"], answer["field"]) == ("missing", "changes[0].id")


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        b"null",
        ORIGIN + b".evil.example",
        b"http://evil" + ORIGIN.removeprefix(b"http://"),
        ORIGIN.replace(b"http:", b"https:"),
        None,
    ],
)
async def test_a_cookie_from_a_foreign_page_opens_nothing(world, origin):
    async with visit(world.system, world.olga, origin=origin) as guest:
        assert await guest.closed() == 4403


async def test_without_a_sign_in_the_line_ends(world):
    async with visit(world.system, None) as guest:
        assert await guest.closed() == 4401


async def test_another_workspaces_room_does_not_exist(world):
    async with visit(world.system, world.mallory) as guest:
        assert await guest.closed() == 4404
    async with visit(str(uuid.uuid4()), world.olga) as guest:
        assert await guest.closed() == 4404


async def test_a_token_opens_the_room_within_its_scope(world):
    make = sync_to_async(tokens.create)
    _, reading = await make(world.workspace, world.olga, name="r", scope="read")
    _, writing = await make(world.workspace, world.olga, name="w", scope="write")
    async with enter(world.system, None, origin=None, secret=reading) as guest:
        assert (await guest.edit(rename("x")))["code"] == "forbidden"
    async with enter(world.system, None, origin=None, secret=writing) as guest:
        assert (await guest.edit(rename("x")))["t"] == "ack"
    async with visit(world.system, None, origin=None, secret="wrong") as guest:
        assert await guest.closed() == 4401


def leave_workspace(world: World, secret: str) -> None:
    Member.objects.filter(user=world.eve.user).delete()


def disable(world: World, secret: str) -> None:
    world.eve.user.is_active = False
    world.eve.user.save()


def sign_out(world: World, secret: str) -> None:
    Session.objects.all().delete()


def revoke(world: World, secret: str) -> None:
    Token.objects.update(revoked_at=timezone.now())


def delete_system(world: World, secret: str) -> None:
    systems.delete(world.system, world.olga)


@pytest.mark.parametrize(
    ("withdraw", "code"),
    [
        (leave_workspace, 4403),
        (disable, 4401),
        (sign_out, 4401),
        (revoke, 4403),
        (delete_system, 4404),
    ],
)
async def test_rights_withdrawn_end_the_line_at_one_of_the_next_pulses(world, withdraw, code):
    secret = ""
    if withdraw is revoke:
        make = sync_to_async(tokens.create)
        _, secret = await make(world.workspace, world.eve, name="w", scope="write")
    person, origin = (None, None) if secret else (world.eve, ORIGIN)
    async with enter(world.system, person, origin=origin, secret=secret) as eve:
        await sync_to_async(withdraw)(world, secret)
        await eve.say({"t": "op", "id": str(uuid.uuid4()), "changes": [rename("Too late")]})
        assert await eve.closed(within=room.PULSE_S + 10) == code
    assert await LogEntry.objects.filter(system=world.system).acount() == 1


async def test_a_role_that_grows_counts_without_coming_back(world):
    async with enter(world.system, world.viewer) as viewer:
        await Member.objects.filter(user=world.viewer.user).aupdate(role="editor")
        async with asyncio.timeout(SOON):
            while (await viewer.edit(rename("Now")))["t"] != "ack":
                await asyncio.sleep(0.2)


HOSTILE = {
    "no JSON": "{",
    "nothing": "",
    "a number": "7",
    "NaN": '{"t": "presence", "pointer": [NaN, 1]}',
    "infinity": '{"t": "presence", "pointer": [1e999, 1]}',
    "unknown t": '{"t": "shutdown"}',
    "t of another type": '{"t": ["op"]}',
    "no id": '{"t": "op", "changes": []}',
    "a bad id": '{"t": "op", "id": "1", "changes": []}',
    "changes of another type": f'{{"t": "op", "id": "{uuid.uuid4()}", "changes": 7}}',
    "an undo of nothing": f'{{"t": "undo", "id": "{uuid.uuid4()}", "op": "{uuid.uuid4()}"}}',
    "deep": '{"t": "op", "id": ' + "[" * 100_000,
    "a key twice": '{"t": "hello", "t": "op"}',
    "half a character": '{"t": "presence", "selection": ["\\ud800"]}',
    "a long selection": json.dumps({"t": "presence", "selection": ["x"] * 1000}),
    "a pointer of words": '{"t": "presence", "pointer": ["a", "b"]}',
    "a drag of nothing": '{"t": "presence", "drag": {"c-api": [1]}}',
    "a view of one number": '{"t": "presence", "viewport": [1]}',
    "a view beyond every sheet": '{"t": "presence", "viewport": [0, 0, 1e308, 1]}',
    "a pointer beyond every sheet": '{"t": "presence", "pointer": [1e308, 0]}',
    "to follow nobody by a number": '{"t": "presence", "follow": 7}',
    "everyone brought nowhere": '{"t": "gather"}',
    "everyone brought to NaN": '{"t": "gather", "viewport": [NaN, 0, 1, 1]}',
    "prototype": '{"t": "presence", "drag": {"__proto__": 7}}',
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_message_is_refused_and_the_room_lives(world, name):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        await eve.say(HOSTILE[name])
        assert (await eve.until("refused"))["reason"]
        assert (await eve.edit(rename("Alive")))["t"] == "ack"
        assert (await olga.until("revisions"))["to"] == 2


async def test_binary_frames_are_refused(world):
    async with enter(world.system, world.eve) as eve:
        await eve.socket.send_input({"type": "websocket.receive", "bytes": b"\x00\x01"})
        assert (await eve.until("refused"))["code"] == "invalid"


async def test_a_frame_that_is_too_large_ends_the_line(world):
    async with enter(world.system, world.eve) as eve:
        await eve.say('{"t": "op", "x": "' + "a" * limits.MAX_FRAME + '"}')
        assert await eve.closed() == 4413


async def test_a_flood_ends_the_flooding_line_alone(world):
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        for _ in range(int(limits.BURST) + 100):
            await eve.say({"t": "presence", "pointer": [1, 1]})
        assert await eve.closed() == 4429
        assert (await olga.edit(rename("Calm")))["t"] == "ack"


async def test_an_old_protocol_is_told_to_reload(world):
    async with visit(world.system, world.eve) as eve:
        await eve.say({"t": "hello", "revision": 0, "protocol": 2})
        assert await eve.closed() == 4409


async def test_one_person_opens_at_most_twenty_lines(world, monkeypatch):
    monkeypatch.setattr(limits, "LINES_PER_USER", 2)
    async with enter(world.system, world.eve), enter(world.system, world.eve):
        async with visit(world.system, world.eve) as third:
            assert await third.closed() == 4429
    async with enter(world.system, world.eve):
        pass


async def test_a_workspace_has_at_most_two_hundred_lines(world, monkeypatch):
    monkeypatch.setattr(limits, "LINES_PER_WORKSPACE", 2)
    async with enter(world.system, world.eve), enter(world.system, world.viewer):
        async with visit(world.system, world.olga) as third:
            assert await third.closed() == 4429
        elsewhere = world.mallory.user.memberships.select_related("workspace")
        theirs = (await elsewhere.aget()).workspace
        other = await sync_to_async(cast.system)(theirs, world.mallory)
        async with enter(other, world.mallory):
            pass


async def test_a_large_welcome_does_not_cut_off_who_is_told_more_at_once():
    line = Line()
    line.post(b"x" * 2 * 1024 * 1024)
    line.post(b"y")
    assert not line.ended


async def test_who_does_not_read_is_cut_off_before_memory_fills():
    line = Line()
    for _ in range(40):
        line.post(b"x" * 100_000)
    assert line.ended and line.code == 4413
    assert [frame async for frame in line.frames()] == []


async def test_a_guest_sees_the_one_system_and_draws_nothing(world):
    come = sync_to_async(cast.member)
    guest = await come(world.workspace, "guest", system=world.system)
    other = await sync_to_async(cast.system)(world.workspace, world.olga)
    async with visit(world.system, guest) as line:
        await line.say({"t": "hello", "revision": 0, "protocol": 1})
        assert (await line.until("welcome"))["role"] == "guest"
        assert (await line.edit(rename("Mine")))["code"] == "forbidden"
        await asyncio.sleep(room.PULSE_S)
        await line.until("pulse")
    async with visit(other, guest) as line:
        assert await line.closed() == 4404


async def test_a_turn_that_breaks_refuses_its_edit_and_spares_the_others(world, monkeypatch):
    from threatmodel.services import operations

    real = operations.apply_operations

    def breaking(system_id, submissions):
        if any("Boom" in json.dumps(one.changes) for one in submissions):
            raise RuntimeError("boom")
        return real(system_id, submissions)

    monkeypatch.setattr(operations, "apply_operations", breaking)
    async with enter(world.system, world.eve) as eve, enter(world.system, world.olga) as olga:
        bad, good = await asyncio.gather(eve.edit(rename("Boom")), olga.edit(rename("Fine")))
        assert (bad["t"], bad["code"], good["t"]) == ("refused", "failed", "ack")


async def test_an_unavailable_store_ends_the_line_without_an_ack(world, monkeypatch):
    from django.db import OperationalError

    from threatmodel.services import operations

    def gone(system_id, submissions):
        raise OperationalError("database is locked")

    async with enter(world.system, world.eve) as eve:
        monkeypatch.setattr(operations, "apply_operations", gone)
        await eve.say({"t": "op", "id": str(uuid.uuid4()), "changes": [rename("x")]})
        assert await eve.closed() == 4503
