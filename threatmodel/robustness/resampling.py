"""Intervals and chances by drawing again from what was measured. All draws come from one seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

TIMES = 1000


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float], rows: int, seed: int, level: float
) -> tuple[float, float]:
    """The interval of a statistic of row numbers, over draws of as many rows with replacement.

    References
    ----------
    Efron: Bootstrap methods, another look at the jackknife. Annals of Statistics 7, 1979.
    """
    random = np.random.default_rng(seed)
    found = [statistic(random.integers(rows, size=rows)) for _ in range(TIMES)]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def chance(statistic: Callable[[NDArray[np.intp]], float], rows: int, seed: int) -> float:
    """How often a statistic of shuffled row numbers is at least what the real order gives.

    References
    ----------
    Phipson, Smyth: Permutation p-values should never be zero. SAGMB 9, 2010.
    """
    random = np.random.default_rng(seed)
    real = statistic(np.arange(rows))
    more = sum(statistic(random.permutation(rows)) >= real for _ in range(TIMES))
    return (more + 1) / (TIMES + 1)
