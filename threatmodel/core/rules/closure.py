"""Everything that lies on from each node of a graph, as bits: one pass answers all starts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence


def closures(after: Mapping[int, Collection[int]], known: Sequence[int] = ()) -> dict[int, int]:
    """For every node, the bits of all other nodes that can be reached from it.

    Parameters
    ----------
    after
        For every node the nodes that directly follow it.
    known
        The bits of nodes that follow without being asked about themselves, by number.

    Notes
    -----
    Strong components in Tarjan's order, which comes to what lies on before what leads there, so
    that each component is the union of those already done. O(V + E x V / 64) time, V^2 / 8 bytes.

    References
    ----------
    R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).

    Examples
    --------
    >>> {node: bin(bits) for node, bits in closures({0: [1], 1: [2], 2: [1], 3: []}).items()}
    {0: '0b110', 1: '0b100', 2: '0b10', 3: '0b0'}
    """
    bits = dict.fromkeys(after, 0)
    for members in strong_components(after):
        whole = 0
        for node in members:
            whole |= 1 << node
        for node in members:
            for other in after[node]:
                whole |= (bits[other] if other in bits else known[other]) | 1 << other
        for node in members:
            bits[node] = whole
    return {node: found & ~(1 << node) for node, found in bits.items()}


def strong_components(after: Mapping[int, Collection[int]]) -> Iterator[list[int]]:
    """Nodes that lie on one another, what lies on before what leads there. O(V + E).

    Tarjan's algorithm with a stack of its own, since diagrams can be deeper than Python's.
    """
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open: set[int] = set()
    for root in after:
        if root in order:
            continue
        walk = [(root, iter(after[root]))]
        while walk:
            node, rest = walk[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                open_nodes.append(node)
                is_open.add(node)
            for other in rest:
                if other not in after:
                    continue
                if other not in order:
                    walk.append((other, iter(after[other])))
                    break
                if other in is_open:
                    low[node] = min(low[node], order[other])
            else:
                walk.pop()
                if walk:
                    parent = walk[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == order[node]:
                    yield _close(node, open_nodes, is_open)


def _close(node: int, open_nodes: list[int], is_open: set[int]) -> list[int]:
    members: list[int] = []
    while not members or members[-1] != node:
        members.append(open_nodes.pop())
        is_open.discard(members[-1])
    return members
