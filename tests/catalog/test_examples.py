"""Every threat's examples: tiny systems on which its rule holds, does not, or is open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog import load
from threatmodel.core.document import parse
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, evaluate

CATALOG = load()
RULES = Ruleset.compile(CATALOG)
SAYS: dict[str, bool | None] = {"holds": True, "holds_not": False, "unknown": None}
BOX = [0, 0, 160, 80]
EXAMPLES = [
    (threat.id, number)
    for threat in CATALOG.threats.values()
    for number in range(len(threat.examples))
]


def _example(threat_id: str, number: int) -> tuple[bool | None, dict[str, object], str]:
    example = CATALOG.threats[threat_id].examples[number]
    (word,) = SAYS.keys() & example.keys()
    fragment, element = example[word], example["on"]
    assert isinstance(fragment, dict) and isinstance(element, str)
    return SAYS[word], fragment, element


def _named(fragment: dict[str, object], kind: str) -> Iterator[dict[str, object]]:
    items = fragment.get(kind, [])
    assert isinstance(items, list)
    for item in items:
        yield {"name": item["id"], **item}


def _document(fragment: dict[str, object]) -> dict[str, object]:
    """The least that makes a fragment a document: examples leave out what no rule reads."""
    return {
        "format": "bartizan/1",
        "system": {"name": "Example"},
        "assets": list(_named(fragment, "assets")),
        "zones": [{"box": BOX, **item} for item in _named(fragment, "zones")],
        "components": [{"box": BOX, **item} for item in _named(fragment, "components")],
        "flows": list(_named(fragment, "flows")),
    }


@pytest.mark.parametrize(("threat_id", "number"), EXAMPLES)
def test_an_example_says_what_its_rule_says(threat_id: str, number: int) -> None:
    expected, fragment, element = _example(threat_id, number)
    document, remarks = parse(_document(fragment), CATALOG)
    assert not remarks
    found = evaluate(RULES, Graph(document, CATALOG)).get((threat_id, element), False)
    assert found is expected


@pytest.mark.parametrize(("threat_id", "number"), EXAMPLES)
def test_an_example_names_only_what_the_catalog_knows(threat_id: str, number: int) -> None:
    _, fragment, element = _example(threat_id, number)
    assert fragment.keys() <= {"assets", "zones", "components", "flows"}
    drawn = [*_named(fragment, "components"), *_named(fragment, "flows")]
    assert element in {item["id"] for item in drawn}
    for component in _named(fragment, "components"):
        assert component["type"] in CATALOG.component_types
    for flow in _named(fragment, "flows"):
        assert flow["kind"] in CATALOG.flow_kinds
