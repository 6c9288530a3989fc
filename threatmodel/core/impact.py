"""How bad it would be: over the assets that a threat's effect touches, per dimension."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass

from catalog.types import Level, Outcome, Threat

from .document import Asset, Flow
from .findings import Question
from .graph import Graph
from .questions import ask, plain

ASSUMED = Level.MODERATE
# Steps of a lineage behind which a person's record can no longer be read out.
STOPS = frozenset({"aggregated", "anonymised", "differential_privacy"})
STOPPED_DIMENSIONS = frozenset({"confidentiality", "privacy"})
CALLS = frozenset({"request", "control"})
SMALL_SHARE, LARGE_SHARE = 0.05, 0.50


@dataclass(frozen=True, slots=True)
class Impact:
    """`assumed`: no known level decided it, so it is moderate until somebody says more."""

    level: Level
    assumed: bool
    text: str
    questions: tuple[Question, ...] = ()


class Impacts:
    """The impacts on one document. What several threats do to one element is found once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[tuple[str, str, str], Impact] = {}

    def of(self, threat: Threat, element: str) -> Impact:
        """The worst outcome of the threat at the element; known levels go before assumed ones."""
        outcomes = [self._outcome(outcome, element) for outcome in threat.outcomes]
        if not outcomes:
            text = "Nothing says what suffers, so moderate is assumed."
            return Impact(ASSUMED, True, text)
        if len(outcomes) == 1:
            return outcomes[0]
        worst = max(outcomes, key=lambda found: (found.level, not found.assumed))
        # An assumed level below a known one decides nothing, so nobody is asked for it.
        deciding = (found for found in outcomes if found.level >= worst.level)
        questions = tuple(dict.fromkeys(q for found in deciding for q in found.questions))
        return Impact(worst.level, worst.assumed, worst.text, questions)

    def _outcome(self, outcome: Outcome, element: str) -> Impact:
        key = (outcome.of, outcome.dimension, element)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _outcome(self.graph, outcome, element)
        return found


def of(graph: Graph, threat: Threat, element: str) -> Impact:
    """The impact of one threat; `Impacts` for many."""
    return Impacts(graph).of(threat, element)


def touches(graph: Graph, threat: Threat, element: str, assets: Collection[str]) -> bool:
    """Whether any outcome of the threat at the element touches one of these assets."""
    return any(
        not _REACHES[outcome.of](graph, element, outcome.dimension).isdisjoint(assets)
        for outcome in threat.outcomes
    )


def differing(before: Graph, after: Graph, nodes: Iterable[str]) -> dict[str, set[str]]:
    """Where an edit changed which assets are touched, by what outcomes speak of.

    Parameters
    ----------
    nodes
        Components whose flows, assets or facts the edit touched.

    Returns
    -------
    dict
        Components and flows by outcome ('downstream-in-lineage' and so on); more than differ, but
        never fewer. What is held or carried at the nodes themselves is left out.

    Notes
    -----
    Whoever gets to a node is touched only if other assets lie beyond that node than before.
    O(nodes x (V + E)) where there are assets at all.
    """
    if not before.document.assets and not after.document.assets:
        return {}
    return {of: _differing(before, after, nodes, of) for of in _BACKWARD}


def speaking_of(graph: Graph, assets: Set[str]) -> dict[str, set[str]]:
    """Elements whose outcomes can touch one of these assets, by what outcomes speak of."""
    document = graph.document
    holders = {c.id for c in document.components.values() if not assets.isdisjoint(c.assets)}
    carriers = [flow for flow in document.flows.values() if not assets.isdisjoint(flow.assets)]
    here = holders | {flow.id for flow in carriers}
    ends = {end for flow in carriers for end in (flow.source, flow.target)}
    found = {of: _behind(graph, holders, of) for of in _BACKWARD}
    return {**found, "held-here": here, "carried-by-flow": here | ends}


def _differing(before: Graph, after: Graph, nodes: Iterable[str], of: str) -> set[str]:
    moved = {node for node in nodes if _beyond(before, node, of) != _beyond(after, node, of)}
    return _behind(before, moved, of) | _behind(after, moved, of)


def _beyond(graph: Graph, node: str, of: str) -> object:
    """The assets that an outcome touches from a component, with and without stops."""
    if node not in graph.document.components:
        return None
    reach = _REACHES[of]
    return reach(graph, node, "integrity"), reach(graph, node, "confidentiality")


def _behind(graph: Graph, nodes: Iterable[str], of: str) -> set[str]:
    """Components and flows whose outcome of that sort looks at one of these components."""
    back = _BACKWARD[of]
    drawn = [node for node in nodes if node in graph.document.components]
    found = set(drawn)
    while drawn:
        fresh = set(back(graph, drawn.pop())) - found
        found |= fresh
        drawn.extend(fresh)
    return found | {flow.id for node in found for flow in graph.inflow(node) + graph.outflow(node)}


def by_share(level: Level, share: float) -> Level:
    """A larger share of inputs that fall does more harm: one level either way."""
    if share < SMALL_SHARE:
        return level.shift(-1)
    return level.shift(1) if share >= LARGE_SHARE else level


def by_amount(level: Level, metric: float, threat: Threat) -> Level:
    """The level of the highest step that a measured amount reaches, else what the assets say."""
    reached = [step for step in threat.success.impact_by if metric >= step.at_least]
    return max(reached, key=lambda step: step.at_least).level if reached else level


def touched(graph: Graph, outcome: Outcome, element: str) -> tuple[Asset, ...]:
    """The assets that an outcome speaks of, by id: equal documents may list them differently."""
    ids = _REACHES[outcome.of](graph, element, outcome.dimension)
    assets = graph.document.assets
    return tuple(assets[id] for id in sorted(ids) if id in assets)


def _outcome(graph: Graph, outcome: Outcome, element: str) -> Impact:
    dimension = outcome.dimension
    assets = touched(graph, outcome, element)
    if not assets:
        text = f"No asset is named here; {_assumed(dimension)}"
        return Impact(ASSUMED, True, text, _asked(graph, [(element, "assets")]))
    known = [asset for asset in assets if dimension in asset.levels]
    unknown = assets if not known else [asset for asset in assets if _missing(asset, dimension)]
    questions = _asked(graph, [(asset.id, dimension) for asset in unknown])
    worst = max(known, key=lambda asset: asset.levels[dimension], default=None)
    if worst is not None and (not unknown or worst.levels[dimension] >= ASSUMED):
        level = worst.levels[dimension]
        text = f"{worst.name}: the {plain(dimension)} impact is {level.key}."
        return Impact(level, False, text, questions)
    names = ", ".join(asset.name for asset in unknown)
    text = f"Nobody has rated the {plain(dimension)} impact of {names}; {_assumed(dimension)}"
    return Impact(ASSUMED, True, text, questions)


def _missing(asset: Asset, dimension: str) -> bool:
    """Personal data has a privacy level, and until it is stated it counts as unknown."""
    return dimension == "privacy" and bool(asset.personal) and "privacy" not in asset.levels


def _assumed(dimension: str) -> str:
    return f"moderate {plain(dimension)} impact is assumed."


def _asked(graph: Graph, facts: Iterable[tuple[str, str]]) -> tuple[Question, ...]:
    found = (ask(graph, element, attribute) for element, attribute in facts)
    return tuple(question for question in found if question is not None)


def _held_here(graph: Graph, element: str, dimension: str) -> frozenset[str]:
    flow = graph.document.flows.get(element)
    if flow is not None:
        return frozenset(flow.assets)
    component = graph.document.components.get(element)
    return frozenset(component.assets) if component else frozenset()


def _carried(graph: Graph, element: str, dimension: str) -> frozenset[str]:
    if element in graph.document.flows:
        return _held_here(graph, element, dimension)
    flows = (*graph.inflow(element), *graph.outflow(element))
    return frozenset(asset for flow in flows for asset in flow.assets)


def _downstream(graph: Graph, element: str, dimension: str) -> frozenset[str]:
    start = _component_of(graph, element, lambda flow: flow.target)
    return _along_lineage(graph, start, dimension, graph.outflow, lambda flow: flow.target)


def _upstream(graph: Graph, element: str, dimension: str) -> frozenset[str]:
    start = _component_of(graph, element, lambda flow: flow.source)
    return _along_lineage(graph, start, dimension, graph.inflow, lambda flow: flow.source)


def _with_rights(graph: Graph, element: str, dimension: str) -> frozenset[str]:
    """What the element holds, and all that it can call, directly and through what it calls."""
    start = _component_of(graph, element, lambda flow: flow.target)
    reached = _walk(start, lambda at: [f.target for f in graph.outflow(at) if f.kind in CALLS])
    return _assets_of(graph, reached)


def _along_lineage(
    graph: Graph,
    start: str,
    dimension: str,
    flows: Callable[[str], Iterable[Flow]],
    far_end: Callable[[Flow], str],
) -> frozenset[str]:
    lineage = {kind.id for kind in graph.catalog.flow_kinds.values() if kind.lineage}
    stops = dimension in STOPPED_DIMENSIONS

    def onward(at: str) -> list[str]:
        if stops and any(graph.facts(at).get(name) is True for name in STOPS):
            return []
        return [far_end(flow) for flow in flows(at) if flow.kind in lineage]

    return _assets_of(graph, _walk(start, onward))


def _walk(start: str, onward: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Everything reached from the start, itself included. O(V + E)."""
    seen = {start: None}
    pending = [start]
    while pending:
        for reached in onward(pending.pop()):
            if reached not in seen:
                seen[reached] = None
                pending.append(reached)
    return tuple(seen)


def _assets_of(graph: Graph, components: Iterable[str]) -> frozenset[str]:
    drawn = graph.document.components
    return frozenset(asset for one in components if one in drawn for asset in drawn[one].assets)


def _component_of(graph: Graph, element: str, end: Callable[[Flow], str]) -> str:
    flow = graph.document.flows.get(element)
    return end(flow) if flow else element


_REACHES: Mapping[str, Callable[[Graph, str, str], frozenset[str]]] = {
    "held-here": _held_here,
    "carried-by-flow": _carried,
    "downstream-in-lineage": _downstream,
    "upstream-in-lineage": _upstream,
    "reachable-with-the-agents-rights": _with_rights,
}


def _against_lineage(graph: Graph, at: str) -> list[str]:
    kinds = graph.catalog.flow_kinds
    return [flow.source for flow in graph.inflow(at) if kinds[flow.kind].lineage]


def _along(graph: Graph, at: str) -> list[str]:
    kinds = graph.catalog.flow_kinds
    return [flow.target for flow in graph.outflow(at) if kinds[flow.kind].lineage]


def _callers(graph: Graph, at: str) -> list[str]:
    return [flow.source for flow in graph.inflow(at) if flow.kind in CALLS]


# How one gets from an asset's holder to the elements whose outcomes look at it.
_BACKWARD: Mapping[str, Callable[[Graph, str], list[str]]] = {
    "downstream-in-lineage": _against_lineage,
    "upstream-in-lineage": _along,
    "reachable-with-the-agents-rights": _callers,
}
