"""Every threat's examples: tiny systems on which its rule holds, does not, or is open."""

from __future__ import annotations

import pytest

from catalog import load
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, evaluate

from .fragments import SAYS, drawn, items, taken_apart

CATALOG = load()
RULES = Ruleset.compile(CATALOG)
EXAMPLES = [
    pytest.param(threat.id, number, id=f"{threat.id}-{number}")
    for threat in CATALOG.threats.values()
    for number in range(len(threat.examples))
]


@pytest.mark.parametrize(("threat_id", "number"), EXAMPLES)
def test_an_example_says_what_its_rule_says(threat_id: str, number: int) -> None:
    word, document, element = drawn(CATALOG.threats[threat_id].examples[number], CATALOG)
    found = evaluate(RULES, Graph(document, CATALOG)).get((threat_id, element), False)
    assert found is SAYS[word]


@pytest.mark.parametrize(("threat_id", "number"), EXAMPLES)
def test_an_example_names_only_what_the_catalog_knows(threat_id: str, number: int) -> None:
    _, fragment, element = taken_apart(CATALOG.threats[threat_id].examples[number])
    assert fragment.keys() <= {"assets", "zones", "components", "flows"}
    elements = [*items(fragment, "components"), *items(fragment, "flows")]
    assert element in {item["id"] for item in elements}
    for component in items(fragment, "components"):
        assert component["type"] in CATALOG.component_types
    for flow in items(fragment, "flows"):
        assert flow["kind"] in CATALOG.flow_kinds
