"""What the web process does from its start to its end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from threatmodel.asgi import application


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An SQLite database that keeps its log beside it, as ours does."""
    path = tmp_path / "some.sqlite3"
    with closing(sqlite3.connect(path)) as one:
        one.execute("PRAGMA journal_mode=WAL")
        one.execute("CREATE TABLE word (text)")
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    # As an address such as sqlite:///some.sqlite3 names it.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", path.name)
    return path


def write(database: Path, word: str) -> None:
    """As a request does: open, write, close."""
    with closing(sqlite3.connect(database)) as one, one:
        one.execute("INSERT INTO word VALUES (?)", [word])


@pytest.mark.asyncio
async def test_requests_leave_the_log_to_the_server_which_ends_with_one_file(database: Path):
    log = database.with_name(f"{database.name}-wal")
    write(database, "before")
    assert not log.exists()
    server = ApplicationCommunicator(application, {"type": "lifespan"})
    await server.send_input({"type": "lifespan.startup"})
    assert await server.receive_output() == {"type": "lifespan.startup.complete"}
    write(database, "meanwhile")
    write(database, "again")
    assert log.stat().st_size > 0
    await server.send_input({"type": "lifespan.shutdown"})
    assert await server.receive_output() == {"type": "lifespan.shutdown.complete"}
    assert not log.exists()
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as one:
        assert one.execute("SELECT count(*) FROM word").fetchone() == (3,)


@pytest.mark.asyncio
async def test_a_server_on_postgresql_begins_and_ends_without_it(monkeypatch: pytest.MonkeyPatch):
    engine = "django.db.backends.postgresql"
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
    server = ApplicationCommunicator(application, {"type": "lifespan"})
    for part in ("startup", "shutdown"):
        await server.send_input({"type": f"lifespan.{part}"})
        assert await server.receive_output() == {"type": f"lifespan.{part}.complete"}


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_a_socket_at_no_system_s_address_is_closed_and_is_no_fault():
    for path in ("/", "/ws/", "/ws/systems/x/", "/ws/systems/../", "/systems/"):
        scope = {"type": "websocket", "path": path, "headers": []}
        server = ApplicationCommunicator(application, scope)
        await server.send_input({"type": "websocket.connect"})
        assert await server.receive_output() == {"type": "websocket.accept"}, path
        assert await server.receive_output() == {"type": "websocket.close", "code": 4404}, path
