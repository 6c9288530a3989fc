"""Two runs: did more of their targets fall in one than in the other, and could that be chance?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import bdtrc, ndtri

SURE = 0.05
_Z = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Paired:
    """Targets of both runs. `worse` held before and fell now, `better` the other way round.

    `chance` is how often chance alone gives as much worse or more (McNemar, exact, one-sided);
    `low` and `high` are the ends of the difference's 95 % interval.
    """

    targets: int
    fell_before: int
    fell_now: int
    worse: int
    better: int
    chance: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return (self.worse - self.better) / self.targets if self.targets else 0.0


def pair(before: Mapping[int, bool], now: Mapping[int, bool]) -> Paired:
    """Compare what fell, target by target, among those that both runs attacked.

    References
    ----------
    McNemar: Note on the sampling error of the difference between correlated proportions.
    Psychometrika 12, 1947. The interval adds a half to each cell: Agresti and Min, Statistics in
    Medicine 24, 2005.

    Examples
    --------
    >>> found = pair(dict.fromkeys(range(10), False), {n: n < 6 for n in range(10)})
    >>> found.worse, found.better, round(found.chance, 4)
    (6, 0, 0.0156)
    """
    shared = sorted(before.keys() & now.keys())
    worse = sum(now[at] and not before[at] for at in shared)
    better = sum(before[at] and not now[at] for at in shared)
    chance = float(bdtrc(worse - 1, worse + better, 0.5)) if worse else 1.0
    low, high = _interval(worse, better, len(shared))
    return Paired(
        targets=len(shared),
        fell_before=sum(before[at] for at in shared),
        fell_now=sum(now[at] for at in shared),
        worse=worse,
        better=better,
        chance=chance,
        low=low,
        high=high,
    )


def _interval(worse: int, better: int, targets: int) -> tuple[float, float]:
    b, c, n = worse + 0.5, better + 0.5, targets + 2.0
    middle = (b - c) / n
    reach = _Z * sqrt(b + c - (b - c) ** 2 / n) / n
    return max(middle - reach, -1.0), min(middle + reach, 1.0)


def unpaired(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float, float]:
    """First share less second, each k of n of targets of its own, with its 95 % interval.

    References
    ----------
    Newcombe: Interval estimation for the difference between independent proportions, method 10.
    Statistics in Medicine 17, 1998.

    Examples
    --------
    >>> [round(one, 4) for one in unpaired((56, 70), (48, 80))]
    [0.2, 0.0524, 0.3339]
    """
    a, b = first[0] / first[1], second[0] / second[1]
    a_low, a_high = wilson(*first)
    b_low, b_high = wilson(*second)
    low = a - b - sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    high = a - b + sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    return a - b, max(low, -1.0), min(high, 1.0)


def wilson(broken: int, handled: int) -> tuple[float, float]:
    """Wilson's interval for k of n at 95 %.

    Examples
    --------
    >>> [round(one, 4) for one in wilson(0, 20)]
    [0.0, 0.1611]
    """
    share, z = broken / handled, _Z * _Z
    middle = share + z / (2 * handled)
    reach = _Z * sqrt(share * (1 - share) / handled + z / (4 * handled**2))
    scale = 1 + z / handled
    return max((middle - reach) / scale, 0.0), min((middle + reach) / scale, 1.0)


def holm(chances: Sequence[float], asked: int = 0) -> list[float]:
    """Holm's adjustment for as many questions as were asked at once; answers that are not there
    yet count as unsuspicious ones.

    References
    ----------
    Holm: A simple sequentially rejective multiple test procedure. Scand. J. Statistics 6, 1979.

    Examples
    --------
    >>> holm([0.04, 0.01, 0.5])
    [0.08, 0.03, 0.5]
    >>> holm([0.01], asked=4)
    [0.04]
    """
    count, highest = max(asked, len(chances)), 0.0
    adjusted = [1.0] * len(chances)
    for rank, at in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        highest = max(highest, min(1.0, chances[at] * (count - rank)))
        adjusted[at] = highest
    return adjusted
