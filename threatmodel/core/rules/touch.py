"""Which answers an edit can move: from executed changes to the properties read, and of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..document import Flow
from ..graph import Graph
from ..operations import Executed
from .check import Read, Scope

_PLACING = frozenset({"kind", "trust", "parent"})
_JOINING = frozenset({"kind", "source", "target"})


@dataclass(slots=True)
class Touched:
    """What an edit touched.

    `reads` maps a scope and property to the elements whose answer may move. `reseated` elements
    are new or of another kind; `removed` are gone. `gone` and `came` are components, `lost` and
    `won` flows as they led before and as they lead now.
    """

    reads: dict[Read, set[str]] = field(default_factory=dict)
    reseated: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    gone: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    lost: tuple[Flow, ...] = ()
    won: tuple[Flow, ...] = ()

    def add(self, scope: Scope, what: str, elements: Iterable[str]) -> None:
        self.reads.setdefault((scope, what), set()).update(elements)

    def reading(self, reads: Iterable[Read]) -> set[str]:
        """Elements that are new, of another kind, or touched in one of these properties."""
        return self.reseated.union(*(self.reads.get(read, ()) for read in reads))


def touched_by(changes: Iterable[Executed], before: Graph, after: Graph) -> Touched:
    """Gather what a run of changes touched. Elements that are gone by the end are left out."""
    touched = Touched()
    components: dict[str, None] = {}
    flows: dict[str, None] = {}
    for change in changes:
        if change.kind == "component":
            _component(change, before, after, touched)
            components[change.id] = None
        elif change.kind == "flow":
            if _flow(change, before, after, touched):
                flows[change.id] = None
        elif change.kind == "zone":
            _zone(change, before, after, touched)
        elif change.kind == "asset":
            _asset(change, before, after, touched)
    for elements in (touched.reseated, *touched.reads.values()):
        elements.difference_update([e for e in elements if not _is_drawn(e, after)])
    touched.removed = {e for e in touched.removed if not _is_drawn(e, after)}
    old, new = before.document, after.document
    touched.gone = tuple(c for c in components if c in old.components and c not in new.components)
    touched.came = tuple(c for c in components if c in new.components and c not in old.components)
    touched.lost = tuple(old.flows[one] for one in flows if one in old.flows)
    touched.won = tuple(new.flows[one] for one in flows if one in new.flows)
    return touched


def _is_drawn(element: str, graph: Graph) -> bool:
    return element in graph.document.components or element in graph.document.flows


def _component(change: Executed, before: Graph, after: Graph, touched: Touched) -> None:
    if change.action != "set":
        seat = touched.reseated if change.action == "add" else touched.removed
        seat.add(change.id)
        for flow in (*_flows_at(before, change.id), *_flows_at(after, change.id)):
            _joined(flow, touched)
        return
    if "type" in change.values:
        touched.reseated.add(change.id)
    for what in change.values:
        touched.add("self", what, (change.id,))
        touched.add("end", what, _around(after, change.id))


def _flow(change: Executed, before: Graph, after: Graph, touched: Touched) -> bool:
    """Whether the flow came, went or leads elsewhere."""
    drawn = [g.document.flows[change.id] for g in (before, after) if change.id in g.document.flows]
    if change.action == "set" and not _JOINING & change.values.keys():
        for what in change.values:
            touched.add("self", what, (change.id,))
            touched.add("flow", what, (end for flow in drawn for end in (flow.source, flow.target)))
        return False
    for flow in drawn:
        _joined(flow, touched)
    return True


def _joined(flow: Flow, touched: Touched) -> None:
    """A flow came, went or leads elsewhere: what stands on its ends may read it."""
    touched.reseated.add(flow.id)
    touched.removed.add(flow.id)
    touched.add("self", "flows", (flow.source, flow.target))


def _zone(change: Executed, before: Graph, after: Graph, touched: Touched) -> None:
    if change.action == "set" and not _PLACING & change.values.keys():
        return
    inside = [
        component
        for graph in (before, after)
        for component in graph.document.components
        if change.id in graph.zones_of(component)
    ]
    touched.add("self", "zone", inside)
    for component in inside:
        touched.add("end", "zone", _around(after, component))


def _asset(change: Executed, before: Graph, after: Graph, touched: Touched) -> None:
    for graph in (before, after):
        document = graph.document
        flows = [flow for flow in document.flows.values() if change.id in flow.assets]
        holders = [c.id for c in document.components.values() if change.id in c.assets]
        touched.add("self", "assets", (*holders, *(flow.id for flow in flows)))
        touched.add("flow", "assets", (end for f in flows for end in (f.source, f.target)))
        for component in holders:
            touched.add("end", "assets", _around(graph, component))


def _around(graph: Graph, component: str) -> Iterator[str]:
    """A component, its flows and its neighbours: all who may read it from the other end."""
    yield component
    for flow in _flows_at(graph, component):
        yield from (flow.id, flow.source, flow.target)


def _flows_at(graph: Graph, component: str) -> tuple[Flow, ...]:
    if component not in graph.document.components:
        return ()
    return (*graph.inflow(component), *graph.outflow(component))
