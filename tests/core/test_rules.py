"""What each word of an `applies` tree means, value by value."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import networkx as nx
import pytest

import catalog
from catalog.types import CatalogError, Rule
from tests.core.small import LINE, MODEL, graph_of, threat_of, words_with
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, Truth, evaluate
from threatmodel.core.rules.scene import Scene
from threatmodel.core.rules.webs import Way


def truth(applies: object, on: str = "m", **parts: object) -> Truth:
    """Whether a rule holds for one component of a small system."""
    words = words_with(threat_of(applies, type="other"))
    return evaluate(Ruleset(words), graph_of(words, **parts)).get(("test-threat", on), False)


def flow_truth(applies: object, **parts: object) -> Truth:
    words = words_with(threat_of(applies, flow=("request", "data")))
    return evaluate(Ruleset(words), graph_of(words, **parts)).get(("test-threat", "f"), False)


def with_facts(**attributes: object) -> dict[str, Any]:
    return {"components": [{**MODEL, "attributes": attributes}]}


@pytest.mark.parametrize(
    ("applies", "attributes", "expected"),
    [
        ({"attribute": "returns_scores"}, {"returns_scores": True}, True),
        ({"attribute": "returns_scores"}, {"returns_scores": False}, False),
        ({"attribute": "returns_scores"}, {}, None),
        ({"attribute": {"learning": ["online", "continual"]}}, {"learning": "online"}, True),
        ({"attribute": {"learning": ["online", "continual"]}}, {"learning": "frozen"}, False),
        ({"attribute": {"learning": ["online"]}}, {}, None),
        ({"attribute": {"requests_per_minute": {"above": 60}}}, {"requests_per_minute": 61}, True),
        ({"attribute": {"requests_per_minute": {"above": 60}}}, {"requests_per_minute": 60}, False),
        (
            {"attribute": {"requests_per_minute": {"at_least": 60}}},
            {"requests_per_minute": 60},
            True,
        ),
        ({"attribute": {"requests_per_minute": {"below": 60}}}, {"requests_per_minute": 60}, False),
        ({"attribute": {"requests_per_minute": {"below": 60}}}, {}, None),
        ({"not": {"attribute": "returns_scores"}}, {"returns_scores": False}, True),
        ({"not": {"attribute": "returns_scores"}}, {}, None),
    ],
)
def test_an_attribute_is_true_false_or_unknown(
    applies: object, attributes: dict[str, object], expected: Truth
) -> None:
    assert truth(applies, **with_facts(**attributes)) is expected


def test_an_attribute_that_the_type_cannot_have_is_false_since_nobody_could_answer() -> None:
    assert truth({"attribute": "returns_scores"}, components=[{"id": "m", "type": "data-set"}]) is (
        False
    )


def test_a_fact_that_the_type_implies_holds_until_something_else_is_stated() -> None:
    service = {"id": "m", "type": "external-service"}
    assert truth({"attribute": "third_party"}, components=[service]) is True
    stated = {**service, "attributes": {"third_party": False}}
    assert truth({"attribute": "third_party"}, components=[stated]) is False


@pytest.mark.parametrize(
    ("wanted", "drawn", "expected"),
    [
        ("inference-endpoint", "inference-endpoint", True),
        ("person", "external-user", True),
        ("external-user", "person", False),
        (["data-set", "notebook"], "notebook", True),
        ("data-set", "other", False),
        ("other", "data-set", True),
    ],
)
def test_a_type_includes_its_descendants_and_is_never_unknown(
    wanted: object, drawn: str, expected: Truth
) -> None:
    assert truth({"type": wanted}, components=[{"id": "m", "type": drawn}]) is expected


ZONES = [
    {"id": "z-net", "name": "Net", "kind": "internet"},
    {"id": "z-prod", "name": "Prod", "kind": "production"},
    {"id": "z-vault", "name": "Vault", "kind": "restricted", "parent": "z-prod"},
    {"id": "z-plain", "name": "Plain", "parent": "z-prod"},
    {"id": "z-blank", "name": "Blank"},
]


@pytest.mark.parametrize(
    ("applies", "zone", "expected"),
    [
        ({"zone": {"kind": ["internet"]}}, "z-net", True),
        ({"zone": {"kind": ["internet"]}}, "z-prod", False),
        ({"zone": {"kind": ["internet"]}}, None, None),
        ({"zone": {"kind": ["production"]}}, "z-vault", True),
        ({"zone": {"kind": ["production"]}}, "z-plain", True),
        ({"zone": {"kind": ["internet"]}}, "z-plain", None),
        ({"zone": {"kind": ["internet"]}}, "z-blank", None),
        ({"zone": {"trust_at_most": "public"}}, "z-net", True),
        ({"zone": {"trust_at_most": "public"}}, "z-prod", False),
        ({"zone": {"trust_at_least": "internal"}}, "z-vault", True),
        ({"zone": {"trust_at_least": "restricted"}}, "z-prod", False),
        ({"zone": {"trust_at_least": "restricted"}}, "z-blank", None),
        ({"zone": {"trust_at_least": "restricted"}}, None, None),
        ({"zone": {"kind": ["production"], "trust_at_least": "restricted"}}, "z-vault", True),
    ],
)
def test_a_zone_is_known_by_kind_around_and_by_trust_of_the_nearest(
    applies: object, zone: str | None, expected: Truth
) -> None:
    drawn = {**MODEL, "zone": zone}
    assert truth(applies, components=[drawn], zones=ZONES) is expected


@pytest.mark.parametrize(
    ("asset", "applies", "expected"),
    [
        ({"kind": "data"}, {"kind": ["data"]}, True),
        ({"kind": "data"}, {"kind": ["model", "service"]}, False),
        ({"kind": "data", "personal": True}, {"personal": True}, True),
        ({"kind": "data", "personal": False}, {"personal": True}, False),
        ({"kind": "data"}, {"personal": True}, None),
        (
            {"kind": "data", "integrity": "high"},
            {"dimension": "integrity", "at_least": "high"},
            True,
        ),
        (
            {"kind": "data", "integrity": "low"},
            {"dimension": "integrity", "at_least": "high"},
            False,
        ),
        ({"kind": "data", "integrity": "low"}, {"dimension": "privacy", "at_least": "high"}, None),
        ({"kind": "data", "integrity": "very low"}, {"dimension": "integrity"}, False),
        ({"kind": "data", "integrity": "low"}, {"at_least": "high"}, False),
        ({"kind": "data", "integrity": "high"}, {"at_least": "high"}, True),
        ({"kind": "data"}, {"at_least": "high"}, None),
        ({"kind": "model"}, {"kind": ["data"], "personal": True}, False),
        (None, {"kind": ["data"]}, False),
        (None, {"personal": True}, None),
        (None, {"dimension": "integrity", "at_least": "high"}, None),
    ],
)
def test_what_is_held_is_known_by_kind_by_being_personal_and_by_level(
    asset: dict[str, object] | None, applies: dict[str, object], expected: Truth
) -> None:
    assets = [{"id": "a", "name": "A", **asset}] if asset else []
    drawn = {**MODEL, "assets": ["a"] if asset else []}
    assert truth({"holds": applies}, components=[drawn], assets=assets) is expected


PAIR = [{"id": "u", "type": "external-user", "zone": "z-net"}, {**MODEL, "zone": "z-prod"}]
REQUEST = {"id": "f", "kind": "request", "source": "u", "target": "m"}


@pytest.mark.parametrize(
    ("applies", "attributes", "expected"),
    [
        ({"inflow": {}}, {}, True),
        ({"outflow": {}}, {}, False),
        ({"inflow": {"kind": "request"}}, {}, True),
        ({"inflow": {"kind": ["data", "training"]}}, {}, False),
        ({"inflow": {"other": {"type": "person"}}}, {}, True),
        ({"inflow": {"other": {"type": "data-set"}}}, {}, False),
        ({"inflow": {"other": {"attribute": "trained"}}}, {}, None),
        ({"inflow": {"other": {"zone": {"trust_at_most": "hostile"}}}}, {}, True),
        ({"inflow": {"crosses_boundary": True}}, {}, True),
        ({"inflow": {"attribute": "encrypted"}}, {}, None),
        ({"inflow": {"attribute": "encrypted"}}, {"encrypted": True}, True),
        ({"inflow": {"attribute": {"admits": ["anyone"]}}}, {"admits": "staff"}, False),
        ({"inflow": {"kind": "data", "attribute": "encrypted"}}, {}, False),
        ({"inflow": {"carries": {"kind": ["data"]}}}, {}, False),
        ({"inflow": {"carries": {"personal": True}}}, {}, None),
        ({"crosses_boundary": True}, {}, True),
        ({"trust_drop": True}, {}, True),
    ],
)
def test_flows_are_known_by_what_they_are_carry_and_connect(
    applies: object, attributes: dict[str, object], expected: Truth
) -> None:
    flows = [{**REQUEST, "attributes": attributes}]
    assert truth(applies, components=PAIR, flows=flows, zones=ZONES) is expected


def test_a_flow_from_an_element_in_no_zone_may_cross_a_boundary() -> None:
    components = [{"id": "u", "type": "external-user"}, PAIR[1]]
    parts: dict[str, Any] = {"components": components, "flows": [REQUEST], "zones": ZONES}
    assert truth({"inflow": {"crosses_boundary": True}}, **parts) is None
    assert truth({"trust_drop": True}, **parts) is None


def test_one_flow_that_fits_is_enough_whatever_is_unknown_of_the_others() -> None:
    flows = [REQUEST, {**REQUEST, "id": "g", "attributes": {"encrypted": True}}]
    applies = {"inflow": {"attribute": "encrypted"}}
    assert truth(applies, components=PAIR, flows=flows, zones=ZONES) is True


@pytest.mark.parametrize(
    ("applies", "expected"),
    [
        ({"type": "person"}, True),
        ({"type": "notebook"}, False),
        ({"zone": {"kind": ["internet"]}}, True),
        ({"attribute": "encrypted"}, None),
        ({"crosses_boundary": True}, True),
        ({"trust_drop": True}, True),
        ({"holds": {"kind": ["data"]}}, False),
        ({"reaches": {"type": "inference-endpoint"}}, True),
        ({"reaches": {"type": "notebook"}}, False),
        ({"reachable_from": {"type": "external-user"}}, True),
    ],
)
def test_rules_on_flows_speak_of_the_flow_and_of_either_end(
    applies: object, expected: Truth
) -> None:
    assert flow_truth(applies, components=PAIR, flows=[REQUEST], zones=ZONES) is expected


@pytest.mark.parametrize(
    ("applies", "on", "expected"),
    [
        ({"lineage_from": {"type": "web-crawl"}}, "m", True),
        ({"lineage_from": {"type": "web-application"}}, "m", False),
        ({"lineage_from": {"type": "inference-endpoint"}}, "m", False),
        ({"lineage_to": {"type": "inference-endpoint"}}, "crawl", True),
        ({"lineage_to": {"type": "web-application"}}, "crawl", False),
        ({"lineage_from": {"type": "web-crawl"}}, "app", False),
        ({"reachable_from": {"type": "web-crawl"}}, "app", True),
        ({"reaches": {"type": "web-application"}}, "crawl", True),
        ({"reaches": {"type": "web-crawl"}}, "app", False),
        ({"reachable_from": {"zone": {"kind": ["internet"]}}}, "m", None),
        ({"reachable_from": {"type": "web-crawl", "along": ["request", "data"]}}, "set", True),
        ({"reachable_from": {"type": "web-crawl", "along": ["request", "data"]}}, "app", False),
        ({"lineage_from": {"type": "training-job", "along": "artefact"}}, "artefact", True),
        ({"lineage_from": {"type": "web-crawl", "along": "artefact"}}, "artefact", False),
    ],
)
def test_lineage_follows_what_is_made_of_what_and_reach_follows_content(
    applies: object, on: str, expected: Truth
) -> None:
    assert truth(applies, on=on, **LINE) is expected


def test_reach_and_lineage_agree_with_networkx_for_every_pair() -> None:
    graph = graph_of(**LINE)
    flows, kinds = graph.document.flows.values(), graph.catalog.flow_kinds
    content = nx.DiGraph([(one.source, one.target) for one in flows])
    content.add_edges_from((one.target, one.source) for one in flows if one.kind == "request")
    lineage = nx.DiGraph([(f.source, f.target) for f in flows if kinds[f.kind].lineage])
    for start, (drawn, is_lineage) in product(
        graph.document.components, ((content, False), (lineage, True))
    ):
        for forward, search in ((True, nx.ancestors), (False, nx.descendants)):
            expected = search(drawn, start) if start in drawn else set()
            assert _others(graph, start, Way(forward, is_lineage)) == expected


def _others(graph: Graph, start: str, way: Way) -> set[str]:
    web = Scene(graph).web(way)
    return set(web.named(web.bits[web.place[start]]))


def test_a_loop_does_not_make_an_element_its_own_source_but_another_of_its_type_is_one() -> None:
    loop = [
        {"id": "f1", "kind": "data", "source": "d", "target": "m"},
        {"id": "f2", "kind": "feedback", "source": "m", "target": "d"},
    ]
    applies = {"lineage_from": {"type": "data-set"}}
    parts = [MODEL, {"id": "d", "type": "data-set"}]
    assert truth(applies, on="d", components=parts, flows=loop) is False
    assert truth(applies, on="m", components=parts, flows=loop) is True
    second = {"id": "e", "type": "data-set"}
    loop = [*loop, {"id": "f3", "kind": "data", "source": "e", "target": "m"}]
    assert truth(applies, on="d", components=[*parts, second], flows=loop) is True


def test_an_unknown_beside_a_false_stays_false_and_beside_a_true_decides_nothing() -> None:
    unknown, false = {"attribute": "returns_scores"}, {"type": "notebook"}
    assert truth({"all": [unknown, false]}, components=[MODEL]) is False
    assert truth({"any": [unknown, false]}, components=[MODEL]) is None
    assert truth({"any": [unknown, {"type": "inference-endpoint"}]}, components=[MODEL]) is True


def test_only_elements_of_a_kind_that_the_threat_strikes_are_asked() -> None:
    words = words_with(threat_of({"type": "other"}, type="data-set"))
    graph = graph_of(words, components=[MODEL, {"id": "d", "type": "data-set"}])
    assert evaluate(Ruleset(words), graph) == {("test-threat", "d"): True}


def test_atoms_that_say_the_same_are_stored_once() -> None:
    same = {"inflow": {"kind": ["request"], "crosses_boundary": True}}
    again = {"inflow": {"crosses_boundary": True, "kind": ["request"]}}
    words = words_with(threat_of(same, name="one"), threat_of([again, {"type": "x"}], name="two"))
    assert len(Ruleset(words).atoms) == 2


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule("atom", atom="regex", argument=".*"), "not a word"),
        (Rule("all", children=(Rule("atom", atom="type", argument="x"),) * 65), "65 atoms"),
        (Rule("atom", atom="zone", argument={"trust_at_most": "sky"}), "not a trust"),
        (Rule("atom", atom="attribute", argument={"a": {"like": 3}}), "like"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_the_threat_named(rule: Rule, said: str) -> None:
    threat = replace(threat_of({"type": "other"}, name="bad-one"), applies=rule)
    with pytest.raises(CatalogError, match="bad-one") as caught:
        Ruleset(words_with(threat))
    assert said in str(caught.value)


def test_a_rule_deeper_than_eight_levels_is_refused() -> None:
    rule = Rule("atom", atom="type", argument="other")
    for _ in range(8):
        rule = Rule("not", children=(rule,))
    with pytest.raises(CatalogError, match="9 levels"):
        Ruleset(words_with(replace(threat_of({"type": "other"}), applies=rule)))


def test_a_rule_on_flows_cannot_ask_for_flows_of_a_flow() -> None:
    with pytest.raises(CatalogError, match="speak of components"):
        Ruleset(words_with(threat_of({"inflow": {}}, flow=("request",))))


@pytest.mark.parametrize("threat", sorted(catalog.load().threats))
def test_every_threat_of_the_catalog_can_be_compiled_and_asked(threat: str) -> None:
    ruleset = Ruleset.compile(catalog.load())
    assert any(rule.threat == threat for rule in ruleset.rules)
    evaluate(ruleset, graph_of(**LINE))
