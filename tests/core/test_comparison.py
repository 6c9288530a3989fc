"""Two states side by side: every difference is told once, and places are not facts."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from catalog import load
from tests.core import generate
from threatmodel.core import assess
from threatmodel.core.comparison import Property, State, compare, counted
from threatmodel.core.document import Document, parse

DAY = date(2026, 11, 22)


def drawn(**parts: object) -> Document:
    return parse({"format": "bartizan/1", "system": {"name": "Small"}, **parts}, load())[0]


def state(document: Document) -> State:
    found = assess(document, load(), as_of=DAY)
    return State(document, found.findings, found.summary)


def service(**attributes: object) -> dict[str, object]:
    box = [0, 0, 176, 64]
    return {"id": "c-api", "type": "inference-endpoint", "name": "API", "box": box} | attributes


def test_the_same_state_twice_differs_in_nothing():
    one = state(drawn(components=[service()]))
    found = compare(one, one)
    assert not found.anything
    assert set(counted(found.elements).values()) == {0}


def test_an_element_is_added_removed_or_changed_by_property():
    before = drawn(components=[service(), {"id": "c-old", "type": "data-set", "name": "Old"}])
    after = drawn(
        components=[
            service(name="Front", attributes={"returns_scores": True}),
            {"id": "c-new", "type": "data-set", "name": "New"},
        ]
    )
    found = {one.id: one for one in compare(state(before), state(after)).elements}
    assert {key: one.how for key, one in found.items()} == {
        "c-api": "changed",
        "c-old": "removed",
        "c-new": "added",
    }
    assert set(found["c-api"].properties) == {
        Property("name", "API", "Front"),
        Property("attributes.returns_scores", None, True),
    }


def test_what_is_only_drawn_elsewhere_has_moved():
    before, after = drawn(components=[service()]), drawn(components=[service(box=[9, 9, 176, 64])])
    found = compare(state(before), state(after))
    assert [(one.how, one.properties) for one in found.elements] == [("moved", ())]
    assert not found.findings.anything


def test_findings_are_told_with_their_risk_before_and_after():
    before = drawn(components=[service()])
    after = drawn(components=[])
    found = compare(state(before), state(after))
    assert found.findings.gone and not found.findings.new
    assert found.before.risk is not None or found.before.conditional
    assert found.after.risk is None


@pytest.mark.parametrize("seed", range(12))
def test_comparing_the_other_way_round_tells_the_opposite(seed):
    rng, catalog = Random(seed), load()
    one = generate.random_document(rng, catalog, 8)
    other = one
    for _ in range(6):
        other = generate.random_edit(rng, catalog, other).document
    forth, back = compare(state(one), state(other)), compare(state(other), state(one))
    opposite = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}
    told = {(found.kind, found.id): opposite[found.how] for found in forth.elements}
    assert told == {(found.kind, found.id): found.how for found in back.elements}
    assert {f.key for f in forth.findings.new} == {f.key for f in back.findings.gone}
    assert (forth.before, forth.after) == (back.after, back.before)
