"""Plain data to a document: every value checked, every error with its place.

Two readers in one: what people enter must be right (`as_entered`), what a file brings is taken
as far as it can be, and what we did not understand is kept and told as a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from catalog.types import Attribute, Catalog, Scalar

from . import fields as read
from .integrity import unknown_footholds, verify
from .schema import COLLECTIONS, REQUIRED, SCHEMAS, Field, Schema, Vocabulary
from .values import (
    FORMAT,
    Document,
    DocumentError,
    Element,
    Kind,
    Record,
    System,
)

T = TypeVar("T")

# What an unknown word of a file becomes, and under which key the original is kept.
_STAND_INS: Mapping[tuple[Kind, str], tuple[str | None, str]] = {
    ("component", "type"): ("other", "original_type"),
    ("zone", "kind"): (None, "original_kind"),
    ("flow", "kind"): ("data", "original_kind"),
    ("asset", "kind"): ("data", "original_kind"),
}
_TOP_KEYS = frozenset(("format", "system", "extensions", *COLLECTIONS.values()))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a file that we kept without understanding it, and why."""

    what: str
    why: str


@dataclass
class Remarks:
    """Gathers remarks; the same one about many elements is told once, with its count."""

    _counts: dict[Remark, int] = field(default_factory=dict)

    def add(self, what: str, why: str) -> None:
        remark = Remark(what, why)
        self._counts[remark] = self._counts.get(remark, 0) + 1

    def __iter__(self) -> Iterator[Remark]:
        for remark, count in self._counts.items():
            times = f" ({count} times)" if count > 1 else ""
            yield Remark(f"{remark.what}{times}", remark.why)


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


def read_element(
    vocabulary: Vocabulary,
    kind: Kind,
    element_id: str,
    values: Mapping[str, object],
    remarks: Remarks | None = None,
) -> Element:
    """One element from its row (without its id). Without `remarks`, unknown things are errors."""
    schema = SCHEMAS[kind]
    if schema.make is Record:
        return Record(element_id, _kept(values))
    return _ElementReader(vocabulary, schema, remarks).read(element_id, dict(values))


@dataclass
class _Reader:
    vocabulary: Vocabulary
    remarks: Remarks | None
    ids: dict[str, str] = field(default_factory=dict)

    def document(self, data: Mapping[str, object]) -> Document:
        self._check_format(data.get("format", FORMAT))
        collections = {name: self._collection(kind, data) for kind, name in COLLECTIONS.items()}
        document = Document(
            system=self._system(data.get("system")),
            extensions=self._extensions(data),
            **collections,  # type: ignore[arg-type]  # each collection holds its own kind
        )
        touched = [(kind, key) for kind in COLLECTIONS for key in collections[COLLECTIONS[kind]]]
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
            found = read_element(self.vocabulary, "system", "system", values, self.remarks)
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
        if not isinstance(data, Mapping):
            raise DocumentError(f"{read.shown(data)} is not a mapping")
        values = dict(data)
        key = _at(schema.id_key, read.identifier, values.pop(schema.id_key, None))
        taken = key in found if schema.kind == "out_of_scope" else key in self.ids
        if taken or key == "system":
            earlier = self.ids.get(key, "the system itself")
            message = f"the id '{key}' is used twice, first by {earlier}; ids are used once"
            raise DocumentError(message, field=schema.id_key, code="taken")
        if schema.kind != "out_of_scope":
            self.ids[key] = f"{schema.collection}[{index}]"
        found[key] = read_element(self.vocabulary, schema.kind, key, values, self.remarks)

    def _extensions(self, data: Mapping[str, object]) -> Mapping[str, object]:
        given = data.get("extensions")
        kept = {} if given is None else _at("extensions", _kept, given)
        for key, value in data.items():
            if key in _TOP_KEYS:
                continue
            if not self.remarks_on:
                raise DocumentError("this key is not ours; take it out", field=read.shown(key))
            self._remark(f"key {read.shown(key)} of the document", "not ours; kept as it is")
            kept.update(_at(str(key), _kept, {key: value}))
        return kept

    def _check_footholds(self, document: Document) -> None:
        for key, adversary in document.adversaries.items():
            for word in unknown_footholds(document, self.vocabulary, adversary):
                if not self.remarks_on:
                    raise unknown_foothold(word).inside(_place(document, "adversary", key))
                self._remark(f"foothold '{word}' of adversary '{key}'", "nothing has this name")


@dataclass
class _ElementReader:
    """Reads one element: takes what it knows out of the row, the rest is not ours."""

    vocabulary: Vocabulary
    schema: Schema
    remarks: Remarks | None
    extensions: dict[str, object] = field(default_factory=dict)

    def read(self, element_id: str, rest: dict[str, object]) -> Element:
        if rest:
            kept = rest.pop("extensions", None)
            if kept is not None:
                self.extensions.update(_at("extensions", _kept, kept))
        got = dict(self.schema.defaults)
        for one in self.schema.fields:
            value = rest.pop(one.name, None)
            if value is not None or one.default is REQUIRED:
                got[one.name] = self._field(one, value)
        kind = self.schema.kind
        if kind == "asset":
            got["levels"] = self._levels(rest)
        elif kind in ("component", "flow"):
            got["attributes"] = self._attributes(str(got.get("type")), rest.pop("attributes", None))
        if kind != "system":
            got["id"] = element_id
        if got.get("name") == "":
            got["name"] = self._name(element_id, got)
        if rest:
            self._keep(rest)
        return self.schema.make(**got, extensions=self.extensions)

    def _field(self, one: Field, value: object) -> object:
        if value is None:
            if one.default is REQUIRED:
                raise DocumentError("this is needed; give it a value", field=one.name)
            return one.default
        try:
            found = one.read(value)
            return found if one.words is None else self._word(one, cast(str, found))
        except DocumentError as error:
            raise error.inside(one.name) from None

    def _word(self, one: Field, value: str) -> str | None:
        words = one.words(self.vocabulary.catalog) if one.words else ()
        if value in words:
            return value
        stand_in = _STAND_INS.get((self.schema.kind, one.name))
        if stand_in is None or self.remarks is None:
            return read.one_of(words, f"a {one.name} here", value)
        instead, key = stand_in
        self.extensions.setdefault(key, value)
        became = "left open" if instead is None else f"read as '{instead}'"
        what = f"{one.name} {read.shown(value)} of a {self.schema.kind}"
        self.remarks.add(what, f"not in the catalog; {became}, the original kept")
        return instead

    def _levels(self, rest: dict[str, object]) -> Mapping[str, object]:
        named = [name for name in self.vocabulary.catalog.dimensions if name in rest]
        given = [(name, rest.pop(name)) for name in named]
        return {name: _at(name, read.level, value) for name, value in given if value is not None}

    def _attributes(self, type_id: str, data: object) -> Mapping[str, Scalar]:
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            raise DocumentError(f"{read.shown(data)} is not a mapping", field="attributes")
        known = self._known_attributes(type_id)
        found: dict[str, Scalar] = {}
        for name, value in data.items():
            if value is None:
                continue
            try:
                found[name] = _stated(known, name, value)
            except DocumentError as error:
                self._keep_attribute(name, value, error)
        return found

    def _known_attributes(self, type_id: str) -> Mapping[str, Attribute]:
        if self.schema.kind == "flow":
            return self.vocabulary.flow_attributes
        return self.vocabulary.attributes(type_id)

    def _keep_attribute(self, name: str, value: object, error: DocumentError) -> None:
        if self.remarks is None:
            raise error.inside(f"attributes.{name}") from None
        before = self.extensions.get("attributes")
        kept = _at("attributes", _mapping, {name: value})
        self.extensions["attributes"] = {**before, **kept} if isinstance(before, dict) else kept
        what = f"attribute {read.shown(name)} of a {self.schema.kind}"
        self.remarks.add(what, f"{error.message}; kept beside the known ones")

    def _name(self, element_id: str, got: Mapping[str, object]) -> str:
        """What an unnamed element is called: by its type or kind, else by its id."""
        catalog = self.vocabulary.catalog
        if self.schema.kind == "component":
            return catalog.component_type(str(got["type"])).name
        if self.schema.kind == "zone" and got["kind"] is not None:
            return catalog.zone_kinds[str(got["kind"])].name
        if self.schema.kind == "system":
            return str(self.schema.by_name["name"].default)
        return "" if self.schema.kind == "flow" else element_id

    def _keep(self, rest: Mapping[str, object]) -> None:
        for name, value in rest.items():
            if self.remarks is None:
                message = f"a {self.schema.kind} has no such property; take it out"
                raise DocumentError(message, field=read.shown(name).strip("'"))
            what = f"key {read.shown(name)} of a {self.schema.kind}"
            self.remarks.add(what, "not ours; kept as it is")
            self.extensions.update(_at(str(name), _kept, {name: value}))


def _stated(known: Mapping[str, Attribute], name: str, value: object) -> Scalar:
    definition = known.get(name) if isinstance(name, str) else None
    if definition is None:
        raise DocumentError("the catalog knows no such attribute here")
    return read.attribute(definition, value)


def unknown_foothold(word: str) -> DocumentError:
    message = f"'{word}' is no zone, component, kind of zone or type of component here"
    return DocumentError(message, field="footholds", code="missing")


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    return cast(dict[str, object], read.plain(value))


def _kept(value: object) -> dict[str, object]:
    """Data that we carry along; what is null is as good as absent, since null clears."""
    return {name: part for name, part in _mapping(value).items() if part is not None}


def _at(place: str, reader: Callable[[object], T], value: object) -> T:
    try:
        return reader(value)
    except DocumentError as error:
        raise error.inside(place) from None


def _place(document: Document, kind: Kind, key: str) -> str:
    """`components[3]`: elements stand in the order in which they were read."""
    name = COLLECTIONS[kind]
    return f"{name}[{list(getattr(document, name)).index(key)}]"
