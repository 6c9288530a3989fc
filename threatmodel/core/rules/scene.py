"""The graph as rules see it: facts of either kind of element, and what spreads along flows.

A scene belongs to one state of the diagram. What it has worked out stays with it, so that three
hundred rules asking what a public data set ends up in walk the graph once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from catalog.types import Scalar

from ..document import Component, Flow
from ..graph import Graph
from .bits import mask_of, slots_in
from .closure import closures
from .kleene import Truth


@dataclass(frozen=True, slots=True)
class Web:
    """Who comes before (or after) whom along flows: for each component the bits of the others."""

    place: Mapping[str, int]
    bits: Sequence[int]

    def names(self, component: str) -> Iterator[str]:
        """The others of one component, in the order drawn."""
        names = tuple(self.place)
        return (names[place] for place in slots_in(self.bits[self.place[component]]))


@dataclass(frozen=True, slots=True)
class Spread:
    """What content of some starts gets to: for certain, and if unknown starts are starts."""

    web: Web
    certain: int
    possible: int

    def truth(self, component: str) -> Truth:
        others = self.web.bits[self.web.place[component]]
        if others & self.certain:
            return True
        return None if others & self.possible else False


class Scene:
    """One state of the diagram, read by rules."""

    __slots__ = ("_asked", "_attributes", "_spreads", "_webs", "graph", "lineage_kinds")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        kinds = graph.catalog.flow_kinds.values()
        self.lineage_kinds = frozenset(kind.id for kind in kinds if kind.lineage)
        self._attributes: dict[str, frozenset[str]] = {}
        self._webs: dict[tuple[bool, bool], Web] = {}
        # Webs that answers rest on, also where this scene had no need to walk them itself.
        self._asked: set[tuple[bool, bool]] = set()
        self._spreads: dict[tuple[object, bool, bool], Spread] = {}

    def redrawn(self, graph: Graph) -> Scene:
        """The scene after an edit that left components and flows where they are."""
        scene = self.rewired(graph)
        scene._webs = self._webs
        return scene

    def rewired(self, graph: Graph) -> Scene:
        """The scene after an edit that moved components or flows."""
        scene = Scene(graph)
        scene._attributes, scene._asked = self._attributes, self._asked
        return scene

    def elements(self) -> Iterator[str]:
        """Everything that rules speak of: components, then flows."""
        yield from self.graph.document.components
        yield from self.graph.document.flows

    def kind(self, element: str) -> tuple[Literal["component", "flow"], str]:
        """A component with its type, or a flow with its kind. O(1)."""
        flow = self.graph.document.flows.get(element)
        if flow is not None:
            return "flow", flow.kind
        return "component", self.component(element).type

    def component(self, element: str) -> Component:
        return self.graph.document.components[element]

    def flow(self, element: str) -> Flow:
        return self.graph.document.flows[element]

    def flows_at(self, component: str) -> tuple[Flow, ...]:
        return (*self.graph.inflow(component), *self.graph.outflow(component))

    def value(self, element: str, attribute: str) -> Scalar | None:
        """What is stated or implied; None when nobody has said. O(1)."""
        flow = self.graph.document.flows.get(element)
        facts = self.graph.facts(element) if flow is None else flow.attributes
        return facts.get(attribute)

    def can_have(self, element: str, attribute: str) -> bool:
        """Whether the catalog gives this element the attribute; else nobody could state it."""
        flow = self.graph.document.flows.get(element)
        kind = "" if flow is not None else self.component(element).type
        known = self._attributes.get(kind)
        if known is None:
            catalog = self.graph.catalog
            owned = catalog.attributes_of(kind) if kind else catalog.flow_attributes
            known = self._attributes[kind] = frozenset(attribute.id for attribute in owned)
        return attribute in known

    def spread(
        self, start: Callable[[Scene, str], Truth], *, forward: bool, lineage: bool
    ) -> Spread:
        """Where content of the starting elements gets to (or, backward, comes from).

        Parameters
        ----------
        start
            Says of a component whether it is a start; unknown ones count as possible.
        forward
            Along the way content moves, or against it.
        lineage
            Only along flows whose content ends up inside what is made of it.

        Notes
        -----
        O(components), once per scene and kind of start.
        """
        key = (start, forward, lineage)
        found = self._spreads.get(key)
        if found is None:
            web = self.web(forward=forward, lineage=lineage)
            answers = [(web.place[c], start(self, c)) for c in web.place]
            certain = mask_of([place for place, truth in answers if truth])
            unknown = mask_of([place for place, truth in answers if truth is None])
            found = self._spreads[key] = Spread(web, certain, certain | unknown)
        return found

    def web(self, *, forward: bool, lineage: bool) -> Web:
        """For each component, those whose content gets to it (backward: that it gets to).

        Notes
        -----
        An element is not among its own: every request would otherwise bring its caller back to
        itself. All components at once, see `closures`; kept.
        """
        found = self._webs.get((forward, lineage))
        self._asked.add((forward, lineage))
        if found is None:
            place = {c: i for i, c in enumerate(self.graph.document.components)}
            sources = self._sources(place, forward=forward, lineage=lineage)
            found = self._webs[forward, lineage] = Web(place, closures(sources))
        return found

    def moved_since(self, before: Scene) -> frozenset[str] | None:
        """Components that content gets to, or comes from, otherwise than it did in another scene.

        Returns
        -------
        frozenset of str or None
            None when components are gone, so that the two cannot be compared place by place.
        """
        old = tuple(before.graph.document.components)
        if old != tuple(self.graph.document.components)[: len(old)]:
            return None
        moved: set[str] = set()
        for forward, lineage in sorted(before._asked):
            was = before.web(forward=forward, lineage=lineage).bits
            now = self.web(forward=forward, lineage=lineage).bits
            moved.update(c for c, a, b in zip(old, was, now, strict=False) if a != b)
        return frozenset(moved)

    def _sources(
        self, place: Mapping[str, int], *, forward: bool, lineage: bool
    ) -> list[dict[int, None]]:
        """For each component, where content comes from (backward: goes to) in one flow.

        The answer of a request flows back, so that content comes both ways; it is no lineage.
        """
        found: list[dict[int, None]] = [{} for _ in place]
        for flow in self.graph.document.flows.values():
            if lineage and flow.kind not in self.lineage_kinds:
                continue
            source, target = place[flow.source], place[flow.target]
            both_ways = flow.kind == "request" and not lineage
            if forward or both_ways:
                found[target][source] = None
            if both_ways or not forward:
                found[source][target] = None
        return found
