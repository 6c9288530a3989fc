"""Plain data to a document: every value checked, every error with its place.

Two readers in one: what people enter must be right (`as_entered`), what a file brings is taken
as far as it can be, and what we did not understand is kept and told as a remark.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from catalog.types import Catalog

from . import fields as read
from .elements import Elements, at, kept
from .integrity import drawn_whole, unknown_foothold, unknown_footholds, verify
from .remarks import Remark, Remarks
from .schema import COLLECTIONS, SCHEMAS, Schema, Vocabulary
from .values import FORMAT, Document, DocumentError, Element, Kind, System

_DRAWN: frozenset[Kind] = frozenset(("component", "flow"))
_TOP_KEYS = frozenset(("format", "system", "extensions", *COLLECTIONS.values()))


def parse(
    data: object, catalog: Catalog, *, as_entered: bool = False
) -> tuple[Document, tuple[Remark, ...]]:
    """Read a document of the format `bartizan/1`.

    Parameters
    ----------
    data
        What JSON or YAML gave: mappings, lists, text, numbers. `format` and `system` may be
        left out (a fragment), and so may every property that has a default.
    as_entered
        Refuse what an operation would refuse (unknown types, attributes and keys) instead of
        keeping it with a remark.

    Raises
    ------
    DocumentError
        At the first thing that cannot be used, with its place and what to do.

    Notes
    -----
    O(size of the data).
    """
    if not isinstance(data, Mapping):
        raise DocumentError("a document is a mapping with the keys system, components, flows ...")
    reader = _Reader(Vocabulary(catalog), None if as_entered else Remarks())
    document = reader.document(cast(Mapping[str, object], data))
    return document, tuple(reader.remarks or ())


class _Reader:
    """Reads one document; `_ids` are those that are taken, each by the entry of a collection."""

    __slots__ = ("_elements", "_ids", "remarks")

    def __init__(self, vocabulary: Vocabulary, remarks: Remarks | None) -> None:
        self._elements = Elements(vocabulary, remarks)
        self._ids: dict[str, tuple[str, int]] = {}
        self.remarks = remarks

    def document(self, data: Mapping[str, object]) -> Document:
        self._check_format(data.get("format", FORMAT))
        collections = {name: self._collection(kind, data) for kind, name in COLLECTIONS.items()}
        document = Document(
            system=self._system(data.get("system")),
            extensions=self._extensions(data),
            **collections,  # type: ignore[arg-type]  # each collection holds its own kind
        )
        looked_at = _DRAWN if drawn_whole(document) else frozenset[Kind]()
        kinds = [kind for kind in COLLECTIONS if kind not in looked_at]
        touched = [(kind, key) for kind in kinds for key in collections[COLLECTIONS[kind]]]
        verify(document, touched, lambda kind, key: _place(document, kind, key))
        self._check_footholds(document)
        return document

    def _check_format(self, given: object) -> None:
        if given == FORMAT:
            return
        if not isinstance(given, str) or not given.startswith("bartizan/") or not self.remarks_on:
            raise DocumentError(f"{read.shown(given)} is not '{FORMAT}'", field="format")
        self._remark(f"format {read.shown(given)}", f"read as {FORMAT}")

    @property
    def remarks_on(self) -> bool:
        return self.remarks is not None

    def _remark(self, what: str, why: str) -> None:
        if self.remarks is not None:
            self.remarks.add(what, why)

    def _system(self, data: object) -> System:
        values = {} if data is None else data
        if not isinstance(values, Mapping):
            raise DocumentError("the system is a mapping with a name", field="system")
        try:
            found = self._elements.read("system", "system", values)
        except DocumentError as error:
            raise error.inside("system") from None
        return cast(System, found)

    def _collection(self, kind: Kind, data: Mapping[str, object]) -> dict[str, Element]:
        schema = SCHEMAS[kind]
        rows = data.get(schema.collection)
        if rows is None:
            return {}
        if not isinstance(rows, list | tuple):
            raise DocumentError(f"{read.shown(rows)} is not a list", field=schema.collection)
        if len(rows) > schema.limit:
            message = f"{len(rows)} are too many; a system holds at most {schema.limit}"
            raise DocumentError(message, field=schema.collection, code="limit")
        found: dict[str, Element] = {}
        for index, values in enumerate(rows):
            try:
                self._row(schema, values, found, index)
            except DocumentError as error:
                raise error.inside(f"{schema.collection}[{index}]") from None
        return found

    def _row(self, schema: Schema, data: object, found: dict[str, Element], index: int) -> None:
        # To ask an abstract class costs more than all of the rest of this.
        if data.__class__ is not dict and not isinstance(data, Mapping):
            raise DocumentError(f"{read.shown(data)} is not a mapping")
        values = dict(cast(Mapping[str, object], data))
        key = at(schema.id_key, read.identifier, values.pop(schema.id_key, None))
        ids = found if schema.kind == "out_of_scope" else self._ids
        if key in ids or key == "system":
            raise self._taken(key, schema)
        if ids is not found:
            self._ids[key] = (schema.collection, index)
        found[key] = self._elements.read(schema.kind, key, values)

    def _taken(self, key: str, schema: Schema) -> DocumentError:
        collection, index = self._ids.get(key, ("", 0))
        earlier = f"{collection}[{index}]" if collection else "the system itself"
        message = f"the id '{key}' is used twice, first by {earlier}; ids are used once"
        return DocumentError(message, field=schema.id_key, code="taken")

    def _extensions(self, data: Mapping[str, object]) -> Mapping[str, object]:
        given = data.get("extensions")
        found = {} if given is None else at("extensions", kept, given)
        for key, value in data.items():
            if key in _TOP_KEYS:
                continue
            if not self.remarks_on:
                raise DocumentError("this key is not ours; take it out", field=read.shown(key))
            self._remark(f"key {read.shown(key)} of the document", "not ours; kept as it is")
            found.update(at(str(key), kept, {key: value}))
        return found

    def _check_footholds(self, document: Document) -> None:
        for key, adversary in document.adversaries.items():
            for word in unknown_footholds(document, self._elements.vocabulary, adversary):
                if not self.remarks_on:
                    raise unknown_foothold(word).inside(_place(document, "adversary", key))
                self._remark(f"foothold '{word}' of adversary '{key}'", "nothing has this name")


def _place(document: Document, kind: Kind, key: str) -> str:
    """`components[3]`: elements stand in the order in which they were read."""
    name = COLLECTIONS[kind]
    return f"{name}[{list(getattr(document, name)).index(key)}]"
