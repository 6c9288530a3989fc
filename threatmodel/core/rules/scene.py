"""The graph as rules see it: facts of either kind of element, and what spreads along flows.

A scene belongs to one state of the diagram. What it has worked out stays with it, so that three
hundred rules asking what a public data set ends up in walk the graph once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from catalog.types import Scalar

from ..document import Component, Flow
from ..graph import Graph
from .bits import Column, mask_of
from .kleene import Truth
from .webs import Way, Web

if TYPE_CHECKING:
    from .check import Check
    from .touch import Touched


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

    def column(self) -> Column:
        """The same of all components at once, by their place in the web."""
        bits = self.web.bits

        def reached(starts: int) -> int:
            digits = ["1" if others & starts else "0" for others in reversed(bits)]
            return int("".join(digits) or "0", 2)

        return Column(self.certain, self.possible).moved(reached)

    def deciding(self, component: str, whole: Truth) -> list[str]:
        """The starts on which that answer rests, by id."""
        others = self.web.bits[self.web.place[component]]
        return self.web.named(others & (self.certain if whole else self.possible & ~self.certain))


class Scene:
    """One state of the diagram, read by rules."""

    __slots__ = ("_attributes", "_spreads", "_webs", "graph", "lineage_kinds", "moved", "placed")

    def __init__(self, graph: Graph, lineage_kinds: frozenset[str] | None = None) -> None:
        """`lineage_kinds`: of the same catalog, where they are known."""
        self.graph = graph
        kinds = graph.catalog.flow_kinds.values()
        self.lineage_kinds = lineage_kinds or frozenset(one.id for one in kinds if one.lineage)
        self.moved: Mapping[Way, set[str]] = {}
        self.placed: dict[tuple[frozenset[str], str], Truth] = {}
        self._attributes: dict[str, frozenset[str]] = {}
        self._webs: dict[Way, Web] = {}
        self._spreads: dict[tuple[Check, Way], Spread] = {}

    def followed(self, graph: Graph, touched: Touched) -> Scene:
        """The scene after an edit. This one must not be asked any more.

        Notes
        -----
        What was walked is kept and followed; `moved` says which components have others before or
        after them now.
        """
        scene = Scene(graph, self.lineage_kinds)
        scene._attributes, scene._webs = self._attributes, self._webs
        scene._spreads = dict(self._spreads)
        doubted = self._doubted(graph, touched)
        gone = {way: web.mask(touched.gone) for way, web in self._webs.items()}
        scene.moved = {
            way: web.follow(touched.gone, touched.came, touched.lost, touched.won)
            for way, web in self._webs.items()
        }
        for check, way in doubted:
            known = self._spreads[check, way]
            anew = touched.reading(check.reads) & graph.document.components.keys()
            scene._spreads[check, way] = scene._decided(check, known, gone[way], anew)
        return scene

    def _doubted(self, graph: Graph, touched: Touched) -> list[tuple[Check, Way]]:
        """Spreads that may start elsewhere now: all where components came or went, else few."""
        drawn, stated = graph.document.components, touched.reads.keys()
        everywhere = bool(touched.gone) or any(one in drawn for one in touched.reseated)
        return [one for one in self._spreads if everywhere or not stated.isdisjoint(one[0].reads)]

    def _decided(self, check: Check, known: Spread, gone: int, anew: Iterable[str]) -> Spread:
        """The starts again, where an edit touched them."""
        if not gone and not anew:
            return known
        web = known.web
        keep = ~(gone | web.mask(anew))
        certain, possible = self._starts(check, web, anew)
        return Spread(web, known.certain & keep | certain, known.possible & keep | possible)

    def _starts(self, check: Check, web: Web, components: Iterable[str]) -> tuple[int, int]:
        answers = [(web.place[one], check.truth(self, one)) for one in components]
        certain = mask_of([place for place, truth in answers if truth])
        return certain, certain | mask_of([place for place, truth in answers if truth is None])

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

    def spread(self, start: Check, way: Way, starts: Column | None = None) -> Spread:
        """Where content of the starting components gets to (or, backward, comes from).

        Parameters
        ----------
        start
            Says of a component whether it is a start; unknown ones count as possible.
        way
            Along the way content moves or against it, by any flow or by lineage.
        starts
            What `start` says of all components in their order, where that is known. Webs of a
            scene that has followed no edit have that order too.

        Notes
        -----
        O(components), once per kind of start; after an edit only where it touched one.
        """
        found = self._spreads.get((start, way))
        if found is None:
            web = self.web(way)
            if starts is None:
                starts = Column(*self._starts(start, web, web.place))
            found = Spread(web, starts.certain, starts.possible)
            self._spreads[start, way] = found
        return found

    def web(self, way: Way) -> Web:
        """For each component, those whose content gets to it (backward: that it gets to). Kept."""
        found = self._webs.get(way)
        if found is None:
            document = self.graph.document
            flows = document.flows.values()
            found = self._webs[way] = Web(document.components, flows, way, self.lineage_kinds)
        return found
