"""Every answer explains itself, and asks only what can change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalog
from catalog.types import Attribute, Catalog, Scalar
from tests.core.generate import random_catalog, random_document, random_value
from tests.core.small import graph_of, threat_of, words_with
from threatmodel.core.document import Document, Kind
from threatmodel.core.findings import Question
from threatmodel.core.graph import Graph
from threatmodel.core.operations import Change, Operation, apply
from threatmodel.core.rules import (
    Columns,
    Explanation,
    Fact,
    Ruleset,
    evaluate,
    explain,
    unknowns,
)

MODEL = {"id": "m", "type": "inference-endpoint", "name": "Scoring"}
USER = {"id": "u", "type": "external-user", "name": "Customer"}
REQUEST = {"id": "f", "kind": "request", "source": "u", "target": "m"}


def told(applies: object, **parts: object) -> Explanation:
    words = words_with(threat_of(applies))
    return explain(Ruleset(words), graph_of(words, **parts), "test-threat", "m")


def asked(applies: object, **parts: object) -> tuple[Question, ...]:
    words = words_with(threat_of(applies))
    return unknowns(Ruleset(words), graph_of(words, **parts), "test-threat", "m")


def test_an_atom_says_what_was_read_and_what_came_of_it() -> None:
    tree = told(
        [{"attribute": "returns_scores"}, {"inflow": {"other": {"type": "person"}}}],
        components=[MODEL, USER],
        flows=[REQUEST],
    )
    strikes, scores, flow = tree.children
    assert (tree.op, tree.truth) == ("all", None)
    assert strikes.truth is True
    assert (scores.text, scores.truth) == ("Returns scores", None)
    assert scores.read == (Fact("m", "returns_scores", None),)
    assert (flow.text, flow.truth) == ("A flow comes in from Person", True)
    assert flow.read == (Fact("u", "type", "external-user"),)


def test_it_is_told_why_a_threat_does_not_apply() -> None:
    tree = told(
        {"attribute": {"learning": ["online"]}},
        components=[{**MODEL, "attributes": {"learning": "frozen"}}],
    )
    assert tree.truth is False
    assert (tree.children[1].text, tree.children[1].truth) == ("Learning is online", False)
    assert tree.children[1].read == (Fact("m", "learning", "frozen"),)


def test_it_is_told_that_a_threat_does_not_strike_this_kind_of_element() -> None:
    tree = told({"inflow": {}}, components=[{"id": "m", "type": "notebook"}])
    assert tree.truth is False
    (strikes,) = tree.children
    assert strikes.text == "Is of a kind it strikes (inference endpoint)"
    assert strikes.read == (Fact("m", "type", "notebook"),)


def test_explaining_an_element_that_is_not_drawn_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        told({"inflow": {}}, components=[USER])


@pytest.mark.parametrize(
    ("applies", "element", "attribute", "kind"),
    [
        ({"attribute": "returns_scores"}, "m", "returns_scores", "boolean"),
        ({"attribute": {"learning": ["online"]}}, "m", "learning", "choice"),
        (
            {"attribute": {"requests_per_minute": {"above": 9}}},
            "m",
            "requests_per_minute",
            "number",
        ),
        ({"inflow": {"attribute": "encrypted"}}, "f", "encrypted", "boolean"),
        ({"inflow": {"other": {"attribute": "trained"}}}, "u", "trained", "boolean"),
        ({"zone": {"kind": "production"}}, "m", "zone", "zone"),
        ({"reachable_from": {"zone": {"kind": "internet"}}}, "u", "zone", "zone"),
        ({"holds": {"personal": True}}, "m", "assets", "asset"),
        ({"inflow": {"carries": {"personal": True}}}, "f", "assets", "asset"),
    ],
)
def test_an_unknown_becomes_the_question_whose_answer_is_missing(
    applies: object, element: str, attribute: str, kind: str
) -> None:
    (question,) = asked(applies, components=[MODEL, USER], flows=[REQUEST])
    assert (question.element, question.attribute, question.kind) == (element, attribute, kind)


def test_a_question_names_the_element_and_asks_in_the_catalogs_words() -> None:
    (question,) = asked(
        {"inflow": {"attribute": "encrypted"}}, components=[MODEL, USER], flows=[REQUEST]
    )
    assert question.text.startswith("Customer to Scoring: ")
    assert question.text.endswith("?")


@pytest.mark.parametrize(
    ("levels", "attribute"), [({"integrity": "low"}, "privacy"), ({}, "privacy")]
)
def test_what_is_missing_on_an_asset_is_asked_of_the_asset(
    levels: dict[str, str], attribute: str
) -> None:
    applies = {"holds": {"dimension": "privacy", "at_least": "high"}}
    (question,) = asked(
        applies,
        components=[{**MODEL, "assets": ["a"]}],
        assets=[{"id": "a", "name": "Cards", "kind": "data", **levels}],
    )
    assert (question.element, question.attribute, question.kind) == ("a", attribute, "level")


def test_a_zone_without_kind_is_asked_for_its_kind() -> None:
    (question,) = asked(
        {"zone": {"kind": "internet"}},
        components=[{**MODEL, "zone": "z"}],
        zones=[{"id": "z", "name": "Somewhere"}],
    )
    assert (question.element, question.attribute) == ("z", "kind")
    assert "internet" in question.choices


def test_an_unknown_within_a_decided_part_is_not_asked() -> None:
    decided = {"any": [{"attribute": "returns_scores"}, {"type": "inference-endpoint"}]}
    questions = asked([decided, {"attribute": "input_checked"}], components=[MODEL])
    assert [question.attribute for question in questions] == ["input_checked"]


def test_nothing_is_asked_where_the_answer_is_known() -> None:
    never = [{"attribute": "returns_scores"}, {"type": "notebook"}]
    assert asked(never, components=[MODEL]) == ()
    assert asked({"type": "inference-endpoint"}, components=[MODEL]) == ()


def answer(rng: Random, document: Document, words: Catalog, question: Question) -> Document:
    """State what a question asks, at random, the way the editor would."""
    changes: list[Change] = []
    values: dict[str, object]
    collections: tuple[tuple[Kind, Mapping[str, object]], ...] = (
        ("component", document.components),
        ("flow", document.flows),
        ("asset", document.assets),
        ("zone", document.zones),
    )
    kind = next(kind for kind, found in collections if question.element in found)
    if question.kind == "asset":
        row = {"name": "New", "kind": "data", "personal": rng.random() < 0.5}
        levels = {dimension: "high" for dimension in words.dimensions}
        changes.append(Change("asset", f"asset-of-{question.element}", "add", {**row, **levels}))
        values = {"assets": [f"asset-of-{question.element}"]}
    elif question.attribute == "levels":
        values = {dimension: rng.choice(question.choices) for dimension in words.dimensions}
    elif question.kind == "zone":
        row = {"name": "New", "kind": rng.choice(list(words.zone_kinds))}
        changes.append(Change("zone", f"zone-of-{question.element}", "add", row))
        values = {"zone": f"zone-of-{question.element}"}
    else:
        value: Scalar = rng.random() < 0.5 if question.kind == "boolean" else 60.0
        value = rng.choice(question.choices) if question.choices else value
        plain = kind in ("zone", "asset")
        values = {question.attribute if plain else f"attributes.{question.attribute}": value}
    changes.append(Change(kind, question.element, "set", values))
    operation = Operation("00000000-0000-4000-8000-000000000000", tuple(changes))
    return apply(document, operation, words).document


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=40, deadline=None)
def test_answering_what_is_asked_decides_every_conditional_threat(seed: int) -> None:
    rng = Random(seed)
    words = random_catalog(rng, catalog.load(), rules=10)
    document = random_document(rng, words, components=6)
    ruleset = Ruleset(words)
    open_pairs = [p for p, t in evaluate(ruleset, Graph(document, words)).items() if t is None]
    for pair in open_pairs[:4]:
        drawn = document
        for _ in range(40):
            questions = unknowns(ruleset, Graph(drawn, words), *pair)
            if not questions:
                break
            drawn = answer(rng, drawn, words, rng.choice(questions))
        assert explain(ruleset, Graph(drawn, words), *pair).truth is not None


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=30, deadline=None)
def test_the_explanation_says_what_the_columns_say(seed: int) -> None:
    rng = Random(seed)
    words = random_catalog(rng, catalog.load(), rules=8)
    graph = Graph(random_document(rng, words, components=5), words)
    ruleset = Ruleset(words)
    found = evaluate(ruleset, graph)
    columns = Columns(ruleset, graph)
    for threat in words.threats:
        for element in (*graph.document.components, *graph.document.flows):
            truth = found.get((threat, element), False)
            assert explain(ruleset, graph, threat, element).truth is truth
            questions = unknowns(ruleset, graph, threat, element)
            assert columns.unknowns(threat, element) == questions
            assert bool(questions) <= (truth is None)


def stated(rng: Random, document: Document, words: Catalog) -> Document:
    """The same system with every missing attribute stated at random."""

    def complete(has: Mapping[str, Scalar], known: tuple[Attribute, ...]) -> dict[str, Scalar]:
        return {attribute.id: random_value(rng, attribute) for attribute in known} | dict(has)

    return replace(
        document,
        components={
            c.id: replace(c, attributes=complete(c.attributes, words.attributes_of(c.type)))
            for c in document.components.values()
        },
        flows={
            f.id: replace(f, attributes=complete(f.attributes, words.flow_attributes))
            for f in document.flows.values()
        },
    )


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=40, deadline=None)
def test_what_is_decided_stays_decided_however_the_unknown_turns_out(seed: int) -> None:
    rng = Random(seed)
    words = random_catalog(rng, catalog.load(), rules=20)
    document = random_document(rng, words, components=6)
    ruleset = Ruleset(words)
    before = evaluate(ruleset, Graph(document, words))
    # A fact that a type implies is stated too, so it must be completed with what it implies.
    implied = {
        c.id: replace(c, attributes={**words.implied(c.type), **c.attributes})
        for c in document.components.values()
    }
    whole = stated(rng, replace(document, components=implied), words)
    after = evaluate(ruleset, Graph(whole, words))
    for pair in before.keys() | after.keys():
        was, now = before.get(pair, False), after.get(pair, False)
        assert was is None or was is now, pair
