"""The cheapest way from where an adversary stands to every component, by kind of access.

Costs are small whole numbers (method.md section 2): who a flow admits is paid where the adversary
makes the call, taking over a component that does not relay costs 2, everything else is free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.types import AccessKind

from ..document import Flow
from ..graph import Graph
from .footholds import Footholds

FAR = 4
TAKEOVER = 2
ADMITS = {"anyone": 0, "self_signup": 0, "customers": 1, "staff": 2, "named": 2, "mutual": 3}
SUPPLY_KINDS = frozenset({"data", "training", "artefact", "deployment", "feedback"})
CONTENT_KINDS = SUPPLY_KINDS | {"request", "physical"}
COPY_KINDS = frozenset({"artefact", "deployment"})

How = Literal["own", "call", "pulled", "touched", "relayed", "takeover", "carried"]
Gap = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hop:
    """One flow passed. `gaps` are unknown facts, as element and attribute, that it rests on."""

    flow: str
    source: str
    target: str
    cost: int
    how: How
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A way in: where it starts, the flows passed, what it costs (capped at `FAR`)."""

    start: str
    cost: int = 0
    hops: tuple[Hop, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def then(self, hop: Hop) -> Route:
        return Route(self.start, min(self.cost + hop.cost, FAR), (*self.hops, hop), self.gaps)

    @property
    def path(self) -> tuple[str, ...]:
        """Component, flow, component and so on. A listening place is the flow alone."""
        passed = (step for hop in self.hops for step in (hop.flow, hop.target))
        return (self.start, *passed)

    @property
    def unknown(self) -> tuple[Gap, ...]:
        """Everything unknown that the way rests on, in its order."""
        return (*self.gaps, *(gap for hop in self.hops for gap in hop.gaps))


Leave = Callable[[str], Iterable[Hop]]


class Router:
    """Routes of one adversary under one reading of what is unknown."""

    __slots__ = ("_feet", "_found", "_graph", "_hostile")

    def __init__(self, graph: Graph, feet: Footholds, *, hostile: bool) -> None:
        self._graph = graph
        self._feet = feet
        self._hostile = hostile
        self._found: dict[AccessKind, Mapping[str, Route]] = {}

    def to(self, kind: AccessKind, element: str) -> Route | None:
        """The cheapest route to one element, None when there is none.

        Notes
        -----
        One search per kind, O(components + flows), kept. A flow is got at through its target.
        """
        if kind == "network":
            return self._network(element)
        if kind in ("physical", "copy"):
            return self._at_hand(element, kind)
        flow = self._graph.document.flows.get(element)
        if kind not in self._found:
            self._found[kind] = self._search(kind)
        return self._found[kind].get(element if flow is None else flow.target)

    def _search(self, kind: AccessKind) -> dict[str, Route]:
        """Breadth first over costs 0, 1, 2 and so on: a bucket for each."""
        first, onward = self._ways(kind)
        routes = {start: self._standing(start) for start in self._starts()}
        reached: dict[str, Route] = {}
        buckets: list[list[Route]] = [[] for _ in range(FAR + 1)]
        for start in routes:
            for hop in first(start):
                _drop(buckets, routes[start].then(hop))
        for bucket in buckets:
            for route in bucket:
                here = route.path[-1]
                if here not in reached:
                    reached[here] = route
                    for hop in onward(here):
                        _drop(buckets, route.then(hop))
        return reached | routes

    def _ways(self, kind: AccessKind) -> tuple[Leave, Leave]:
        """How one leaves a foothold, and how one goes on from what was reached."""
        if kind == "query":
            return lambda c: self._calls(c, "request"), lambda c: self._relays(c, "request")
        if kind == "admin":
            return lambda c: self._calls(c, "control"), lambda c: self._relays(c, "control")
        if kind == "supply":
            return lambda c: self._writes(c, SUPPLY_KINDS), lambda c: self._carries(c, SUPPLY_KINDS)
        return lambda c: self._writes(c, CONTENT_KINDS), lambda c: self._carries(c, CONTENT_KINDS)

    def _starts(self) -> Iterator[str]:
        """Footholds in the order drawn, so that equal costs give the same route every time."""
        return (c for c in self._graph.document.components if self._feet.stands_at(c))

    def _standing(self, component: str) -> Route:
        if component not in self._feet.supposed:
            return Route(component)
        zones = self._graph.zones_of(component)
        return Route(component, gaps=((zones[0], "kind") if zones else (component, "zone"),))

    def _calls(self, foothold: str, kind: str) -> Iterator[Hop]:
        for flow in self._graph.outflow(foothold):
            if flow.kind == kind:
                yield self._own_call(flow)

    def _own_call(self, flow: Flow) -> Hop:
        """The call that the adversary makes: their own account, or whoever is admitted."""
        if flow.source in self._feet.own:
            return Hop(flow.id, flow.source, flow.target, 0, "own")
        admits = flow.attributes.get("admits")
        if isinstance(admits, str) and admits in ADMITS:
            return Hop(flow.id, flow.source, flow.target, ADMITS[admits], "call")
        cost = ADMITS["anyone" if self._hostile else "mutual"]
        return Hop(flow.id, flow.source, flow.target, cost, "call", ((flow.id, "admits"),))

    def _relays(self, component: str, kind: str) -> Iterator[Hop]:
        stated = self._graph.facts(component).get("relays_input")
        relays = self._hostile if stated is None else stated is True
        gaps = ((component, "relays_input"),) if stated is None else ()
        cost = 0 if relays else TAKEOVER
        how: How = "relayed" if relays else "takeover"
        for flow in self._graph.outflow(component):
            if flow.kind == kind:
                yield Hop(flow.id, component, flow.target, cost, how, gaps)

    def _writes(self, foothold: str, kinds: frozenset[str]) -> Iterator[Hop]:
        """The first element that content is written into; who calls by itself pulls it free."""
        for flow in self._graph.outflow(foothold):
            if flow.kind == "physical" and flow.kind in kinds:
                yield Hop(flow.id, foothold, flow.target, 0, "touched")
            elif flow.kind in kinds:
                yield self._own_call(flow)
        yield from self._answers(foothold, kinds, "pulled")

    def _carries(self, component: str, kinds: frozenset[str]) -> Iterator[Hop]:
        for flow in self._graph.outflow(component):
            if flow.kind in kinds:
                yield Hop(flow.id, component, flow.target, 0, "carried")
        yield from self._answers(component, kinds, "carried")

    def _answers(self, component: str, kinds: frozenset[str], how: How) -> Iterator[Hop]:
        for flow in self._graph.inflow(component):
            if flow.kind == "request" and flow.kind in kinds:
                yield Hop(flow.id, component, flow.source, 0, how)

    def _network(self, element: str) -> Route | None:
        """Listening on a flow that is in the clear where they stand."""
        flow = self._graph.document.flows.get(element)
        flows = [flow] if flow else [*self._graph.inflow(element), *self._graph.outflow(element)]
        routes = [route for f in flows if (route := self._listening(f)) is not None]
        return min(routes, key=lambda route: len(route.gaps), default=None)

    def _listening(self, flow: Flow) -> Route | None:
        encrypted = flow.attributes.get("encrypted")
        if encrypted is True or (encrypted is None and not self._hostile):
            return None
        gaps: tuple[Gap, ...] = ((flow.id, "encrypted"),) if encrypted is None else ()
        if self._feet.zones & passed_zones(self._graph, flow):
            return Route(flow.id, gaps=gaps)
        for end in (flow.source, flow.target):
            if end in self._feet.supposed:
                return Route(flow.id, gaps=(*gaps, *self._standing(end).gaps))
        return None

    def _at_hand(self, element: str, kind: AccessKind) -> Route | None:
        """What they can touch, or hold a copy of because it is handed to where they stand."""
        flow = self._graph.document.flows.get(element)
        for component in (element,) if flow is None else (flow.source, flow.target):
            if self._feet.stands_at(component):
                return self._standing(component)
            route = self._copied(component) if kind == "copy" else self._touched(component)
            if route is not None:
                return route
        return None

    def _touched(self, component: str) -> Route | None:
        for flow in self._graph.inflow(component):
            if flow.kind == "physical" and self._feet.stands_at(flow.source):
                hop = Hop(flow.id, flow.source, component, 0, "touched")
                return self._standing(flow.source).then(hop)
        return None

    def _copied(self, component: str) -> Route | None:
        """Artefacts and deployments carry the model to a place where they stand."""
        waiting, seen = [component], {component}
        for here in waiting:
            for flow in self._graph.outflow(here):
                if flow.kind in COPY_KINDS and flow.target not in seen:
                    if self._feet.stands_at(flow.target):
                        return self._standing(flow.target)
                    seen.add(flow.target)
                    waiting.append(flow.target)
        return None


def passed_zones(graph: Graph, flow: Flow) -> frozenset[str]:
    """Zones in which a flow ends or whose border it crosses. O(zone depth)."""
    source, target = graph.zones_of(flow.source), graph.zones_of(flow.target)
    return frozenset(source[:1]) | frozenset(target[:1]) | (frozenset(source) ^ frozenset(target))


def _drop(buckets: list[list[Route]], route: Route) -> None:
    buckets[route.cost].append(route)
