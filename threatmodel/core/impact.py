"""How bad it would be: over the assets that a threat's effect touches, per dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass

from catalog.types import Level, Outcome, Threat

from .document import Asset
from .findings import Question
from .graph import Graph
from .questions import ask, plain
from .rules.closure import strong_components

ASSUMED = Level.MODERATE
# Steps of a lineage behind which a person's record can no longer be read out.
STOPS = frozenset({"aggregated", "anonymised", "differential_privacy"})
STOPPED_DIMENSIONS = frozenset({"confidentiality", "privacy"})
CALLS = frozenset({"request", "control"})
# A share of inputs below or from which the harm is another level (docs/scoring.md, section 3).
SMALL_SHARE, LARGE_SHARE = 0.05, 0.50
# From so many walks of one kind on it pays to look beyond all components at once.
_MANY = 16
Onward = Callable[[str], list[str]]


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
        self._walked: Counter[tuple[str, bool]] = Counter()
        self._beyond: dict[tuple[str, bool], Mapping[str, frozenset[str]]] = {}

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
        if outcome.level is not None:
            return Impact(outcome.level, False, outcome.reason)
        key = (outcome.of, outcome.dimension, element)
        found = self._known.get(key)
        if found is None:
            ids = self._assets(outcome, element)
            drawn = self.graph.document.assets
            assets = tuple(drawn[id] for id in sorted(ids) if id in drawn)
            found = self._known[key] = _outcome(self.graph, outcome.dimension, assets, element)
        return found

    def _assets(self, outcome: Outcome, element: str) -> frozenset[str]:
        """What the outcome touches; from many elements on, what lies beyond all of them at once."""
        of, dimension = outcome.of, outcome.dimension
        if of not in _BACKWARD or not self.graph.document.assets:
            return _REACHES[of](self.graph, element, dimension)
        key = (of, dimension in STOPPED_DIMENSIONS)
        self._walked[key] += 1
        if self._walked[key] <= _MANY:
            return _REACHES[of](self.graph, element, dimension)
        if key not in self._beyond:
            self._beyond[key] = _beyond_all(self.graph, _onward(self.graph, of, dimension))
        return self._beyond[key][_start(self.graph, of, element)]


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


def _outcome(graph: Graph, dimension: str, assets: tuple[Asset, ...], element: str) -> Impact:
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


def _reached(of: str) -> Callable[[Graph, str, str], frozenset[str]]:
    """What lies beyond an element, itself included, along the way that outcomes speak of."""

    def assets(graph: Graph, element: str, dimension: str) -> frozenset[str]:
        if not graph.document.assets:
            return frozenset()
        onward = _onward(graph, of, dimension)
        return _assets_of(graph, _walk(_start(graph, of, element), onward))

    return assets


def _start(graph: Graph, of: str, element: str) -> str:
    flow = graph.document.flows.get(element)
    if flow is None:
        return element
    return flow.source if of == "upstream-in-lineage" else flow.target


def _onward(graph: Graph, of: str, dimension: str) -> Onward:
    """How one gets from a component to the next: by calls, or along lineage or against it."""
    if of == "reachable-with-the-agents-rights":
        return lambda at: [flow.target for flow in graph.outflow(at) if flow.kind in CALLS]
    stops = dimension in STOPPED_DIMENSIONS
    ahead = _along if of == "downstream-in-lineage" else _against_lineage

    def lineage(at: str) -> list[str]:
        if stops and any(graph.facts(at).get(name) is True for name in STOPS):
            return []
        return ahead(graph, at)

    return lineage


def _beyond_all(graph: Graph, onward: Onward) -> Mapping[str, frozenset[str]]:
    """The assets beyond every component, itself included. O(V + E) unions of sets of assets."""
    names = tuple(graph.document.components)
    place = {name: i for i, name in enumerate(names)}
    after = {i: [place[other] for other in onward(name)] for i, name in enumerate(names)}
    found: dict[int, frozenset[str]] = {}
    for members in strong_components(after):
        own = (graph.document.components[names[i]].assets for i in members)
        beyond = (found[j] for i in members for j in after[i] if j in found)
        whole = frozenset().union(*own, *beyond)
        found.update(dict.fromkeys(members, whole))
    return {name: found[i] for name, i in place.items()}


def _walk(start: str, onward: Onward) -> tuple[str, ...]:
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


_REACHES: Mapping[str, Callable[[Graph, str, str], frozenset[str]]] = {
    "no-asset": lambda graph, element, dimension: frozenset(),
    "held-here": _held_here,
    "carried-by-flow": _carried,
    "downstream-in-lineage": _reached("downstream-in-lineage"),
    "upstream-in-lineage": _reached("upstream-in-lineage"),
    "reachable-with-the-agents-rights": _reached("reachable-with-the-agents-rights"),
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
