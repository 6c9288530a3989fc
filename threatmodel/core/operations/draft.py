"""Applying an operation: a draft that copies what it touches, and is kept only if all is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.types import Catalog

from ..document.elements import Elements
from ..document.integrity import collection, unknown_foothold, unknown_footholds, verify
from ..document.schema import COLLECTIONS, KINDS, SCHEMAS, Vocabulary, references
from ..document.values import Adversary, Component, Document, DocumentError, Element, Kind
from .aftermath import NAMING, without
from .changes import Change, Executed, Key, Operation, Values
from .rows import difference, fits, flat, nested, set_one


@dataclass(frozen=True, slots=True)
class Gone:
    """Who removed an element, and when, in words for the person who still has it on screen."""

    by: str
    on: str


Used = Callable[[Kind, str], Gone | None]
_WITH_OWN_IDS: tuple[Kind, ...] = tuple(
    kind for kind in KINDS if kind not in ("system", "out_of_scope")
)


@dataclass(frozen=True, slots=True)
class Applied:
    document: Document
    changes: tuple[Executed, ...]


def never_used(kind: Kind, element_id: str) -> Gone | None:
    """The history of a document that has none."""
    return None


def apply(
    document: Document,
    operation: Operation,
    catalog: Catalog,
    *,
    used: Used = never_used,
) -> Applied:
    """Apply an operation whole, or raise and leave everything as it was.

    Parameters
    ----------
    used
        What history knows of an id that is not in the document: an id is used once, for ever.

    Raises
    ------
    DocumentError
        'invalid', 'removed', 'taken', 'missing', 'cycle' or 'limit', with the place in the
        operation.

    Notes
    -----
    References are checked after the last change, so their order within the operation is free.
    O(changes), plus a shallow copy of each collection touched; a removal looks once through
    the elements that may name what is gone.
    """
    draft = _Draft(document, Vocabulary(catalog), used)
    for index, change in enumerate(operation.changes):
        try:
            draft.make(change, index)
        except DocumentError as error:
            raise error.inside(f"changes[{index}]") from None
    draft.settle()
    return Applied(draft.document(), draft.executed())


def replay(document: Document, changes: Iterable[Executed], catalog: Catalog) -> Document:
    """The document after one log entry, which was checked when it was written.

    Notes
    -----
    O(changes), plus a shallow copy of each collection touched.
    """
    draft = _Draft(document, Vocabulary(catalog), never_used)
    for index, one in enumerate(changes):
        draft.make(Change(one.kind, one.id, one.action, one.values), index)
    return draft.document()


class _Draft:
    """A document being edited: copies a collection when it is first touched."""

    def __init__(self, document: Document, vocabulary: Vocabulary, used: Used) -> None:
        self._before = document
        self._vocabulary = vocabulary
        self._elements = Elements(vocabulary)
        self._used = used
        self._copies: dict[Kind, dict[str, Element]] = {}
        self._touched: dict[Key, int] = {}
        self._cleaned: dict[Key, None] = {}

    def make(self, change: Change, index: int) -> None:
        if (change.kind == "system") != (change.id == "system"):
            raise DocumentError("only the system itself has the id 'system'", field="id")
        if change.kind == "system" and change.action != "set":
            raise DocumentError("the system can only be set", field=change.action)
        {"add": self._add, "set": self._set, "remove": self._remove}[change.action](change)
        self._touched.setdefault((change.kind, change.id), index)

    def settle(self) -> None:
        """Clean up after what was removed, then see that everything holds together."""
        removed = {key for key in self._touched if self._find(*key) is None}
        if removed:
            self._clean_up_after(removed)
        document = self.document()
        verify(document, self._touched, self._place)
        for kind, key in self._touched:
            self._check_footholds(document, self._find(kind, key))

    def _place(self, kind: Kind, element_id: str) -> str:
        """The change to name; a zone can come to stand wrongly by what was done to another."""
        last = max(self._touched.values())
        return f"changes[{self._touched.get((kind, element_id), last)}]"

    def document(self) -> Document:
        copies: dict[str, Any] = {
            COLLECTIONS[kind]: found for kind, found in self._copies.items() if kind != "system"
        }
        if "system" in self._copies:
            copies["system"] = self._copies["system"]["system"]
        return replace(self._before, **copies)

    def executed(self) -> tuple[Executed, ...]:
        keys = {**dict.fromkeys(self._touched), **self._cleaned}
        return difference(self._before, self.document(), keys)

    def _find(self, kind: Kind, element_id: str) -> Element | None:
        return self._all(kind).get(element_id)

    def _all(self, kind: Kind) -> Mapping[str, Element]:
        copy = self._copies.get(kind)
        return collection(self._before, kind) if copy is None else copy

    def _put(self, kind: Kind, element_id: str, element: Element | None) -> None:
        copy = self._copies.get(kind)
        if copy is None:
            copy = self._copies[kind] = dict(collection(self._before, kind))
        if element is None:
            del copy[element_id]
        else:
            copy[element_id] = element

    def _add(self, change: Change) -> None:
        self._check_unused(change.kind, change.id)
        values = dict(change.values)
        if values.get(SCHEMAS[change.kind].id_key) == change.id:
            del values[SCHEMAS[change.kind].id_key]
        self._put(change.kind, change.id, self._read(change, values))

    def _check_unused(self, kind: Kind, element_id: str) -> None:
        # What is out of scope carries its element's id, and may be taken out of scope again.
        kinds = ("out_of_scope",) if kind == "out_of_scope" else _WITH_OWN_IDS
        here = any(element_id in self._all(other) for other in kinds)
        removed = kind != "out_of_scope" and (
            any((other, element_id) in self._touched for other in kinds)
            or self._used(kind, element_id) is not None
        )
        if here or removed:
            message = f"the id '{element_id}' was used before; an id is used once, take another"
            raise DocumentError(message, field="id", code="taken")

    def _set(self, change: Change) -> None:
        before = self._existing(change)
        values = flat(change.kind, before)
        try:
            for name, value in change.values.items():
                set_one(change.kind, values, name, value)
        except DocumentError as error:
            raise error.inside("set") from None
        if isinstance(before, Component) and values.get("type") != before.type:
            self._drop_foreign_attributes(values, change.values)
        after = self._read(change, nested(change.kind, values))
        if after != before:
            self._put(change.kind, change.id, after)

    def _drop_foreign_attributes(self, values: dict[str, object], stated: Values) -> None:
        """What the new type does not know is no fact about it (a new statement is an error)."""
        known = self._vocabulary.attributes(str(values.get("type")))
        for name in [name for name in values if name.startswith("attributes.")]:
            definition = known.get(name.partition(".")[2])
            if name not in stated and not fits(definition, values[name]):
                del values[name]

    def _remove(self, change: Change) -> None:
        self._existing(change)
        self._put(change.kind, change.id, None)

    def _existing(self, change: Change) -> Element:
        found = self._find(change.kind, change.id)
        if found is not None:
            return found
        if (change.kind, change.id) in self._touched:
            raise DocumentError("this operation removes it before", field="id", code="removed")
        gone = self._used(change.kind, change.id)
        if gone is not None:
            message = f"'{change.id}' was removed by {gone.by} on {gone.on}"
            raise DocumentError(message, field="id", code="removed")
        message = f"there is no {change.kind} '{change.id}'; add it first"
        raise DocumentError(message, field="id", code="missing")

    def _read(self, change: Change, values: Values) -> Element:
        try:
            return self._elements.read(change.kind, change.id, values)
        except DocumentError as error:
            raise error.inside(change.action) from None

    def _clean_up_after(self, removed: Iterable[Key]) -> None:
        gone: dict[Kind, set[str]] = {kind: set() for kind in KINDS}
        for kind, key in removed:
            gone[kind].add(key)
        # Flows before what may name a flow.
        for kind in NAMING:
            for key, found in list(self._all(kind).items()):
                if self._names_anew(kind, key, found, gone):
                    continue
                left = without(found, gone, self._before.zones)
                if left is found:
                    continue
                self._put(kind, key, left)
                self._cleaned[kind, key] = None
                if left is None:
                    gone[kind].add(key)

    def _names_anew(
        self, kind: Kind, key: str, found: Element, gone: Mapping[Kind, set[str]]
    ) -> bool:
        """Whether this operation itself lets the element name what it removes: an error."""
        if (kind, key) not in self._touched:
            return False
        before = collection(self._before, kind).get(key)
        known = set() if before is None else set(references(before))
        anew = set(references(found)) - known
        return any(one.id in gone[target] for one in anew for target in one.kinds)

    def _check_footholds(self, document: Document, found: Element | None) -> None:
        if not isinstance(found, Adversary):
            return
        before = self._before.adversaries.get(found.id)
        for word in unknown_footholds(document, self._vocabulary, found):
            if before is None or word not in before.footholds:
                place = f"changes[{self._touched['adversary', found.id]}]"
                raise unknown_foothold(word).inside(place)
