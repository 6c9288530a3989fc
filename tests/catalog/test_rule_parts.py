"""No part of a rule stands idle: leave one out, and an example of the threat says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from catalog import load
from catalog.types import Rule
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, evaluate

from .fragments import SAYS, drawn

CATALOG = load()


def shortened(rule: Rule) -> Iterator[Rule]:
    """The rule with one part of one `all` or `any` left out, for each part."""
    for place, child in enumerate(rule.children):
        before, after = rule.children[:place], rule.children[place + 1 :]
        if len(rule.children) > 1:
            yield replace(rule, children=before + after)
        for shorter in shortened(child):
            yield replace(rule, children=(*before, shorter, *after))


PARTS = [
    pytest.param(threat.id, shorter, id=f"{threat.id}-{number}")
    for threat in CATALOG.threats.values()
    for number, shorter in enumerate(shortened(threat.applies))
]


@pytest.mark.parametrize(("threat_id", "shorter"), PARTS)
def test_a_rule_without_one_of_its_parts_contradicts_an_example(
    threat_id: str, shorter: Rule
) -> None:
    threat = replace(CATALOG.threats[threat_id], applies=shorter)
    catalog = replace(CATALOG, threats=MappingProxyType({threat_id: threat}), digest=repr(shorter))
    rules = Ruleset.compile(catalog)
    answers = []
    for example in threat.examples:
        word, document, element = drawn(example, catalog)
        found = evaluate(rules, Graph(document, catalog)).get((threat_id, element), False)
        answers.append(found is SAYS[word])
    assert not all(answers)
