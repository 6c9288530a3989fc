"""What an official file changes for whoever worked with an earlier edition."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from catalog.editions import Changes, renamed
from catalog.types import Catalog, Control, Threat

from .types import Official


class Named(Protocol):
    """An entry of an earlier edition: of the shipped catalog, or of an import."""

    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...


def since(
    earlier: Mapping[str, Named], later: Official, followed: Mapping[str, str] | None = None
) -> Changes:
    """Compare an official file with what was known before. O(entries).

    Parameters
    ----------
    earlier : the entries known before, by id. Of kinds that the file is silent on nothing is said.
    later : the file.
    followed : ids that are known to have become others.
    """
    current = {id: one for id, one in later.entries.items() if not one.retired}
    kinds = {one.kind for one in earlier.values()} & set(later.kinds)
    moved = {was: now for was, now in _became(earlier, later, followed or {}) if now in current}
    gone = [id for id, one in earlier.items() if one.kind in kinds and id not in current]
    taken = {*earlier, *moved.values()}
    pairs = {id: (earlier[id].title, one.title) for id, one in current.items() if id in earlier}
    return Changes(
        new=tuple(id for id, one in current.items() if one.kind in kinds and id not in taken),
        moved=MappingProxyType({was: now for was, now in moved.items() if was not in current}),
        retitled=MappingProxyType({id: pair for id, pair in pairs.items() if _differ(*pair)}),
        retired=tuple(id for id in gone if id not in moved),
    )


def _became(
    earlier: Mapping[str, Named], later: Official, followed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for id in earlier:
        said = later.entries[id].became if id in later.entries else None
        if now := said or followed.get(id):
            yield id, now


def _differ(was: str, now: str) -> bool:
    """Whether a title changed; where one has none, or only the typing differs, nothing did."""
    return bool(was and now) and _typed(was) != _typed(now)


def _typed(title: str) -> str:
    return title.casefold().translate({0x2018: "'", 0x2019: "'", 0x2013: "-", 0x2014: "-"})


def followed(catalog: Catalog, later: str, earlier: str) -> Mapping[str, str]:
    """Later id by earlier one, as the catalog's cross-walks say."""
    return {was: now for now, was in renamed(catalog, later, earlier)}


def family(catalog: Catalog, framework: str) -> tuple[str, ...]:
    """A framework's editions in the catalog, the asked one first."""
    others = (
        one.id
        for one in catalog.frameworks.values()
        if one.follows == framework or catalog.frameworks[framework].follows == one.id
    )
    return (framework, *others)


def citing(
    entries: Mapping[str, Threat] | Mapping[str, Control], framework: str, ids: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Which of our threats or controls refer to one of these ids, and to which."""
    found = {
        id: tuple(cited for cited in one.references.get(framework, ()) if cited in ids)
        for id, one in entries.items()
    }
    return {id: cited for id, cited in found.items() if cited}
