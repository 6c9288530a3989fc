"""Backups: everything that the data folder holds in one file, made while people edit.

The list of what is inside stands at the end, so that a file that was cut off is known by having
none. Nothing is put in place before all of it was read and agrees with the list.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from gzip import BadGzipFile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.utils import timezone

from .refusal import Refusal

FORMAT = "bartizan-backup/1"
LIST = "backup.json"
DATABASE, KEY, FILES = "bartizan.sqlite3", "secret-key", "files"
MAX_LIST = 64 * 2**20
MAX_DEPTH, MAX_NAME = 20, 255  # of folders, and of bytes in the name of one file
BLOCK = 2**20
# What a server leaves there by itself before anything is in it.
NO_MATTER = frozenset({"broker-password"})


class Strange(Exception):
    """Why a file cannot be a backup of ours."""


# What reading a file that was cut off or changed may raise.
DAMAGED = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    sqlite3.DatabaseError,
    Strange,
    BadGzipFile,
    FileExistsError,  # a name that is a file and a folder
)


@dataclass(frozen=True, slots=True)
class Backup:
    """What is inside: how many files beside the database, how many bytes, and the secret key."""

    files: int
    size: int
    has_key: bool


def make(target: Path, folder: Path, database: Path) -> Backup:
    """Write a backup of a running or stopped server; whole or not at all.

    The database comes first: whatever it names was on disk before it was named.

    Raises
    ------
    Refusal
        When there is such a file already.
    """
    if target.exists():
        raise Refusal(f"{target} is there already; choose another name", field="file")
    listed: dict[str, Mapping[str, Any]] = {}
    with _written(target) as file, tempfile.TemporaryDirectory(dir=target.parent) as beside:
        copy = Path(beside) / DATABASE
        _copy(database, copy)
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
            for name, path in [(DATABASE, copy), *_kept(folder)]:
                if (entry := _add(tar, name, path)) is not None:
                    listed[name] = entry
            _close(tar, listed, _migrations(copy))
    return _told(listed)


@contextmanager
def _written(target: Path) -> Iterator[BinaryIO]:
    """A file that only its owner reads, renamed when it is whole and on disk."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(database: Path, target: Path) -> None:
    """One state of the database, whoever writes meanwhile."""
    with (
        closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        # All of it in the one file, whoever opens it next.
        copy.execute("PRAGMA journal_mode=DELETE")


def _kept(folder: Path) -> Iterator[tuple[str, Path]]:
    if (folder / KEY).is_file():
        yield KEY, folder / KEY
    for path in sorted((folder / FILES).rglob("*")):
        # What begins with a dot is being written.
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Mapping[str, Any] | None:
    """Put a file in; None where it was taken away meanwhile."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            info = tarfile.TarInfo(name)
            info.size, info.mode = file.tell(), 0o600
            file.seek(0)
            tar.addfile(info, file)
    except FileNotFoundError:
        return None
    return {"size": info.size, "sha256": digest}


def _close(tar: tarfile.TarFile, listed: Mapping[str, Any], migrations: list[str]) -> None:
    told = {"format": FORMAT, "made_at": timezone.now().isoformat(), "migrations": migrations}
    body = json.dumps(told | {"files": listed}, indent=1).encode()
    info = tarfile.TarInfo(LIST)
    info.size = len(body)
    tar.addfile(info, BytesIO(body))


def _migrations(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as copy:
        rows = copy.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in rows]


def restore(source: Path, folder: Path, known: Collection[str]) -> Backup:
    """Put a backup into an empty data folder, as it stands; the whole of it or nothing.

    Parameters
    ----------
    known
        The migrations of this release, as `app.name`.

    Raises
    ------
    Refusal
        For a folder that holds something, a file that is cut off, changed or of a newer release.
    """
    _check_empty(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder, prefix=".restore-"))
    try:
        listed = _checked(_unpack(source, beside), beside, known)
        # The database last: without it the folder is as good as empty.
        for path in sorted(beside.iterdir(), key=lambda path: path.name == DATABASE):
            path.rename(folder / path.name)
    except DAMAGED as error:
        message = f"{source} is damaged or cut off; use another backup"
        raise Refusal(message, field="file", code="damaged") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return _told(listed)


def _told(listed: Mapping[str, Any]) -> Backup:
    has_key = KEY in listed
    size = sum(int(one["size"]) for one in listed.values())
    return Backup(len(listed) - 1 - has_key, size, has_key)


def _check_empty(folder: Path) -> None:
    held = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if strange := sorted(held - NO_MATTER):
        message = f"{folder} is not empty: it holds {strange[0]}; restore into an empty folder"
        raise Refusal(message, field="folder")


def _unpack(source: Path, beside: Path) -> dict[str, Any]:
    """Every file of ours, each with its size and digest, and the list under its own name."""
    found: dict[str, Any] = {}
    with tarfile.open(source, mode="r:gz") as tar:
        for member in tar:
            body = tar.extractfile(member) if member.isreg() else None
            if body is None or not _is_ours(member.name) or member.name in found:
                raise Strange(f"{member.name} is no part of a backup")
            if member.name == LIST:
                found[LIST] = _list(body.read(MAX_LIST))
                continue
            found[member.name] = _store(body, beside / member.name)
    return found


def _list(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Strange("the list cannot be read") from None


def _is_ours(name: str) -> bool:
    if name in (DATABASE, KEY, LIST):
        return True
    path = PurePosixPath(name)
    if str(path) != name or not 2 <= len(path.parts) <= MAX_DEPTH or ".." in path.parts:
        return False
    return path.parts[0] == FILES and all(len(os.fsencode(x)) <= MAX_NAME for x in path.parts)


def _store(body: Any, target: Path) -> dict[str, Any]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := body.read(BLOCK):
            file.write(block)
            digest.update(block)
            size += len(block)
    return {"size": size, "sha256": digest.hexdigest()}


def _checked(found: Mapping[str, Any], beside: Path, known: Collection[str]) -> Mapping[str, Any]:
    """What was unpacked, when it is what the list says and this release can go on with it."""
    told = found.get(LIST)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Strange("there is no list of ours")
    files = {name: one for name, one in found.items() if name != LIST}
    if files != told.get("files") or DATABASE not in files:
        raise Strange("the list names other files")
    if newer := [one for one in _migrations(beside / DATABASE) if one not in known]:
        message = f"It was made by a newer release, which knows {newer[0]}; install that first"
        raise Refusal(message, field="file", code="newer")
    return files
