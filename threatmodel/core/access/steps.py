"""Single steps from one component to the next, shared by every search over one diagram.

Who a flow admits is paid where the adversary makes the call, taking over a component that does not
relay costs 2, everything else is free (docs/scoring.md, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from catalog.types import AccessKind

from ..document import Flow
from ..graph import Graph

# Levels of access that each door costs, by whom it admits; ours (docs/scoring.md, section 2).
TAKEOVER = 2
ADMITS = {"anyone": 0, "self_signup": 0, "customers": 1, "staff": 2, "named": 2, "mutual": 3}
SUPPLY_KINDS = frozenset({"data", "training", "artefact", "deployment", "feedback"})
CONTENT_KINDS = SUPPLY_KINDS | {"request", "physical"}
COPY_KINDS = frozenset({"artefact", "deployment"})
# The kinds of flow that a search goes along.
ALONG: Mapping[AccessKind, frozenset[str]] = {
    "query": frozenset({"request"}),
    "admin": frozenset({"control"}),
    "supply": SUPPLY_KINDS,
    "artefact": COPY_KINDS,
    "content": CONTENT_KINDS,
}

# Ways to go on that go without saying while nothing about them is unknown.
_UNSAID = frozenset({"touched", "relayed", "carried"})
How = Literal["own", "call", "pulled", "touched", "relayed", "takeover", "carried"]
Gap = tuple[str, str]
Value = TypeVar("Value")
Onward = Callable[[str], tuple["Hop", ...]]


@dataclass(frozen=True, slots=True)
class Hop:
    """One flow passed. `gaps` are unknown facts, as element and attribute, that it rests on.

    `admits` says of a call whose accounts it takes: two may cost the same and read differently.
    """

    flow: str
    source: str
    target: str
    cost: int
    how: How
    gaps: tuple[Gap, ...] = ()
    admits: str = ""

    @property
    def order(self) -> tuple[str, str]:
        """Which of two equally cheap and short steps comes first: a flow may be passed twofold."""
        return self.flow, self.how

    @property
    def told(self) -> tuple[str, ...]:
        """What is to be said of it in a few words; empty for one that goes without saying."""
        if not self.gaps and self.how in _UNSAID:
            return ()
        unknown = tuple(part for gap in self.gaps for part in gap)
        if self.how == "own":
            return ("own", *unknown)
        if self.how == "call":
            return ("call", self.admits, *unknown)
        if self.how == "takeover":
            return ("takeover", self.source, *unknown)
        return ("pulled", self.target) if self.how == "pulled" else unknown


@dataclass(frozen=True, slots=True)
class Rewiring:
    """What an edit did to the ways through a diagram.

    `at` are components whose flows, or whether they pass input on, are others than before;
    `placed` those that came, went, or are of another type or in another place; `flows` the flows
    that came, went, lead elsewhere or let others in.
    """

    at: frozenset[str] = frozenset()
    placed: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()


class Steps:
    """How one goes on from what was reached. Found once per component and kept."""

    __slots__ = ("_graph", "_onward", "_passed")

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._onward: dict[tuple[AccessKind, bool], dict[str, tuple[Hop, ...]]] = {}
        self._passed: dict[str, frozenset[str]] = {}

    def after(self, graph: Graph, change: Rewiring) -> Steps:
        """The same of the next diagram. O(components), in one copy each."""
        steps = Steps(graph)
        for key, known in self._onward.items():
            steps._onward[key] = _without(known, change.at | change.placed)
        if not change.placed:
            steps._passed = _without(self._passed, change.flows)
        return steps

    def onward(self, kind: AccessKind, hostile: bool) -> Onward:
        """The function that gives the hops from a component, for one kind and reading."""
        carried = kind in ("supply", "content", "artefact")
        known = self._onward.setdefault((kind, hostile and not carried), {})

        def leave(component: str) -> tuple[Hop, ...]:
            found = known.get(component)
            if found is None:
                hops = self._carries if carried else self._relays
                found = known[component] = tuple(hops(component, ALONG[kind], hostile))
            return found

        return leave

    def passed_zones(self, flow: Flow) -> frozenset[str]:
        """Zones in which a flow ends or whose border it crosses. O(zone depth) once."""
        found = self._passed.get(flow.id)
        if found is None:
            around = self._graph.zones_of
            source, target = around(flow.source), around(flow.target)
            ends = frozenset((*source[:1], *target[:1]))
            found = self._passed[flow.id] = ends | (frozenset(source) ^ frozenset(target))
        return found

    def _relays(self, component: str, kinds: frozenset[str], hostile: bool) -> Iterator[Hop]:
        stated = self._graph.facts(component).get("relays_input")
        relays = hostile if stated is None else stated is True
        gaps = ((component, "relays_input"),) if stated is None else ()
        cost = 0 if relays else TAKEOVER
        how: How = "relayed" if relays else "takeover"
        for flow in self._graph.outflow(component):
            if flow.kind in kinds:
                yield Hop(flow.id, component, flow.target, cost, how, gaps)

    def _carries(self, component: str, kinds: frozenset[str], hostile: bool) -> Iterator[Hop]:
        for flow in self._graph.outflow(component):
            if flow.kind in kinds:
                yield Hop(flow.id, component, flow.target, 0, "carried")
        yield from answers(self._graph, component, kinds, "carried")


def answers(graph: Graph, component: str, kinds: frozenset[str], how: How) -> Iterator[Hop]:
    """Content goes back to whoever asked for it."""
    for flow in graph.inflow(component):
        if flow.kind == "request" and flow.kind in kinds:
            yield Hop(flow.id, component, flow.source, 0, how)


def _without(known: Mapping[str, Value], gone: Iterable[str]) -> dict[str, Value]:
    left = dict(known)
    for key in gone:
        left.pop(key, None)
    return left
