"""What belongs to entries of a full export and judges nothing: a mitigation's note, files and
tickets, where evidence came from, and the ways of looking that a team kept.

In a file it stands in the rows of the entries that it belongs to.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as read

from .entry import Readers, read_each, read_entry, read_list, readers_of, write_entry

MAX_FILES, MAX_TICKETS, MAX_VIEWS = 100, 50, 50
MAX_URL = 2_000
MAX_SOURCE = 2**18
# What the head of a file takes in JSON, at most: its texts are bounded.
HEAD = 2_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file beside a mitigation; without `content` only told of."""

    name: str
    sha256: str
    size: int
    by: str = ""
    at: datetime | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class TicketLink:
    """A ticket in somebody's tracker, and how it stood when it was last read there."""

    url: str
    key: str = ""
    title: str = ""
    state: str = ""
    is_closed: bool | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfMitigation:
    """What belongs to the mitigation of that id."""

    id: str
    note: str = ""
    implemented_by: str = ""
    files: tuple[Attached, ...] = ()
    tickets: tuple[TicketLink, ...] = ()


@dataclass(frozen=True, slots=True)
class OfEvidence:
    """Which tool measured the evidence of that id, who brought it, what its file told besides."""

    id: str
    tool: str = ""
    tool_version: str = ""
    by: str = ""
    source: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A register's address that was shared under a name."""

    name: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Belongings:
    """All of it."""

    mitigations: tuple[OfMitigation, ...] = ()
    evidence: tuple[OfEvidence, ...] = ()
    views: tuple[View, ...] = ()

    @property
    def files(self) -> Iterator[Attached]:
        return (file for one in self.mitigations for file in one.files)

    def without_content(self) -> Belongings:
        """The same with files only named."""
        rows = (
            replace(one, files=tuple(replace(file, content=None) for file in one.files))
            for one in self.mitigations
        )
        return replace(self, mitigations=tuple(rows))


def join(data: Json, belongings: Belongings, room: int) -> None:
    """Put it into the rows of plain data; files that do not fit `room` bytes keep their heads."""
    for name in ("mitigations", "evidence"):
        found = {one.id: one for one in getattr(belongings, name)}
        for row in data.get(name, ()):
            if one := found.get(row["id"]):
                more = write_entry(one)
                room = _fit(more, room)
                row.update(more)
    if belongings.views:
        data["views"] = [write_entry(one) for one in belongings.views]


def _fit(row: Json, room: int) -> int:
    """Take out the files that there is no room for; what is left of it."""
    for file in row.get("files", ()):
        size = HEAD + len(file.get("content", ""))
        if size > room:
            file.pop("content", None)
            size = HEAD
        room -= size
    return room


def split(data: Mapping[str, object]) -> tuple[Mapping[str, object], Belongings]:
    """A full export without it, and it.

    Raises
    ------
    DocumentError
        Naming the place, such as `mitigations[0].files[1].sha256`.
    """
    rest, found = dict(data), {}
    for name, kind, readers in (
        ("mitigations", OfMitigation, _MITIGATION),
        ("evidence", OfEvidence, _EVIDENCE),
    ):
        rows = data.get(name)
        if isinstance(rows, list | tuple):
            found[name] = tuple(_own(name, rows, kind, readers))
            own = readers.keys() - {"id"}
            rest[name] = [_without(row, own) for row in rows]
    views = _views(rest.pop("views", None))
    return rest, Belongings(**found, views=views)


def _without(row: object, names: set[str]) -> object:
    if not isinstance(row, Mapping):
        return row
    return {name: value for name, value in row.items() if name not in names}


def _own(name: str, rows: Any, kind: type, readers: Readers) -> Iterator[Any]:
    for index, row in enumerate(rows):
        given = {key: row[key] for key in readers if key in row} if isinstance(row, Mapping) else {}
        if given.keys() <= {"id"}:
            continue
        try:
            yield read_entry(kind, given, readers)
        except DocumentError as error:
            raise error.inside(f"{name}[{index}]") from None


def _views(value: object) -> tuple[View, ...]:
    found: dict[str, View] = {}
    for index, row in enumerate(read_list(() if value is None else value, MAX_VIEWS, "views")):
        try:
            one = read_entry(View, row, _VIEW)
            name = one.name.strip()  # as it is kept
            if not name or name in found:
                message = "a view has a name of its own; give it one"
                raise DocumentError(message, field="name")
        except DocumentError as error:
            raise error.inside(f"views[{index}]") from None
        found[name] = one
    return tuple(found.values())


def remarks(found: Belongings) -> tuple[list[Remark], list[Remark]]:
    """What a loss report says of it: what became something else, and what the file had no room
    for."""
    here = sum(file.content is not None for file in found.files)
    tickets = sum(len(one.tickets) for one in found.mitigations)
    told = (
        (here, "attached files", "kept as attached by who imports them, today"),
        (tickets, "tickets", "kept as links; how they stand is not asked from here"),
        (len(found.views), "saved views", "kept as those of who imports them, shared"),
    )
    mapped = [Remark(f"{number} {what}", why) for number, what, why in told if number]
    why = "the file holds only its name, size and digest"
    left = (one for one in found.files if one.content is None)
    return mapped, [Remark(f"attached file {one.name}", why) for one in left]


def _lists(kind: type, readers: Readers, most: int) -> Callable[[object], tuple[Any, ...]]:
    def read_all(value: object) -> tuple[Any, ...]:
        return tuple(read_each(read_list(value, most), partial(read_entry, kind, readers=readers)))

    return read_all


def _attached(value: object) -> tuple[Attached, ...]:
    """Files, each with the size and digest that it names."""
    found: tuple[Attached, ...] = _lists(Attached, _FILE, MAX_FILES)(value)
    for index, one in enumerate(found):
        body = one.content
        if body is None:
            continue
        if (len(body), hashlib.sha256(body).hexdigest()) != (one.size, one.sha256):
            message = "the file is not the one that its size and digest name; export it again"
            raise DocumentError(message, field=f"[{index}].content")
    return found


def _content(value: object) -> bytes:
    try:
        return b64decode(value if isinstance(value, str) else "?", validate=True)
    except (NotBase64, ValueError):
        raise DocumentError(f"{read.shown(value)} is not base64") from None


def _url(value: object) -> str:
    found = read.text_up_to(MAX_URL)(value)
    if not found.startswith(("https://", "http://")) or not found.isprintable() or " " in found:
        message = f"{read.shown(value)} is not an address of the web; it begins with https://"
        raise DocumentError(message)
    return found


def _source(value: object) -> object:
    """What a file told besides, as pages show it."""
    found = read.plain(value)
    if not isinstance(found, dict):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    if len(json.dumps(found)) > MAX_SOURCE:
        raise DocumentError("this is too long; take something out", code="limit")
    summary = found.get("summary", {})
    if not isinstance(summary, dict):
        raise DocumentError(f"{read.shown(summary)} is not a mapping", field="summary")
    listed = {name: found[name] for name in ("scan", "probes") if name in found}
    for name, part in ({"summary.notes": summary.get("notes", [])} | listed).items():
        read_list(part, MAX_SOURCE, name)
    return found


_short = read.text_up_to(60)
_said = read.text_up_to(100)
_FILE = readers_of(Attached, sha256=read.text_up_to(64), content=_content)
_TICKET = readers_of(TicketLink, url=_url, key=_said, title=read.text_up_to(300), state=_said)
_MITIGATION = readers_of(
    OfMitigation,
    id=read.identifier,
    note=read.text,
    files=_attached,
    tickets=_lists(TicketLink, _TICKET, MAX_TICKETS),
)
_EVIDENCE = readers_of(
    OfEvidence, id=read.identifier, tool=_short, tool_version=_short, source=_source
)
_VIEW = readers_of(View, name=read.text_up_to(80), query=read.text_up_to(MAX_URL))
