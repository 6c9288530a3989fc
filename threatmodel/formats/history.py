"""What was said, done and measured about a system, in a full export.

It tells of another place. So it is kept as it was told, shown as told, and written out again; no
reader takes a line of it for something that happened here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from threatmodel.core.document import Remark

from .entry import read_each, read_entry, read_list, write_entry
from .lines import (
    KINDS,
    MAX_LINES,
    READERS,
    CommentLine,
    LogLine,
    ModelLine,
    ProofLine,
    RunLine,
    WorkshopLine,
)

KEYS = tuple(KINDS)
# So much of a file that the whole stays below what is read again, beside its baselines.
MOST_JSON = 8 * 2**20
MOST_YAML = 2**19
SPOKEN = {
    "comments": ("comment", "comments"),
    "workshops": ("workshop", "workshops"),
    "proofs": ("verification", "verifications"),
    "models": ("linked model, without its files", "linked models, without their files"),
    "runs": ("test run", "test runs"),
    "log": ("entry of the log", "entries of the log"),
}


@dataclass(frozen=True, slots=True)
class History:
    """All of it; the log newest first, so that what a file has no room for is the oldest."""

    comments: tuple[CommentLine, ...] = ()
    workshops: tuple[WorkshopLine, ...] = ()
    proofs: tuple[ProofLine, ...] = ()
    models: tuple[ModelLine, ...] = ()
    runs: tuple[RunLine, ...] = ()
    log: tuple[LogLine, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in KEYS)

    def __add__(self, other: History) -> History:
        return History(**{name: getattr(self, name) + getattr(other, name) for name in KEYS})


def to_rows(history: History, most: int) -> dict[str, Any]:
    """The lines as plain data, within `most` bytes; `log_left_out` counts what did not fit."""
    found: dict[str, Any] = {}
    for name in KEYS:
        rows = [write_entry(one) for one in getattr(history, name)]
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


def read_history(data: Mapping[str, object], *, as_they_stand: bool) -> History:
    """The lines of a full export, checked; as `imported` unless the file is taken as it stands.

    Raises
    ------
    DocumentError
        Naming the place, such as `comments[2].at`.
    """
    found = History(**{name: tuple(_lines(name, data)) for name in KEYS})
    return found if as_they_stand else imported(found)


def imported(history: History) -> History:
    """The same as another place's."""
    lines = {name: getattr(history, name) for name in KEYS}
    return History(
        **{name: tuple(replace(one, origin="imported") for one in of) for name, of in lines.items()}
    )


def renamed(history: History, names: Mapping[str, str]) -> History:
    """The same about the entries as they are called here: proofs and runs name some by id."""
    proofs = (
        replace(one, mitigation=names.get(one.mitigation, one.mitigation)) for one in history.proofs
    )
    runs = (replace(one, evidence=names.get(one.evidence, one.evidence)) for one in history.runs)
    return replace(history, proofs=tuple(proofs), runs=tuple(runs))


def remarks(history: History, data: Mapping[str, object]) -> tuple[list[Remark], list[Remark]]:
    """What a loss report says was kept of it, and what the file had no room for."""
    why = "kept as the record of another place, and written out again"
    counts = ((len(getattr(history, name)), SPOKEN[name]) for name in KEYS)
    kept = [Remark(f"{number} {words[number > 1]}", why) for number, words in counts if number]
    short = [(name, data.get(f"{name}_left_out")) for name in KEYS]
    dropped = [
        Remark(f"{number} older lines of {name}", "the file had no room for them")
        for name, number in short
        if isinstance(number, int) and number > 0
    ]
    return kept, dropped


def _lines(name: str, data: Mapping[str, object]) -> Iterator[Any]:
    rows = data.get(name)
    listed = read_list(() if rows is None else rows, MAX_LINES, name)
    return read_each(listed, partial(read_entry, KINDS[name], readers=READERS[name]), name)
