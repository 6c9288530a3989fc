"""Who stands where, and how content moves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from catalog import load
from catalog.source import read_yaml
from catalog.types import Trust
from threatmodel.core import graph as graph_module
from threatmodel.core import operations
from threatmodel.core.document import Flow, parse
from threatmodel.core.graph import Graph
from threatmodel.core.rules.scene import Scene
from threatmodel.core.rules.webs import Way

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


def others(drawn: Graph, component: str, *, forward: bool, lineage: bool) -> set[str]:
    """Whose content gets to a component; not forward, whom its content gets to."""
    web = Scene(drawn).web(Way(forward, lineage))
    return set(web.named(web.bits[web.place[component]]))


upstream = partial(others, forward=True, lineage=True)
downstream = partial(others, forward=False, lineage=True)
reach_to = partial(others, forward=True, lineage=False)
reach_from = partial(others, forward=False, lineage=False)


def test_lineage_follows_content_into_what_is_made_of_it(fraud: Graph):
    assert upstream(fraud, "c-score") == {
        "c-registry",
        "c-train",
        "c-history",
        "c-disputes",
        "c-gate",
    }
    assert "c-score" in downstream(fraud, "c-gate")
    assert "c-shop" not in upstream(fraud, "c-score")


def test_the_answer_of_a_request_reaches_the_caller(fraud: Graph):
    assert {"c-score", "c-shop"} <= reach_from(fraud, "c-features")
    assert "c-features" in reach_to(fraud, "c-shop")


def test_other_flows_bring_nothing_back():
    drawn = pair(None, None, kind="data")
    assert reach_from(drawn, "c-a") == {"c-b"}
    assert reach_from(drawn, "c-b") == set()


def test_a_loop_does_not_make_a_component_its_own_upstream(fraud: Graph):
    for component in fraud.document.components:
        for found in (upstream, downstream, reach_from, reach_to):
            assert component not in found(fraud, component)


def test_what_gets_here_and_what_this_gets_to_are_the_same_relation(fraud: Graph):
    ids = list(fraud.document.components)
    for there, here in ((reach_from, reach_to), (downstream, upstream)):
        after = {(one, other) for one in ids for other in there(fraud, one)}
        assert after == {(other, one) for one in ids for other in here(fraud, one)}


def test_a_drawing_that_comes_at_once_is_followed_by_looking_at_each_flow_a_few_times(monkeypatch):
    count, seen = 60, list[Flow]()
    empty, whole = graph(), graph(
        components=[{"id": f"c-{n}", "type": "other"} for n in range(count)],
        flows=[
            {"id": f"f-{n}", "source": f"c-{n}", "target": f"c-{7 * n % count}"}
            for n in range(1, count)
        ],
    )  # fmt: skip

    def watched(end: Callable[[Flow], str]) -> Callable[[Flow], str]:
        return lambda flow: seen.append(flow) or end(flow)

    for name in ("_source", "_target"):
        monkeypatch.setattr(graph_module, name, watched(getattr(graph_module, name)))
    changes = operations.compare(empty.document, whole.document)
    found = empty.followed(whole.document, changes)
    for one in whole.document.components:
        assert [*found.outflow(one)] == [*whole.outflow(one)]
        assert [*found.inflow(one)] == [*whole.inflow(one)]
    assert len(seen) <= 4 * count
