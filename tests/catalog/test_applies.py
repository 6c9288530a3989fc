"""The closed vocabulary of rules: its shapes, its limits, and the names it may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import CatalogError, load
from catalog.applies import MAX_ATOMS, MAX_DEPTH, atoms_of, parse_rule

from .folders import replaced, write

RULE = "{all: [{inflow: {kind: request}}, {attribute: {mood: [wild]}}]}"


def test_a_bare_list_means_all() -> None:
    assert parse_rule([{"type": "agent"}, {"crosses_boundary": True}], "x").op == "all"


def test_atoms_come_in_the_order_written() -> None:
    tree = {"any": [{"type": "a"}, {"not": {"attribute": "b"}}, {"all": [{"trust_drop": True}]}]}
    assert [rule.atom for rule in atoms_of(parse_rule(tree, "x"))] == [
        "type",
        "attribute",
        "trust_drop",
    ]


WRONG_SHAPES = {
    "a word nobody knows": {"sounds_like": "agent"},
    "two words at once": {"type": "agent", "attribute": "x"},
    "no word": {},
    "an empty list": {"all": []},
    "a text": "type == 'agent'",
    "a code string": {"type": {"eval": "1"}},
    "a boundary that is not crossed": {"crosses_boundary": False},
    "a zone of nothing": {"zone": {}},
    "a trust nobody knows": {"zone": {"trust_at_most": "some"}},
    "a level nobody knows": {"holds": {"at_least": "huge"}},
    "a key that holds does not have": {"holds": {"secret": True}},
    "a comparison nobody knows": {"attribute": {"speed": {"about": 3}}},
    "a comparison with no number": {"attribute": {"speed": {"above": True}}},
    "two comparisons": {"attribute": {"speed": {"above": 3, "below": 5}}},
    "two attributes": {"attribute": {"a": ["x"], "b": ["y"]}},
    "a kin of nothing": {"lineage_from": {}},
    "a kin of nothing along something": {"lineage_from": {"along": "data"}},
    "a way along no word": {"lineage_from": {"type": "agent", "along": 7}},
    "a way of a neighbour": {"inflow": {"other": {"type": "agent", "along": "data"}}},
    "a kin with a flow": {"lineage_from": {"type": "agent", "kind": "request"}},
    "a number as type": {"type": 3},
}


@pytest.mark.parametrize("what", WRONG_SHAPES)
def test_a_wrong_shape_is_refused_with_its_place(what: str) -> None:
    with pytest.raises(CatalogError, match=r"^t\.yaml: applies"):
        parse_rule(WRONG_SHAPES[what], "t.yaml: applies")


def test_depth_is_limited() -> None:
    tree: object = {"type": "agent"}
    for _ in range(MAX_DEPTH - 1):
        tree = {"not": tree}
    parse_rule(tree, "x")
    with pytest.raises(CatalogError, match="deeper"):
        parse_rule({"not": tree}, "x")


def test_the_number_of_atoms_is_limited() -> None:
    parse_rule({"any": [{"type": "agent"}] * MAX_ATOMS}, "x")
    with pytest.raises(CatalogError, match="65 atoms"):
        parse_rule({"any": [{"type": "agent"}] * (MAX_ATOMS + 1)}, "x")


UNKNOWN_NAMES = [
    "{type: servant}",
    "{attribute: armed}",
    "{attribute: mood}",
    "{attribute: {mood: [sad]}}",
    "{attribute: {guarded: [wild]}}",
    "{attribute: {guarded: {above: 3}}}",
    "{zone: {kind: moon}}",
    "{holds: {kind: gold}}",
    "{holds: {dimension: beauty}}",
    "{inflow: {kind: river}}",
    "{inflow: {attribute: guarded}}",
    "{inflow: {attribute: {admits: [nobody]}}}",
    "{outflow: {carries: {kind: gold}}}",
    "{outflow: {other: {type: servant}}}",
    "{outflow: {other: {type: service, attribute: armed}}}",
    "{outflow: {other: {type: other, zone: {kind: moon}}}}",
    "{lineage_from: {type: servant}}",
    "{lineage_from: {holds: {kind: gold}}}",
    "{reachable_from: {zone: {kind: moon}}}",
    "{reachable_from: {type: service, along: smoke}}",
]


@pytest.mark.parametrize("rule", UNKNOWN_NAMES)
def test_a_name_the_catalog_does_not_have_is_refused(tmp_path: Path, rule: str) -> None:
    with pytest.raises(CatalogError, match=r"^threats/overload\.yaml: applies"):
        load(write(tmp_path, replaced("threats/overload.yaml", RULE, rule)))


KNOWN_NAMES = [
    "{attribute: guarded}",
    "{attribute: {speed: {at_least: 10}}}",
    "{inflow: {attribute: {admits: [anyone]}, carries: {personal: true}}}",
    "{outflow: {other: {type: service, attribute: {mood: [calm]}}}}",
    "{outflow: {other: {attribute: guarded}}}",
    "{lineage_from: {type: service, holds: {kind: data, at_least: high}}}",
    "{reachable_from: {zone: {trust_at_most: shared}}}",
]


@pytest.mark.parametrize("rule", KNOWN_NAMES)
def test_names_the_catalog_has_are_accepted(tmp_path: Path, rule: str) -> None:
    catalog = load(write(tmp_path, replaced("threats/overload.yaml", RULE, rule)))
    assert catalog.threats["overload"].applies.op == "atom"


def test_a_threat_on_flows_does_not_ask_for_flows_of_flows(tmp_path: Path) -> None:
    on_flows = replaced(
        "threats/overload.yaml", "effect_on: {type: service}", "effect_on: {flow: [request]}"
    )
    with pytest.raises(CatalogError, match="does not speak of a flow"):
        load(write(tmp_path, on_flows))
