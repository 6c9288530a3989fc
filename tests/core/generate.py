"""Random systems, rules and edits for property tests, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Literal, get_args
from uuid import UUID

from catalog.types import (
    AccessKind,
    Attribute,
    Catalog,
    Level,
    Needs,
    Rule,
    Scalar,
    Side,
    Success,
    Threat,
)
from threatmodel.core.document import Asset, Component, Document, DocumentError, Flow, System, Zone
from threatmodel.core.operations import Applied, Change, Operation, apply

ACCESS_KINDS: tuple[AccessKind, ...] = get_args(AccessKind)
OPERATORS: tuple[Literal["all", "any", "not"], ...] = ("all", "any", "not")
NUMBERS = (0.0, 10.0, 60.0, 600.0)


def random_document(rng: Random, catalog: Catalog, components: int) -> Document:
    """A system of that many components, about 1.6 flows for each, half of its facts unstated."""
    zones = {zone.id: zone for zone in _zones(rng, catalog)}
    assets = {f"a{i}": _asset(rng, catalog, f"a{i}") for i in range(rng.randint(0, 4))}
    drawn = {f"c{i}": _component(rng, catalog, f"c{i}", zones, assets) for i in range(components)}
    flows = [f"f{i}" for i in range(int(components * 1.6))] if drawn else []
    return Document(
        System("Random system"),
        assets=assets,
        zones=zones,
        components=drawn,
        flows={name: _flow(rng, catalog, name, tuple(drawn), assets) for name in flows},
    )


def random_catalog(rng: Random, catalog: Catalog, rules: int) -> Catalog:
    """The same words with random threats in place of the real ones."""
    threats = {f"t{i}": _threat(rng, catalog, f"t{i}") for i in range(rules)}
    return replace(catalog, threats=threats, digest=f"random {rng.random()}")


def random_edit(rng: Random, catalog: Catalog, document: Document) -> Applied:
    """One edit that the document accepts; tries others where a rule of the document forbids."""
    while True:
        change = rng.choice(EDITS)(rng, catalog, document)
        if change is None:
            continue
        operation = Operation(str(UUID(int=rng.getrandbits(128))), (change,))
        try:
            return apply(document, operation, catalog)
        except DocumentError:
            continue


def random_value(rng: Random, attribute: Attribute) -> Scalar:
    if attribute.kind == "boolean":
        return rng.random() < 0.5
    return rng.choice(attribute.choices) if attribute.kind == "choice" else rng.choice(NUMBERS)


def _zones(rng: Random, catalog: Catalog) -> list[Zone]:
    kinds = [*catalog.zone_kinds, None]
    found: list[Zone] = []
    for i in range(rng.randint(0, 5)):
        parent = rng.choice([None, *(zone.id for zone in found)])
        found.append(Zone(f"z{i}", f"Zone {i}", rng.choice(kinds), parent))
    return found


def _asset(rng: Random, catalog: Catalog, name: str) -> Asset:
    levels = {d: rng.choice(list(Level)) for d in catalog.dimensions if rng.random() < 0.3}
    personal = rng.choice([True, False, None])
    return Asset(name, f"Asset {name}", rng.choice(catalog.asset_kinds), personal, levels)


def _component(
    rng: Random,
    catalog: Catalog,
    name: str,
    zones: Mapping[str, Zone],
    assets: Mapping[str, Asset],
) -> Component:
    kind = rng.choice(list(catalog.component_types))
    return Component(
        name,
        f"Component {name}",
        kind,
        rng.choice([None, *zones]),
        tuple(a for a in assets if rng.random() < 0.2),
        _stated(rng, catalog.attributes_of(kind)),
    )


def _flow(
    rng: Random, catalog: Catalog, name: str, ends: tuple[str, ...], assets: Mapping[str, Asset]
) -> Flow:
    source, target = rng.choice(ends), rng.choice(ends)
    carried = tuple(a for a in assets if rng.random() < 0.2)
    stated = _stated(rng, catalog.flow_attributes)
    kind = rng.choice(list(catalog.flow_kinds))
    return Flow(name, kind, source, target, assets=carried, attributes=stated)


def _stated(rng: Random, attributes: tuple[Attribute, ...]) -> dict[str, Scalar]:
    return {a.id: random_value(rng, a) for a in attributes if rng.random() < 0.5}


def _threat(rng: Random, catalog: Catalog, name: str) -> Threat:
    flows = rng.random() < 0.3
    kinds = list(catalog.flow_kinds if flows else catalog.component_types)
    strikes = tuple(rng.sample(kinds, rng.randint(1, 3)))
    return Threat(
        id=name,
        title=name,
        description="",
        effect_on=Side(flow=strikes) if flows else Side(type=strikes),
        applies=_rule(rng, catalog, on_flow=flows, depth=rng.randint(1, 4)),
        needs=Needs(any_of=(rng.choice(ACCESS_KINDS),)),
        capability=Level.LOW,
        success=Success("any", (0.2, 0.5), "random"),
        outcomes=(),
        answered_by=(),
        references={},
    )


def _rule(rng: Random, catalog: Catalog, *, on_flow: bool, depth: int) -> Rule:
    if depth <= 1 or rng.random() < 0.3:
        return _atom(rng, catalog, on_flow=on_flow)
    op = rng.choice(OPERATORS)
    count = 1 if op == "not" else rng.randint(1, 3)
    children = (_rule(rng, catalog, on_flow=on_flow, depth=depth - 1) for _ in range(count))
    return Rule(op, tuple(children))


def _atom(rng: Random, catalog: Catalog, *, on_flow: bool) -> Rule:
    words = ["type", "attribute", "zone", "holds", "crosses_boundary", "trust_drop"]
    words += ["reachable_from", "reaches", "lineage_from", "lineage_to"]
    if not on_flow:
        words += ["inflow", "outflow"] * 2
    word = rng.choice(words)
    argument: dict[str, Callable[[], object]] = {
        "type": lambda: _types(rng, catalog),
        "attribute": lambda: _attribute(rng, catalog, on_flow=on_flow),
        "zone": lambda: _zone(rng, catalog),
        "holds": lambda: _holds(rng, catalog),
        "inflow": lambda: _at_flow(rng, catalog),
        "outflow": lambda: _at_flow(rng, catalog),
    }
    plain = (lambda: True) if word in ("crosses_boundary", "trust_drop") else None
    choose = argument.get(word) or plain or (lambda: _place(rng, catalog))
    return Rule("atom", atom=word, argument=choose())


def _types(rng: Random, catalog: Catalog) -> list[str]:
    return rng.sample([t for t in catalog.component_types if t != "other"], rng.randint(1, 2))


def _attribute(rng: Random, catalog: Catalog, *, on_flow: bool) -> object:
    types = catalog.component_types
    owned = catalog.flow_attributes if on_flow else catalog.attributes_of(rng.choice(list(types)))
    chosen = rng.choice(owned)
    if chosen.kind == "boolean":
        return chosen.id
    if chosen.kind == "choice":
        return {chosen.id: rng.sample(chosen.choices, rng.randint(1, len(chosen.choices) - 1))}
    return {chosen.id: {rng.choice(("above", "below", "at_least")): rng.choice(NUMBERS)}}


def _zone(rng: Random, catalog: Catalog) -> dict[str, object]:
    kinds = rng.sample(list(catalog.zone_kinds), 2)
    options: tuple[dict[str, object], ...] = (
        {"kind": kinds},
        {"trust_at_most": "shared"},
        {"trust_at_least": "internal"},
        {"kind": kinds, "trust_at_most": "internal"},
    )
    return rng.choice(options)


def _holds(rng: Random, catalog: Catalog) -> dict[str, object]:
    spec: dict[str, object] = {}
    if rng.random() < 0.5:
        spec["kind"] = rng.sample(catalog.asset_kinds, 2)
    if rng.random() < 0.4:
        spec["personal"] = True
    if rng.random() < 0.4:
        spec["dimension"] = rng.choice(catalog.dimensions)
    if rng.random() < 0.3:
        spec["at_least"] = rng.choice(list(Level)).key
    return spec


def _at_flow(rng: Random, catalog: Catalog) -> dict[str, object]:
    spec: dict[str, object] = {}
    if rng.random() < 0.4:
        spec["kind"] = rng.sample(list(catalog.flow_kinds), 2)
    if rng.random() < 0.3:
        spec["attribute"] = _attribute(rng, catalog, on_flow=True)
    if rng.random() < 0.2:
        spec["carries"] = _holds(rng, catalog)
    if rng.random() < 0.3:
        spec["crosses_boundary"] = True
    if rng.random() < 0.5:
        spec["other"] = _place(rng, catalog) | (
            {"attribute": _attribute(rng, catalog, on_flow=False)} if rng.random() < 0.4 else {}
        )
    return spec


def _place(rng: Random, catalog: Catalog) -> dict[str, object]:
    chance = rng.random()
    if chance < 0.5:
        return {"type": _types(rng, catalog)}
    if chance < 0.7:
        return {"zone": _zone(rng, catalog)}
    if chance < 0.85:
        return {"type": "other", "holds": _holds(rng, catalog)}
    return {"type": _types(rng, catalog), "zone": _zone(rng, catalog)}


def _set_attribute(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if not document.components:
        return None
    component = rng.choice(list(document.components.values()))
    attribute = rng.choice(catalog.attributes_of(component.type))
    value = rng.choice([None, random_value(rng, attribute)])
    return Change("component", component.id, "set", {f"attributes.{attribute.id}": value})


def _set_flow_attribute(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if not document.flows:
        return None
    attribute = rng.choice(catalog.flow_attributes)
    value = rng.choice([None, random_value(rng, attribute)])
    flow = rng.choice(list(document.flows))
    return Change("flow", flow, "set", {f"attributes.{attribute.id}": value})


def _set_component(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if not document.components:
        return None
    values: tuple[dict[str, object], ...] = (
        {"zone": rng.choice([None, *document.zones])},
        {"type": rng.choice(list(catalog.component_types))},
        {"assets": [a for a in document.assets if rng.random() < 0.4]},
        {"name": f"Name {rng.randint(0, 9)}"},
    )
    return Change("component", rng.choice(list(document.components)), "set", rng.choice(values))


def _set_flow(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if not document.flows:
        return None
    values: tuple[dict[str, object], ...] = (
        {"kind": rng.choice(list(catalog.flow_kinds))},
        {"target": rng.choice(list(document.components))},
        {"source": rng.choice(list(document.components))},
        {"name": rng.choice(["", f"Flow {rng.randint(0, 9)}"])},
        {"assets": [a for a in document.assets if rng.random() < 0.4]},
    )
    return Change("flow", rng.choice(list(document.flows)), "set", rng.choice(values))


def _set_zone(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if not document.zones:
        return None
    values: tuple[dict[str, object], ...] = (
        {"kind": rng.choice([None, *catalog.zone_kinds])},
        {"parent": rng.choice([None, *document.zones])},
        {"trust": rng.choice([None, "hostile", "restricted"])},
        {"name": f"Zone {rng.randint(0, 9)}"},
    )
    return Change("zone", rng.choice(list(document.zones)), "set", rng.choice(values))


def _set_asset(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if not document.assets:
        return None
    values: tuple[dict[str, object], ...] = (
        {"personal": rng.choice([None, True, False])},
        {"name": f"Asset {rng.randint(0, 9)}"},
        {"kind": rng.choice(catalog.asset_kinds)},
        {rng.choice(catalog.dimensions): rng.choice([None, *(level.key for level in Level)])},
    )
    return Change("asset", rng.choice(list(document.assets)), "set", rng.choice(values))


def _add_component(rng: Random, catalog: Catalog, document: Document) -> Change:
    name = f"n{rng.getrandbits(40)}"
    kind = rng.choice(list(catalog.component_types))
    values = {"type": kind, "name": name, "zone": rng.choice([None, *document.zones])}
    return Change("component", name, "add", values)


def _add_flow(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    ends = list(document.components)
    if not ends:
        return None
    values = {
        "kind": rng.choice(list(catalog.flow_kinds)),
        "source": rng.choice(ends),
        "target": rng.choice(ends),
        "assets": [a for a in document.assets if rng.random() < 0.3],
    }
    return Change("flow", f"n{rng.getrandbits(40)}", "add", values)


def _set_way_in(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    """The facts that access reads, which are few among all."""
    if rng.random() < 0.5 or not document.flows:
        values = {"attributes.relays_input": rng.choice([None, True, False])}
        ids = [c.id for c in document.components.values() if "relays_input" in _facts(catalog, c)]
        return Change("component", rng.choice(ids), "set", values) if ids else None
    definition = {one.id: one for one in catalog.flow_attributes}[
        rng.choice(["admits", "encrypted"])
    ]
    value = rng.choice([None, random_value(rng, definition)])
    flow = rng.choice(list(document.flows))
    return Change("flow", flow, "set", {f"attributes.{definition.id}": value})


def _facts(catalog: Catalog, component: Component) -> set[str]:
    return {attribute.id for attribute in catalog.attributes_of(component.type)}


def _add_zone(rng: Random, catalog: Catalog, document: Document) -> Change:
    values = {
        "kind": rng.choice([None, *catalog.zone_kinds]),
        "parent": rng.choice([None, *document.zones]),
    }
    return Change("zone", f"n{rng.getrandbits(40)}", "add", values)


def _add_asset(rng: Random, catalog: Catalog, document: Document) -> Change:
    levels = {d: rng.choice(list(Level)).key for d in catalog.dimensions if rng.random() < 0.3}
    values = {"name": "New", "kind": rng.choice(catalog.asset_kinds), **levels}
    return Change("asset", f"n{rng.getrandbits(40)}", "add", values)


def _change_adversary(rng: Random, catalog: Catalog, document: Document) -> Change:
    words = [*document.zones, *document.components, *catalog.zone_kinds, *catalog.component_types]
    values = {
        "name": f"Somebody {rng.randint(0, 9)}",
        "intent": rng.choice(list(Level)).key,
        "footholds": sorted(set(rng.choices(words, k=3))),
        "accident": rng.random() < 0.2,
    }
    if document.adversaries and rng.random() < 0.7:
        chosen = rng.choice(list(document.adversaries))
        remove = rng.random() < 0.3
        return Change("adversary", chosen, "remove" if remove else "set", {} if remove else values)
    return Change("adversary", f"n{rng.getrandbits(40)}", "add", values)


def _change_scenario(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    ends = [*document.components, *document.flows]
    if not ends:
        return None
    values = {
        "title": f"What about {rng.randint(0, 9)}?",
        "element": rng.choice(ends),
        "needs": sorted(set(rng.choices(ACCESS_KINDS, k=2))),
        "dimension": rng.choice(catalog.dimensions),
    }
    if document.scenarios and rng.random() < 0.6:
        chosen = rng.choice(list(document.scenarios))
        remove = rng.random() < 0.3
        return Change("scenario", chosen, "remove" if remove else "set", {} if remove else values)
    return Change("scenario", f"n{rng.getrandbits(40)}", "add", values)


def _change_scope(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if document.out_of_scope and rng.random() < 0.6:
        return Change("out_of_scope", rng.choice(list(document.out_of_scope)), "remove")
    elements = [*document.components, *document.flows, *document.zones]
    chosen = rng.choice(elements) if elements else None
    return Change("out_of_scope", chosen, "add", {"reason": "later"}) if chosen else None


def _set_system(rng: Random, catalog: Catalog, document: Document) -> Change:
    values = rng.choice([{"appetite": rng.choice(list(Level)).key}, {"name": "Renamed"}])
    return Change("system", "system", "set", values)


def _add_note(rng: Random, catalog: Catalog, document: Document) -> Change:
    return Change("note", f"n{rng.getrandbits(40)}", "add", {"text": "Somebody said so."})


def _remove(rng: Random, catalog: Catalog, document: Document) -> Change | None:
    if rng.random() < 0.3 and document.zones:
        return Change("zone", rng.choice(list(document.zones)), "remove")
    if rng.random() < 0.3 and document.assets:
        return Change("asset", rng.choice(list(document.assets)), "remove")
    if rng.random() < 0.5 and document.flows:
        return Change("flow", rng.choice(list(document.flows)), "remove")
    if not document.components:
        return None
    return Change("component", rng.choice(list(document.components)), "remove")


EDITS: tuple[Callable[[Random, Catalog, Document], Change | None], ...] = (
    _set_attribute,
    _set_flow_attribute,
    _set_component,
    _set_flow,
    _set_zone,
    _set_asset,
    _set_way_in,
    _add_component,
    _add_flow,
    _add_flow,
    _add_zone,
    _add_asset,
    _add_note,
    _change_adversary,
    _change_scenario,
    _change_scope,
    _set_system,
    _remove,
    _remove,
)
