"""A threat's rule in plain words, without a diagram: where it is relevant, and its examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from catalog.types import Catalog, Threat

from .rules import Ruleset
from .rules.explain import JOINTS, told
from .rules.ruleset import Node

Outcome = Literal["holds", "holds_not", "unknown"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One node of a rule: what it asks, and what it joins."""

    text: str
    children: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A tiny system on which the rule holds, does not, or cannot be decided.

    `on` is the element that is looked at, `parts` its components and flows in words.
    """

    outcome: Outcome
    on: str
    parts: tuple[str, ...]


def conditions(catalog: Catalog, threat: Threat) -> tuple[Condition, ...]:
    """What has to hold, as a workshop would say it; one tree per side that the threat strikes."""
    ruleset = Ruleset.compile(catalog)
    found = (ruleset.by_threat.get((threat.id, side)) for side in ("component", "flow"))
    return tuple(_condition(rule.tree) for rule in found if rule is not None)


def _condition(node: Node) -> Condition:
    if node.check is not None:
        return Condition(told(node.check))
    return Condition(JOINTS[node.op], tuple(_condition(child) for child in node.children))


def examples(catalog: Catalog, threat: Threat) -> tuple[Example, ...]:
    """The threat's examples in words, in the file's order."""
    return tuple(_example(catalog, one) for one in threat.examples)


def _example(catalog: Catalog, written: Mapping[str, object]) -> Example:
    outcome = next(word for word in ("holds", "holds_not", "unknown") if word in written)
    drawn = cast("Mapping[str, list[dict[str, Any]]]", written[outcome])
    names = _names(catalog, drawn)
    parts = (*_components(drawn, names), *_flows(catalog, drawn, names))
    return Example(cast(Outcome, outcome), names.get(str(written.get("on")), ""), parts)


def _names(catalog: Catalog, drawn: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """What the elements are called: by their types, flows by their ends."""
    components = drawn.get("components", ())
    names = {one["id"]: catalog.component_type(one["type"]).name for one in components}
    for flow in drawn.get("flows", ()):
        names[flow["id"]] = f"{names[flow['source']]} to {names[flow['target']]}"
    return names


def _components(
    drawn: Mapping[str, list[dict[str, Any]]], names: Mapping[str, str]
) -> Iterator[str]:
    zones = {zone["id"]: zone["kind"] for zone in drawn.get("zones", ())}
    for one in drawn.get("components", ()):
        said = list(_facts(one.get("attributes", {})))
        if one.get("zone") in zones:
            said.insert(0, f"in a zone of kind {zones[one['zone']]}")
        yield f"{names[one['id']]}{': ' + ', '.join(said) if said else ''}"


def _flows(
    catalog: Catalog, drawn: Mapping[str, list[dict[str, Any]]], names: Mapping[str, str]
) -> Iterator[str]:
    for one in drawn.get("flows", ()):
        kind = catalog.flow_kinds[one["kind"]].name.lower()
        said = ", ".join(_facts(one.get("attributes", {})))
        yield f"{names[one['id']]} ({kind}){': ' + said if said else ''}"


def _facts(attributes: Mapping[str, object]) -> Iterator[str]:
    for name, value in attributes.items():
        label = name.replace("_", " ")
        stated = {True: label, False: f"not {label}"} if isinstance(value, bool) else {}
        yield stated.get(cast(bool, value), f"{label} is {value}")
