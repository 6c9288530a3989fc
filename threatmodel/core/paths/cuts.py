"""What every way passes, and the fewest places that stop all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

Edge = tuple[int, int]


def vertex_cut(
    edges: Iterable[Edge], source: int, target: int, costs: Mapping[int, int]
) -> frozenset[int] | None:
    """The cheapest nodes without which no path leads from source to target.

    Parameters
    ----------
    edges
        Of a directed graph; parallel ones count once.
    source, target
        Never cut themselves.
    costs
        What cutting a node costs, a whole number above 0. Nodes without a cost cannot be cut.

    Returns
    -------
    frozenset of int or None
        Empty when no path leads there; None when some path passes no node that can be cut.

    Notes
    -----
    Each node becomes two with an edge of its cost between them (Menger's theorem); the cut lies
    where the maximum flow fills these edges.
    """
    pairs = sorted(set(edges))
    nodes = sorted({end for pair in pairs for end in pair} | {source, target})
    place = {node: number for number, node in enumerate(nodes)}
    endless = sum(costs.values()) + 1
    inner = [costs.get(node, endless) for node in nodes]
    for end in (source, target):
        inner[place[end]] = endless
    joined = np.array([(place[begin], place[end]) for begin, end in pairs], np.int32)
    joined = joined.reshape(-1, 2)
    here = np.arange(len(nodes), dtype=np.int32)
    begins = np.concatenate([2 * here, 2 * joined[:, 0] + 1])
    ends = np.concatenate([2 * here + 1, 2 * joined[:, 1]])
    room = np.concatenate([inner, np.full(len(joined), endless)]).astype(np.int32)
    capacities = csr_array((room, (begins, ends)), shape=(2 * len(nodes),) * 2)
    flow = maximum_flow(capacities, 2 * place[source], 2 * place[target] + 1)
    if flow.flow_value >= endless:
        return None
    reached = _reached(capacities - flow.flow, 2 * place[source])
    return frozenset(
        node for node, at in place.items() if reached[2 * at] and not reached[2 * at + 1]
    )


def dominators(edges: Iterable[Edge], source: int, target: int) -> tuple[int, ...]:
    """Nodes that lie on every path from source to target, the first first, both left out."""
    graph: nx.DiGraph[int] = nx.DiGraph(edges)
    if source not in graph or target not in graph or not nx.has_path(graph, source, target):
        return ()
    above = nx.immediate_dominators(graph, source)
    found: list[int] = []
    node = above[target]
    while node is not None and node != source:
        found.append(node)
        node = above[node]
    return tuple(reversed(found))


def _reached(residual: csr_array, start: int) -> NDArray[np.bool_]:
    """Where flow could still be sent."""
    open_edges = csr_array(residual > 0, dtype=np.int8)
    open_edges.eliminate_zeros()
    seen = np.zeros(residual.shape[0], dtype=bool)
    seen[breadth_first_order(open_edges, start, return_predecessors=False)] = True
    return seen
