"""The cheapest way from where an adversary stands to every component, by kind of access.

Costs are small whole numbers (docs/scoring.md, section 2), see `steps`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from heapq import heapify, heappop, heappush

from catalog.types import AccessKind

from ..document import Flow
from ..graph import Graph
from .footholds import Footholds
from .routes import FAR, Candidate, Route, arrived, behind, candidate, is_taken, wins
from .steps import ADMITS, ALONG, COPY_KINDS, Gap, Hop, Rewiring, Steps, answers


class Router:
    """Routes of one adversary under one reading of what is unknown.

    Of equal costs the shorter way counts, of equal lengths the flow whose id comes first: a route
    does not depend on the order in which anything was drawn or looked at.
    """

    __slots__ = ("_found", "_graph", "_heard", "_hostile", "_routes", "_stand", "_steps", "feet")

    def __init__(
        self, graph: Graph, feet: Footholds, *, hostile: bool, steps: Steps | None = None
    ) -> None:
        """`steps`: shared by the routers of one diagram, so that each is worked out once."""
        self._graph = graph
        self.feet = feet
        self._hostile = hostile
        self._steps = steps or Steps(graph)
        self._found: dict[AccessKind, Mapping[str, Route]] = {}
        self._routes: dict[AccessKind, Mapping[str, Route]] = {}
        self._heard: dict[str, Route | None] = {}
        self._stand: Mapping[str, Route] | None = None

    def to(self, kind: AccessKind, element: str) -> Route | None:
        """The cheapest route to one element, None when there is none.

        Notes
        -----
        One search per kind, O(components + flows), kept. A flow is got at through its target.
        """
        return self.getter(kind)(element)

    def getter(self, kind: AccessKind) -> Callable[[str], Route | None]:
        """`to` for many elements, with the look-ups that they share done once."""
        if kind == "network":
            return self._network
        if kind == "physical" or kind == "copy":
            return partial(self._at_hand, kind)
        routes, flows = self.routes(kind), self._graph.document.flows

        def get(element: str) -> Route | None:
            flow = flows.get(element)
            return routes.get(element if flow is None else flow.target)

        return get

    def routes(self, kind: AccessKind) -> Mapping[str, Route]:
        """Whom one gets to by a kind of access that is searched for, footholds themselves too."""
        found = self._routes.get(kind)
        if found is None:
            found = self._routes[kind] = {**self._reached(kind), **self._standings()}
        return found

    def _standings(self) -> Mapping[str, Route]:
        """Where they stand, in the order drawn."""
        if self._stand is None:
            drawn = self._graph.document.components
            self._stand = {c: self._standing(c) for c in drawn if self.feet.stands_at(c)}
        return self._stand

    def followed(
        self, graph: Graph, steps: Steps, feet: Footholds, change: Rewiring
    ) -> tuple[Router, dict[AccessKind, frozenset[str]]]:
        """The router after an edit, and by kind the components whose route is another one.

        Notes
        -----
        A search is done again only where a flow that came can win or one that went was used.
        """
        router = Router(graph, feet, hostile=self._hostile, steps=steps)
        stands = self.feet.moved(feet) | (change.placed & (self.feet.supposed | feet.supposed))
        router._stand = None if stands else self._stand
        moved: dict[AccessKind, frozenset[str]] = {}
        for kind, found in self._found.items():
            now = router._repaired(kind, found, self, change.at | stands)
            router._found[kind] = now
            if now is found and not stands:
                if kind in self._routes:
                    router._routes[kind] = self._routes[kind]
                continue
            moved[kind] = self._differing(found, now) | stands
        return router, moved

    def _repaired(
        self, kind: AccessKind, found: Mapping[str, Route], before: Router, at: Iterable[str]
    ) -> Mapping[str, Route]:
        """What a search would find after an edit of the steps at some components.

        Notes
        -----
        O(routes that change) and their neighbours; the same mapping when none does.
        """
        lost: set[str] = set()
        for component in at:
            left = {one.hop for one in self._leaving(kind, component, found)}
            went = (one.hop for one in before._leaving(kind, component, found))
            lost.update(hop.target for hop in went if hop not in left and is_taken(found, hop))
        gone = behind(found, lost)
        routes = {end: route for end, route in found.items() if end not in gone} if gone else found
        waiting = [one for end in gone for one in self._arriving(kind, end, routes)]
        for component in at:
            leaving = self._leaving(kind, component, routes)
            waiting.extend(one for one in leaving if wins(routes, one))
        return self._relaxed(kind, dict(routes), waiting) if gone or waiting else found

    def _relaxed(
        self, kind: AccessKind, routes: dict[str, Route], waiting: list[Candidate]
    ) -> dict[str, Route]:
        """Take the best step again and again until none comes before what is known."""
        heapify(waiting)
        onward = self._steps.onward(kind, self._hostile)
        while waiting:
            one = heappop(waiting)
            # A better way to where a step starts may have been found since it was listed.
            is_current = one.route.length == 0 or routes.get(one.route.end) is one.route
            if is_current and wins(routes, one):
                route = routes[one.hop.target] = one.route.then(one.hop)
                for hop in onward(route.end):
                    heappush(waiting, candidate(route, hop))
        return routes

    def _arriving(
        self, kind: AccessKind, component: str, found: Mapping[str, Route]
    ) -> Iterator[Candidate]:
        """Every step to a component from those that are reached and from footholds."""
        if component not in self._graph.document.components:
            return
        sources = {flow.source for flow in self._graph.inflow(component)}
        sources.update(flow.target for flow in self._graph.outflow(component))
        for source in sources:
            for one in self._leaving(kind, source, found):
                if one.hop.target == component:
                    yield one

    def _leaving(
        self, kind: AccessKind, component: str, found: Mapping[str, Route]
    ) -> Iterator[Candidate]:
        """Every step on from a component, where one stands or gets to."""
        if component not in self._graph.document.components:
            return
        standing = self._standings().get(component)
        if standing is not None:
            yield from (candidate(standing, hop) for hop in self._first(kind, component))
        here = found.get(component)
        if here is not None:
            onward = self._steps.onward(kind, self._hostile)(component)
            yield from (candidate(here, hop) for hop in onward)

    def _differing(self, before: Mapping[str, Route], now: Mapping[str, Route]) -> frozenset[str]:
        """Components with another cost; in the hostile reading also where another way is told."""
        moved = before.keys() ^ now.keys()
        for end in before.keys() & now.keys():
            old, new = before[end], now[end]
            if old is not new and (
                old.cost != new.cost or (self._hostile and old.words != new.words)
            ):
                moved.add(end)
        return frozenset(moved)

    def _reached(self, kind: AccessKind) -> Mapping[str, Route]:
        found = self._found.get(kind)
        if found is None:
            found = self._found[kind] = self._search(kind)
        return found

    def _search(self, kind: AccessKind) -> dict[str, Route]:
        """Breadth first, by length within each cost: whoever is reached, cheapest first.

        Footholds are not among them unless one gets there from another.
        """
        onward = self._steps.onward(kind, self._hostile)
        waiting: list[dict[int, list[tuple[Route, Hop]]]] = [{} for _ in range(FAR + 1)]
        for start, route in self._standings().items():
            for hop in self._first(kind, start):
                waiting[min(hop.cost, FAR)].setdefault(1, []).append((route, hop))
        reached: dict[str, Route] = {}
        for cost, lengths in enumerate(waiting):
            while lengths:
                length = min(lengths)
                for route in arrived(lengths.pop(length), reached):
                    for hop in onward(route.end):
                        if hop.target not in reached:
                            place = waiting[min(cost + hop.cost, FAR)]
                            place.setdefault(length + 1, []).append((route, hop))
        return reached

    def _first(self, kind: AccessKind, start: str) -> Iterator[Hop]:
        """How one leaves a foothold."""
        if kind == "query":
            return self._calls(start, "request")
        if kind == "admin":
            return self._calls(start, "control")
        return self._writes(start, ALONG[kind])

    def _standing(self, component: str) -> Route:
        if component not in self.feet.supposed:
            return Route(component)
        zones = self._graph.zones_of(component)
        return Route(component, gaps=((zones[0], "kind") if zones else (component, "zone"),))

    def _calls(self, foothold: str, kind: str) -> Iterator[Hop]:
        for flow in self._graph.outflow(foothold):
            if flow.kind == kind:
                yield self._own_call(flow)

    def _own_call(self, flow: Flow) -> Hop:
        """The call that the adversary makes: their own account, or whoever is admitted."""
        if flow.source in self.feet.own:
            return Hop(flow.id, flow.source, flow.target, 0, "own")
        admits = flow.attributes.get("admits")
        if isinstance(admits, str) and admits in ADMITS:
            return Hop(flow.id, flow.source, flow.target, ADMITS[admits], "call", admits=admits)
        cost = ADMITS["anyone" if self._hostile else "mutual"]
        return Hop(flow.id, flow.source, flow.target, cost, "call", ((flow.id, "admits"),))

    def _writes(self, foothold: str, kinds: frozenset[str]) -> Iterator[Hop]:
        """The first element that content is written into; who calls by itself pulls it free."""
        for flow in self._graph.outflow(foothold):
            if flow.kind == "physical" and flow.kind in kinds:
                yield Hop(flow.id, foothold, flow.target, 0, "touched")
            elif flow.kind in kinds:
                yield self._own_call(flow)
        yield from answers(self._graph, foothold, kinds, "pulled")

    def _network(self, element: str) -> Route | None:
        """Listening on a flow that is in the clear where they stand."""
        flow = self._graph.document.flows.get(element)
        flows = [flow] if flow else [*self._graph.inflow(element), *self._graph.outflow(element)]
        routes = [route for f in flows if (route := self._listening(f)) is not None]
        return min(routes, key=lambda route: len(route.gaps), default=None)

    def _listening(self, flow: Flow) -> Route | None:
        if flow.id not in self._heard:
            self._heard[flow.id] = self._heard_at(flow)
        return self._heard[flow.id]

    def _heard_at(self, flow: Flow) -> Route | None:
        encrypted = flow.attributes.get("encrypted")
        if encrypted is True or (encrypted is None and not self._hostile):
            return None
        gaps: tuple[Gap, ...] = ((flow.id, "encrypted"),) if encrypted is None else ()
        if self.feet.zones & self._steps.passed_zones(flow):
            return Route(flow.id, gaps=gaps)
        for end in (flow.source, flow.target):
            if end in self.feet.supposed:
                return Route(flow.id, gaps=(*gaps, *self._standing(end).gaps))
        return None

    def _at_hand(self, kind: AccessKind, element: str) -> Route | None:
        """What they can touch, or hold a copy of because it is handed to where they stand."""
        flow = self._graph.document.flows.get(element)
        for component in (element,) if flow is None else (flow.source, flow.target):
            if self.feet.stands_at(component):
                return self._standing(component)
            route = self._copied(component) if kind == "copy" else self._touched(component)
            if route is not None:
                return route
        return None

    def _touched(self, component: str) -> Route | None:
        for flow in self._graph.inflow(component):
            if flow.kind == "physical" and self.feet.stands_at(flow.source):
                hop = Hop(flow.id, flow.source, component, 0, "touched")
                return self._standing(flow.source).then(hop)
        return None

    def _copied(self, component: str) -> Route | None:
        """Artefacts and deployments carry the model to a place where they stand."""
        waiting, seen = [component], {component}
        for here in waiting:
            for flow in self._graph.outflow(here):
                if flow.kind in COPY_KINDS and flow.target not in seen:
                    if self.feet.stands_at(flow.target):
                        return self._standing(flow.target)
                    seen.add(flow.target)
                    waiting.append(flow.target)
        return None
