"""Is the model wrong more often here than there, and could that be chance?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import resampling

Flags = NDArray[np.bool_]
SMALL = 10  # rows below which a group is told of and not judged
SURE = 0.05  # how often chance may give as much
TELLING = 0.05  # a gap that would matter if it is none of chance


@dataclass(frozen=True, slots=True)
class Gap:
    """`more` is the share wrong here over there, `chance` how often shuffling gives as much."""

    more: float
    here: int
    chance: float

    @property
    def counted(self) -> tuple[int, int]:
        """k inputs of n are wrong that would be right there. None could be judged where the gap
        would matter and the rows are too few to tell it from chance."""
        if self.chance <= SURE:
            return round(self.more * self.here), self.here
        return (0, 0) if self.more >= TELLING else (0, self.here)

    @property
    def note(self) -> str:
        told = f"chance alone gives a gap of {self.more:.1%} or more in {self.chance:.1%} of trials"
        return told if self.counted[1] else f"{told}; more rows are needed to judge it"


def between(wrong: Flags, here: Flags, seed: int) -> Gap:
    """Of two parts that are given: how much more often it is wrong in the first."""

    def more(order: NDArray[np.intp]) -> float:
        shuffled = wrong[order]
        return float(shuffled[here].mean() - shuffled[~here].mean())

    real = more(np.arange(len(wrong)))
    return Gap(max(real, 0.0), int(here.sum()), resampling.chance(more, len(wrong), seed))


def widest(wrong: Flags, groups: NDArray[np.intp], seed: int) -> Gap:
    """Of many groups, numbered from 0: the worst over the best. The shuffling knows that the two
    were chosen afterwards."""
    sizes = np.bincount(groups)

    def rates(order: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.bincount(groups, weights=wrong[order]) / sizes

    real = rates(np.arange(len(wrong)))
    chance = resampling.chance(lambda order: float(np.ptp(rates(order))), len(wrong), seed)
    return Gap(float(np.ptp(real)), int(sizes[real.argmax()]), chance)
