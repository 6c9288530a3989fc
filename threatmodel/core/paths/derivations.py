"""The likeliest ways to a state, and how many ways there are. Nothing is ever enumerated.

Where every step needs one state a way is a path and scipy's `yen` finds the likeliest; where some
need several, a way is a choice of one step for each state it uses, and `hyperpaths` finds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from math import exp, inf, log, prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, yen

from .hyperpaths import likeliest_hyperpaths
from .web import CERTAIN, Part, Step, Web

# A sparse matrix drops weights of exactly 0: every edge weighs a little, so of equals the shortest
# comes first.
LEAST_WEIGHT = 1e-9
# Sums of the same weights in another order may differ by so much.
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way: its steps, the first first, by their numbers in the web.

    `chance` counts every cause once; `weight` is the product by which ways are ordered, in which a
    step counts each time that it is used.
    """

    steps: tuple[int, ...]
    chance: float
    weight: float


def likeliest(part: Part, target: int, k: int) -> tuple[Derivation, ...]:
    """The k likeliest ways to a state, the likeliest first; fewer where there are no more.

    Parameters
    ----------
    part
        What leads to the target (`Web.towards`). Steps are told by their numbers in the whole.
    target
        By its number in the whole.
    """
    end = part.place(target)
    if end is None:
        return ()
    search = _paths if part.web.is_plain else likeliest_hyperpaths
    found = [_derivation(part, steps, weight) for steps, weight in search(part.web, end, k)]
    return tuple(sorted(found, key=lambda one: (-one.weight, len(one.steps), one.steps)))


def chance_of(steps: Iterable[Step]) -> float:
    """That all of these work: steps of one cause share one draw, so the least likely counts."""
    least: dict[str, float] = {}
    for step in steps:
        least[step.cause] = min(step.chance, least.get(step.cause, 1.0))
    certain = least.pop(CERTAIN, 1.0)
    return certain * prod(least.values())


def count_ways(part: Part, target: int) -> int | None:
    """How many ways lead to a state; None where steps run in circles or need several states.

    O(states + steps): counts are added up along the steps, no way is looked at.
    """
    end = part.place(target)
    if end is None:
        return 0
    if not part.web.is_plain:
        return None
    ways = [0] * part.web.states
    gaining, needing = part.web.gaining(), part.web.needing()
    open_steps = [len(steps) for steps in gaining]
    ready = [number for number, step in enumerate(part.web.steps) if not step.needs]
    counted = 0
    while ready:
        step = part.web.steps[ready.pop()]
        arriving = ways[step.needs[0]] if step.needs else 1
        for state in step.gains:
            ways[state] += arriving
            open_steps[state] -= 1
            if not open_steps[state]:
                counted += 1
                ready.extend(needing[state])
    return ways[end] if counted == part.web.states else None


class Network:
    """A plain web as a matrix that scipy can search: an edge for each need and gain of a step.

    A sparse matrix adds parallel edges up, so of steps between the same two states the likeliest
    is an edge and each other one a node in between.
    """

    def __init__(self, web: Web) -> None:
        self._source = web.states
        self._step: dict[tuple[int, int], int] = {}
        self._between: dict[int, int] = {}
        edges: list[tuple[int, int, float]] = []
        following = count(web.states + 1)
        likely = sorted(range(len(web.steps)), key=lambda n: (-web.steps[n].chance, n))
        for number in likely:
            step = web.steps[number]
            begin = step.needs[0] if step.needs else self._source
            weight = LEAST_WEIGHT - log(step.chance)
            for end in step.gains:
                if self._step.setdefault((begin, end), number) == number:
                    edges.append((begin, end, weight))
                    continue
                node = next(following)
                self._between[node] = number
                edges += (begin, node, weight), (node, end, LEAST_WEIGHT)
        begins, ends, weights = zip(*edges, strict=True)
        self._begins, self._ends = np.array(begins, np.int32), np.array(ends, np.int32)
        self._weights = np.array(weights)
        self._size = next(following)
        self._matrix = self._of(slice(None))
        self._reverse = csr_array(self._matrix.T)

    def likeliest(self, target: int, k: int) -> Iterator[tuple[tuple[int, ...], float]]:
        """Steps in order and product of chances, the likeliest path first, k at most.

        Notes
        -----
        Yen's algorithm searches the network again for each state of each path. So first whatever
        is on no path as short as k that are known is left out, which is nearly everything.
        """
        there = dijkstra(self._matrix, indices=self._source)
        if not np.isfinite(there[target]):
            return
        back, onward = dijkstra(self._reverse, indices=target, return_predecessors=True)
        through = there[self._begins] + self._weights + back[self._ends]
        kept = through <= self._bound(through, onward, target, k) * (1 + SLACK) + SLACK
        network = self._of(kept & np.isfinite(through))
        lengths, before = yen(network, self._source, target, k, return_predecessors=True)
        for length, row in zip(lengths.tolist(), before, strict=True):
            yield self._steps(row, target), exp(-length)

    def _bound(
        self, through: NDArray[np.float64], onward: NDArray[np.int32], target: int, k: int
    ) -> float:
        """The length of the k-th of some paths: those that leave the shortest one just once."""
        shortest = [self._source]
        while shortest[-1] != target:
            shortest.append(int(onward[shortest[-1]]))
        place = {node: number for number, node in enumerate(shortest)}
        leaving = np.flatnonzero(np.isin(self._begins, shortest) & np.isfinite(through))
        known = 0
        for edge in leaving[np.argsort(through[leaving])].tolist():
            begin, end = int(self._begins[edge]), int(self._ends[edge])
            follows = place.get(end) == place[begin] + 1
            # The shortest path itself is met once for each of its edges, and counts once.
            if known and follows:
                continue
            if follows or not self._returns(end, onward, place, place[begin]):
                known += 1
            if known == k:
                return float(through[edge])
        return inf

    def _returns(
        self, node: int, onward: NDArray[np.int32], place: dict[int, int], left_at: int
    ) -> bool:
        """Whether the shortest way on from a node goes back to what lies before."""
        while node >= 0:
            if place.get(node, inf) <= left_at:
                return True
            node = int(onward[node])
        return False

    def _of(self, edges: slice | NDArray[np.bool_]) -> csr_array:
        places = (self._begins[edges], self._ends[edges])
        return csr_array((self._weights[edges], places), shape=(self._size, self._size))

    def _steps(self, before: NDArray[np.int32], target: int) -> tuple[int, ...]:
        """From the target back; a node in between stands for its step."""
        found: list[int] = []
        node = target
        while node != self._source:
            begin = int(before[node])
            between = self._between.get(begin)
            if between is None:
                found.append(self._step[begin, node])
            else:
                found.append(between)
                begin = int(before[begin])
            node = begin
        return tuple(reversed(found))


def _paths(web: Web, target: int, k: int) -> Iterator[tuple[tuple[int, ...], float]]:
    return Network(web).likeliest(target, k)


def _derivation(part: Part, steps: tuple[int, ...], weight: float) -> Derivation:
    whole = tuple(part.steps[number] for number in steps)
    return Derivation(whole, chance_of(part.web.steps[number] for number in steps), weight)
