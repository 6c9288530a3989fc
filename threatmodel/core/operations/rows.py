"""Elements as flat rows (`attributes.encrypted`), edited and compared property by property."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalog.types import Attribute

from ..document import fields as read
from ..document.integrity import collection, element
from ..document.schema import COLLECTIONS, KINDS, SCHEMAS
from ..document.values import Document, DocumentError, Element, Kind, Zone
from ..document.writing import row
from .changes import Executed, Key, Values

_MAPS = ("attributes", "extensions")
# Each kind after those that it may name.
_ORDER: tuple[Kind, ...] = tuple(
    sorted(KINDS, key=lambda kind: (kind in ("adversary", "out_of_scope"), KINDS.index(kind)))
)


def flat(kind: Kind, found: Element) -> dict[str, object]:
    """The element's row with dotted keys."""
    return flat_row(kind, row(SCHEMAS[kind], found))


def flat_row(kind: Kind, found: Values) -> dict[str, object]:
    """A row with dotted keys; a record's own keys are no paths."""
    values: dict[str, object] = {}
    for name, value in found.items():
        if name in _MAPS and isinstance(value, Mapping) and SCHEMAS[kind].fields:
            values.update((f"{name}.{key}", part) for key, part in value.items())
        else:
            values[name] = value
    return values


def nested(kind: Kind, values: Values) -> dict[str, object]:
    """The row again; of a record's keys none is a path."""
    if not SCHEMAS[kind].fields:
        return dict(values)
    found: dict[str, object] = {}
    maps: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        outer, dot, inner = name.partition(".")
        if dot and outer in _MAPS:
            maps.setdefault(outer, {})[inner] = value
        else:
            found[name] = value
    return {**found, **maps}


def set_one(kind: Kind, values: dict[str, object], name: str, value: object) -> None:
    """Change one property of a flat row as `set` says it."""
    field = SCHEMAS[kind].by_name.get(name[:-2])
    if name.endswith((".+", ".-")) and field is not None and field.many:
        values[field.name] = _edited_set(values[field.name], name, value)
    elif name in _MAPS and SCHEMAS[kind].fields:
        raise DocumentError(f"set one at a time, such as '{name}.name'", field=name)
    elif value is None:
        values.pop(name, None)
    else:
        values[name] = value


def _edited_set(before: object, name: str, value: object) -> list[str]:
    try:
        words = set(read.words(value))
        old = set(read.words(before))
    except DocumentError as error:
        raise error.inside(name) from None
    return sorted(old | words if name.endswith("+") else old - words)


def fits(definition: Attribute | None, value: object) -> bool:
    """Whether a stated fact is one for that definition too."""
    if definition is None:
        return False
    try:
        read.attribute(definition, value)
    except DocumentError:
        return False
    return True


def difference(before: Document, after: Document, keys: Iterable[Key]) -> tuple[Executed, ...]:
    """What turns one document into the other, looking at those elements only.

    Additions come first, each after what it names; removals last, the other way round.
    """
    added: list[Executed] = []
    changed: list[Executed] = []
    removed: list[Executed] = []
    for kind, key in keys:
        old, new = element(before, kind, key), element(after, kind, key)
        if old is None and new is not None:
            added.append(Executed(kind, key, "add", values=row(SCHEMAS[kind], new)))
        elif new is None and old is not None:
            removed.append(Executed(kind, key, "remove", was=row(SCHEMAS[kind], old)))
        elif old is not None and new is not None and old is not new:
            changed.extend(_set(kind, key, old, new))
    added.sort(key=lambda one: _rank(one, after))
    removed.sort(key=lambda one: _rank(one, before), reverse=True)
    return (*added, *changed, *removed)


def compare(before: Document, after: Document) -> tuple[Executed, ...]:
    """What turns one document into the other. O(elements)."""
    keys: dict[Key, None] = {("system", "system"): None}
    for kind in COLLECTIONS:
        old, new = collection(before, kind), collection(after, kind)
        if old is not new:
            keys.update(((kind, key), None) for key in {**old, **new})
    return difference(before, after, keys)


def _set(kind: Kind, key: str, old: Element, new: Element) -> Iterable[Executed]:
    was, now = flat(kind, old), flat(kind, new)
    names = [name for name in {**was, **now} if not same(was.get(name), now.get(name))]
    if names:
        values = {name: now.get(name) for name in names}
        yield Executed(kind, key, "set", values, {name: was.get(name) for name in names})


def same(one: object, other: object) -> bool:
    """Equal, and not as True equals 1."""
    return type(one) is type(other) and one == other


def _rank(one: Executed, document: Document) -> tuple[int, int]:
    return _ORDER.index(one.kind), _depth(document.zones, one.id) if one.kind == "zone" else 0


def _depth(zones: Mapping[str, Zone], zone_id: str) -> int:
    parent = zones[zone_id].parent
    return 0 if parent is None else 1 + _depth(zones, parent)
