"""Who was trained on: how many members a signal finds, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from threatmodel.core.interval import exact

from . import resampling
from .errors import RobustnessError
from .results import Figure, Measured
from .scores import LEAST, Scores, chances

Signal = NDArray[np.float64]
Marks = NDArray[np.bool_]
ALARMS = (0.001, 0.01)  # outsiders who may be accused wrongly
# So few members that none found would not rule out the harm of one in a hundred (80 % interval).
MEMBERS, OUTSIDERS = 230, 300
LEAST_ROWS = 20


def sureness(scores: Scores, y: NDArray[np.int64]) -> Signal:
    """How likely the model finds the true label (its loss turned round), as a logit: near
    certainty the chance itself hardly differs, and members are just there."""
    if y.min() < 0 or y.max() >= scores.shape[1]:
        raise RobustnessError("data set: y names classes that the model gives no score")
    own = chances(scores)[np.arange(len(y)), y]
    logit: Signal = np.log(np.maximum(own, LEAST)) - np.log(np.maximum(1 - own, 1e-16))
    return logit


def check(inside: Marks) -> None:
    """Refuse rows of which too few were trained on, or too few were not."""
    if min(inside.sum(), (~inside).sum()) < LEAST_ROWS:
        raise RobustnessError(f"data set: membership needs {LEAST_ROWS} members and as many others")


def found(members: Signal, outsiders: Signal, alarm: float) -> int:
    """Members above the least mark that accuses at most that share of outsiders."""
    allowed = int(alarm * len(outsiders))
    mark = np.sort(outsiders)[::-1][allowed]
    return int((members > mark).sum())


def area(members: Signal, outsiders: Signal) -> float:
    """The chance that a member looks more like one than an outsider does; a half is guessing."""
    ranked = np.sort(outsiders)
    below = np.searchsorted(ranked, members, "left") + np.searchsorted(ranked, members, "right")
    return float(below.mean() / 2 / len(outsiders))


def area_interval(share: float, members: int, outsiders: int) -> tuple[float, float]:
    """That chance's interval at 95 %.

    References
    ----------
    Hanley, McNeil: The meaning and use of the area under a ROC curve. Radiology 143, 1982.
    """
    both, twice = share / (2 - share), 2 * share**2 / (1 + share)
    spread = share * (1 - share)
    spread += (members - 1) * (both - share**2) + (outsiders - 1) * (twice - share**2)
    reach = float(ndtri(0.975)) * sqrt(max(spread, 0.0) / (members * outsiders))
    return max(0.0, share - reach), min(1.0, share + reach)


def measured(ways: Mapping[str, Signal], inside: Marks, seed: int, budget: int | None) -> Measured:
    """The way that finds most members at 0.1 % is the figure; all of them stand beside it."""
    best = max(ways, key=lambda name: found(ways[name][inside], ways[name][~inside], ALARMS[0]))
    members, outsiders = ways[best][inside], ways[best][~inside]
    k = found(members, outsiders, ALARMS[0])
    enough = _enough(k, len(members), len(outsiders))
    note = (
        f"{len(members)} members and {len(outsiders)} outsiders; with so many, 0.1 % accused may "
        f"really be {exact(int(ALARMS[0] * len(outsiders)), len(outsiders))[1]:.1%}"
    )
    few = f"too few rows to say more: {MEMBERS} members and {OUTSIDERS} outsiders are needed"
    return Measured(
        metric=k / len(members) if enough else None,
        interval=_interval(members, outsiders, seed) if enough else None,
        repeats=resampling.TIMES,
        bootstrap=True,
        figures=tuple(figure for name in ways for figure in _figures(name, ways[name], inside)),
        notes=(f"the figure is that of: {best}", note, *(() if enough else (few,))),
        budget=budget,
    )


def _enough(k: int, members: int, outsiders: int) -> bool:
    """Whether the figure says something: rows enough, or more than chance can explain."""
    if members >= MEMBERS and outsiders >= OUTSIDERS:
        return True
    return exact(k, members, 0.95)[0] > exact(0, outsiders, 0.95)[1]


def _interval(members: Signal, outsiders: Signal, seed: int) -> tuple[float, float]:
    """At 80 %: the wider of drawing members and outsiders again, and of the exact interval."""
    random, few = np.random.default_rng(seed), ALARMS[0]
    shares = [
        found(random.choice(members, len(members)), random.choice(outsiders, len(outsiders)), few)
        for _ in range(resampling.TIMES)
    ]
    low, high = np.quantile(shares, [0.1, 0.9]) / len(members)
    least, most = exact(found(members, outsiders, few), len(members), 0.8)
    return min(float(low), least), max(float(high), most)


def _figures(name: str, signal: Signal, inside: Marks) -> list[Figure]:
    members, outsiders = signal[inside], signal[~inside]
    share = area(members, outsiders)
    counted = [(alarm, found(members, outsiders, alarm)) for alarm in ALARMS]
    return [
        Figure(
            f"{name}: area under the curve",
            share,
            *area_interval(share, len(members), len(outsiders)),
        ),
        *(
            Figure(
                f"{name}: members found with {alarm:.1%} wrongly accused",
                k / len(members),
                *exact(k, len(members)),
            )
            for alarm, k in counted
        ),
    ]
