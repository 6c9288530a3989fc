"""The words that everything else is said in: attributes, zones, flows and component types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from .entry import Entry
from .types import Attribute, AttributeKind, ComponentType, FlowKindInfo, Scalar, Trust, ZoneKind


def read_attributes(entry: Entry, key: str) -> tuple[Attribute, ...]:
    found: dict[str, Attribute] = {}
    for item in entry.entries(key, ()):
        attribute = _attribute(item)
        if attribute.id in found:
            raise item.fail("id", f"'{attribute.id}' is used twice")
        found[attribute.id] = attribute
    return tuple(found.values())


def _attribute(entry: Entry) -> Attribute:
    kind: AttributeKind = entry.one_of("kind", get_args(AttributeKind))
    attribute = Attribute(
        id=entry.name(),
        kind=kind,
        question=entry.text("question"),
        help=entry.text("help", ""),
        choices=entry.texts("choices") if kind == "choice" else (),
        unit=entry.text("unit") if kind == "number" else "",
    )
    entry.done()
    return attribute


def read_scalars(entry: Entry, key: str) -> Mapping[str, Scalar]:
    values = entry.mapping(key, {})
    for name, value in values.items():
        if not isinstance(value, bool | str | int | float):
            raise entry.fail(f"{key}.{name}", "has to be true, false, a number or a choice")
    return MappingProxyType(
        {k: v for k, v in values.items() if isinstance(v, bool | str | int | float)}
    )


def read_zone_kind(entry: Entry) -> ZoneKind:
    return ZoneKind(
        id=entry.id(),
        name=entry.text("name"),
        trust=Trust.parse(entry.one_of("trust", [t.key for t in Trust])),
        description=entry.text("description"),
    )


def read_flow_kind(entry: Entry) -> FlowKindInfo:
    return FlowKindInfo(
        id=entry.id(),
        name=entry.text("name"),
        description=entry.text("description"),
        lineage=entry.flag("lineage"),
    )


def read_component_type(entry: Entry) -> ComponentType:
    return ComponentType(
        id=entry.id(),
        name=entry.text("name"),
        stage=entry.text("stage"),
        description=entry.text("description"),
        icon=entry.id("icon"),
        ancestor=entry.id("ancestor") if entry.has("ancestor") else None,
        default_zone=entry.text("default_zone"),
        attributes=read_attributes(entry, "attributes"),
        implies=read_scalars(entry, "implies"),
    )
