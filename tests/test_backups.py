"""Backups hold everything, are made while people edit, and are restored whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests import cast
from threatmodel.services import attachments, backups, mitigations
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
KNOWN = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def database() -> Path:
    return Path(connection.settings_dict["NAME"])


def made(target: Path) -> backups.Backup:
    return backups.make(target, settings.DATA_DIR, database())


def tables(file: Path) -> list[str]:
    """Every table with every row, as SQL."""
    with closing(sqlite3.connect(file)) as found:
        return sorted(found.iterdump())


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.fixture
def olga():
    """Somebody with a system, a mitigation and a file beside it."""
    olga = cast.workspace()
    system = cast.system(*olga)
    key = system.findings.filter(applies="yes").order_by("key").first().key
    row = mitigations.plan(system, olga[1], findings=[key], values={"title": "Limit calls"})
    attachments.add(row, olga[1], SimpleUploadedFile("proof.txt", b"signed"))
    return olga


@pytest.fixture
def key():
    file = settings.DATA_DIR / backups.KEY
    file.write_text("k" * 60)
    yield file
    file.unlink()


def test_every_table_and_every_file_is_restored_as_it_was(olga, key, tmp_path):
    told = made(tmp_path / "b.tar.gz")
    assert told.has_key and told.files >= 1
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0
    found = backups.restore(tmp_path / "b.tar.gz", tmp_path / "new", KNOWN)
    assert found == told
    assert tables(tmp_path / "new" / backups.DATABASE) == tables(database())
    assert any(
        "threatmodel_attachment" in line and "proof.txt" in line for line in tables(database())
    )
    assert files(tmp_path / "new" / "files") == files(Path(default_storage.path("")))
    assert (tmp_path / "new" / backups.KEY).read_text() == key.read_text()
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        backups.DATABASE,
        backups.KEY,
        "files",
    }


def test_a_backup_while_people_edit_is_of_one_moment(olga, tmp_path):
    system = olga[0].systems.get()
    ended = threading.Event()

    def edit() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": f"{number}"}))
        connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        for number in range(3):
            made(tmp_path / f"{number}.tar.gz")
    finally:
        ended.set()
        editor.join()
    for number in range(3):
        backups.restore(tmp_path / f"{number}.tar.gz", tmp_path / str(number), KNOWN)
        with closing(sqlite3.connect(tmp_path / str(number) / backups.DATABASE)) as found:
            ((revision, entries),) = found.execute(
                "SELECT (SELECT revision FROM threatmodel_system), "
                "(SELECT count(*) FROM threatmodel_logentry)"
            )
        assert revision == entries > 1


def test_a_file_that_was_cut_off_or_changed_restores_nothing(olga, tmp_path):
    made(tmp_path / "b.tar.gz")
    body = (tmp_path / "b.tar.gz").read_bytes()
    whole = gzip.decompress(body)
    cut = [body[: len(body) * part // 7] for part in range(7)]
    # Also where what is left is a proper archive, with some files and no list.
    cut += [gzip.compress(whole[: len(whole) * part // 7 // 512 * 512]) for part in range(1, 7)]
    cut += [gzip.compress(whole.replace(b"signed", b"forged"))]
    for number, bad in enumerate(cut):
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises(Refusal, match="damaged or cut off"):
            backups.restore(tmp_path / "bad", tmp_path / f"into-{number}", KNOWN)
        assert not any((tmp_path / f"into-{number}").iterdir())


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return target.getvalue()


def linked() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        info = tarfile.TarInfo("files/a")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    return target.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"bartizan",
        archive(**{"../evil": b"x"}),
        archive(**{"files/../../evil": b"x"}),
        archive(**{"/etc/evil": b"x"}),
        archive(**{"other": b"x"}),
        archive(**{"files/a": b"x", "files/a/b": b"x"}),
        archive(**{"files/a/b": b"x", "files/a": b"x"}),
        archive(**{"files/a": b"x", "files/./a": b"x"}),
        archive(**{"files/" + "a" * 5000: b"x"}),
        archive(**{"files/" + "a/" * 2000: b"x"}),
        archive(**{backups.LIST: b"["}),
        archive(**{backups.LIST: b"[" * 100_000}),
        archive(**{backups.LIST: json.dumps({"format": backups.FORMAT, "files": {}}).encode()}),
        linked(),
    ],
    ids=range(15),  # an archive holds the time at which it was made, and no name may
)
def test_what_is_no_backup_is_refused_and_writes_nowhere(body, tmp_path):
    (tmp_path / "bad").write_bytes(body)
    with pytest.raises(Refusal, match="damaged"):
        backups.restore(tmp_path / "bad", tmp_path / "in" / "to", KNOWN)
    assert not any((tmp_path / "in" / "to").iterdir())
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"to"}


def test_a_folder_that_holds_something_and_a_newer_release_are_refused(olga, tmp_path):
    made(tmp_path / "b.tar.gz")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "bartizan.sqlite3").write_text("mine")
    with pytest.raises(Refusal, match=r"holds bartizan\.sqlite3"):
        backups.restore(tmp_path / "b.tar.gz", tmp_path / "full", KNOWN)
    assert (tmp_path / "full" / "bartizan.sqlite3").read_text() == "mine"
    with pytest.raises(Refusal, match=r"newer release, which knows threatmodel\.0001_initial"):
        backups.restore(
            tmp_path / "b.tar.gz", tmp_path / "new", KNOWN - {"threatmodel.0001_initial"}
        )
    assert not any((tmp_path / "new").iterdir())
    with pytest.raises(Refusal, match="there already"):
        made(tmp_path / "b.tar.gz")


def test_the_commands_say_what_they_did_and_what_to_do(
    olga, tmp_path, capsys, settings, monkeypatch
):
    named = settings.DATABASES["default"]
    monkeypatch.setitem(named, "NAME", str(database()))
    call_command("backup", tmp_path / "b.tar.gz")
    told = capsys.readouterr().out
    assert "the database and" in told and "SECRET_KEY" in told
    settings.DATA_DIR = tmp_path / "new"
    with pytest.raises(CommandError, match="without DATABASE_URL"):
        call_command("restore", tmp_path / "b.tar.gz")
    monkeypatch.setitem(named, "NAME", str(tmp_path / "new" / backups.DATABASE))
    call_command("restore", tmp_path / "b.tar.gz")
    assert "Restored the database" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", tmp_path / "b.tar.gz")
    with pytest.raises(CommandError, match="No such file"):
        settings.DATA_DIR = tmp_path / "other"
        monkeypatch.setitem(named, "NAME", str(tmp_path / "other" / backups.DATABASE))
        call_command("restore", tmp_path / "none.tar.gz")
    monkeypatch.setitem(named, "ENGINE", "django.db.backends.postgresql")
    with pytest.raises(CommandError, match="pg_dump"):
        call_command("backup", tmp_path / "p.tar.gz")
