"""Where a threat comes in: elements of its entry side from which content gets to the effect."""

from __future__ import annotations

from catalog.types import Side

from ..graph import Graph
from .scene import Scene
from .webs import Way, Web
from .words import descendants


def arriving(entry: Side) -> Way:
    """How what comes in at this side gets to the effect."""
    return Way(forward=True, lineage=False, along=frozenset(entry.along))


class Entries:
    """Entry elements over one diagram. Sets of components are bits by their place in it."""

    __slots__ = ("_by_type", "_found", "_graph", "_members", "_scene", "_types")

    def __init__(self, graph: Graph, scene: Scene | None = None) -> None:
        """`scene`: one of the same diagram, whose walks along the flows are used again."""
        self._graph = graph
        self._scene = scene or Scene(graph)
        self._members: dict[tuple[Way, tuple[str, ...], tuple[str, ...]], int] = {}
        self._found: dict[tuple[Side, Side, int], tuple[str, ...]] = {}
        self._types: dict[tuple[tuple[str, ...], tuple[str, ...]], frozenset[str]] = {}
        self._by_type: dict[str, list[str]] | None = None

    def followed(self, graph: Graph, scene: Scene) -> Entries:
        """The entries after an edit; what the catalog says is not read again."""
        entries = Entries(graph, scene)
        entries._types = self._types
        return entries

    def of(self, threat_id: str, element_id: str) -> tuple[str, ...]:
        """Elements that can be the threat's entry for this effect, components before flows.

        Returns
        -------
        tuple of str
            The effect itself when the threat names no entry; empty when the diagram has none. With
            `via`, only entries whose content passes an element of that side on its way.

        Notes
        -----
        O(components / 64) and the length of the answer, after one pass over the flows; a side that
        names flow kinds looks through the flows. Elements that content of the same others gets
        to share one answer.
        """
        threat = self._graph.catalog.threats[threat_id]
        if not threat.entry.type and not threat.entry.flow:
            return (element_id,)
        web = self._scene.web(arriving(threat.entry))
        key = (threat.entry, threat.via, self._before(element_id, web))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._among(*key, web)
        return found

    def _among(self, entry: Side, via: Side, before: int, web: Web) -> tuple[str, ...]:
        if via.type or via.flow:
            before = self._past(via, before, web)
        components = web.named(self._of_types(entry, web) & before)
        return (*components, *self._flows(entry, before, web))

    def _before(self, element: str, web: Web) -> int:
        """Components whose content gets to an element, itself or its ends among them."""
        flow = self._graph.document.flows.get(element)
        mask = 0
        for end in (element,) if flow is None else (flow.source, flow.target):
            place = web.place[end]
            mask |= web.bits[place] | 1 << place
        return mask

    def _past(self, via: Side, before: int, web: Web) -> int:
        """Components whose content gets to one of that side from which it gets on."""
        mask = 0
        for component in web.named(self._of_types(via, web) & before):
            mask |= self._before(component, web)
        for flow in self._flows(via, before, web):
            mask |= self._before(flow, web)
        return mask

    def _of_types(self, side: Side, web: Web) -> int:
        key = (web.way, side.type, side.but)
        found = self._members.get(key)
        if found is None:
            drawn = self._drawn()
            members = (c for kind in self._kinds(side) for c in drawn.get(kind, ()))
            found = self._members[key] = web.mask(members)
        return found

    def _kinds(self, side: Side) -> frozenset[str]:
        key, known = (side.type, side.but), self._graph.catalog
        if key not in self._types:
            self._types[key] = descendants(known, side.type) - descendants(known, side.but)
        return self._types[key]

    def _drawn(self) -> dict[str, list[str]]:
        """Components by type."""
        if self._by_type is None:
            self._by_type = {}
            for one in self._graph.document.components.values():
                self._by_type.setdefault(one.type, []).append(one.id)
        return self._by_type

    def _flows(self, side: Side, before: int, web: Web) -> tuple[str, ...]:
        """Flows of the side's kinds that end in one of these components."""
        if not side.flow:
            return ()
        place = web.place
        return tuple(
            flow.id
            for _, flow in sorted(self._graph.document.flows.items())
            if flow.kind in side.flow
            and before & (1 << place[flow.source] | 1 << place[flow.target])
        )
