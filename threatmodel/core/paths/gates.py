"""What findings wait for: kinds of access at their entries; and what their success gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from catalog.types import AccessKind

from .. import impact
from ..graph import Graph
from ..terms import Case
from .moves import State
from .strength import Strength

# A finding with more entries than that has one draw for all of them.
MOST_ENTRIES = 8

# Any of these kinds of access to any of these elements.
Gate = tuple[tuple[AccessKind, ...], tuple[str, ...]]


class Gates:
    """The gates of all findings that somebody has to try. What several wait for is one gate.

    `wanted` are the single kinds and entries, of the worst findings first; `through` tells to
    which gates one leads, `behind` which findings stand there and where each comes in.
    """

    def __init__(self, graph: Graph, strengths: Sequence[Strength]) -> None:
        self._flows = graph.document.flows
        self.wanted: dict[tuple[AccessKind, str], None] = {}
        self.through: dict[tuple[str, str], list[Gate]] = {}
        self.behind: dict[Gate, list[tuple[int, str]]] = {}
        self.open: list[int] = []
        for number, one in enumerate(strengths):
            if one.reckoning.case.threat.adversarial:
                self._admit(number, one.reckoning.case)
        self.at = self._by_component()

    def _admit(self, number: int, case: Case) -> None:
        needs = case.threat.needs
        if not needs.any_of and not needs.all_of:
            self.open.append(number)
            return
        for gate, entry in first_gates(case):
            self._gate(gate).append((number, entry))
        for gate in further_gates(case):
            self._gate(gate)

    def _gate(self, gate: Gate) -> list[tuple[int, str]]:
        if gate not in self.behind:
            self.behind[gate] = []
            for kind, entry in product(*gate):
                self.wanted[kind, entry] = None
                self.through.setdefault((kind, entry), []).append(gate)
        return self.behind[gate]

    def _by_component(self) -> dict[tuple[str, str], list[str]]:
        """Entries that one has by having a component: itself, and flows that end there."""
        found: dict[tuple[str, str], list[str]] = {}
        for kind, entry in self.wanted:
            flow = self._flows.get(entry)
            if flow is None:
                ends = [entry]
            else:
                ends = [flow.source, flow.target] if kind == "copy" else [flow.target]
            for end in dict.fromkeys(ends):
                found.setdefault((kind, end), []).append(entry)
        return found


def first_gates(case: Case) -> Iterator[tuple[Gate, str]]:
    """Where a finding begins: at each entry by itself where each is a cause of its own."""
    kinds = case.threat.needs.any_of or case.threat.needs.all_of[:1]
    if case.threat.cause == "entry" and len(case.entries) <= MOST_ENTRIES:
        yield from (((kinds, (entry,)), entry) for entry in case.entries)
    else:
        yield (kinds, case.entries), case.element


def further_gates(case: Case) -> Iterator[Gate]:
    """What else it takes, where several kinds of access are needed together."""
    needs = case.threat.needs
    for kind in needs.all_of[0 if needs.any_of else 1 :]:
        yield (kind,), case.entries


class Effects:
    """What the success of a finding gives, and which assets it hits."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._touched: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def gains(self, case: Case, adversary: str) -> Iterator[State]:
        """Control, or access that goes on along the flows. Data that is read leads nowhere."""
        flow = self._graph.document.flows.get(case.element)
        end = case.element if flow is None else flow.target
        for gain in case.threat.gains:
            if gain == "control":
                yield State(adversary, gain, end)
            elif gain == "copy" and flow is not None:
                yield from (State(adversary, "gained copy", at) for at in (flow.source, end))
            elif gain != "data":
                yield State(adversary, f"gained {gain}", end)

    def assets(self, case: Case) -> tuple[str, ...]:
        """Assets that success hits, in whatever dimension."""
        found: dict[str, None] = {}
        for outcome in case.threat.outcomes:
            key = (outcome.of, outcome.dimension, case.element)
            if key not in self._touched:
                assets = impact.touched(self._graph, outcome, case.element)
                self._touched[key] = tuple(asset.id for asset in assets)
            found.update(dict.fromkeys(self._touched[key]))
        return tuple(found)
