"""The likeliest ways to a state, and how many ways there are. Nothing is ever enumerated.

Where every step needs one state a way is a path and scipy's `yen` finds the likeliest; where some
need several, a way is a choice of one step for each state it uses, and `hyperpaths` finds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, prod

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import yen

from .hyperpaths import likeliest_hyperpaths
from .web import CERTAIN, Part, Step, Web

# A sparse matrix drops weights of exactly 0: every edge weighs a little, so of equals the shortest
# comes first.
LEAST_WEIGHT = 1e-9


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


def _paths(web: Web, target: int, k: int) -> Iterable[tuple[tuple[int, ...], float]]:
    """By `yen`, over states and steps alike as nodes: so parallel steps stay apart."""
    source, first = web.states + len(web.steps), web.states
    edges: list[tuple[int, int, float]] = []
    for number, step in enumerate(web.steps):
        weight = -log(step.chance) + LEAST_WEIGHT
        edges.append((step.needs[0] if step.needs else source, first + number, weight))
        edges.extend((first + number, state, LEAST_WEIGHT) for state in step.gains)
    begins, ends, weights = zip(*edges, strict=True)
    places = (np.array(begins, np.int32), np.array(ends, np.int32))
    matrix = csr_array((np.array(weights), places), shape=(source + 1, source + 1))
    lengths, before = yen(matrix, source, target, k, return_predecessors=True)
    for length, row in zip(lengths, before, strict=True):
        nodes = _back(row, target, source)
        steps = tuple(node - first for node in nodes if node >= first)
        yield steps, exp(-float(length))


def _back(before: Sequence[int], target: int, source: int) -> list[int]:
    """The nodes between source and target, the first first."""
    nodes: list[int] = []
    node = int(before[target])
    while node != source:
        nodes.append(node)
        node = int(before[node])
    return nodes[::-1]


def _derivation(part: Part, steps: tuple[int, ...], weight: float) -> Derivation:
    whole = tuple(part.steps[number] for number in steps)
    return Derivation(whole, chance_of(part.web.steps[number] for number in steps), weight)
