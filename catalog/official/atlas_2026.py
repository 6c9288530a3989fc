"""MITRE ATLAS in the layout of its dated releases, format 6: one mapping per kind, links apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from . import atlas
from .node import Node
from .types import Official, OfficialEntry

# The publisher numbers the layout apart from the content, which is dated and changes monthly.
FORMATS = ("6.0.0",)
_EDITION = re.compile(r"20[0-9]{2}\.(?:0[1-9]|1[0-2])(?:\.[0-9]{1,3})?")
_KINDS = {
    "tactics": "tactic",
    "techniques": "technique",
    "mitigations": "mitigation",
    "case-studies": "case study",
}


def recognises(whole: Node) -> bool:
    return {"format-version", "collection"} <= whole.value.keys()


def read(whole: Node) -> Official:
    """Read one dated release.

    Raises
    ------
    CatalogError
        For a format that was never looked at, no date, or an object that cannot be used.
    """
    layout = whole.words("format-version")
    if layout not in FORMATS:
        problem = f"format '{layout[:40]}' of MITRE ATLAS is not known; {', '.join(FORMATS)} is"
        raise whole.source.fail(problem, "format-version")
    edition = whole.named("collection").node("collection").words("version")
    if not _EDITION.fullmatch(edition):
        raise whole.source.fail(f"the edition '{edition[:40]}' is not a date", "collection")
    return atlas.official(whole, "atlas-2026-09", edition, _entries(whole))


def _entries(whole: Node) -> Iterator[OfficialEntry]:
    for key, kind in _KINDS.items():
        for id, value in whole.named(key).node(key).value.items():
            if not isinstance(value, Mapping) or value.get("id", id) != id:
                raise whole.source.fail("has to be a mapping with the same id inside", id)
            yield atlas.entry(Node({**value, "id": id}, whole.source, id), kind, "description")
