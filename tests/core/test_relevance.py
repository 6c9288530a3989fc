"""A rule in plain words, without a diagram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog import load
from threatmodel.core.relevance import Condition, conditions, examples

CATALOG = load()
THREATS = pytest.mark.parametrize("id", CATALOG.threats)


def words(parts: tuple[Condition, ...]) -> Iterator[str]:
    for one in parts:
        yield one.text
        yield from words(one.children)


@THREATS
def test_every_rule_can_be_read(id: str):
    told = list(words(conditions(CATALOG, CATALOG.threats[id])))
    assert told
    assert all(text and text[0].isupper() and "_" not in text for text in told)


@THREATS
def test_every_example_can_be_read(id: str):
    told = examples(CATALOG, CATALOG.threats[id])
    assert len(told) == len(CATALOG.threats[id].examples)
    assert all(one.parts and one.on for one in told)


def test_a_rule_reads_as_a_tree():
    (rule,) = conditions(CATALOG, CATALOG.threats["rag-injection-exfiltration"])
    assert rule.text == "All of these hold"
    assert any("goes out to Agent tool" in text for text in words(rule.children))


def test_an_example_names_its_parts_by_their_types():
    first = examples(CATALOG, CATALOG.threats["evasion-query"])[0]
    assert first.outcome == "holds"
    assert first.on == "Inference endpoint"
    assert "External user to Inference endpoint (request)" in first.parts
