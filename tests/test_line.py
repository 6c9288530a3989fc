"""The line without WebSockets, over a real server: server-sent events down, POST up."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests import cast
from tests.cast import change
from tests.web import web
from threatmodel import live
from threatmodel.gate import Person
from threatmodel.models import LogEntry, System
from threatmodel.realtime import limits, room
from threatmodel.services import tokens

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.store]
SOON = 60.0  # a machine may have other work
Frame = dict[str, Any]


class Server:
    """The product's web process on the test's database."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def ask(self, method: str, path: str, headers: dict[str, str], body: str = "") -> HTTPResponse:
        line = HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        line.request(method, path, body or None, headers)
        return line.getresponse()


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    """One for all: each test brings people and a system of its own."""
    with web() as started:
        yield Server(started.port, started.process.pid)


class World:
    def __init__(self) -> None:
        cache.clear()
        live.forget()
        self.workspace, self.olga = cast.workspace()
        self.eve = cast.member(self.workspace, "editor", "eve")
        self.guest = cast.member(
            self.workspace, "guest", system=cast.system(self.workspace, self.olga)
        )
        self.system = self.guest.user.memberships.get().system


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


def signed_in(person: Person) -> dict[str, str]:
    """The headers of a page of ours."""
    client = cast.browser(person)
    client.get("/")
    client.get("/password/")
    jar = {name: one.value for name, one in client.cookies.items()}
    token = jar[settings.CSRF_COOKIE_NAME]
    cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
    return {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/json"}


class Visit:
    """A browser's end of one line."""

    def __init__(self, server: Server, system: System, headers: dict[str, str]) -> None:
        self.server, self.headers = server, headers
        self.path = f"/api/v1/systems/{system.pk}/line/"
        self.response = server.ask("GET", self.path, headers)
        self.told: queue.Queue[Frame] = queue.Queue()
        self.you = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self.response:
                if line.startswith(b"data: "):
                    self.told.put(json.loads(line.removeprefix(b"data: ")))
        except (OSError, ValueError, AttributeError):
            return  # the test has closed it

    def until(self, wanted: str | Callable[[Frame], bool], within: float = SOON) -> Frame:
        end = time.monotonic() + within
        while True:
            frame = self.told.get(timeout=max(0.01, end - time.monotonic()))
            if frame["t"] == wanted if isinstance(wanted, str) else wanted(frame):
                return frame

    def say(self, message: Any) -> Frame | None:
        body = message if isinstance(message, str) else json.dumps(message)
        response = self.server.ask("POST", self.path, self.headers | {"Line": self.you}, body)
        assert response.status in (200, 204), response.status
        text = response.read()
        return json.loads(text) if text else None

    def edit(self, *changes: Frame, op: str = "") -> Frame:
        answer = self.say({"t": "op", "id": op or str(uuid.uuid4()), "changes": list(changes)})
        assert answer is not None
        return answer


@contextmanager
def enter(server: Server, system: System, headers: dict[str, str]) -> Iterator[Visit]:
    visit = Visit(server, system, headers)
    try:
        visit.you = visit.until("welcome")["you"]
        yield visit
    finally:
        visit.response.close()


def rename(name: str) -> Frame:
    return change("component", "c-api", set={"name": name})


def test_two_people_work_together_without_a_socket(server, world):
    with (
        enter(server, world.system, signed_in(world.eve)) as eve,
        enter(server, world.system, signed_in(world.olga)) as olga,
    ):
        answer = eve.edit(rename("Door"))
        assert (answer["t"], answer["revision"]) == ("ack", 2)
        assert LogEntry.objects.get(system=world.system, revision=2).by_name == "eve"
        for visit in (eve, olga):
            told = visit.until("revisions")
            assert told["items"][0]["changes"] == [rename("Door")]
        undone = olga.say({"t": "undo", "id": str(uuid.uuid4()), "op": answer["id"]})
        assert undone is not None and undone["t"] == "ack"
        assert eve.until("revisions")["to"] == 3


def test_a_line_shows_where_its_person_points_until_it_is_left(server, world):
    with enter(server, world.system, signed_in(world.olga)) as olga:
        with enter(server, world.system, signed_in(world.eve)) as eve:
            assert eve.say({"t": "presence", "pointer": [5, 6], "name": "root"}) is None

            def shown(frame: Frame) -> bool:
                return any(one["pointer"] == [5, 6] for one in frame.get("people", []))

            (person,) = [one for one in olga.until(shown)["people"] if one["id"] == eve.you]
            assert person["name"] == "eve"
            olga.you = eve.you
            assert olga.say({"t": "presence", "pointer": [0, 0]}) is None
        gone = olga.until(lambda frame: eve.you in frame.get("gone", []))
        assert gone["people"] == [], "nobody moves another's pointer"


def test_what_was_missed_is_asked_for_and_answered(server, world):
    with enter(server, world.system, signed_in(world.eve)) as eve:
        eve.edit(rename("One"))
        eve.edit(rename("Two"))
        missed = eve.say({"t": "hello", "revision": 1, "protocol": 1})
        assert missed is not None
        assert [item["revision"] for item in missed["items"]] == [2, 3]


def test_the_same_edit_sent_twice_is_answered_alike(server, world):
    op = str(uuid.uuid4())
    with enter(server, world.system, signed_in(world.eve)) as eve:
        assert eve.edit(rename("Once"), op=op) == eve.edit(rename("Once"), op=op)
    assert LogEntry.objects.filter(system=world.system).count() == 2


def test_a_guest_looks_on_and_is_refused_an_edit(server, world):
    with enter(server, world.system, signed_in(world.guest)) as guest:
        assert guest.edit(rename("Mine"))["code"] == "forbidden"


def test_a_token_speaks_within_its_scope(server, world):
    _, secret = tokens.create(world.workspace, world.olga, name="r", scope="read")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    with enter(server, world.system, headers) as reader:
        assert reader.edit(rename("x"))["code"] == "forbidden"


def test_rights_withdrawn_end_the_line_with_its_code(server, world):
    with enter(server, world.system, signed_in(world.eve)) as eve:
        world.eve.user.memberships.all().delete()
        assert eve.until("end", within=room.PULSE_S + SOON)["code"] == 4403
        path = eve.path
        assert server.ask("POST", path, eve.headers, json.dumps({"t": "hello"})).status == 404


@pytest.mark.parametrize("message", ["{", "7", '{"t": "shutdown"}', '{"t": "op", "id": "1"}'])
def test_a_hostile_message_is_refused_and_the_line_lives(server, world, message):
    with enter(server, world.system, signed_in(world.eve)) as eve:
        answer = eve.say(message)
        assert answer is not None and answer["t"] == "refused" and answer["reason"]
        assert eve.edit(rename("Alive"))["t"] == "ack"


def test_a_message_that_is_too_large_ends_the_line(server, world):
    with enter(server, world.system, signed_in(world.eve)) as eve:
        answer = eve.say('{"t": "op", "x": "' + "a" * limits.MAX_FRAME + '"}')
        assert answer == {"t": "end", "code": 4413}
        assert eve.until("end")["code"] == 4413


def test_an_old_page_is_told_to_reload(server, world):
    visit = Visit(server, world.system, signed_in(world.eve))
    old = server.ask("GET", visit.path + "?protocol=2", visit.headers)
    assert b'"code":4409' in old.read()
    visit.response.close()


def test_a_post_without_the_pages_token_is_refused(server, world):
    headers = signed_in(world.eve)
    del headers["X-CSRFToken"]
    path = f"/api/v1/systems/{world.system.pk}/line/"
    assert server.ask("POST", path, headers, '{"t": "hello"}').status == 403


def connections(server: Server) -> int:
    """To the database: of all processes on PostgreSQL, as files of the server on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as asked:
            asked.execute(
                "select count(*) from pg_stat_activity where datname = current_database()"
            )
            return int(asked.fetchone()[0])
    opened = [os.path.realpath(one) for one in Path(f"/proc/{server.pid}/fd").iterdir()]
    return opened.count(str(connection.settings_dict["NAME"]))


def test_a_request_leaves_no_connection_to_the_database_behind(server, world):
    headers = signed_in(world.eve)
    before = connections(server)
    answers = [server.ask("GET", "/api/v1/systems/", headers) for _ in range(20)]
    assert {one.status for one in answers} == {200}
    assert connections(server) <= before + 1


def test_a_flood_ends_the_flooding_line(server, world):
    with enter(server, world.system, signed_in(world.eve)) as eve:
        bucket = limits.Bucket()
        assert all(bucket.take(limits.POSTED) for _ in range(int(limits.BURST / limits.POSTED)))
        ended = []

        def flood() -> None:
            line = HTTPConnection("127.0.0.1", server.port, timeout=SOON)
            while not ended:
                body = '{"t": "presence"}'
                line.request("POST", eve.path, body, eve.headers | {"Line": eve.you})
                if b"4429" in line.getresponse().read():
                    ended.append(4429)

        threads = [threading.Thread(target=flood) for _ in range(8)]
        for one in threads:
            one.start()
        assert eve.until("end", within=30)["code"] == 4429
        for one in threads:
            one.join()
