"""What of an edit the ways in depend on, and whom it touches nearby."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..graph import Graph
from ..operations import Executed
from .steps import COPY_KINDS, Rewiring

READ_BY_ACCESS = {
    "component": ("type", "zone", "attributes.relays_input"),
    "flow": ("kind", "source", "target", "attributes.admits", "attributes.encrypted"),
    "zone": ("kind", "trust", "parent"),
    "adversary": ("footholds", "accident"),
}


def rewiring(changes: Iterable[Executed], before: Graph, after: Graph) -> Rewiring:
    """What of an edit the ways through the diagram read. O(changes), O(components) for zones."""
    at: set[str] = set()
    placed: set[str] = set()
    flows: set[str] = set()
    for change in changes:
        if not touches_access([change]):
            continue
        if change.kind == "flow":
            flows.add(change.id)
            at.update(_ends(change.id, before, after))
        elif change.kind == "zone":
            placed.update(_inside(change.id, before), _inside(change.id, after))
        elif change.kind == "component":
            at.add(change.id)
            if change.action != "set" or "type" in change.values or "zone" in change.values:
                placed.add(change.id)
    return Rewiring(frozenset(at), frozenset(placed), frozenset(flows))


def touches_access(changes: Iterable[Executed]) -> bool:
    """Whether an edit can change who gets where; if not, a map's levels hold for the next state."""
    for change in changes:
        read = READ_BY_ACCESS.get(change.kind, ())
        if change.action == "set" and not any(key in change.values for key in read):
            continue
        if read:
            return True
    return False


def _ends(flow_id: str, *graphs: Graph) -> set[str]:
    drawn = [g.document.flows[flow_id] for g in graphs if flow_id in g.document.flows]
    return {end for flow in drawn for end in (flow.source, flow.target)}


def _inside(zone: str, graph: Graph) -> set[str]:
    return {one for one in graph.document.components if zone in graph.zones_of(one)}


def neighbours(graph: Graph, components: Collection[str]) -> set[str]:
    """The components, and those that a flow joins them with."""
    drawn = [one for one in components if one in graph.document.components]
    flows = [flow for one in drawn for flow in (*graph.inflow(one), *graph.outflow(one))]
    return {*components, *(end for flow in flows for end in (flow.source, flow.target))}


def handed_on(graph: Graph, components: Collection[str]) -> set[str]:
    """Components from which artefacts get to one of these."""
    found = {one for one in components if one in graph.document.components}
    waiting = list(found)
    while waiting:
        flows = graph.inflow(waiting.pop())
        fresh = {flow.source for flow in flows if flow.kind in COPY_KINDS} - found
        found |= fresh
        waiting.extend(fresh)
    return found
