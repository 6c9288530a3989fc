"""How often each state is had: seeded draws, one per cause, followed through the steps.

Every state is a row of bits, one per draw, packed into words of 64. A step is its needs' rows and
its coin's row put together by AND, a state its steps' rows by OR, until nothing changes.

References
----------
J. M. Hammersley and D. C. Handscomb, Monte Carlo Methods (1964), on percolation.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from ..interval import exact
from .web import Web, order

# A likelihood is then known to a hundredth, 95 times of 100.
DRAWS = 10_000
WORD = 64
# Causes that are drawn and packed together: what fits into a processor's cache.
BLOCK = 32

Bits = NDArray[np.uint64]
Toss = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of the draws, with the interval that the draws themselves leave open (95 %)."""

    value: float
    low: float
    high: float


def estimate(hits: int, draws: int) -> Estimate:
    """The share and its Clopper-Pearson interval.

    Examples
    --------
    >>> round(estimate(0, 10_000).high, 6)
    0.000369
    """
    return Estimate(hits / draws, *exact(hits, draws))


@dataclass(frozen=True, slots=True)
class _Ways:
    """How one state is gained: steps, their coins, and their first needs, second and so on."""

    steps: list[int]
    coins: NDArray[np.intp]
    needs: tuple[NDArray[np.intp], ...]


class _Numbers:
    """Random numbers by name: each name begins somewhere else in one very long sequence.

    To place one generator costs less than to make one for each of thousands of causes.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._source = np.random.PCG64(0)
        self._generator = np.random.Generator(self._source)
        self._state = self._source.state

    def of(self, cause: str, row: NDArray[np.float32]) -> None:
        """Fill a row with the numbers of a cause, from 0 to below 1."""
        name = blake2b(f"{self._seed} {cause}".encode(), digest_size=16).digest()
        self._state["state"]["state"] = int.from_bytes(name, "little")
        self._source.state = self._state
        self._generator.random(out=row, dtype=np.float32)


class Percolation:
    """A web with its draws. The same web, seed and number of draws give the same bits.

    Notes
    -----
    A cause's draw depends on its name and the seed alone, so webs that share causes share their
    luck: a step more can only add, and what two webs differ by is not noise.
    """

    def __init__(self, web: Web, draws: int = DRAWS, seed: int = 0) -> None:
        self.web = web
        self.draws = draws
        self._numbers = _Numbers(seed)
        self._words = -(-draws // WORD)
        self._always = self._packed(np.ones((1, draws), dtype=bool))[0]
        self._rank = order(web)
        self._gaining = web.gaining()
        self._after = web.needing()
        tosses = dict.fromkeys((one.cause, one.chance) for one in web.steps if one.cause)
        row = {toss: number for number, toss in enumerate(tosses)}
        # The last row is that of what is certain.
        self._coins = np.vstack([self._toss(tuple(tosses)), self._always])
        coin = [row.get((one.cause, one.chance), len(row)) for one in web.steps]
        self._ways = [_ways(web, steps, coin) for steps in self._gaining]
        self.had = self._spread(None, None, range(web.states))

    @property
    def coins(self) -> int:
        """Rows of coins that were drawn: one for each cause and chance."""
        return len(self._coins) - 1

    def hits(self, had: Bits | None = None) -> NDArray[np.int64]:
        """In how many draws each state is had."""
        rows = self.had if had is None else had
        counts: NDArray[np.int64] = np.bitwise_count(rows[: self.web.states]).sum(axis=1)
        return counts

    def estimate(self, state: int) -> Estimate:
        return estimate(int(np.bitwise_count(self.had[state]).sum()), self.draws)

    def changed(self, chances: Mapping[int, float]) -> Bits:
        """The rows if some steps had other chances (0: were not there), in the same draws.

        Only what follows from these steps is worked out again.
        """
        steps = self.web.steps
        tosses = [(steps[n].cause or f"step {n}", chance) for n, chance in chances.items()]
        coins = dict(zip(chances, self._toss(tosses), strict=True))
        doubtful = self._following(state for number in chances for state in steps[number].gains)
        return self._spread(self.had, coins, doubtful)

    def _following(self, states: Iterable[int]) -> list[int]:
        seen = dict.fromkeys(states)
        pending = list(seen)
        while pending:
            for number in self._after[pending.pop()]:
                for state in self.web.steps[number].gains:
                    if state not in seen:
                        seen[state] = None
                        pending.append(state)
        return list(seen)

    def _spread(
        self, base: Bits | None, coins: Mapping[int, Bits] | None, doubtful: Iterable[int]
    ) -> Bits:
        """Work these states out, the others as they are in `base`, until nothing changes."""
        had = np.zeros((self.web.states + 1, self._words), np.uint64) if base is None else +base
        had[-1] = self._always
        within = set(doubtful)
        had[list(within)] = 0
        queued = set(within)
        while queued:
            self._sweep(had, within, queued, coins)
        return had

    def _sweep(
        self, had: Bits, within: set[int], queued: set[int], coins: Mapping[int, Bits] | None
    ) -> None:
        """Once along the ranks; what turns out to feed back waits for the next sweep."""
        waiting = sorted((self._rank[state], state) for state in queued)
        while waiting:
            rank, state = heapq.heappop(waiting)
            queued.discard(state)
            if not self._renew(had, state, coins):
                continue
            for later in self._later(state):
                if later in within and later not in queued:
                    queued.add(later)
                    if self._rank[later] > rank:
                        heapq.heappush(waiting, (self._rank[later], later))

    def _later(self, state: int) -> Iterator[int]:
        return (later for number in self._after[state] for later in self.web.steps[number].gains)

    def _renew(self, had: Bits, state: int, coins: Mapping[int, Bits] | None) -> bool:
        """Put a state's steps together anew; whether it is had in more draws than before."""
        ways = self._ways[state]
        if ways is None:
            return False
        rows = self._coins[ways.coins]
        if coins:
            for place, number in enumerate(ways.steps):
                if number in coins:
                    rows[place] = coins[number]
        for needs in ways.needs:
            rows &= had[needs]
        now = rows[0] if len(rows) == 1 else np.bitwise_or.reduce(rows, axis=0)
        if now.tobytes() == had[state].tobytes():
            return False
        had[state] = now
        return True

    def _toss(self, tosses: Sequence[Toss]) -> Bits:
        """A row for each cause and chance: the draws in which it falls well."""
        rows = np.empty((len(tosses), self._words), np.uint64)
        luck = np.empty((BLOCK, self.draws), np.float32)
        for first in range(0, len(tosses), BLOCK):
            block = tosses[first : first + BLOCK]
            for row, (cause, _) in zip(luck, block, strict=False):
                self._numbers.of(cause, row)
            chances = np.array([[chance] for _, chance in block], np.float32)
            rows[first : first + BLOCK] = self._packed(luck[: len(block)] < chances)
        return rows

    def _packed(self, rows: NDArray[np.bool_]) -> Bits:
        packed = np.zeros((len(rows), self._words), np.uint64)
        filled = np.packbits(rows, axis=1)
        packed.view(np.uint8)[:, : filled.shape[1]] = filled
        return packed


def _ways(web: Web, steps: list[int], coin: list[int]) -> _Ways | None:
    """What needs less than its neighbours repeats a need; what needs nothing, the row of ones."""
    if not steps:
        return None
    needs = [web.steps[number].needs or (web.states,) for number in steps]
    most = max(map(len, needs))
    padded = [[one[min(place, len(one) - 1)] for one in needs] for place in range(most)]
    coins = np.array([coin[number] for number in steps], np.intp)
    return _Ways(steps, coins, tuple(np.array(one, np.intp) for one in padded))
