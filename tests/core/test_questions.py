"""What is asked first: what settles most."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import load
from catalog.types import Level
from tests.core.generate import random_document
from tests.core.small import graph_of
from threatmodel.core import assess
from threatmodel.core.document import Document, Kind
from threatmodel.core.findings import Finding, Question
from threatmodel.core.operations import Change, Operation, apply
from threatmodel.core.questions import ask, rank

TODAY = date(2026, 6, 30)


def question(element: str, attribute: str = "encrypted") -> Question:
    return Question(element, attribute, f"{element}: {attribute}?")


def finding(threat: str, *questions: Question, **terms: Any) -> Finding:
    level = Level.MODERATE
    values: dict[str, Any] = {
        "applies": "conditional",
        "range": (Level.LOW, Level.MODERATE),
        **terms,
    }
    return Finding(
        key=f"{threat}@m",
        threat=threat,
        element="m",
        treatment="open",
        position="within",
        answered="none",
        verdict="untested",
        likelihood=level,
        impact=level,
        inherent=level,
        residual=level,
        planned=level,
        score=25,
        adversary="x",
        cause="",
        questions=questions,
        **values,
    )


def test_the_question_that_settles_most_findings_comes_first() -> None:
    few, many = question("a"), question("b")
    ranked = rank([finding("t1", few, many), finding("t2", many), finding("t3", many)])
    assert [(q.element, q.settles) for q in ranked] == [("b", 3), ("a", 1)]


def test_of_equal_ones_the_one_with_more_risk_at_stake_comes_first() -> None:
    narrow = finding("t1", question("a"), range=(Level.LOW, Level.LOW))
    wide = finding("t2", question("b"), range=(Level.VERY_LOW, Level.VERY_HIGH))
    assert [q.element for q in rank([narrow, wide])] == ["b", "a"]


def test_a_finding_that_may_vanish_is_worth_more_than_one_that_stays() -> None:
    stays = finding("t1", question("a"), applies="yes")
    assert [q.element for q in rank([stays, finding("t2", question("b"))])] == ["b", "a"]


def test_the_order_does_not_depend_on_the_order_of_the_findings() -> None:
    found = [finding(f"t{i}", question("b"), question("a")) for i in range(3)]
    assert rank(found) == rank(reversed(found))
    assert [q.element for q in rank(found)] == ["a", "b"]


def test_a_question_asked_twice_by_one_finding_counts_once() -> None:
    assert rank([finding("t", question("a"), question("a"))])[0].settles == 1


PARTS: dict[str, Any] = {
    "components": [{"id": "m", "type": "inference-endpoint", "name": "Model", "zone": "z"}],
    "flows": [{"id": "f", "kind": "data", "source": "m", "target": "m", "name": "loop"}],
    "zones": [{"id": "z", "name": "Cellar"}],
    "assets": [{"id": "a", "name": "Cards", "kind": "data"}],
}


@pytest.mark.parametrize(
    ("element", "attribute", "text", "kind"),
    [
        ("m", "zone", "Model: in which zone does it stand?", "zone"),
        ("m", "assets", "Model: what does it hold that is worth protecting?", "asset"),
        (
            "f",
            "assets",
            "loop, Model to Model: what does it carry that is worth protecting?",
            "asset",
        ),
        ("z", "trust", "Cellar: how far is it trusted?", "trust"),
        ("z", "kind", "Cellar: what kind of zone is it?", "choice"),
        ("a", "personal", "Cards: is it about people?", "boolean"),
        (
            "a",
            "decision-quality",
            "Cards: how bad would wrong decisions made with it be?",
            "level",
        ),
    ],
)
def test_every_fact_can_be_asked_for(element: str, attribute: str, text: str, kind: str) -> None:
    asked = ask(graph_of(**PARTS), element, attribute)
    assert asked is not None
    assert (asked.text, asked.kind) == (text, kind)


@pytest.mark.parametrize("dimension", load().dimensions)
def test_every_kind_of_harm_is_asked_in_its_own_words(dimension: str) -> None:
    asked = ask(graph_of(**PARTS), "a", dimension)
    further = ask(graph_of(**PARTS), "a", "no-such-harm")
    assert asked is not None
    assert further is not None
    assert further.text == "Cards: how bad would the harm be (no such harm)?"
    assert "the harm be" not in asked.text


@pytest.mark.parametrize(("element", "attribute"), [("m", "no-such"), ("nobody", "zone")])
def test_what_nobody_could_answer_is_not_asked(element: str, attribute: str) -> None:
    assert ask(graph_of(**PARTS), element, attribute) is None


def test_choices_stand_in_the_question() -> None:
    asked = ask(graph_of(**PARTS), "f", "admits")
    assert asked is not None
    assert asked.choices[0] == "anyone"
    trust = ask(graph_of(**PARTS), "z", "trust")
    assert trust is not None
    assert trust.choices == ("hostile", "public", "shared", "internal", "restricted")


# Against brute force: every answer given, the whole assessed again


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_answers_change_only_what_asks_for_them_and_settle_it(seed: int) -> None:
    document = random_document(Random(seed), load(), 4)
    found = assess(document, load(), as_of=TODAY).findings
    before = readings(found)
    for asked in rank(found):
        if asked.kind not in ("boolean", "choice") or not is_drawn(document, asked.element):
            continue
        answers = (True, False) if asked.kind == "boolean" else asked.choices
        asking = {one.key for one in found if fact(asked) in map(fact, one.questions)}
        changed: set[str] = set()
        for value in answers:
            after = assess(answered(document, asked, value), load(), as_of=TODAY).findings
            changed |= {key for key, _ in before.items() ^ readings(after).items()}
            assert not any(fact(asked) in map(fact, one.questions) for one in after)
        assert asked.settles == len(asking)
        assert changed <= asking


def fact(question: Question) -> tuple[str, str]:
    return question.element, question.attribute


def is_drawn(document: Document, element: str) -> bool:
    return element in document.components or element in document.flows


def answered(document: Document, asked: Question, value: object) -> Document:
    kind: Kind = "flow" if asked.element in document.flows else "component"
    change = Change(kind, asked.element, "set", {f"attributes.{asked.attribute}": value})
    return apply(document, Operation("answer", (change,)), load()).document


def readings(found: Iterable[Finding]) -> dict[str, tuple[object, ...]]:
    """Whether each finding applies, and how low and high it may be."""
    return {one.key: (one.applies, one.range) for one in found}
