"""Atoms asked of all elements at once say what they say of each, and are asked once of a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.types import Scalar
from tests.core.small import MODEL, graph_of, threat_of, words_with
from tests.core.test_rules_columns import SEEDS, world
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, Truth
from threatmodel.core.rules.bits import Column
from threatmodel.core.rules.census import EVERY, Census
from threatmodel.core.rules.check import alike
from threatmodel.core.rules.scene import Scene


def answer(column: Column, slot: int) -> Truth:
    if column.certain >> slot & 1:
        return True
    return None if column.possible >> slot & 1 else False


@given(SEEDS, st.sampled_from([0, 1, 3, 40]))
@settings(max_examples=30, deadline=None)
def test_a_column_says_of_every_element_of_its_side_what_the_reference_says(
    seed: int, components: int
) -> None:
    _, words, document = world(seed, components, rules=12)
    ruleset, graph = Ruleset(words), Graph(document, words)
    census = Census(Scene(graph))
    sides = {atom: rule.side for rule in ruleset.rules for atom in rule.atoms}
    for atom, side in sides.items():
        check = ruleset.atoms[atom]
        column = check.column(census, EVERY)
        # Another scene, so that neither reads what the other has worked out.
        scene = Scene(graph)
        for slot, element in enumerate(census.elements):
            if scene.kind(element)[0] == side:
                assert answer(column, slot) is check.truth(scene, element), (check.text, element)


def test_elements_that_share_a_fact_are_asked_once() -> None:
    words = words_with(threat_of({"attribute": "returns_scores"}))
    parts: list[dict[str, object]] = [
        {"id": f"m{i}", "type": "inference-endpoint", "attributes": {"returns_scores": i % 2 == 0}}
        for i in range(200)
    ]
    asked: list[str] = []

    def truth(scene: Scene, element: str) -> Truth:
        asked.append(element)
        return scene.value(element, "returns_scores") is True

    census = Census(Scene(graph_of(words, components=parts)))
    column = alike(truth, lambda found: found.facts("component", "returns_scores"))(census, EVERY)
    assert sorted(asked) == ["m0", "m1"]
    assert column.certain.bit_count() == 100


def test_yes_and_the_number_one_are_two_facts() -> None:
    """Python takes them for equal, and so would a dictionary."""
    graph = graph_of(components=[MODEL, {**MODEL, "id": "n"}])
    stated: Mapping[str, Scalar] = {"returns_scores": True}
    numbers: Mapping[str, Scalar] = {"returns_scores": 1}
    drawn = dict(zip("mn", (stated, numbers), strict=True))
    components = {
        name: replace(one, attributes=drawn[name])
        for name, one in graph.document.components.items()
    }
    document = replace(graph.document, components=components)
    census = Census(Scene(Graph(document, graph.catalog)))
    assert sorted(filter(None, census.facts("component", "returns_scores"))) == [0b01, 0b10]


def test_only_the_elements_that_a_mask_names_are_asked() -> None:
    words = words_with()
    parts: list[dict[str, object]] = [
        {"id": name, "type": kind} for name, kind in (("m", "inference-endpoint"), ("p", "person"))
    ]
    asked: list[str] = []

    def truth(scene: Scene, element: str) -> Truth:
        asked.append(element)
        return None

    census = Census(Scene(graph_of(words, components=parts)))
    column = alike(truth, lambda found: found.types.values())(census, 0b10)
    assert (asked, column.certain, column.possible) == (["p"], 0, 0b10)
