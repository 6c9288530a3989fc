"""A threat is run on its own examples, however they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import CatalogError, load
from threatmodel.core.examples import check

CATALOG = load()
THREAT = CATALOG.threats["evasion-query"]


def run(*examples: Mapping[str, Any]) -> None:
    check(CATALOG, replace(THREAT, examples=examples))


def refused(*examples: Mapping[str, Any]) -> str:
    with pytest.raises(CatalogError) as caught:
        run(*examples)
    return str(caught.value)


@pytest.mark.parametrize("id", sorted(CATALOG.threats))
def test_every_shipped_threat_stands_by_its_examples(id: str) -> None:
    check(CATALOG, CATALOG.threats[id])


def test_an_example_that_says_the_opposite_is_refused_by_its_place() -> None:
    (holds,) = (one for one in THREAT.examples[:1] if "holds" in one)
    wrong = {"holds_not": holds["holds"], "on": holds["on"]}
    assert refused(holds, wrong).startswith(
        "threats/evasion-query.yaml: examples[1]: the rule holds"
    )


EMPTY: dict[str, Any] = {"components": [{"id": "c", "type": "other"}]}


@pytest.mark.parametrize(
    ("example", "says"),
    [
        ({"holds_not": EMPTY, "on": "d"}, "'d' is no component or flow"),
        ({"holds_not": {"notes": []}, "on": "c"}, "and nothing else"),
        ({"holds_not": [], "on": "c"}, "and nothing else"),
        ({"holds_not": {"components": {}}, "on": "c"}, "components: has to be a list"),
        ({"holds_not": {"components": ["c"]}, "on": "c"}, "components[0]"),
        ({"holds_not": {"components": [{"id": "c", "type": "oracle"}]}, "on": "c"}, "oracle"),
        ({"holds_not": {"flows": [{"id": "f", "kind": "data"}]}, "on": "f"}, "flows[0]"),
        ({"holds": EMPTY, "on": "c"}, "the rule does not hold on c here"),
        ({"unknown": EMPTY, "on": "c"}, "the rule does not hold on c here"),
    ],
)
def test_an_example_that_cannot_be_drawn_is_refused(example: Any, says: str) -> None:
    said = refused(example)
    assert said.startswith("threats/evasion-query.yaml: examples[0]: ") and says in said


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["components", "flows", "id", "type", "name", "source", "kind", "zone"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(JUNK)
def test_whatever_an_example_holds_the_answer_is_one_sentence(junk: Any) -> None:
    try:
        run({"holds_not": junk, "on": "c"})
    except CatalogError as error:
        assert str(error).startswith("threats/evasion-query.yaml: examples[0]")
