"""Columns, the reference and incremental evaluation say the same of any system and any rules."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import catalog
from catalog.types import Catalog
from tests.core.generate import random_catalog, random_document, random_edit
from tests.core.small import graph_of, threat_of, words_with
from threatmodel.core.document import Document
from threatmodel.core.graph import Graph
from threatmodel.core.operations import Change, Executed, Operation, apply
from threatmodel.core.rules import Columns, Ruleset, ThreatAt, Truth, evaluate
from threatmodel.core.rules.scene import Scene

SEEDS = st.integers(min_value=0, max_value=2**32)


def reference(ruleset: Ruleset, graph: Graph) -> dict[ThreatAt, Truth]:
    """Every rule on every element, one at a time, without columns."""
    scene = Scene(graph)
    found: dict[ThreatAt, Truth] = {}
    for rule in ruleset.rules:
        for element in scene.elements():
            side, kind = scene.kind(element)
            if side == rule.side and kind in rule.strikes:
                truth = rule.tree.truth(scene, element)
                if truth is not False:
                    found[rule.threat, element] = truth
    return found


def world(seed: int, components: int = 8, rules: int = 25) -> tuple[Random, Catalog, Document]:
    rng = Random(seed)
    words = random_catalog(rng, catalog.load(), rules)
    return rng, words, random_document(rng, words, components)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_columns_say_what_the_reference_says(seed: int) -> None:
    _, words, document = world(seed)
    ruleset, graph = Ruleset(words), Graph(document, words)
    assert evaluate(ruleset, graph) == reference(ruleset, graph)


@given(SEEDS)
@example(1800)  # a flow to a component that came after another had gone
@settings(max_examples=40, deadline=None)
def test_following_edits_says_what_starting_over_says(seed: int) -> None:
    rng, words, document = world(seed)
    ruleset = Ruleset(words)
    columns = Columns(ruleset, Graph(document, words))
    for _ in range(12):
        before = columns.pairs()
        applied = random_edit(rng, words, document)
        document = applied.document
        moved = columns.update(applied.changes, document)
        now = evaluate(ruleset, Graph(document, words))
        assert columns.pairs() == now, applied.changes
        told = {pair: truth for pair, truth in {**before, **moved}.items() if truth is not False}
        assert told == now, applied.changes


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_an_operation_of_many_changes_is_followed_as_one(seed: int) -> None:
    rng, words, document = world(seed)
    ruleset = Ruleset(words)
    columns = Columns(ruleset, Graph(document, words))
    changes: list[Executed] = []
    for _ in range(6):
        applied = random_edit(rng, words, document)
        document = applied.document
        changes += applied.changes
    columns.update(changes, document)
    assert columns.pairs() == evaluate(ruleset, Graph(document, words))


def edit(document: Document, words: Catalog, change: Change) -> tuple[Document, Columns, int]:
    ruleset = Ruleset.compile(words)
    columns = Columns(ruleset, Graph(document, words))
    before = columns.evaluations
    operation = Operation("00000000-0000-4000-8000-000000000000", (change,))
    applied = apply(document, operation, words)
    columns.update(applied.changes, applied.document)
    return applied.document, columns, columns.evaluations - before


def test_an_attribute_edit_evaluates_only_what_reads_it_on_what_it_touches() -> None:
    """Three threats, one reading the attribute: one atom and one rule on one of 200 elements."""
    words = words_with(
        threat_of([{"attribute": "returns_scores"}, {"inflow": {}}], name="reads-it"),
        threat_of({"attribute": "input_checked"}, name="reads-another"),
        threat_of({"inflow": {"other": {"type": "person"}}}, name="reads-flows"),
    )
    parts = [{"id": f"m{i}", "type": "inference-endpoint"} for i in range(200)]
    flows = [{"id": "f", "kind": "request", "source": "m1", "target": "m0"}]
    document = graph_of(words, components=parts, flows=flows).document
    change = Change("component", "m0", "set", {"attributes.returns_scores": True})
    _, columns, count = edit(document, words, change)
    assert columns.pairs()["reads-it", "m0"] is True
    assert count == 2


def test_an_edit_is_followed_to_the_neighbours_that_read_it() -> None:
    words = words_with(threat_of({"inflow": {"other": {"attribute": "trained"}}}))
    users = [{"id": f"u{i}", "type": "person"} for i in range(3)]
    flows = [{"id": f"f{i}", "kind": "request", "source": f"u{i}", "target": "m"} for i in (0, 1)]
    model = {"id": "m", "type": "inference-endpoint"}
    document = graph_of(words, components=[*users, model], flows=flows).document
    document, columns, count = edit(
        document, words, Change("component", "u0", "set", {"attributes.trained": True})
    )
    assert columns.pairs() == {("test-threat", "m"): True}
    assert count == 2
    assert edit(document, words, Change("component", "u2", "set", {"name": "x"}))[2] == 0


@pytest.mark.parametrize("values", [{"box": [5, 5, 200, 80]}, {"name": "Other"}, {"note": "hm"}])
def test_moving_and_renaming_evaluates_nothing(values: dict[str, object]) -> None:
    words = catalog.load()
    document = random_document(Random(2), words, 50)
    _, _, count = edit(document, words, Change("component", "c0", "set", values))
    assert count == 0


def test_evaluations_grow_with_the_edit_and_not_with_the_system() -> None:
    words = catalog.load()
    counts = []
    for size in (50, 400):
        document = random_document(Random(1), words, size)
        change = Change("component", "c1", "add", {"type": "inference-endpoint", "name": "New"})
        change = Change(change.kind, "new", change.action, change.values)
        counts.append(edit(document, words, change)[2])
    assert counts[0] == counts[1] > 0


def test_the_same_catalog_is_compiled_once() -> None:
    assert Ruleset.compile(catalog.load()) is Ruleset.compile(catalog.load())
