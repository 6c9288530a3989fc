"""Where a threat comes in: elements of its entry side whose content gets to the effect."""

from __future__ import annotations

from catalog.types import Side
from tests.core.small import LINE, MODEL, graph_of, threat_of, words_with
from threatmodel.core.graph import Graph
from threatmodel.core.rules import entries


def entry_of(graph: Graph, threat: str = "test-threat", on: str = "m") -> tuple[str, ...]:
    return entries(graph, threat, on)


def test_without_an_entry_the_effect_is_where_a_threat_comes_in() -> None:
    assert entry_of(graph_of(words_with(threat_of({"inflow": {}})), **LINE)) == ("m",)


def test_entries_are_those_from_which_content_gets_to_the_effect() -> None:
    words = words_with(threat_of({"inflow": {}}, entry=Side(type=("data-set", "web-crawl"))))
    apart = {"id": "apart", "type": "data-set"}
    parts = {**LINE, "components": [*LINE["components"], apart]}
    assert entry_of(graph_of(words, **parts)) == ("crawl", "set")


def test_via_leaves_out_entries_whose_content_goes_another_way() -> None:
    entry, via = Side(type=("data-store",)), Side(type=("preprocessor",))
    words = words_with(threat_of({"inflow": {}}, entry=entry, via=via))
    parts = {
        "components": [
            MODEL,
            {"id": "s1", "type": "data-store"},
            {"id": "s2", "type": "data-store"},
            {"id": "p", "type": "preprocessor"},
        ],
        "flows": [
            {"id": "f1", "kind": "data", "source": "s1", "target": "p"},
            {"id": "f2", "kind": "data", "source": "p", "target": "m"},
            {"id": "f3", "kind": "data", "source": "s2", "target": "m"},
        ],
    }
    assert entry_of(graph_of(words, **parts)) == ("s1",)


def test_a_flow_can_be_an_entry() -> None:
    words = words_with(threat_of({"inflow": {}}, entry=Side(flow=("artefact",))))
    assert entry_of(graph_of(words, **LINE)) == ("f3",)


def test_along_leaves_out_entries_whose_content_comes_by_other_flows() -> None:
    files = Side(type=("data-store",), along=("artefact", "deployment"))
    parts = {
        "components": [
            MODEL,
            {"id": "records", "type": "data-store"},
            {"id": "t", "type": "training-job"},
            {"id": "weights", "type": "model-registry"},
        ],
        "flows": [
            {"id": "f1", "kind": "training", "source": "records", "target": "t"},
            {"id": "f2", "kind": "artefact", "source": "weights", "target": "t"},
            {"id": "f3", "kind": "deployment", "source": "t", "target": "m"},
        ],
    }
    words = words_with(threat_of({"inflow": {}}, entry=files))
    assert entry_of(graph_of(words, **parts)) == ("weights",)


def test_but_leaves_out_types_with_their_descendants() -> None:
    stores = Side(type=("data-store",), but=("data-set",))
    parts = {
        "components": [
            MODEL,
            {"id": "plain", "type": "data-store"},
            {"id": "crawl", "type": "web-crawl"},
        ],
        "flows": [
            {"id": "f1", "kind": "data", "source": "plain", "target": "m"},
            {"id": "f2", "kind": "data", "source": "crawl", "target": "m"},
        ],
    }
    words = words_with(threat_of({"inflow": {}}, entry=stores))
    assert entry_of(graph_of(words, **parts)) == ("plain",)
