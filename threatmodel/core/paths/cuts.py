"""What every way passes, and the fewest places that stop all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

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
    ends_of_all = np.fromiter(chain(chain.from_iterable(edges), (source, target)), np.int64)
    nodes, places = np.unique(ends_of_all, return_inverse=True)
    (begin, end), joined = places[-2:].tolist(), places[:-2].reshape(-1, 2)
    size, endless = len(nodes), sum(costs.values()) + 1
    inner = np.array([costs.get(node, endless) for node in nodes.tolist()], np.int32)
    inner[[begin, end]] = endless
    parallel = np.unique(joined[:, 0] * size + joined[:, 1])
    here = np.arange(size)
    begins = np.concatenate([2 * here, 2 * (parallel // size) + 1]).astype(np.int32)
    ends = np.concatenate([2 * here + 1, 2 * (parallel % size)]).astype(np.int32)
    room = np.concatenate([inner, np.full(len(parallel), endless, np.int32)])
    capacities = csr_array((room, (begins, ends)), shape=(2 * size, 2 * size))
    flow = maximum_flow(capacities, 2 * begin, 2 * end + 1)
    if flow.flow_value >= endless:
        return None
    reached = _reached(capacities - flow.flow, 2 * begin)
    return frozenset(nodes[reached[0::2] & ~reached[1::2]].tolist())


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
