"""A workspace's own entries inside a document, so that it says what it was judged with."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count

from catalog import own
from catalog.types import Catalog, CatalogError, Threat
from threatmodel.core.document import Document, Record, Remark, canonical, collection
from threatmodel.core.document.schema import COLLECTIONS

SPOKEN = {"components": "component types", "threats": "threats", "controls": "controls"}
MOST_NAMED = 10


def carrying(document: Document, catalog: Catalog) -> Document:
    """The document with the own entries that bear on it, under `catalog`.

    Those are the own types of its components, the own threats that could strike its elements, and
    whatever these name in turn.

    Notes
    -----
    O(own entries x their size); a catalog without own entries gives the document itself.
    """
    used = _used(document, catalog)
    if not used:
        return document
    free = _Free(document)
    records = dict(document.catalog)
    for key in used:
        sort, _, id = key.partition("/")
        record = free.id(f"{sort}-{id}")
        records[record] = Record(record, {"sort": sort, "entry": dict(catalog.own[key])})
    return replace(document, catalog=records)


def brought(
    document: Document, catalog: Catalog, *, as_they_stand: bool
) -> tuple[Catalog | None, tuple[Remark, ...]]:
    """The catalog with the entries that a document carries, and what a reader should know.

    Only a file that is taken as it stands is judged by what it carries; otherwise a workspace's
    owner decides what its systems are judged with, and the entries are kept as they are.
    """
    entries = _entries(document)
    strange = {key: raw for key, raw in entries.items() if catalog.own.get(key) != raw}
    if not strange:
        return None, ()
    if not as_they_stand:
        return None, tuple(_remarks(strange, catalog))
    value: dict[str, list[object]] = defaultdict(list)
    for key, raw in entries.items():
        value[key.partition("/")[0]].append(raw)
    try:
        digest = hashlib.sha256(canonical(value)).hexdigest()
        return own.extend_by(catalog, value, digest), ()
    except CatalogError as error:
        what = "the entries of its workspace's catalog"
        return None, (Remark(what, f"kept, but nothing is judged by them: {error}"),)


def _remarks(strange: Mapping[str, object], catalog: Catalog) -> Iterator[Remark]:
    """One line for each sort, and for whether this workspace has another entry of that name."""
    groups: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for key in strange:
        sort, _, id = key.partition("/")
        groups[sort, key in catalog.own].append(id)
    for (sort, has), ids in groups.items():
        more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
        what = f"own {SPOKEN[sort]} {', '.join(ids[:MOST_NAMED])}{more}"
        if has:
            yield Remark(
                what, "this workspace has others of these names, which count; these are kept"
            )
        else:
            yield Remark(
                what, "this workspace does not have them; kept, and nothing is judged by them"
            )


def _entries(document: Document) -> dict[str, Mapping[str, object]]:
    """The carried entries that look like ones, by sort and id."""
    found: dict[str, Mapping[str, object]] = {}
    for record in document.catalog.values():
        sort, raw = record.values.get("sort"), record.values.get("entry")
        id = raw.get("id") if isinstance(raw, Mapping) else None
        known = isinstance(sort, str) and sort in own.SORTS
        if known and isinstance(raw, Mapping) and isinstance(id, str):
            found[f"{sort}/{id}"] = raw
    return found


def _used(document: Document, catalog: Catalog) -> dict[str, None]:
    """Own entries that bear on a document, in a fixed order."""
    if not catalog.own:
        return {}
    types = {name for one in document.components.values() for name in catalog.lineage_of(one.type)}
    kinds = {flow.kind for flow in document.flows.values()}
    waiting = [f"components/{name}" for name in sorted(types)]
    waiting += [
        f"threats/{threat.id}"
        for threat in catalog.threats.values()
        if _could_strike(threat, types, kinds)
    ]
    used: dict[str, None] = {}
    while waiting:
        key = waiting.pop()
        if key in catalog.own and key not in used:
            used[key] = None
            waiting += [f"{sort}/{word}" for word in _words(catalog.own[key]) for sort in own.SORTS]
    return dict.fromkeys(sorted(used))


def _could_strike(threat: Threat, types: set[str], kinds: set[str]) -> bool:
    side = threat.effect_on
    return not types.isdisjoint(side.type) or not kinds.isdisjoint(side.flow)


def _words(value: object) -> Iterator[str]:
    """Every text in an entry: any of them may name another one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _words(part)


class _Free:
    """Ids are used once in a document, its elements' included."""

    def __init__(self, document: Document) -> None:
        kinds = [kind for kind in COLLECTIONS if kind != "catalog"]
        self._taken = {id for kind in kinds for id in collection(document, kind)}

    def id(self, wanted: str) -> str:
        others = (f"{wanted[:58]}-{number}" for number in count(2))
        return next(id for id in chain((wanted,), others) if id not in self._taken)
