"""Where a threat comes in: elements of its entry side from which content gets to the effect."""

from __future__ import annotations

from catalog.types import Side

from ..graph import Graph
from .atoms import descendants


class Entries:
    """Entry elements over one diagram; what is the same for many findings is found once."""

    __slots__ = ("_accepted", "graph")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._accepted: dict[tuple[str, ...], frozenset[str]] = {}

    def of(self, threat_id: str, element_id: str) -> tuple[str, ...]:
        """Elements that can be the threat's entry for this effect, in the order drawn.

        Returns
        -------
        tuple of str
            The effect itself when the threat names no entry; empty when the diagram has none. With
            `via`, only entries whose content passes an element of that side on its way.

        Notes
        -----
        One search per effect element, O(components + flows), kept by the graph.
        """
        threat = self.graph.catalog.threats[threat_id]
        if not threat.entry.type and not threat.entry.flow:
            return (element_id,)
        return tuple(
            entry
            for entry in self._members(threat.entry)
            if self._leads(entry, element_id) and self._passes(threat.via, entry, element_id)
        )

    def _members(self, side: Side) -> list[str]:
        document, types = self.graph.document, self._types(side)
        found = [c.id for c in document.components.values() if c.type in types]
        return found + [flow.id for flow in document.flows.values() if flow.kind in side.flow]

    def _types(self, side: Side) -> frozenset[str]:
        found = self._accepted.get(side.type)
        if found is None:
            found = self._accepted[side.type] = descendants(self.graph.catalog, side.type)
        return found

    def _leads(self, start: str, end: str) -> bool:
        """Content of one element gets to the other, or they touch."""
        starts, ends = self._ends(start), self._ends(end)
        if start == end or set(starts) & set(ends):
            return True
        return any(first in self.graph.reach_to(last) for first in starts for last in ends)

    def _passes(self, via: Side, entry: str, effect: str) -> bool:
        if not via.type and not via.flow:
            return True
        return any(
            self._leads(entry, way) and self._leads(way, effect) for way in self._members(via)
        )

    def _ends(self, element: str) -> tuple[str, ...]:
        """The component itself, or both ends of a flow."""
        flow = self.graph.document.flows.get(element)
        return (element,) if flow is None else (flow.source, flow.target)
