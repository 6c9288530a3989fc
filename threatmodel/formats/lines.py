"""The lines of what was said, done and measured in one place, as a full export tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from threatmodel.core.document import fields as read

from .entry import (
    Readers,
    finding_key,
    mapping_of,
    read_list,
    readers_of,
    real,
    tuple_of,
    whole,
)

MAX_LINES = 100_000

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
class ProofLine:
    """Who verified a mitigation there, what was signed for it, and what its re-test measured."""

    mitigation: str
    by: str
    on: date | None = None
    alone: bool = False
    checklist: tuple[str, ...] = ()
    measured: Mapping[str, float] | None = None
    origin: Origin = "entered"


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model that was linked to an element there: told by its digest, never brought along."""

    id: str
    element: str
    name: str
    digest: str
    dataset_digest: str
    size: int = 0
    is_endpoint: bool = False
    by: str = ""
    at: datetime | None = None
    removed_at: datetime | None = None
    origin: Origin = "entered"


@dataclass(frozen=True, slots=True)
class RunLine:
    """A robustness test that ran there, what it found, and the `evidence` that it gave."""

    id: str
    model: str
    element: str
    test: str
    state: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    params: Mapping[str, Any] | None = None
    message: str = ""
    summary: Mapping[str, Any] | None = None
    rows: int = 0
    calls: int = 0
    evidence: str = ""
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


# In the order in which they are written: where there is no room for all, the last are cut.
KINDS: Mapping[str, type] = {
    "comments": CommentLine,
    "workshops": WorkshopLine,
    "proofs": ProofLine,
    "models": ModelLine,
    "runs": RunLine,
    "log": LogLine,
}


def _parts(value: object) -> tuple[object, ...]:
    return tuple(read.plain(part) for part in read_list(value, MAX_LINES))


READERS: Mapping[str, Readers] = {
    "comments": readers_of(CommentLine, id=read.identifier, text=read.text),
    "workshops": readers_of(WorkshopLine, id=read.identifier),
    "proofs": readers_of(
        ProofLine,
        mitigation=read.identifier,
        checklist=tuple_of(read.text),
        measured=mapping_of(finding_key, real),
    ),
    "models": readers_of(ModelLine, id=read.identifier, element=read.identifier, size=whole),
    "runs": readers_of(
        RunLine,
        id=read.identifier,
        model=read.identifier,
        element=read.identifier,
        message=read.text,
        rows=whole,
        calls=whole,
    ),
    "log": readers_of(LogLine, changes=_parts, gone=_parts),
}
