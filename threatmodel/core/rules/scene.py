"""The graph as rules see it: facts of either kind of element, and what spreads along flows.

A scene belongs to one state of the diagram. What it has worked out stays with it, so that three
hundred rules asking what a public data set ends up in walk the graph once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from catalog.types import Scalar

from ..document import Component, Flow
from ..graph import Graph
from .kleene import Truth


@dataclass(frozen=True, slots=True)
class Spread:
    """Elements that content gets to: for certain, and if what is unknown turns out that way."""

    certain: frozenset[str]
    possible: frozenset[str]

    def truth(self, element: str) -> Truth:
        if element in self.certain:
            return True
        return None if element in self.possible else False


class Scene:
    """One state of the diagram, read by rules."""

    __slots__ = ("_attributes", "_spreads", "graph", "lineage_kinds")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        kinds = graph.catalog.flow_kinds.values()
        self.lineage_kinds = frozenset(kind.id for kind in kinds if kind.lineage)
        self._attributes: dict[str, frozenset[str]] = {}
        self._spreads: dict[tuple[object, bool, bool], Spread] = {}

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
        A start belongs to the answer only if another start gets to it: every request would
        otherwise bring its caller back to itself. O(components + flows), once per scene.
        """
        key = (start, forward, lineage)
        found = self._spreads.get(key)
        if found is None:
            answers = [(c, start(self, c)) for c in self.graph.document.components]
            certain = self._walk((c for c, truth in answers if truth), forward, lineage)
            possible = certain
            if any(truth is None for _, truth in answers):
                maybe = (c for c, truth in answers if truth is not False)
                possible = self._walk(maybe, forward, lineage)
            found = self._spreads[key] = Spread(certain, possible)
        return found

    def reached(self, element: str, *, forward: bool, lineage: bool) -> frozenset[str]:
        """Other components that content of this one gets to (or, backward, comes from)."""
        return self._walk((element,), forward, lineage)

    def _walk(self, starts: Iterable[str], forward: bool, lineage: bool) -> frozenset[str]:
        """What some other start gets to: two origins for each place are enough to know that."""
        queue = deque((start, start) for start in starts)
        origins: dict[str, list[str]] = {}
        while queue:
            here, origin = queue.popleft()
            for other in self._next(here, forward, lineage):
                known = origins.setdefault(other, [])
                if len(known) < 2 and origin not in known:
                    known.append(origin)
                    queue.append((other, origin))
        return frozenset(place for place, known in origins.items() if known != [place])

    def _next(self, component: str, forward: bool, lineage: bool) -> Iterator[str]:
        """Neighbours that content goes on to; the answer of a request flows back."""
        leaving, arriving = self.graph.outflow(component), self.graph.inflow(component)
        along = leaving if forward else arriving
        if lineage:
            yield from (_far(f, forward) for f in along if f.kind in self.lineage_kinds)
            return
        yield from (_far(flow, forward) for flow in along)
        against = arriving if forward else leaving
        yield from (_far(flow, not forward) for flow in against if flow.kind == "request")


def _far(flow: Flow, forward: bool) -> str:
    return flow.target if forward else flow.source
