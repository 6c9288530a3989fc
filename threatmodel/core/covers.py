"""Controls as they are drawn: on an element, on all that comes in, or before it on every way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Set

from catalog.types import Control, Scalar

from .graph import Graph
from .index import Index

# Beyond this an answer is taken back by every edit: sets of components cost memory.
_REMEMBERED = 64


def satisfied(establishes: Mapping[str, Scalar], facts: Mapping[str, Scalar]) -> bool:
    """Whether facts say all that a control establishes; a control without facts never is."""
    return bool(establishes) and all(
        facts.get(name) == value for name, value in establishes.items()
    )


def holds_at(graph: Graph, element: str, control: Control, kinds: frozenset[str]) -> bool:
    """Drawn on the element itself, or, for facts of flows, on every such flow that comes in."""
    flow = graph.document.flows.get(element)
    if flow is not None:
        return satisfied(control.establishes, flow.attributes)
    if element not in graph.document.components:
        return False
    facts = graph.facts(element)
    for name, value in control.establishes.items():
        if facts.get(name) != value and not _arrives_with(graph, element, name, value, kinds):
            return False
    return True


def _arrives_with(
    graph: Graph, element: str, name: str, value: Scalar, kinds: frozenset[str]
) -> bool:
    if name not in Index.of(graph.catalog).flow_facts:
        return False
    arriving = [flow.attributes for flow in graph.inflow(element) if flow.kind in kinds]
    return bool(arriving) and all(stated.get(name) == value for stated in arriving)


class Covers:
    """What stands before elements on every way there, kept while the diagram is edited.

    A gateway covers what can only be reached through it. Each answer remembers the components
    that it was read off, so that an edit takes back only answers that it can change.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[str], str], tuple[bool, frozenset[str] | None]] = {}

    def covered(self, graph: Graph, element: str, control: Control, kinds: frozenset[str]) -> bool:
        """Whether everything that arrives by these kinds of flow has passed the control.

        Notes
        -----
        O(V + E) backwards from the element, the first time.
        """
        key = (control.id, kinds, element)
        known = self._known.get(key)
        if known is None:
            answer, seen = _only_through(graph, element, control, kinds)
            read = frozenset(seen) if len(seen) <= _REMEMBERED else None
            known = self._known[key] = (answer, read)
        return known[0]

    def forget(self, touched: Set[str], among: Set[str] | None = None) -> set[tuple[str, str]]:
        """Take back what was read off these elements, of all controls or of those `among` them.

        Returns
        -------
        set of (str, str)
            The control and the element of each answer. O(answers).
        """
        if not touched or (among is not None and not among):
            return set()
        gone = [
            key
            for key, (_, read) in self._known.items()
            if (among is None or key[0] in among) and (read is None or not touched.isdisjoint(read))
        ]
        for key in gone:
            del self._known[key]
        return {(control, element) for control, _, element in gone}


def _only_through(
    graph: Graph, element: str, control: Control, kinds: frozenset[str]
) -> tuple[bool, set[str]]:
    """Whether all that arrives has passed the control, and the elements that this depends on.

    One way past it is enough for a no, which then depends on that way alone: the shortest.
    """
    flow = graph.document.flows.get(element)
    ends = {element, flow.target} if flow else {element}
    pending = deque([flow.source] if flow else _before(graph, element, kinds))
    onward: dict[str, str] = dict.fromkeys(pending, element)
    covered = False
    while pending:
        current = pending.popleft()
        if holds_at(graph, current, control, kinds):
            covered = True
            continue
        arriving = _before(graph, current, kinds)
        if not arriving or _comes_from_less_trust(graph, current, element):
            return False, ends.union(_way(onward, current, element))
        for source in arriving:
            if source not in onward:
                onward[source] = current
                pending.append(source)
    return covered, ends | onward.keys()


def _way(onward: Mapping[str, str], start: str, end: str) -> Iterator[str]:
    """The components on the way that a walk back took, the other way round."""
    current = start
    while current != end:
        yield current
        current = onward[current]


def _before(graph: Graph, element: str, kinds: frozenset[str]) -> list[str]:
    return [flow.source for flow in graph.inflow(element) if flow.kind in kinds]


def _comes_from_less_trust(graph: Graph, start: str, element: str) -> bool:
    flow = graph.document.flows.get(element)
    here, there = graph.trust_of(start), graph.trust_of(flow.target if flow else element)
    return here is None or there is None or here < there
