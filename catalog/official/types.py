"""What a publisher's own file says, as frozen values: the one place where their text lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficialEntry:
    """`text` is plain text of the publisher. `became` is the entry that a retired one went into."""

    id: str
    kind: str
    title: str
    text: str
    url: str
    retired: bool = False
    became: str | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """One official file, read whole.

    `framework` is the catalog's id of whose edition it is, `part` the one of its files that this
    is, where a publisher gives several. `kinds` are all that the file speaks of, so that what
    another part holds does not read as retired.
    """

    framework: str
    title: str
    edition: str
    licence: str
    attribution: str
    kinds: tuple[str, ...]
    entries: Mapping[str, OfficialEntry]
    part: str = ""
