"""Who stands where, and how content moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog import load
from catalog.source import read_yaml
from catalog.types import Trust
from threatmodel.core.document import parse
from threatmodel.core.graph import Graph

CATALOG = load()
FRAUD = Path(__file__).parents[1] / "systems" / "fraud-scoring.yaml"


def graph(**parts: Any) -> Graph:
    return Graph(parse(parts, CATALOG)[0], CATALOG)


@pytest.fixture(scope="module")
def fraud() -> Graph:
    return Graph(parse(read_yaml(FRAUD.read_bytes(), FRAUD.name), CATALOG)[0], CATALOG)


def pair(source_zone: str | None, target_zone: str | None, kind: str = "data") -> Graph:
    return graph(
        zones=[
            {"id": "z-out", "kind": "internet"},
            {"id": "z-in", "kind": "production"},
            {"id": "z-deep", "kind": "restricted", "parent": "z-in"},
            {"id": "z-fog"},
            {"id": "z-said", "kind": "internet", "trust": "restricted"},
        ],
        components=[
            {"id": "c-a", "type": "agent", "zone": source_zone},
            {"id": "c-b", "type": "agent", "zone": target_zone},
        ],
        flows=[{"id": "f", "kind": kind, "source": "c-a", "target": "c-b"}],
    )


@pytest.mark.parametrize(
    "source, target, crosses, drop",
    [
        ("z-out", "z-in", True, True),
        ("z-in", "z-out", True, False),
        ("z-in", "z-in", False, False),
        ("z-in", "z-deep", True, True),
        ("z-said", "z-in", True, False),
        ("z-out", "z-fog", True, None),
        (None, "z-in", None, None),
        (None, None, None, None),
    ],
)
def test_a_flow_crosses_and_drops_or_nobody_knows(
    source: str | None, target: str | None, crosses: bool | None, drop: bool | None
):
    assert pair(source, target).crosses("f") is crosses
    assert pair(source, target).trust_drop("f") is drop


def test_trust_is_declared_or_by_kind_or_unknown():
    drawn = pair("z-said", None)
    assert drawn.zone_trust("z-said") is Trust.RESTRICTED
    assert drawn.zone_trust("z-out") is Trust.HOSTILE
    assert drawn.zone_trust("z-fog") is None
    assert drawn.trust_of("c-b") is None


def test_zones_are_listed_from_the_nearest_out():
    assert pair("z-deep", None).zones_of("c-a") == ("z-deep", "z-in")
    assert pair("z-deep", None).zones_of("z-deep") == ("z-deep", "z-in")
    assert pair("z-deep", None).zones_of("c-b") == ()


def test_what_is_declared_overrules_what_the_type_implies():
    implying = next(
        kind
        for kind in CATALOG.component_types.values()
        if any(isinstance(value, bool) for value in kind.implies.values())
    )
    name, value = next(pair for pair in implying.implies.items() if isinstance(pair[1], bool))
    rows = [
        {"id": "c-said", "type": implying.id, "attributes": {name: not value}},
        {"id": "c-plain", "type": implying.id},
    ]
    drawn = graph(components=rows)
    assert drawn.facts("c-said")[name] is not value
    assert drawn.facts("c-plain")[name] is value


def test_lineage_follows_content_into_what_is_made_of_it(fraud: Graph):
    assert fraud.upstream("c-score") == {
        "c-registry",
        "c-train",
        "c-history",
        "c-disputes",
        "c-gate",
    }
    assert "c-score" in fraud.downstream("c-gate")
    assert "c-shop" not in fraud.upstream("c-score")


def test_the_answer_of_a_request_reaches_the_caller(fraud: Graph):
    assert "c-score" in fraud.reach_from("c-features")
    assert "c-shop" in fraud.reach_from("c-features")
    assert "c-features" in fraud.reach_to("c-shop")


def test_other_flows_bring_nothing_back():
    drawn = pair(None, None, kind="data")
    assert drawn.reach_from("c-a") == {"c-b"}
    assert drawn.reach_from("c-b") == frozenset()


def test_a_loop_does_not_make_a_component_its_own_upstream(fraud: Graph):
    for component in fraud.document.components:
        for found in (fraud.upstream, fraud.downstream, fraud.reach_from, fraud.reach_to):
            assert component not in found(component)


def test_reach_from_and_reach_to_are_the_same_relation(fraud: Graph):
    for one in fraud.document.components:
        for other in fraud.document.components:
            if one != other:
                assert (other in fraud.reach_from(one)) == (one in fraud.reach_to(other))
                assert (other in fraud.downstream(one)) == (one in fraud.upstream(other))


def test_networkx_gets_every_flow_of_its_own(fraud: Graph):
    drawn = fraud.digraph()
    assert drawn.number_of_edges() == len(fraud.document.flows)
    assert drawn.edges["c-shop", "c-gate", "f-pay"]["kind"] == "request"
