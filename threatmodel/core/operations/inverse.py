"""Taking an operation back, property by property, without undoing what others did since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..document.integrity import collection, element
from ..document.schema import COLLECTIONS, SCHEMAS, references
from ..document.values import Adversary, Document, Element, Kind
from ..document.writing import row
from .changes import Change, Executed, Key, Values
from .rows import flat, same

_CHANGED = "changed since"
_GONE = "gone since"
_BACK = "back already"
_NEEDED = "something made since depends on it"


@dataclass(frozen=True, slots=True)
class Skipped:
    """What an undo left as it is, and why. `key` is empty for a whole element."""

    kind: Kind
    id: str
    key: str
    reason: str


def invert(
    executed: Iterable[Executed], document: Document
) -> tuple[tuple[Change, ...], tuple[Skipped, ...]]:
    """Changes that take back an operation from the document as it is now.

    What is gone, what somebody changed since, and an added element that others have built upon
    are skipped and told. The changes are applied like any operation, without history (ids of
    removed elements come back).

    Notes
    -----
    O(changes), and one pass over the document when elements would be removed.
    """
    inversion = _Inversion(tuple(executed), document)
    return tuple(inversion.changes()), tuple(inversion.skipped)


@dataclass
class _Inversion:
    executed: tuple[Executed, ...]
    document: Document
    skipped: list[Skipped] = field(default_factory=list)

    def changes(self) -> Iterator[Change]:
        returning = self._returning()
        sets = [change for one in self.executed for change in self._unset(one, returning)]
        for one in returning.values():
            yield Change(one.kind, one.id, "add", self._row(one, returning))
        yield from sets
        for kind, key in self._removable(sets):
            yield Change(kind, key, "remove")

    def _skip(self, one: Executed, reason: str, key: str = "") -> None:
        self.skipped.append(Skipped(one.kind, one.id, key, reason))

    def _returning(self) -> dict[Key, Executed]:
        """Removed elements that can come back, in the order in which they can be added."""
        found: dict[Key, Executed] = {}
        for one in reversed(self.executed):
            if one.action != "remove":
                continue
            if element(self.document, one.kind, one.id) is not None:
                self._skip(one, _BACK)
            elif not all(self._stands(kinds, key, found) for kinds, key in _needed(one)):
                self._skip(one, _GONE)
            else:
                found[one.kind, one.id] = one
        return found

    def _stands(self, kinds: tuple[Kind, ...], key: str, returning: Mapping[Key, object]) -> bool:
        return any(
            (kind, key) in returning or element(self.document, kind, key) is not None
            for kind in kinds
        )

    def _row(self, one: Executed, returning: Mapping[Key, object]) -> Values:
        """The old row; what it names and is gone now is left out, and told."""
        values = dict(one.was)
        for name, kinds in _LOOSE.get(one.kind, {}).items():
            value = values.get(name)
            if isinstance(value, str) and not self._stands(kinds, value, returning):
                values[name] = None
                self._skip(one, _GONE, name)
            elif isinstance(value, list):
                left = [key for key in value if self._stands(kinds, key, returning)]
                if left != value:
                    values[name] = left
                    self._skip(one, _GONE, name)
        return values

    def _unset(self, one: Executed, returning: Mapping[Key, object]) -> Iterator[Change]:
        if one.action != "set":
            return
        current = element(self.document, one.kind, one.id)
        if current is None:
            self._skip(one, _GONE)
            return
        now, values = flat(one.kind, current), dict[str, object]()
        for name, value in one.values.items():
            values.update(self._unset_one(one, name, value, now.get(name), returning))
        if values:
            yield Change(one.kind, one.id, "set", values)

    def _unset_one(
        self,
        one: Executed,
        name: str,
        value: object,
        now: object,
        returning: Mapping[Key, object],
    ) -> Values:
        was = one.was.get(name)
        field_ = SCHEMAS[one.kind].by_name.get(name)
        if field_ is not None and field_.many:
            return self._unset_members(one, name, _words(now), returning)
        if not same(now, value):
            self._skip(one, _CHANGED, name)
            return {}
        kinds = _NAMES.get((one.kind, name))
        if kinds and isinstance(was, str) and not self._stands(kinds, was, returning):
            self._skip(one, _GONE, name)
            return {}
        return {name: was}

    def _unset_members(
        self, one: Executed, name: str, now: set[str], returning: Mapping[Key, object]
    ) -> Values:
        """Of a set, only the members that this operation put in or took out."""
        before, after = _words(one.was.get(name)), _words(one.values.get(name))
        out, back = (after - before) & now, (before - after) - now
        kinds = _NAMES.get((one.kind, name))
        lost = {key for key in back if kinds and not self._stands(kinds, key, returning)}
        if lost:
            self._skip(one, _GONE, name)
        if (after - before) - now or (before - after) & now:
            self._skip(one, _CHANGED, name)
        parts = ((f"{name}.-", sorted(out)), (f"{name}.+", sorted(back - lost)))
        return {key: words for key, words in parts if words}

    def _removable(self, sets: list[Change]) -> tuple[Key, ...]:
        """Added elements that are still as they were added, and that nothing else needs."""
        found: dict[Key, Executed] = {}
        for one in self.executed:
            if one.action != "add":
                continue
            current = element(self.document, one.kind, one.id)
            if current is None:
                self._skip(one, _GONE)
            elif row(SCHEMAS[one.kind], current) != one.values:
                self._skip(one, _CHANGED)
            else:
                found[one.kind, one.id] = one
        self._keep_needed(found, {(one.kind, one.id): set(one.values) for one in sets})
        return tuple(reversed(found))

    def _keep_needed(self, found: dict[Key, Executed], unset: Mapping[Key, set[str]]) -> None:
        if not found:
            return
        users = self._users({key for _, key in found}, unset)
        waiting = [user for user in users if user not in found]
        while waiting:
            for key in users.get(waiting.pop(), ()):
                if key in found:
                    self._skip(found.pop(key), _NEEDED)
                    waiting.append(key)

    def _users(self, ids: set[str], unset: Mapping[Key, set[str]]) -> dict[Key, list[Key]]:
        """Which elements name one of these, unless the inverse itself makes them let go."""
        users: dict[Key, list[Key]] = {}
        for kind in COLLECTIONS:
            for key, found in collection(self.document, kind).items():
                free = {name.partition(".")[0] for name in unset.get((kind, key), ())}
                named = [
                    (target, name)
                    for label, name, kinds in _all_references(found)
                    if name in ids and label not in free
                    for target in kinds
                ]
                if named:
                    users[kind, key] = named
        return users


_NAMES: Mapping[tuple[Kind, str], tuple[Kind, ...]] = {
    ("zone", "parent"): ("zone",),
    ("component", "zone"): ("zone",),
    ("component", "assets"): ("asset",),
    ("flow", "source"): ("component",),
    ("flow", "target"): ("component",),
    ("flow", "assets"): ("asset",),
    ("scenario", "element"): ("component", "flow"),
}
# Names that an element can live without.
_LOOSE: Mapping[Kind, Mapping[str, tuple[Kind, ...]]] = {
    "zone": {"parent": ("zone",)},
    "component": {"zone": ("zone",), "assets": ("asset",)},
    "flow": {"assets": ("asset",)},
}


def _needed(one: Executed) -> Iterator[tuple[tuple[Kind, ...], str]]:
    """Names that a removed element cannot come back without."""
    if one.kind == "out_of_scope":
        yield ("component", "flow", "zone"), one.id
    for name, value in one.was.items():
        kinds = _NAMES.get((one.kind, name))
        if kinds and name not in _LOOSE.get(one.kind, {}) and isinstance(value, str):
            yield kinds, value


def _all_references(found: Element) -> Iterator[tuple[str, str, tuple[Kind, ...]]]:
    for reference in references(found):
        yield reference.key, reference.id, reference.kinds
    if isinstance(found, Adversary):
        for word in found.footholds:
            yield "footholds", word, ("zone", "component")


def _words(value: object) -> set[str]:
    return set(value) if isinstance(value, list) else set()
