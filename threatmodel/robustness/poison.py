"""What tests that poison training share: the doses, and what counts as more than chance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from threatmodel.core.interval import exact

from .errors import RobustnessError
from .oracle import Oracle
from .results import Figure, Measured

CHANCE = 0.05

Marks = NDArray[np.bool_]


def elsewhere(oracle: Oracle, plan: object) -> Measured:
    """What such a test says where no training is linked."""
    raise RobustnessError("test: it needs your own training: manage.py attack --trainer")


def doses(usual: Iterable[float], share: float) -> list[float]:
    """None, the usual ones and the attacker's own, in order."""
    return sorted({0.0, *usual, share})


def some(seed: int, dose: float) -> np.random.Generator:
    """A dose's own stream, so that no dose changes what another draws."""
    return np.random.default_rng([seed, round(dose * 10_000)])


def beyond(before: Marks, after: Marks) -> tuple[int, int, int]:
    """How many marks went on, how many went off, and the surplus that chance does not explain.

    Every other training set moves some answers. One-sided sign test; no surplus counts as none.

    Examples
    --------
    >>> beyond(np.zeros(9, bool), np.ones(9, bool))
    (9, 0, 9)
    >>> beyond(np.zeros(9, bool), np.arange(9) < 3)
    (3, 0, 0)
    """
    on, off = int((~before & after).sum()), int((before & ~after).sum())
    real = on > off and float(binom.sf(on - 1, on + off, 0.5)) < CHANCE
    return on, off, on - off if real else 0


def judged(note: str, surplus: int) -> str:
    """What was seen, and that it says nothing where there is no surplus."""
    return note if surplus else f"{note}: no more than chance explains"


def share_of(name: str, marks: Marks) -> Figure:
    """A share with its exact interval."""
    low, high = exact(int(marks.sum()), len(marks))
    return Figure(name, float(marks.mean()) if len(marks) else 0.0, low, high)


def percent(dose: float) -> str:
    return f"{dose * 100:.3g} %"
