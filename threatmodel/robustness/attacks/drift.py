"""Drift: have inputs and answers changed over time, and is the model wrong more often now?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from threatmodel.core.interval import exact

from .. import gaps, resampling
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Figure, Measured
from . import SEED, Paper, Param, Plan, Test, Whole, one_each

Flags = NDArray[np.bool_]
BINS = 10
COMPARED = 300  # rows of each time whose distances are taken
LEAST_ROWS = 20


def stability(before: NDArray[Any], after: NDArray[Any]) -> float:
    """The population stability index of two histograms; half a count stands in empty bins."""
    then, now = (np.maximum(side, 0.5) / np.maximum(side, 0.5).sum() for side in (before, after))
    return float(((now - then) * np.log(now / then)).sum())


def _column_stability(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Of the column that moved most, in bins that hold a tenth of the earlier rows each."""
    worst = 0.0
    for column in range(before.shape[1]):
        edges = np.unique(np.quantile(before[:, column], np.linspace(0, 1, BINS + 1)[1:-1]))
        counts = [
            np.bincount(np.searchsorted(edges, side[:, column]), minlength=len(edges) + 1)
            for side in (before, after)
        ]
        worst = max(worst, stability(counts[0], counts[1]))
    return worst


def furthest(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Kolmogorov's and Smirnov's distance of the column that moved most."""
    worst = 0.0
    for column in range(before.shape[1]):
        then, now = np.sort(before[:, column]), np.sort(after[:, column])
        at = np.concatenate((then, now))
        before_at, now_at = (np.searchsorted(side, at, "right") / len(side) for side in (then, now))
        worst = max(worst, float(np.abs(before_at - now_at).max()))
    return worst


def _energy(rows: NDArray[np.float32], late: Flags, seed: int) -> tuple[float, float]:
    """The energy distance of the two times, and how often shuffling gives as much."""
    spread = rows.std(axis=0)
    standard = rows[:, spread > 0] / spread[spread > 0]
    squares = (standard**2).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * standard @ standard.T, 0))
    side = late / late.sum() - ~late / (~late).sum()

    def distance(order: NDArray[np.intp]) -> float:
        signs = side[order]
        return float(-(signs @ apart @ signs))

    real = distance(np.arange(len(rows)))
    return max(real, 0.0), resampling.chance(distance, len(rows), seed)


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Compare the later part of the rows with the earlier one.

    Notes
    -----
    k of n: later inputs that are answered wrongly beyond the earlier rate, counted only if
    shuffling the times seldom gives as much. Drift of inputs alone is told and counts nothing.

    References
    ----------
    Rabanser, Guennemann, Lipton: Failing Loudly. NeurIPS 2019, arXiv 1810.11953. Szekely, Rizzo:
    Energy statistics. J. Stat. Planning and Inference 143, 2013.
    """
    order = np.random.default_rng(plan.seed).permutation(len(plan.dataset.x))
    rows = order[: int(plan.values["samples"])]
    times = plan.dataset.columns["time"][rows]
    late = times > np.quantile(times, float(plan.values["since"]))
    if min(late.sum(), (~late).sum()) < LEAST_ROWS:
        raise RobustnessError(f"data set: drift needs {LEAST_ROWS} rows before and after")
    x, y = plan.dataset.x[rows], plan.dataset.y[rows]
    said = oracle.labels(x, np.zeros(len(rows), dtype=np.intp))
    gap = gaps.between(said != y, late, plan.seed)
    figures = [
        *(_rate(name, (said != y)[part]) for name, part in (("before", ~late), ("after", late))),
        Figure("answers: stability index", _answers(said, late), unit="index"),
        *_inputs(x, late, plan.seed),
    ]
    return Measured(counted=gap.counted, figures=tuple(figures), notes=(gap.note,), budget=1)


def _rate(name: str, wrong: Flags) -> Figure:
    k, n = int(wrong.sum()), len(wrong)
    return Figure(f"wrong {name}", k / n, *exact(k, n))


def _answers(said: NDArray[np.int64], late: Flags) -> float:
    classes = np.unique(said)
    counts = [(said[part][:, None] == classes).sum(axis=0) for part in (~late, late)]
    return stability(counts[0], counts[1])


def _inputs(x: NDArray[np.float32], late: Flags, seed: int) -> list[Figure]:
    some = np.concatenate((np.flatnonzero(late)[:COMPARED], np.flatnonzero(~late)[:COMPARED]))
    distance, chance = _energy(x[some], late[some], seed)
    return [
        Figure("inputs: energy distance", distance, unit="distance"),
        Figure("inputs: how often chance gives such a distance", chance),
        Figure("inputs: stability index of the worst column", _column_stability(x[~late], x[late]),
               unit="index"),
        Figure("inputs: furthest column (Kolmogorov, Smirnov)", furthest(x[~late], x[late])),
    ]  # fmt: skip


TEST = Test(
    id="drift",
    name="Wrong more often than before",
    version="1",
    claim="Inputs and answers of the later rows differ from the earlier ones, and more of the "
    "later answers are wrong than chance explains. Nobody attacks.",
    paper=Paper(
        title="Failing Loudly: An Empirical Study of Methods for Detecting Dataset Shift",
        authors="Stephan Rabanser, Stephan Guennemann, Zachary C. Lipton",
        year=2019,
        identifier="arXiv:1810.11953",
    ),
    family="drift",
    adaptive=False,
    access="labels",
    params=(
        Param("samples", "integer", 5000, "Rows that are asked", low=40, high=50_000),
        Param(
            "since", "number", 0.5, "The share of rows that counts as before", low=0.05, high=0.95
        ),
        SEED,
    ),
    honours=frozenset(),
    budget=one_each,
    run=Whole(measure),
    needs=frozenset({"time"}),
    adversarial=False,
    moves_inputs=False,
)
