"""What was said and done about a system, in a full export: comments, workshops and the log.

It tells of another place. So it is kept as it was told, shown as told, and written out again; no
reader takes a line of it for something that happened here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as read

from .entry import Readers, choice, count, moment, read_entry, read_list

KEYS = ("comments", "workshops", "log")
MAX_LINES = 100_000
# So much of a file that the whole stays below what is read again, beside its baselines.
MOST_JSON = 8 * 2**20
MOST_YAML = 2**19

Origin = Literal["entered", "imported"]


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A remark. `about` is an element, a finding or the system; answers name their `thread`."""

    id: str
    by: str
    at: datetime
    about: str = ""
    thread: str = ""
    text: str = ""
    edited_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str = ""
    removed_at: datetime | None = None
    origin: Origin = "entered"


@dataclass(frozen=True, slots=True)
class WorkshopLine:
    """A workshop that has ended, with its record as the report prints it."""

    id: str
    title: str
    leader: str
    started_at: datetime
    ended_at: datetime
    record: Mapping[str, Any]
    origin: Origin = "entered"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log: who did what to which revision, and what it did to the risk."""

    revision: int
    kind: str
    by: str
    at: datetime
    changes: tuple[Any, ...] = ()
    gone: tuple[Any, ...] = ()
    risk: Mapping[str, Any] | None = None
    origin: Origin = "entered"


@dataclass(frozen=True, slots=True)
class History:
    """All of it; the log newest first, so that what a file has no room for is the oldest."""

    comments: tuple[CommentLine, ...] = ()
    workshops: tuple[WorkshopLine, ...] = ()
    log: tuple[LogLine, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.comments or self.workshops or self.log)

    def __add__(self, other: History) -> History:
        return History(
            self.comments + other.comments,
            self.workshops + other.workshops,
            self.log + other.log,
        )


Line = TypeVar("Line", CommentLine, WorkshopLine, LogLine)


def to_rows(history: History, most: int) -> dict[str, Any]:
    """The lines as plain data, within `most` bytes; `log_left_out` counts what did not fit."""
    found: dict[str, Any] = {}
    for name in KEYS:
        rows = [_row(one) for one in getattr(history, name)]
        fitting, most = _fitting(rows, most)
        if fitting:
            found[name] = fitting
        if len(fitting) < len(rows):
            found[f"{name}_left_out"] = len(rows) - len(fitting)
    return found


def _fitting(rows: list[dict[str, Any]], most: int) -> tuple[list[dict[str, Any]], int]:
    for number, row in enumerate(rows):
        most -= len(json.dumps(row, ensure_ascii=False, indent=1).encode()) + 2
        if most < 0:
            return rows[:number], 0
    return rows, most


def _row(line: Any) -> dict[str, Any]:
    """Every value that differs from its default."""
    values = {one.name: (getattr(line, one.name), one.default) for one in fields(line)}
    return {name: _plain(value) for name, (value, default) in values.items() if value != default}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return list(value) if isinstance(value, tuple) else value


def read_history(data: Mapping[str, object], *, as_they_stand: bool) -> History:
    """The lines of a full export, checked; as `imported` unless the file is taken as it stands.

    Raises
    ------
    DocumentError
        Naming the place, such as `comments[2].at`.
    """
    found = History(
        comments=_lines(CommentLine, "comments", data),
        workshops=_lines(WorkshopLine, "workshops", data),
        log=_lines(LogLine, "log", data),
    )
    return found if as_they_stand else imported(found)


def imported(history: History) -> History:
    """The same as another place's."""
    return History(
        tuple(replace(one, origin="imported") for one in history.comments),
        tuple(replace(one, origin="imported") for one in history.workshops),
        tuple(replace(one, origin="imported") for one in history.log),
    )


def remarks(history: History, data: Mapping[str, object]) -> tuple[list[Remark], list[Remark]]:
    """What a loss report says was kept of it, and what the file had no room for."""
    kept = [
        Remark(f"{len(lines)} {word}", "kept as the record of another place, and written out again")
        for word, lines in (
            ("comments", history.comments),
            ("workshops", history.workshops),
            ("entries of the log", history.log),
        )
        if lines
    ]
    short = [(name, data.get(f"{name}_left_out")) for name in KEYS]
    dropped = [
        Remark(f"{number} older lines of {name}", "the file had no room for them")
        for name, number in short
        if isinstance(number, int) and number > 0
    ]
    return kept, dropped


def _lines(kind: type[Line], name: str, data: Mapping[str, object]) -> tuple[Line, ...]:
    rows = data.get(name)
    found: list[Line] = []
    for index, row in enumerate(read_list(() if rows is None else rows, MAX_LINES, name)):
        try:
            found.append(read_entry(kind, row, _READERS[kind]))
        except DocumentError as error:
            raise error.inside(f"{name}[{index}]") from None
    return tuple(found)


def _parts(value: object) -> tuple[object, ...]:
    return tuple(read.plain(part) for part in read_list(value, MAX_LINES))


def _mapping(value: object) -> object:
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    return read.plain(value)


_READERS: Mapping[type, Readers] = {
    CommentLine: {
        "id": read.identifier,
        "by": read.label,
        "at": moment,
        "about": read.label,
        "thread": read.label,
        "text": read.text,
        "edited_at": moment,
        "resolved_at": moment,
        "resolved_by": read.label,
        "removed_at": moment,
        "origin": choice(CommentLine, "origin"),
    },
    WorkshopLine: {
        "id": read.identifier,
        "title": read.label,
        "leader": read.label,
        "started_at": moment,
        "ended_at": moment,
        "record": _mapping,
        "origin": choice(WorkshopLine, "origin"),
    },
    LogLine: {
        "revision": count,
        "kind": read.label,
        "by": read.label,
        "at": moment,
        "changes": _parts,
        "gone": _parts,
        "risk": _mapping,
        "origin": choice(LogLine, "origin"),
    },
}
