"""The document read with the catalog: who stands where, what flows to whom.

`source -> target` is the way content moves. A request also brings its answer back, so content
reaches the caller too; lineage is narrower: only flows whose content ends up inside what is made
of it (kinds of the catalog with `lineage`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from catalog.types import Catalog, Scalar, Trust

from .document import Component, Document, Flow
from .operations import Executed


class Graph:
    """Answers about one document. Each answer is found once and kept, so build one per document.

    Notes
    -----
    Building is O(components + flows). What content gets to whom is for `rules.webs` to answer.
    """

    def __init__(self, document: Document, catalog: Catalog) -> None:
        self.document = document
        self.catalog = catalog
        self._inflow: dict[str, list[Flow]] = {key: [] for key in document.components}
        self._outflow: dict[str, list[Flow]] = {key: [] for key in document.components}
        for key in sorted(document.flows):
            flow = document.flows[key]
            self._outflow[flow.source].append(flow)
            self._inflow[flow.target].append(flow)
        self._implied: dict[str, Mapping[str, Scalar]] = {}
        self._facts: dict[str, tuple[Component, Mapping[str, Scalar]]] = {}

    def followed(self, document: Document, changes: Iterable[Executed]) -> Graph:
        """The graph after an edit: `document` is what `changes` made of the present one.

        Notes
        -----
        O(changes), with one copy of the flows at components where a flow or component changed.
        """
        graph = Graph.__new__(Graph)
        graph.document, graph.catalog = document, self.catalog
        graph._inflow, graph._outflow = self._inflow, self._outflow
        graph._implied, graph._facts = self._implied, self._facts
        flows = {one.id for one in changes if one.kind == "flow"}
        components = {one.id for one in changes if one.kind == "component" and one.action != "set"}
        if flows or components:
            graph._inflow = self._joined(self._inflow, document, components, flows, _target)
            graph._outflow = self._joined(self._outflow, document, components, flows, _source)
        return graph

    def _joined(
        self,
        known: Mapping[str, list[Flow]],
        document: Document,
        components: set[str],
        flows: set[str],
        end: Callable[[Flow], str],
    ) -> dict[str, list[Flow]]:
        """Flows by one of their ends, with these components and flows taken from the document."""
        before = [one for key in flows if (one := self.document.flows.get(key)) is not None]
        after = [one for key in flows if (one := document.flows.get(key)) is not None]
        found = dict(known)
        for key in components:
            found.pop(key, None)
            if key in document.components:
                found[key] = [one for one in known.get(key, ()) if one.id in document.flows]
        came: dict[str, list[Flow]] = {end(one): [] for one in before}
        for one in after:
            came.setdefault(end(one), []).append(one)
        for key in came.keys() & found.keys():
            left = [one for one in found[key] if one.id not in flows]
            found[key] = sorted((*left, *came[key]), key=lambda one: one.id)
        return found

    def facts(self, component_id: str) -> Mapping[str, Scalar]:
        """What is known about a component: what people declared over what its type implies."""
        component = self.document.components[component_id]
        known = self._facts.get(component_id)
        if known is not None and known[0] is component:
            return known[1]
        implied = self._implied.get(component.type)
        if implied is None:
            implied = self._implied[component.type] = self.catalog.implied(component.type)
        found = MappingProxyType({**implied, **component.attributes})
        self._facts[component_id] = (component, found)
        return found

    def zones_of(self, element_id: str) -> tuple[str, ...]:
        """The zones around a component, or around and including a zone, nearest first."""
        component = self.document.components.get(element_id)
        current = component.zone if component else element_id
        found: list[str] = []
        while current is not None and current in self.document.zones:
            found.append(current)
            current = self.document.zones[current].parent
        return tuple(found)

    def zone_trust(self, zone_id: str) -> Trust | None:
        """As declared, else as its kind says; None when neither is known."""
        zone = self.document.zones[zone_id]
        if zone.trust is not None:
            return zone.trust
        return self.catalog.zone_kinds[zone.kind].trust if zone.kind else None

    def trust_of(self, component_id: str) -> Trust | None:
        """The trust of the zone a component stands in; None when it stands in none."""
        zone = self.document.components[component_id].zone
        return None if zone is None else self.zone_trust(zone)

    def inflow(self, component_id: str) -> tuple[Flow, ...]:
        """Flows whose target is the component, by id; answers to its own requests are not here."""
        return tuple(self._inflow[component_id])

    def outflow(self, component_id: str) -> tuple[Flow, ...]:
        """Flows whose source is the component, by id."""
        return tuple(self._outflow[component_id])

    def crosses(self, flow_id: str) -> bool | None:
        """Whether a flow leaves one zone for another; None when an end stands in no zone."""
        source, target = self._ends(flow_id)
        if source is None or target is None:
            return None
        return source != target

    def trust_drop(self, flow_id: str) -> bool | None:
        """Whether content comes from a less trusted zone into a more trusted one.

        None when the trust of an end is unknown.
        """
        source, target = self._ends(flow_id)
        if source is None or target is None:
            return None
        before, after = self.zone_trust(source), self.zone_trust(target)
        return None if before is None or after is None else before < after

    def _ends(self, flow_id: str) -> tuple[str | None, str | None]:
        flow = self.document.flows[flow_id]
        components = self.document.components
        return components[flow.source].zone, components[flow.target].zone


def _source(flow: Flow) -> str:
    return flow.source


def _target(flow: Flow) -> str:
    return flow.target
