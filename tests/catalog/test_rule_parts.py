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


def shortened(rule: Rule) -> Iterator[tuple[Rule, Rule]]:
    """Each part of an `all` or `any`, with the rule that is left without it."""
    for place, child in enumerate(rule.children):
        before, after = rule.children[:place], rule.children[place + 1 :]
        if len(rule.children) > 1:
            yield child, replace(rule, children=before + after)
        for part, shorter in shortened(child):
            yield part, replace(rule, children=(*before, shorter, *after))


def words(rule: Rule) -> str:
    inner = ", ".join(words(child) for child in rule.children)
    return f"{rule.atom}: {rule.argument}" if rule.atom else f"{rule.op}: [{inner}]"


PARTS = [
    pytest.param(threat.id, part, shorter, id=f"{threat.id}-{number}")
    for threat in CATALOG.threats.values()
    for number, (part, shorter) in enumerate(shortened(threat.applies))
]


@pytest.mark.parametrize(("threat_id", "part", "shorter"), PARTS)
def test_a_rule_without_one_of_its_parts_contradicts_an_example(
    threat_id: str, part: Rule, shorter: Rule
) -> None:
    threat = replace(CATALOG.threats[threat_id], applies=shorter)
    catalog = replace(CATALOG, threats=MappingProxyType({threat_id: threat}), digest=repr(shorter))
    rules = Ruleset.compile(catalog)
    answers = []
    for example in threat.examples:
        word, document, element = drawn(example, catalog)
        found = evaluate(rules, Graph(document, catalog)).get((threat_id, element), False)
        answers.append(found is SAYS[word])
    assert not all(answers), (
        f"Without '{words(part)}' every example of {threat_id} comes out the same: "
        "add an example that turns on it, or take it out of 'applies'"
    )
