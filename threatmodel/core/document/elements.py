"""One element from its row: every value checked, every error with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from catalog.types import Attribute, Scalar

from . import fields as read
from .remarks import Remarks
from .schema import REQUIRED, SCHEMAS, Field, Schema, Vocabulary
from .values import DocumentError, Element, Kind, Record

T = TypeVar("T")
Reader = Callable[[object], object]

# What an unknown word of a file becomes, and under which key the original is kept.
_STAND_INS: Mapping[tuple[Kind, str], tuple[str | None, str]] = {
    ("component", "type"): ("other", "original_type"),
    ("zone", "kind"): (None, "original_kind"),
    ("flow", "kind"): ("data", "original_kind"),
    ("asset", "kind"): ("data", "original_kind"),
}
_STATED = frozenset(("component", "flow"))


class Elements:
    """Reads elements of any kind with one catalog. Without `remarks`, unknown things are errors."""

    __slots__ = ("_kinds", "remarks", "vocabulary")

    def __init__(self, vocabulary: Vocabulary, remarks: Remarks | None = None) -> None:
        self.vocabulary = vocabulary
        self.remarks = remarks
        self._kinds: dict[Kind, _OfKind] = {}

    def read(self, kind: Kind, element_id: str, values: Mapping[str, object]) -> Element:
        """One element from its row, which is without its id. O(values)."""
        reader = self._kinds.get(kind)
        if reader is None:
            if SCHEMAS[kind].make is Record:
                return Record(element_id, kept(values))
            reader = self._kinds[kind] = _OfKind(self.vocabulary, SCHEMAS[kind], self.remarks)
        return reader.read(element_id, values)


class _OfKind:
    """Reads elements of one kind: each value by its name, and what has no reader is not ours."""

    __slots__ = ("_extensions", "_readers", "_remarks", "_schema", "_stated", "_vocabulary")

    def __init__(self, vocabulary: Vocabulary, schema: Schema, remarks: Remarks | None) -> None:
        self._vocabulary, self._schema, self._remarks = vocabulary, schema, remarks
        self._readers: dict[str, Reader] = {one.name: self._reader(one) for one in schema.fields}
        self._stated = schema.kind in _STATED
        self._extensions: dict[str, object] = {}

    def read(self, element_id: str, values: Mapping[str, object]) -> Element:
        extensions = self._extensions = {}
        if "extensions" in values and values["extensions"] is not None:
            extensions.update(at("extensions", kept, values["extensions"]))
        got, rest = self._got(values)
        schema = self._schema
        if schema.kind == "asset":
            got["levels"] = self._levels(rest)
        elif self._stated and "attributes" in rest:
            got["attributes"] = self._attributes(got, rest.pop("attributes"))
        if schema.kind != "system":
            got["id"] = element_id
        if got.get("name") == "":
            got["name"] = self._name(element_id, got)
        if rest:
            self._keep(rest)
        got["extensions"] = extensions
        return schema.make(**got)

    def _got(self, values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
        """Every property, read or as it is by default; and what is none."""
        got, rest = dict(self._schema.defaults), {}
        readers, name = self._readers, ""
        try:
            for name, value in values.items():
                reader = readers.get(name)
                if reader is None:
                    rest[name] = value
                elif value is not None:
                    got[name] = reader(value)
        except DocumentError as error:
            raise error.inside(name) from None
        rest.pop("extensions", None)
        for name in self._schema.required:
            if got[name] is REQUIRED:
                raise DocumentError("this is needed; give it a value", field=name)
        return got, rest

    def _reader(self, one: Field) -> Reader:
        """How a property is read; one of a closed list of words only after a look at the list."""
        if one.words is None:
            return one.read
        words = one.words(self._vocabulary.catalog)

        def word(value: object) -> object:
            if value.__class__ is str and value in words:
                return value
            return self._stand_in(one, cast(str, one.read(value)))

        return word

    def _stand_in(self, one: Field, value: str) -> str | None:
        words = one.words(self._vocabulary.catalog) if one.words else ()
        kind = self._schema.kind
        stand_in = _STAND_INS.get((kind, one.name))
        if value in words or stand_in is None or self._remarks is None:
            return read.one_of(words, f"a {one.name} here", value)
        instead, key = stand_in
        self._extensions.setdefault(key, value)
        became = "left open" if instead is None else f"read as '{instead}'"
        what = f"{one.name} {read.shown(value)} of a {kind}"
        self._remarks.add(what, f"not in the catalog; {became}, the original kept")
        return instead

    def _levels(self, rest: dict[str, object]) -> Mapping[str, object]:
        named = [name for name in self._vocabulary.catalog.dimensions if name in rest]
        given = [(name, rest.pop(name)) for name in named]
        return {name: at(name, read.level, value) for name, value in given if value is not None}

    def _attributes(self, got: Mapping[str, object], data: object) -> Mapping[str, Scalar]:
        if data is None:
            return {}
        if data.__class__ is not dict and not isinstance(data, Mapping):
            raise DocumentError(f"{read.shown(data)} is not a mapping", field="attributes")
        stated = cast(Mapping[str, object], data)
        known = self._known_attributes(str(got.get("type")))
        found: dict[str, Scalar] = {}
        for name, value in stated.items():
            definition = known.get(name)
            if value is None:
                continue
            # Most facts are yes or no, and say so.
            if value.__class__ is bool and definition is not None and definition.kind == "boolean":
                found[name] = value
                continue
            try:
                found[name] = _stated(definition, value)
            except DocumentError as error:
                self._keep_attribute(name, value, error)
        return found

    def _known_attributes(self, type_id: str) -> Mapping[str, Attribute]:
        if self._schema.kind == "flow":
            return self._vocabulary.flow_attributes
        return self._vocabulary.attributes(type_id)

    def _keep_attribute(self, name: str, value: object, error: DocumentError) -> None:
        if self._remarks is None:
            raise error.inside(f"attributes.{name}") from None
        before = self._extensions.get("attributes")
        beside = at("attributes", _mapping, {name: value})
        if isinstance(before, dict):
            beside = {**before, **beside}
        self._extensions["attributes"] = beside
        what = f"attribute {read.shown(name)} of a {self._schema.kind}"
        self._remarks.add(what, f"{error.message}; kept beside the known ones")

    def _name(self, element_id: str, got: Mapping[str, object]) -> str:
        """What an unnamed element is called: by its type or kind, else by its id."""
        catalog = self._vocabulary.catalog
        if self._schema.kind == "component":
            return catalog.component_type(str(got["type"])).name
        if self._schema.kind == "zone" and got["kind"] is not None:
            return catalog.zone_kinds[str(got["kind"])].name
        if self._schema.kind == "system":
            return str(self._schema.by_name["name"].default)
        return "" if self._schema.kind == "flow" else element_id

    def _keep(self, rest: Mapping[str, object]) -> None:
        for name, value in rest.items():
            if self._remarks is None:
                message = f"a {self._schema.kind} has no such property; take it out"
                raise DocumentError(message, field=read.shown(name).strip("'"))
            what = f"key {read.shown(name)} of a {self._schema.kind}"
            self._remarks.add(what, "not ours; kept as it is")
            self._extensions.update(at(str(name), kept, {name: value}))


def _stated(definition: Attribute | None, value: object) -> Scalar:
    if definition is None:
        raise DocumentError("the catalog knows no such attribute here")
    return read.attribute(definition, value)


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    return cast(dict[str, object], read.plain(value))


def kept(value: object) -> dict[str, object]:
    """Data that we carry along; what is null is as good as absent, since null clears."""
    return {name: part for name, part in _mapping(value).items() if part is not None}


def at(place: str, reader: Callable[[object], T], value: object) -> T:
    """What a reader makes of a value; an error says where it stood."""
    try:
        return reader(value)
    except DocumentError as error:
        raise error.inside(place) from None
