"""What each kind of element consists of: one table for reading, writing and editing alike.

Adding a property to a kind is one line here and one in `values`. Only reading needs the catalog
(for its closed lists of words); writing does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args

from catalog.types import AccessKind, Attribute, Catalog, Level, Trust

from . import fields as read
from .values import (
    MAX_COMPONENTS,
    MAX_FLOWS,
    Adversary,
    Asset,
    Assumption,
    Component,
    Element,
    Flow,
    Kind,
    Note,
    OutOfScope,
    Record,
    Scenario,
    System,
    Zone,
)

REQUIRED: Any = object()
ACCESS_KINDS = get_args(AccessKind)
MAX_OTHERS = 10_000


@dataclass(frozen=True, slots=True)
class Field:
    """One property: how plain data becomes its value and back.

    `words` gives the catalog's closed list that the value must be of; `many`: a set, which `+`
    and `-` edit.
    """

    name: str
    read: Callable[[object], object]
    default: Any = REQUIRED
    write: Callable[[Any], object] | None = None
    words: Callable[[Catalog], Collection[str]] | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """That an element names another one: by which property, and of which kinds it may be."""

    key: str
    id: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Schema:
    """A kind of element: its class, its collection in the document, and its properties."""

    kind: Kind
    collection: str
    make: Callable[..., Element]
    fields: tuple[Field, ...] = ()
    limit: int = MAX_OTHERS
    id_key: str = "id"

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What an element is that states nothing; needed properties stand as `REQUIRED`."""
        return {one.name: one.default for one in self.fields}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields if one.default is REQUIRED)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields}


@dataclass(frozen=True)
class Vocabulary:
    """The catalog as far as documents need it, with the look-ups kept."""

    catalog: Catalog
    _attributes: dict[str, dict[str, Attribute]] = field(default_factory=dict)

    def attributes(self, type_id: str) -> Mapping[str, Attribute]:
        """What can be stated about a component of that type."""
        found = self._attributes.get(type_id)
        if found is None:
            found = {one.id: one for one in self.catalog.attributes_of(type_id)}
            self._attributes[type_id] = found
        return found

    @cached_property
    def flow_attributes(self) -> Mapping[str, Attribute]:
        return {one.id: one for one in self.catalog.flow_attributes}

    def is_place(self, word: str) -> bool:
        """Whether a foothold's word is a zone kind or a component type."""
        return word in self.catalog.zone_kinds or word in self.catalog.component_types


def references(element: Element) -> Iterator[Reference]:
    """Whatever the element names, footholds apart (they may also be words of the catalog)."""
    if isinstance(element, Zone) and element.parent is not None:
        yield Reference("parent", element.parent, ("zone",))
    elif isinstance(element, Component) and element.zone is not None:
        yield Reference("zone", element.zone, ("zone",))
    elif isinstance(element, Flow):
        yield Reference("source", element.source, ("component",))
        yield Reference("target", element.target, ("component",))
    elif isinstance(element, Scenario):
        yield Reference("element", element.element, ("component", "flow"))
    elif isinstance(element, OutOfScope):
        yield Reference("element", element.id, ("component", "flow", "zone"))
    if isinstance(element, Component | Flow):
        for asset in element.assets:
            yield Reference("assets", asset, ("asset",))


def _key(value: Level | Trust | None) -> str | None:
    return None if value is None else value.key


def _plain_numbers(values: tuple[float, ...]) -> list[float]:
    return [int(one) if one.is_integer() else one for one in values]


def _plain_points(values: tuple[tuple[float, ...], ...]) -> list[list[float]]:
    return [_plain_numbers(pair) for pair in values]


def _level(name: str, default: Level = Level.MODERATE) -> Field:
    return Field(name, read.level, default, _key)


def _box(width: float, height: float) -> Field:
    return Field("box", read.box, (0.0, 0.0, width, height), _plain_numbers)


def _text(name: str) -> Field:
    return Field(name, read.text, "")


def _label(name: str, default: str = "") -> Field:
    return Field(name, read.label, default)


def _set(name: str, reader: Callable[[object], object] = read.words) -> Field:
    return Field(name, reader, (), list, many=True)


def _word(name: str, words: Callable[[Catalog], Collection[str]], default: Any = REQUIRED) -> Field:
    return Field(name, read.label, default, words=words)


def _needs(value: object) -> tuple[str, ...]:
    found = read.words(value)
    for word in found:
        read.one_of(ACCESS_KINDS, "a kind of access", word)
    return found


_OPTIONAL_ID = read.optional(read.identifier)
_ABOUT = (
    _label("name", "Untitled system"),
    _text("description"),
    _label("owner"),
    _text("scope"),
    _level("appetite"),
)
_ADVERSARY = (
    _label("name"),
    _level("capability"),
    _level("intent"),
    _level("targeting"),
    _set("footholds"),
    Field("accident", read.boolean, False),
)
_ASSET = (
    _label("name"),
    _word("kind", lambda catalog: catalog.asset_kinds, "data"),
    Field("personal", read.optional(read.boolean), None),
)
_ZONE = (
    _word("kind", lambda catalog: catalog.zone_kinds, None),
    _label("name"),
    Field("parent", _OPTIONAL_ID, None),
    Field("trust", read.optional(read.trust), None, _key),
    _box(320.0, 240.0),
)
_COMPONENT = (
    _word("type", lambda catalog: catalog.component_types),
    _label("name"),
    Field("zone", _OPTIONAL_ID, None),
    _set("assets"),
    _text("note"),
    _box(176.0, 64.0),
)
_FLOW = (
    _word("kind", lambda catalog: catalog.flow_kinds, "data"),
    Field("source", read.identifier),
    Field("target", read.identifier),
    _label("name"),
    _set("assets"),
    Field("points", read.points, (), _plain_points),
)
_SCENARIO = (
    _label("title"),
    Field("element", read.identifier),
    _text("description"),
    _level("capability", Level.LOW),
    _set("needs", _needs),
    Field("prior", read.prior, (0.2, 0.5), _plain_numbers),
    _word("dimension", lambda catalog: catalog.dimensions, "integrity"),
)

SCHEMAS: Mapping[Kind, Schema] = {
    schema.kind: schema
    for schema in (
        Schema("system", "system", System, _ABOUT, limit=1),
        Schema("adversary", "adversaries", Adversary, _ADVERSARY),
        Schema("assumption", "assumptions", Assumption, (_text("text"),)),
        Schema("asset", "assets", Asset, _ASSET),
        Schema("zone", "zones", Zone, _ZONE),
        Schema("component", "components", Component, _COMPONENT, MAX_COMPONENTS),
        Schema("flow", "flows", Flow, _FLOW, MAX_FLOWS),
        Schema("scenario", "scenarios", Scenario, _SCENARIO),
        Schema("out_of_scope", "out_of_scope", OutOfScope, (_text("reason"),), id_key="element"),
        Schema("note", "notes", Note, (_text("text"), _box(160.0, 96.0))),
        Schema("image", "images", Record),
        Schema("catalog", "catalog", Record),
    )
}
# In the order in which they can be added: whatever names another element comes after it.
KINDS: tuple[Kind, ...] = tuple(SCHEMAS)
COLLECTIONS: Mapping[Kind, str] = {
    kind: schema.collection for kind, schema in SCHEMAS.items() if kind != "system"
}
