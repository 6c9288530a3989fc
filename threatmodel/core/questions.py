"""What is unknown and worth asking: a fact as a question, and the order to ask them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from catalog.types import Attribute, Level, Trust

from .document import Asset, Component, Flow, Zone
from .findings import Finding, Question
from .graph import Graph
from .naming import ends

# What is asked of a new drawing: more at once nobody answers.
FIRST = 10
# What each kind of harm is asked as; a catalog's further ones are asked by their name.
_HARM = {
    "confidentiality": "how bad would it be if strangers read it?",
    "integrity": "how bad would it be if it were changed unnoticed?",
    "availability": "how bad would it be to be without it?",
    "privacy": "how bad would its disclosure be for the people it is about?",
    "safety": "how badly could people be hurt if it fails?",
    "financial": "how bad would the loss of money be?",
    "reputation": "how bad would it be for your good name?",
    "legal": "how bad would the legal consequences be?",
    "decision-quality": "how bad would wrong decisions made with it be?",
}


def ask(graph: Graph, element: str, attribute: str) -> Question | None:
    """The question whose answer states one fact; None where nobody could answer it.

    Parameters
    ----------
    graph
        The diagram, for names and choices.
    element, attribute
        A component, flow, zone or asset, and the property that is missing on it.
    """
    document = graph.document
    if element in document.components:
        return _of_component(graph, document.components[element], attribute)
    if element in document.flows:
        return _of_flow(graph, document.flows[element], attribute)
    if element in document.zones:
        return _of_zone(graph, document.zones[element], attribute)
    if element in document.assets:
        return _of_asset(document.assets[element], attribute)
    return None


def rank(findings: Iterable[Finding]) -> tuple[Question, ...]:
    """Questions in the order in which it helps most to ask them.

    Parameters
    ----------
    findings
        Findings with the questions that each waits for or that widen its range.

    Returns
    -------
    tuple of Question
        Each once, with `settles` counting its findings: most findings first, then the widest
        range of risk behind it, then by element and attribute. O(n log n).
    """
    asked: dict[tuple[str, str], Question] = {}
    settles: dict[tuple[str, str], int] = {}
    at_stake: dict[tuple[str, str], int] = {}
    for finding, question in _pairs(findings):
        key = (question.element, question.attribute)
        asked.setdefault(key, question)
        settles[key] = settles.get(key, 0) + 1
        at_stake[key] = at_stake.get(key, 0) + _stake(finding)
    order = sorted(asked, key=lambda key: (-settles[key], -at_stake[key], key))
    return tuple(replace(asked[key], settles=settles[key]) for key in order)


def _pairs(findings: Iterable[Finding]) -> Iterator[tuple[Finding, Question]]:
    for finding in findings:
        for question in dict.fromkeys(finding.questions):
            yield finding, question


def _stake(finding: Finding) -> int:
    """Whole levels that the answer can move; a conditional finding can also vanish."""
    low, high = finding.range
    return high - low if finding.applies == "yes" else high + 1


def _of_component(graph: Graph, component: Component, attribute: str) -> Question | None:
    if attribute == "zone":
        text = f"{component.name}: in which zone does it stand?"
        return Question(component.id, "zone", text, "zone", tuple(graph.document.zones))
    if attribute == "assets":
        text = f"{component.name}: what does it hold that is worth protecting?"
        return Question(component.id, "assets", text, "asset", tuple(graph.document.assets))
    known = graph.catalog.attributes_of(component.type)
    return _of_attribute(component.id, component.name, attribute, known)


def _of_flow(graph: Graph, flow: Flow, attribute: str) -> Question | None:
    name = f"{flow.name}, {ends(graph.document, flow)}" if flow.name else ends(graph.document, flow)
    if attribute == "assets":
        text = f"{name}: what does it carry that is worth protecting?"
        return Question(flow.id, "assets", text, "asset", tuple(graph.document.assets))
    return _of_attribute(flow.id, name, attribute, graph.catalog.flow_attributes)


def _of_attribute(
    element: str, name: str, attribute: str, known: Iterable[Attribute]
) -> Question | None:
    for definition in known:
        if definition.id == attribute:
            text = f"{name}: {definition.question}"
            return Question(element, attribute, text, definition.kind, definition.choices)
    return None


def _of_zone(graph: Graph, zone: Zone, attribute: str) -> Question | None:
    if attribute == "kind":
        kinds = tuple(graph.catalog.zone_kinds)
        return Question(zone.id, "kind", f"{zone.name}: what kind of zone is it?", "choice", kinds)
    trusts = tuple(trust.key for trust in Trust)
    return Question(zone.id, "trust", f"{zone.name}: how far is it trusted?", "trust", trusts)


def _of_asset(asset: Asset, attribute: str) -> Question | None:
    if attribute == "personal":
        return Question(asset.id, attribute, f"{asset.name}: is it about people?", "boolean")
    levels = tuple(level.key for level in Level)
    if attribute == "levels":
        text = f"{asset.name}: how bad would its loss be, and in what way?"
    else:
        harm = _HARM.get(attribute, f"how bad would the harm be ({plain(attribute)})?")
        text = f"{asset.name}: {harm}"
    return Question(asset.id, attribute, text, "level", levels)


def plain(dimension: str) -> str:
    """A dimension as words.

    Examples
    --------
    >>> plain("decision-quality")
    'decision quality'
    """
    return dimension.replace("-", " ")
