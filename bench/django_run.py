"""Run by bench/edit.py in a process of its own: the demo in a throwaway SQLite, a row a line."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tests.environment  # before Django: a folder, a database and a broker of our own
from tests.conftest import ROOT, broker_answers, stop, wait_until

from .measure import Row, Timing, count, ratio

EDITORS = (1, 10, 20)
EDITS_EACH = 15
COMMITS = 200
Change = dict[str, Any]


def change(kind: str, id: str, **action: Any) -> Change:
    return {"kind": kind, "id": id, **action}


FLOW = {"kind": "request", "source": "c-customers", "target": "c-reader"}
ZONE = {"kind": "restricted", "name": "Vault", "box": [40, 900, 256, 344]}
EDITS: dict[str, Change] = {
    "move": change("component", "c-reader", set={"box": [400, 200, 176, 64]}),
    "rename": change("component", "c-reader", set={"name": "Reader"}),
    "attribute": change("component", "c-reader", set={"attributes.returns_scores": False}),
    "add a flow": change("flow", "f-new", add=FLOW),
    "add a zone": change("zone", "z-vault", add=ZONE),
    "into another zone": change("component", "c-log", set={"zone": "z-vault"}),
    "remove a component": change("component", "c-cleaner", remove=True),
}


def costs() -> Iterator[Row]:
    """Each kind of edit once, on a warm engine."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests import cast
    from threatmodel import live
    from threatmodel.services import demo

    _, by = cast.workspace("bench")
    system = demo.load(again=True)
    if system is None:
        raise RuntimeError("the demo was not loaded")
    cast.edit(system, by, change("component", "c-reader", set={"note": "warm"}))
    for name, one in EDITS.items():
        engine = cold_engine(system)
        with CaptureQueriesContext(connection) as captured:
            answer = cast.edit(system, by, one)
        if answer.code:
            raise RuntimeError(f"{name}: {answer.reason}")
        yield from sql(name, [query["sql"] for query in captured.captured_queries])
        yield from answers(name, engine, system, answer.revision)
    live.forget()
    with CaptureQueriesContext(connection) as captured:
        live.write(system.pk, lambda turn: None)
    again = [query["sql"] for query in captured.captured_queries]
    yield count("a cold run with nothing new: rows written", written(again), "", "0")


def cold_engine(system: Any) -> Any:
    """A second engine at the same state, to ask what the edit makes it do."""
    from catalog import load
    from threatmodel import rows
    from threatmodel.core.assessment import Engine

    system.refresh_from_db()
    document, inputs = rows.read_document(system, load()), rows.read_inputs(system)
    return Engine(document, load(), inputs, system.as_of)


def sql(name: str, statements: list[str]) -> Iterator[Row]:
    commits = sum(one.startswith("COMMIT") for one in statements)
    work = [one for one in statements if not one.startswith(("BEGIN", "COMMIT"))]
    yield count(f"{name}: SQL statements", len(work), "", "12 or less")
    yield count(f"{name}: transactions", commits, "", "1")


def written(statements: list[str]) -> int:
    return sum(one.startswith(("INSERT", "UPDATE", "DELETE")) for one in statements)


def answers(name: str, engine: Any, system: Any, revision: int) -> Iterator[Row]:
    from catalog import load
    from threatmodel import rows
    from threatmodel.core.operations import from_log

    entry = system.log.get(revision=revision)
    executed = [from_log(one) for one in entry.changes]
    delta = engine.update(rows.read_document(system, load()), executed)
    yield count(f"{name}: evaluations", delta.evaluations, "")
    yield count(f"{name}: findings judged", delta.judged, "")
    yield count(f"{name}: findings changed", len(delta.changed) + len(delta.gone), "")


def waits() -> Iterator[Row]:
    """From sending an edit to its ack, with so many editing at once, against a bare commit."""
    from tests import cast
    from threatmodel.services import tokens

    workspace, by = cast.workspace("waits")
    system = cast.system(workspace, by)
    _, secret = tokens.create(workspace, by, name="bench", scope="write")
    for editors in EDITORS:
        found = asyncio.run(together(str(system.pk), secret, editors))
        commit = bare_commits(Path(tests.environment.FOLDER))
        yield ratio(f"{editors:>2} at once: ack / bare SQLite commit", found, commit)


async def together(system: str, secret: str, editors: int) -> Timing:
    found = await asyncio.gather(*(one_editor(system, secret) for _ in range(editors)))
    return Timing(tuple(statistics.median(each) for each in found))


async def one_editor(system: str, secret: str) -> list[float]:
    from asgiref.testing import ApplicationCommunicator

    from threatmodel.asgi import application

    headers = [(b"authorization", f"Bearer {secret}".encode())]
    path = f"/ws/systems/{system}/"
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    await say(socket, {"t": "hello", "revision": 0, "protocol": 1})
    await heard(socket, "welcome")
    found = []
    for turn in range(EDITS_EACH):
        box = [turn, turn, 176, 64]
        moved = [change("component", "c-api", set={"box": box, "note": uuid.uuid4().hex})]
        begin = time.perf_counter()
        await say(socket, {"t": "op", "id": str(uuid.uuid4()), "changes": moved})
        await heard(socket, "ack")
        found.append(time.perf_counter() - begin)
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(5)
    return found


async def say(socket: Any, message: dict[str, Any]) -> None:
    await socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})


async def heard(socket: Any, wanted: str) -> None:
    while True:
        event = await socket.receive_output(30)
        if json.loads(event.get("text", '{"t": "closed"}'))["t"] == wanted:
            return


def bare_commits(folder: Path) -> Timing:
    """One small row and a commit, as durable as the product's."""
    found = []
    with closing(sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=FULL")
        store.execute("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, data TEXT)")
        for _ in range(COMMITS):
            begin = time.perf_counter()
            store.execute("BEGIN IMMEDIATE")
            store.execute("INSERT INTO entry (data) VALUES (?)", ("x" * 1000,))
            store.execute("COMMIT")
            found.append(time.perf_counter() - begin)
    tenth = COMMITS // 10
    return Timing(tuple(sorted(found)[tenth:-tenth]))


@contextmanager
def product() -> Iterator[None]:
    """Django on an empty database, and the broker that tells other processes."""
    broker = subprocess.Popen(
        [ROOT / "bin/broker"], stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_until(broker_answers, 20, "the broker answers")
        import django
        from django.core.management import call_command

        os.environ["DJANGO_SETTINGS_MODULE"] = "threatmodel.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        yield
    finally:
        stop(broker)


def main() -> None:
    with product():
        for part in (costs, waits):
            for row in part():
                sys.stdout.write(json.dumps(asdict(row)) + "\n")


if __name__ == "__main__":
    main()
