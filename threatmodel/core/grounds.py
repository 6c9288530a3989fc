"""What a dismissal rests on: the facts that were read when somebody said "not here", and later.

They are told by element and property, so that whoever comes back to the finding reads which fact
is another one now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.types import Scalar

from .document import Component, Flow
from .graph import Graph
from .inputs import Ground
from .naming import element_name
from .rules import Explanation, Ruleset, explain

# A rule that walks the flows may rest on every component; so many are kept with a decision.
MOST = 200
# A dismissal comes back with the first few; the others are counted.
TOLD = 3
# Of an element itself, beside what the rule reads: who can get there follows from these.
_OWN = {"component": ("type", "zone", "flows"), "flow": ("kind", "source", "target")}


def grounds(ruleset: Ruleset, graph: Graph, threat: str, element: str) -> tuple[Ground, ...]:
    """Every fact that a finding rests on, with its value as of this state of the diagram.

    Parameters
    ----------
    threat, element
        The finding's. Of a scenario, which has no rule, everything that is said of its element.

    Notes
    -----
    O(facts that decided the rule), at most `MOST`.
    """
    read = dict.fromkeys((*_own(graph, element), *_read(ruleset, graph, threat, element)))
    return tuple(Ground(*fact, value_now(graph, *fact)) for fact in list(read)[:MOST])


def shifted(graph: Graph, found: Iterable[Ground]) -> str:
    """Which of these facts are others now, in words; empty when all stand as they did."""
    told = [
        _told(graph, one, now)
        for one in found
        if (now := value_now(graph, one.element, one.attribute)) != one.value
    ]
    more = f"; and {len(told) - TOLD} more" if len(told) > TOLD else ""
    return "; ".join(told[:TOLD]) + more


def value_now(graph: Graph, element: str, attribute: str) -> Scalar | None:
    """What the diagram says of an element; None where it says nothing or the element is gone."""
    drawn = graph.document
    if (component := drawn.components.get(element)) is not None:
        return _of_component(graph, component, attribute)
    if (flow := drawn.flows.get(element)) is not None:
        return _of_flow(flow, attribute)
    if (zone := drawn.zones.get(element)) is not None:
        trust = graph.zone_trust(element)
        return zone.kind if attribute == "kind" else trust.key if trust is not None else None
    if (asset := drawn.assets.get(element)) is not None:
        level = asset.levels.get(attribute)
        plain = {"kind": asset.kind, "personal": asset.personal}
        return plain.get(attribute, level.key if level is not None else None)
    return None


def _of_component(graph: Graph, one: Component, attribute: str) -> Scalar | None:
    if attribute == "flows":
        touching = {flow.id for flow in (*graph.inflow(one.id), *graph.outflow(one.id))}
        return " ".join(sorted(touching))
    if attribute == "assets":
        return " ".join(sorted(one.assets))
    plain = {"type": one.type, "zone": one.zone}
    return plain[attribute] if attribute in plain else one.attributes.get(attribute)


def _of_flow(one: Flow, attribute: str) -> Scalar | None:
    if attribute == "assets":
        return " ".join(sorted(one.assets))
    plain = {"kind": one.kind, "source": one.source, "target": one.target}
    return plain[attribute] if attribute in plain else one.attributes.get(attribute)


def _own(graph: Graph, element: str) -> Iterator[tuple[str, str]]:
    flow = graph.document.flows.get(element)
    for name in _OWN["component" if flow is None else "flow"]:
        yield element, name
    for end in (flow.source, flow.target) if flow else ():
        yield end, "zone"


def _read(ruleset: Ruleset, graph: Graph, threat: str, element: str) -> Iterator[tuple[str, str]]:
    if threat in graph.document.scenarios:
        drawn = graph.document.components.get(element) or graph.document.flows[element]
        yield from ((element, name) for name in sorted(drawn.attributes))
    else:
        yield from _atoms(explain(ruleset, graph, threat, element))


def _atoms(node: Explanation) -> Iterator[tuple[str, str]]:
    yield from ((fact.element, fact.attribute) for fact in node.read)
    for child in node.children:
        yield from _atoms(child)


def _told(graph: Graph, was: Ground, now: Scalar | None) -> str:
    drawn = graph.document
    named = (drawn.components, drawn.flows, drawn.zones, drawn.assets)
    if not any(was.element in elements for elements in named):
        return f"{was.element} is gone"
    name = element_name(drawn, was.element)
    if was.attribute in ("flows", "assets"):
        return f"the {was.attribute} of {name} are others"
    before, after = (_word(graph, value) for value in (was.value, now))
    return f"{was.attribute.replace('_', ' ')} of {name} was {before} and is {after}"


def _word(graph: Graph, value: Scalar | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else element_name(graph.document, str(value))
