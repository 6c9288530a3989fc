"""The links of one entry to other lists, each with whose link it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from .framework import Cited, Crosswalk, Framework, FrameworkEntry
from .types import Catalog

FORWARD: Mapping[str, str] = {
    "answers": "Answers",
    "matches": "Speaks of the same as",
    "follows": "Is the later name of",
}
BACKWARD: Mapping[str, str] = {
    "answers": "Is answered by",
    "matches": "Speaks of the same as",
    "follows": "Is the earlier name of",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """What one cross-walk links an entry with, in one direction and one list."""

    crosswalk: Crosswalk
    phrase: str
    framework: Framework
    entries: tuple[FrameworkEntry, ...]


def links_of(catalog: Catalog, cited: Cited) -> tuple[Linked, ...]:
    """Every link that begins or ends at an entry. O(links)."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for crosswalk in catalog.crosswalks.values():
        for link in crosswalk.links:
            if link.source == cited:
                key = crosswalk.id, FORWARD[crosswalk.relation], link.target.framework
                found[key].append(link.target.id)
            if link.target == cited:
                key = crosswalk.id, BACKWARD[crosswalk.relation], link.source.framework
                found[key].append(link.source.id)
    return tuple(
        Linked(
            catalog.crosswalks[crosswalk],
            phrase,
            catalog.frameworks[framework],
            tuple(catalog.frameworks[framework].entries[id] for id in ids),
        )
        for (crosswalk, phrase, framework), ids in found.items()
    )
