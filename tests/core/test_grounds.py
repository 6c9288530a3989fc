"""Facts that a dismissal rested on and that are others now, as whoever comes back reads them."""

from __future__ import annotations

import pytest

from catalog.types import Scalar
from tests.core.small import graph_of
from threatmodel.core.graph import Graph
from threatmodel.core.grounds import shifted, value_now
from threatmodel.core.inputs import Ground


def drawn() -> Graph:
    return graph_of(
        zones=[{"id": "z", "name": "Cellar", "kind": "production"}, {"id": "y", "name": "Shop"}],
        assets=[
            {"id": "a", "name": "Cards", "kind": "data", "personal": True, "integrity": "high"},
            {"id": "b", "name": "Wine"},
        ],
        components=[
            {
                "id": "m",
                "type": "inference-endpoint",
                "name": "Model",
                "zone": "z",
                "assets": ["a"],
                "attributes": {"third_party": True},
            },
            {"id": "u", "type": "external-user", "name": "User"},
        ],
        flows=[{"id": "f", "kind": "request", "source": "u", "target": "m", "assets": ["a"]}],
    )


@pytest.mark.parametrize(
    ("element", "attribute", "value"),
    [
        ("m", "type", "inference-endpoint"),
        ("m", "flows", "f"),
        ("m", "assets", "a"),
        ("m", "third_party", True),
        ("u", "third_party", None),
        ("f", "target", "m"),
        ("f", "assets", "a"),
        ("f", "encrypted", None),
        ("z", "kind", "production"),
        ("a", "kind", "data"),
        ("a", "personal", True),
        ("a", "integrity", "high"),
        ("b", "integrity", None),
        ("gone", "kind", None),
    ],
)
def test_a_fact_is_read_as_the_diagram_has_it(
    element: str, attribute: str, value: Scalar | None
) -> None:
    assert value_now(drawn(), element, attribute) == value


def test_a_zone_s_trust_is_the_one_that_its_kind_gives() -> None:
    graph = drawn()
    trust = graph.zone_trust("z")
    assert trust is not None and value_now(graph, "z", "trust") == trust.key


@pytest.mark.parametrize(
    ("was", "says"),
    [
        (Ground("m", "zone", "y"), "zone of Model was Shop and is Cellar"),
        (Ground("m", "third_party", False), "third party of Model was no and is yes"),
        (Ground("u", "zone", "z"), "zone of User was Cellar and is unknown"),
        (Ground("m", "assets", "b"), "the assets of Model are others"),
        (Ground("u", "flows", ""), "the flows of User are others"),
        (Ground("c-old", "type", "service"), "c-old is gone"),
        (Ground("m", "zone", "z"), ""),
    ],
)
def test_a_fact_that_is_another_now_is_told_with_both_values(was: Ground, says: str) -> None:
    assert shifted(drawn(), [was]) == says


def test_the_first_facts_are_told_and_the_others_counted() -> None:
    found = [Ground(f"c-{n}", "type", "service") for n in range(5)]
    assert shifted(drawn(), found) == "c-0 is gone; c-1 is gone; c-2 is gone; and 2 more"
