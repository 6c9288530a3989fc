"""Controls as they are drawn: on an element, on all that comes in, or before it on every way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from catalog.types import Control, Scalar, Trust

from .document import Flow
from .graph import Graph
from .index import Index

_Key: TypeAlias = tuple[str, frozenset[str], str]  # control, kinds of flow, element


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


class _Ways:
    """Who comes before whom by some kinds of flow, and where a control holds, in one graph."""

    def __init__(self, graph: Graph, control: Control, kinds: frozenset[str]) -> None:
        self.graph, self._control, self._kinds = graph, control, kinds
        self._sources: dict[str, list[str]] = {}
        self._holds: dict[str, bool] = {}

    def before(self, component: str) -> list[str]:
        found = self._sources.get(component)
        if found is None:
            arriving = self.graph.inflow(component)
            found = [flow.source for flow in arriving if flow.kind in self._kinds]
            self._sources[component] = found
        return found

    def held(self, component: str) -> bool:
        found = self._holds.get(component)
        if found is None:
            found = holds_at(self.graph, component, self._control, self._kinds)
            self._holds[component] = found
        return found


@dataclass(frozen=True, slots=True)
class _Answer:
    """`ends` are the element and where its content arrives, `read` all that was looked at.

    Both are sets of elements as bits: thousands of answers may each rest on a thousand components.
    """

    control: Control
    covered: bool
    ends: int
    read: int


class Covers:
    """What stands before elements on every way there, kept while the diagram is edited.

    A gateway covers what can only be reached through it. Each answer remembers the components
    that it was read off, so that an edit takes back only answers that it can change.
    """

    def __init__(self) -> None:
        self._known: dict[_Key, _Answer] = {}
        self._bits: dict[str, int] = {}
        self._graph: Graph | None = None
        self._ways: dict[tuple[str, frozenset[str]], _Ways] = {}

    def covered(self, graph: Graph, element: str, control: Control, kinds: frozenset[str]) -> bool:
        """Whether everything that arrives by these kinds of flow has passed the control.

        Notes
        -----
        O(V + E) backwards from the element, the first time.
        """
        key = (control.id, kinds, element)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._answer(graph, element, control, kinds)
        return known.covered

    def follow(
        self, graph: Graph, touched: Set[str], among: Set[str] | None = None
    ) -> set[tuple[str, str]]:
        """Take back what was read off these elements, of all controls or of those `among` them.

        Returns
        -------
        set of (str, str)
            The control and the element of each answer that is another now, or whose element was
            itself touched. O(answers), and O(V + E) for each that is looked at again.
        """
        if not touched or (among is not None and not among):
            return set()
        changed = self._as_bits(touched)
        return {
            (key[0], key[2])
            for key, known in list(self._known.items())
            if (among is None or key[0] in among)
            and changed & known.read
            and self._is_other(graph, key, known, changed)
        }

    def _is_other(self, graph: Graph, key: _Key, known: _Answer, changed: int) -> bool:
        del self._known[key]
        if changed & known.ends:
            return True
        _, kinds, element = key
        now = self._known[key] = self._answer(graph, element, known.control, kinds)
        return now.covered is not known.covered

    def _answer(
        self, graph: Graph, element: str, control: Control, kinds: frozenset[str]
    ) -> _Answer:
        if self._graph is not graph:
            self._graph, self._ways = graph, {}
        ways = self._ways.get((control.id, kinds))
        if ways is None:
            ways = self._ways[control.id, kinds] = _Ways(graph, control, kinds)
        flow = graph.document.flows.get(element)
        covered, seen = _only_through(ways, element, flow)
        ends = self._as_bits((element, flow.target) if flow else (element,))
        return _Answer(control, covered, ends, ends | self._as_bits(seen))

    def _as_bits(self, elements: Iterable[str]) -> int:
        found = 0
        for one in elements:
            found |= 1 << self._bits.setdefault(one, len(self._bits))
        return found


def _only_through(ways: _Ways, element: str, flow: Flow | None) -> tuple[bool, Set[str]]:
    """Whether all that arrives has passed the control, and the components that this depends on.

    One way past it is enough for a no, which then depends on that way alone: the shortest.
    """
    here = ways.graph.trust_of(flow.target if flow else element)
    pending = deque([flow.source] if flow else ways.before(element))
    onward: dict[str, str] = dict.fromkeys(pending, element)
    covered = False
    while pending:
        current = pending.popleft()
        if ways.held(current):
            covered = True
            continue
        arriving = ways.before(current)
        if not arriving or _is_less(ways.graph.trust_of(current), here):
            return False, set(_way(onward, current, element))
        for source in arriving:
            if source not in onward:
                onward[source] = current
                pending.append(source)
    return covered, onward.keys()


def _way(onward: Mapping[str, str], start: str, end: str) -> Iterator[str]:
    """The components on the way that a walk back took, the other way round."""
    current = start
    while current != end:
        yield current
        current = onward[current]


def _is_less(there: Trust | None, here: Trust | None) -> bool:
    """Whether content of the one zone is not to be trusted in the other; not knowing counts."""
    return there is None or here is None or there < here
