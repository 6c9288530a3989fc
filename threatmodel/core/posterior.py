"""How k broken of n becomes a probability: Beta posteriors, pessimistic by a quantile.

References
----------
A. Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4: the conjugate Beta prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincc, betaincinv, betaln, ndtr, ndtri

from catalog.types import Success

# A run in the laboratory says only so much about the field, however long it was.
MOST_EFFECTIVE_SAMPLES = 30
# Ours, like the cap above and the prior worth two samples (docs/scoring.md, section 3).
CAUTIOUS_QUANTILE = 0.8
# The share of inputs that already hurts a service which sees very many of them.
HARMFUL_SHARE = 0.01
# A class of fewer targets says too little by itself and is counted with its like.
SMALLEST_STRATUM = 10
# Beta parameters stay above zero, so that a prior of 0 or 1 can still learn.
RATE_BOUNDS = (1e-3, 1 - 1e-3)
_INTERVAL_80_WIDTH_IN_SD = 2 * float(ndtri(0.9))


@dataclass(frozen=True, slots=True)
class Count:
    """k broken of n correctly handled; `weight` is what the failures to break still weigh."""

    broken: int
    handled: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Chance:
    """P at the cautious quantile, at both ends of its 80 % interval, and the share q behind it."""

    p: float
    low: float
    high: float
    share: float | None = None


def prior_rate(success: Success) -> float:
    """q0: the share per try that gives P the middle of the prior.

    Examples
    --------
    >>> from catalog.types import Success
    >>> round(prior_rate(Success(goal="any", prior=(0.05, 0.5), reason="", tries=10)), 4)
    0.0316
    """
    middle = sum(success.prior) / 2
    rate = 1 - (1 - middle) ** (1 / success.tries) if success.goal == "any" else middle
    return min(max(rate, RATE_BOUNDS[0]), RATE_BOUNDS[1])


def parameters(success: Success, count: Count) -> tuple[float, float]:
    """Beta(a, b) after k of n, the sample scaled to at most 30.

    Examples
    --------
    >>> from catalog.types import Success
    >>> given = Success(goal="given", prior=(0.2, 0.4), reason="")
    >>> a, b = parameters(given, Count(broken=6, handled=60))
    >>> round(a, 2), round(b, 2)
    (3.6, 28.4)
    """
    a0 = 2 * prior_rate(success)
    scale = min(count.handled, MOST_EFFECTIVE_SAMPLES) / count.handled if count.handled else 0.0
    # Counts of a foreign file need not add up; the posterior stays a distribution all the same.
    unbroken = max(count.handled - count.broken, 0) * count.weight
    return a0 + count.broken * scale, 2 - a0 + unbroken * scale


def chances(success: Success, counts: Sequence[Count]) -> tuple[Chance, ...]:
    """P for each count, by one vectorised call per quantile of the whole sequence. O(n)."""
    if not counts:
        return ()
    a, b = np.array([parameters(success, count) for count in counts]).T
    quantiles = np.array([[CAUTIOUS_QUANTILE], [0.1], [0.9]])
    share = betaincinv(a, b, quantiles)
    if success.goal == "share":
        p = np.broadcast_to(betaincc(a, b, HARMFUL_SHARE), share.shape)
    elif success.goal == "any":
        p = 1 - (1 - share) ** success.tries
    else:
        p = share
    return tuple(
        Chance(float(p[0, i]), float(p[1, i]), float(p[2, i]), float(share[0, i]))
        for i in range(len(counts))
    )


def mean(success: Success, count: Count) -> float:
    """P as expected rather than feared: its mean over what is still possible for q.

    Examples
    --------
    >>> from catalog.types import Success
    >>> given = Success(goal="given", prior=(0.2, 0.4), reason="")
    >>> round(mean(given, Count(broken=6, handled=60)), 4)
    0.1125
    """
    a, b = parameters(success, count)
    if success.goal == "share":
        return float(betaincc(a, b, HARMFUL_SHARE))
    if success.goal == "any":
        return float(1 - np.exp(betaln(a, b + success.tries) - betaln(a, b)))
    return a / (a + b)


def chance_of_reaching(
    metric: float, interval: tuple[float, float] | None, threshold: float
) -> float:
    """P(metric >= threshold), normal around the metric with the width of its 80 % interval.

    Examples
    --------
    >>> chance_of_reaching(0.7, (0.6, 0.8), 0.7)
    0.5
    >>> chance_of_reaching(0.9, None, 0.7)
    1.0
    """
    deviation = (interval[1] - interval[0]) / _INTERVAL_80_WIDTH_IN_SD if interval else 0.0
    if deviation <= 0:
        return float(metric >= threshold)
    return float(ndtr((metric - threshold) / deviation))
