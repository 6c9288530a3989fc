"""The likeliest ways where steps need several states at once.

A way chooses one step for each state that it uses, without a circle. The likeliest is found by
Knuth's generalisation of Dijkstra's algorithm; the next ones by splitting what is left: as the best
way up to some state, but another step there.

References
----------
D. E. Knuth, A generalization of Dijkstra's algorithm (1977), Information Processing Letters 6(1).
L. R. Nielsen, K. A. Andersen, D. Pretolani, Finding the K shortest hyperpaths (2005), Computers &
Operations Research 32(6).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from math import exp, log

from .web import Web

# Steps looked at over all searches of one call; then what was found by then is all.
MOST_WORK = 500_000


@dataclass(frozen=True, slots=True)
class _Way:
    """`chosen`: a step for each state used, in an order in which each stands on those before."""

    weight: float
    chosen: Mapping[int, int]
    fixed: Mapping[int, int]
    barred: frozenset[tuple[int, int]]


def likeliest_hyperpaths(web: Web, target: int, k: int) -> Iterator[tuple[tuple[int, ...], float]]:
    """Steps in order and product of chances, the likeliest way first, k at most."""
    searcher = _Searcher(web, target)
    ties = count()
    first = searcher.best({}, frozenset())
    waiting = [(first.weight, next(ties), first)] if first else []
    for _ in range(k):
        if not waiting:
            return
        _, _, way = heapq.heappop(waiting)
        yield tuple(dict.fromkeys(way.chosen.values())), exp(-way.weight)
        for fixed, barred in _splits(way):
            if searcher.work > MOST_WORK:
                break
            if found := searcher.best(fixed, barred):
                heapq.heappush(waiting, (found.weight, next(ties), found))


def _splits(way: _Way) -> Iterator[tuple[dict[int, int], frozenset[tuple[int, int]]]]:
    """The other ways in disjoint sets, by where, seen from the target, they first differ."""
    fixed: dict[int, int] = {}
    for state, step in reversed(tuple(way.chosen.items())):
        if state not in way.fixed:
            yield {**way.fixed, **fixed}, way.barred | {(state, step)}
        fixed[state] = step


class _Searcher:
    """Best ways to one target, under choices that are made and choices that are barred."""

    def __init__(self, web: Web, target: int) -> None:
        self._web = web
        self._target = target
        self._needing = web.needing()
        self._costs = [-log(step.chance) for step in web.steps]
        self.work = 0

    def best(self, fixed: Mapping[int, int], barred: frozenset[tuple[int, int]]) -> _Way | None:
        """Knuth's algorithm. O(steps x log states)."""
        weights: dict[int, float] = {}
        chosen: dict[int, int] = {}
        missing = [len(set(step.needs)) for step in self._web.steps]
        ready = [number for number, left in enumerate(missing) if not left]
        waiting: list[tuple[float, int, int]] = []
        while True:
            for number in ready:
                self.work += 1
                step = self._web.steps[number]
                weight = self._costs[number] + sum(weights[state] for state in step.needs)
                for state in step.gains:
                    if fixed.get(state, number) == number and (state, number) not in barred:
                        heapq.heappush(waiting, (weight, number, state))
            while waiting and waiting[0][2] in chosen:
                heapq.heappop(waiting)
            if not waiting:
                return None
            weight, number, state = heapq.heappop(waiting)
            weights[state], chosen[state] = weight, number
            if state == self._target:
                return _Way(weight, self._used(chosen), fixed, barred)
            ready = []
            for later in dict.fromkeys(self._needing[state]):
                missing[later] -= 1
                if not missing[later]:
                    ready.append(later)

    def _used(self, chosen: Mapping[int, int]) -> dict[int, int]:
        """Of all choices those that the target stands on, in the order they were made."""
        pending, used = [self._target], {self._target}
        while pending:
            for state in self._web.steps[chosen[pending.pop()]].needs:
                if state not in used:
                    used.add(state)
                    pending.append(state)
        return {state: step for state, step in chosen.items() if state in used}
