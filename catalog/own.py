"""A workspace's own knowledge: one YAML file of component types, threats and controls.

It is laid over a catalog and checked as the shipped files are: all of it or an error, which names
the file, the entry and the line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from .checks import check
from .entry import Entry, table
from .knowledge import read_control, read_threat
from .places import line_of
from .source import read_yaml
from .types import Catalog, CatalogError
from .vocabulary import read_component_type

NAME = "own.yaml"
SORTS: Mapping[str, tuple[str, Callable[[Entry], Any]]] = {
    "components": ("component_types", read_component_type),
    "threats": ("threats", read_threat),
    "controls": ("controls", read_control),
}
# A workspace's rules are bounded before they run (docs/catalog.md).
MOST = {"components": 100, "threats": 1_000, "controls": 500}
MOST_ATTRIBUTES = 40
MOST_ANCESTORS = 12
MAX_ID = 50
_OF_ENTRY = re.compile(r"(components|threats|controls)/([a-z0-9-]+)\.yaml: ")
_OF_PLACE = re.compile(r"(components|threats|controls)\[(\d+)\]: ")


def extend(base: Catalog, data: bytes, name: str = NAME) -> Catalog:
    """The catalog with a workspace's entries added. O(size of both).

    Parameters
    ----------
    base : what the entries may build on; none of its ids may be used again.
    data : the file: a mapping with some of `components`, `threats`, `controls`, each a list of
        entries written like the shipped files.
    name : what to call the file in an error.

    Raises
    ------
    CatalogError
        At the first thing that cannot be used, with file, entry and line.
    """
    value = read_yaml(data, name)
    try:
        return extend_by(base, value, digest_of(data))
    except CatalogError as error:
        raise _told(error, value, data, name) from None


def told(error: CatalogError, data: bytes, name: str = NAME) -> CatalogError:
    """An error about one of the entries, found elsewhere, with file, entry and line."""
    return _told(error, read_yaml(data, name), data, name)


def digest_over(base: str, file: str) -> str:
    """The digest of a catalog with a workspace's file over it, from the digests of both."""
    return hashlib.sha256(f"{base}\0{file}".encode()).hexdigest()


def digest_of(data: bytes) -> str:
    """The digest of a workspace's file by itself."""
    return hashlib.sha256(data).hexdigest()


def extend_by(base: Catalog, value: object, file_digest: str) -> Catalog:
    """The same for entries that were read already; errors name no lines."""
    file = Entry(value, "the file")
    added = {sort: _entries(base, file, sort) for sort in SORTS}
    file.done()
    own = {f"{sort}/{id}": raw for sort in SORTS for id, raw in _written(file, sort)}
    if not own:
        raise CatalogError(f"the file: says nothing; add to {', '.join(SORTS)}")
    catalog = replace(
        base,
        digest=digest_over(base.digest, file_digest),
        own=MappingProxyType(own),
        component_types=MappingProxyType({**base.component_types, **added["components"]}),
        threats=MappingProxyType({**base.threats, **added["threats"]}),
        controls=MappingProxyType({**base.controls, **added["controls"]}),
    )
    for type_id in added["components"]:
        _refuse_long_descent(catalog, type_id)
    check(catalog)
    _refuse_idle_controls(catalog)
    return catalog


def _entries(base: Catalog, file: Entry, sort: str) -> Mapping[str, Any]:
    """One list of the file, read; its ids are new and short enough to stand in a document."""
    entries = [Entry(raw, f"{sort}[{i}]") for i, raw in enumerate(_list(file, sort))]
    if len(entries) > MOST[sort]:
        raise file.fail(sort, f"{len(entries)} are too many; a workspace adds at most {MOST[sort]}")
    field, read = SORTS[sort]
    for entry in entries:
        if entry.id() in getattr(base, field):
            raise entry.fail("id", f"'{entry.id()}' is in the shipped catalog; choose another")
        if len(entry.id()) > MAX_ID:
            raise entry.fail("id", f"is longer than {MAX_ID} characters; shorten it")
        if sort == "components" and len(entry.entries("attributes", ())) > MOST_ATTRIBUTES:
            raise entry.fail("attributes", f"more than {MOST_ATTRIBUTES}; ask for less")
    return table(entries, read)


def _list(file: Entry, sort: str) -> list[object]:
    value = file.raw(sort, [])
    if not isinstance(value, list):
        raise file.fail(sort, "has to be a list")
    return value


def _written(file: Entry, sort: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for raw in _list(file, sort):
        if isinstance(raw, Mapping):
            yield str(raw["id"]), MappingProxyType(dict(raw))


def _refuse_long_descent(catalog: Catalog, type_id: str) -> None:
    """Rules ask for a type's ancestors again and again. A circle is for `check` to tell."""
    types, met = catalog.component_types, [type_id]
    while (ancestor := types[met[-1]].ancestor) in types and ancestor not in met:
        met.append(str(ancestor))
        if len(met) > MOST_ANCESTORS:
            problem = f"more than {MOST_ANCESTORS} types above each other; leave some out"
            raise CatalogError(f"components/{type_id}.yaml: ancestor: {problem}")


def _refuse_idle_controls(catalog: Catalog) -> None:
    """A control that states no fact and stands against no threat would change nothing."""
    named = {pair.control for threat in catalog.threats.values() for pair in threat.answered_by}
    named |= {control for threat in catalog.threats.values() for control in threat.detected_by}
    for control in catalog.controls.values():
        idle = control.id not in named and not control.establishes
        if idle and catalog.is_own("controls", control.id):
            problem = "has no effect; name it in a threat's answered_by or detected_by"
            raise CatalogError(f"controls/{control.id}.yaml: {problem}")


def _told(error: CatalogError, value: object, data: bytes, name: str) -> CatalogError:
    """The message with the file that people know, the entry by its id, and the line."""
    rest = str(error).removeprefix("the file: ")
    entry, place = "", rest
    found = _OF_ENTRY.match(rest) or _OF_PLACE.match(rest)
    at = found and _at(value, found[1], found[2])
    if found and at:
        index, id = at
        rest = rest[found.end() :]
        entry, place = f"{found[1]}/{id}: ", f"{found[1]}[{index}]: {rest}"
    line = line_of(data, place)
    return CatalogError(f"{name}: {entry}{rest}" + (f" (line {line})" if line else ""))


def _at(value: object, sort: str, key: str) -> tuple[int, str] | None:
    """Where an entry stands in its list, told by its place or its id; and what to call it."""
    rows = value.get(sort) if isinstance(value, Mapping) else None
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        id = row.get("id") if isinstance(row, Mapping) else None
        if key in (str(index), id):
            return index, id if isinstance(id, str) and len(id) <= 64 else str(index + 1)
    return None
