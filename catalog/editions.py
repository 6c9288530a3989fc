"""What changed between two editions of a framework: what is new, has moved, or is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .framework import Framework
from .types import Catalog


@dataclass(frozen=True, slots=True)
class Changes:
    """From one edition to the next.

    `moved` gives the later id by the earlier one, `retitled` earlier and later title by later id.
    """

    new: tuple[str, ...]
    moved: Mapping[str, str]
    retitled: Mapping[str, tuple[str, str]]
    retired: tuple[str, ...]


def changes(catalog: Catalog, framework_id: str) -> Changes | None:
    """Compare a framework with the edition it follows; None when it follows nothing.

    Only kinds of entries that both editions hold are compared, so that what an index leaves out
    does not read as retired. O(entries + links).

    Examples
    --------
    >>> from catalog import load
    >>> changes(load(), "atlas-2026-09").moved["AML.T0019"]
    'AML.T0115.000'
    """
    later = catalog.frameworks[framework_id]
    if later.follows is None:
        return None
    earlier = catalog.frameworks[later.follows]
    became = _became(catalog, earlier, later)
    titles = {now: (earlier.entries[was].title, later.entries[now].title) for was, now in became}
    shared = _kinds(earlier) & _kinds(later)
    kept, taken = {was for was, _ in became}, {now for _, now in became}
    return Changes(
        new=_left(later, shared, taken),
        moved=MappingProxyType({was: now for was, now in became if was != now}),
        retitled=MappingProxyType({id: pair for id, pair in titles.items() if pair[0] != pair[1]}),
        retired=_left(earlier, shared, kept),
    )


def became(catalog: Catalog, framework_id: str) -> tuple[tuple[str, str], ...]:
    """Pairs of earlier and later id for a framework that follows another; else none."""
    later = catalog.frameworks[framework_id]
    return (
        () if later.follows is None else _became(catalog, catalog.frameworks[later.follows], later)
    )


def _became(catalog: Catalog, earlier: Framework, later: Framework) -> tuple[tuple[str, str], ...]:
    """Earlier and later id: as a cross-walk says, else the same id unless another took it."""
    said = dict(renamed(catalog, later.id, earlier.id))
    moved = set(said.values())
    same = ((id, id) for id in earlier.entries if id not in moved and id not in said)
    told = ((was, now) for now, was in said.items())
    return (*told, *((was, now) for was, now in same if now in later.entries))


def renamed(catalog: Catalog, later: str, earlier: str) -> Iterator[tuple[str, str]]:
    """Pairs of later and earlier id, as the cross-walks between two editions say. O(links)"""
    for crosswalk in catalog.crosswalks.values():
        for link in crosswalk.links if crosswalk.relation == "follows" else ():
            if (link.source.framework, link.target.framework) == (later, earlier):
                yield link.source.id, link.target.id


def _kinds(framework: Framework) -> set[str]:
    return {entry.kind for entry in framework.entries.values()}


def _left(framework: Framework, kinds: set[str], known: set[str]) -> tuple[str, ...]:
    entries = framework.entries.values()
    return tuple(one.id for one in entries if one.kind in kinds and one.id not in known)
