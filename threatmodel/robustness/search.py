"""The state of an attack that reads labels alone: the nearest input so far that deceives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from . import claims, space
from .attacks import Plan
from .oracle import Oracle
from .results import SampleResult
from .space import Rows, Space, distances

RESERVE = 1  # the last query confirms the claim
Of = NDArray[np.intp]


@dataclass(slots=True)
class Search:
    """All targets of one call, by position. `best` deceives where `gap`, its distance, is finite.

    `fell_after` is what had been asked when it first came within eps, -1 until then.
    """

    oracle: Oracle
    space: Space
    label: NDArray[np.int64]
    norm: str
    eps: float
    random: list[np.random.Generator]
    best: Rows
    gap: NDArray[np.float64]
    fell_after: NDArray[np.int64]

    @property
    def origin(self) -> Rows:
        return self.space.origin

    def able(self, of: Of, spare: int = 0) -> Of:
        """Those of the targets that may still ask, more often than `spare`."""
        return of[self.oracle.left(of) > RESERVE + spare]

    def wrong(self, rows: Rows, of: Of) -> NDArray[np.bool_]:
        fooled: NDArray[np.bool_] = self.oracle.labels(rows, of) != self.label[of]
        return fooled

    def keep(self, rows: Rows, of: Of) -> None:
        """Of rows that deceive, those that are nearer than what was found so far."""
        gaps = distances(rows, self.origin[of], self.norm)
        nearer = gaps < self.gap[of]
        self.best[of[nearer]], self.gap[of[nearer]] = rows[nearer], gaps[nearer]
        fell = of[(self.gap[of] <= self.eps) & (self.fell_after[of] < 0)]
        self.fell_after[fell] = self.oracle.spent[fell]

    def results(self, plan: Plan) -> list[SampleResult]:
        """Ask each claim once more, then say what was found and how soon."""
        claimed = np.flatnonzero(np.isfinite(self.gap))
        found = claims.judged(self.oracle, plan, self.space, self.best, claimed)
        return [_timed(one, after) for one, after in zip(found, self.fell_after, strict=True)]


def _timed(found: SampleResult, after: np.int64) -> SampleResult:
    if found.distance is None or after < 0:
        return found
    return replace(found, detail={**found.detail, "fell_after": int(after)})


def begin(name: str, oracle: Oracle, plan: Plan) -> Search:
    """Nothing found yet; each target draws from its own stream of that name."""
    room = space.of(plan.dataset, plan.targets)
    return Search(
        oracle=oracle,
        space=room,
        label=plan.dataset.y[list(plan.targets)],
        norm=str(plan.values["norm"]),
        eps=float(plan.values["eps"]),
        random=[space.generator(name, plan.seed, index) for index in plan.targets],
        best=room.origin.copy(),
        gap=np.full(len(plan.targets), np.inf),
        fell_after=np.full(len(plan.targets), -1, dtype=np.int64),
    )
