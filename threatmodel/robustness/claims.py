"""From inputs that seem to deceive the model to results: drawn nearer, asked once more, judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from . import worst
from .attacks import Plan
from .oracle import Oracle
from .results import SampleResult, State
from .space import Rows, Space, distances

NEARER = 8  # halvings of the way back to the original
RESERVE = NEARER + 1  # queries that the end of an attack needs for each target


def nearer(
    oracle: Oracle, room: Space, found: Rows, label: NDArray[np.int64], of: NDArray[np.intp]
) -> Rows:
    """Bisect each row back to its original. Where `found` deceives, so does what is returned."""
    low, high = np.zeros(len(of)), np.ones(len(of))
    origin, nearest = room.origin[of], found.copy()
    for _ in range(NEARER if len(of) else 0):
        share = (low + high) / 2
        part = share.astype(np.float32)[:, None]
        rows = room.allowed(origin + part * (found - origin), of)
        wrong = oracle.labels(rows, of) != label
        high[wrong], low[~wrong] = share[wrong], share[~wrong]
        nearest[wrong] = rows[wrong]
    return nearest


def results(
    oracle: Oracle, plan: Plan, room: Space, found: Rows, fallen: NDArray[np.bool_]
) -> list[SampleResult]:
    """Draw each row that seems to deceive nearer, ask the model once more, and judge it at eps."""
    label = plan.dataset.y[list(plan.targets)]
    at, nearest = np.flatnonzero(fallen), found.copy()
    nearest[at] = nearer(oracle, room, found[at], label[at], at)
    return judged(oracle, plan, room, nearest, at)


def judged(
    oracle: Oracle, plan: Plan, room: Space, nearest: Rows, at: NDArray[np.intp]
) -> list[SampleResult]:
    """Ask the model once more about the rows of these targets, and judge each of them at eps."""
    label = plan.dataset.y[list(plan.targets)]
    answers = label.copy()
    answers[at] = oracle.labels(nearest[at], at)
    gaps = distances(nearest, room.origin, str(plan.values["norm"]))
    eps = float(plan.values["eps"])
    found_at = [float(gap) if answers[n] != label[n] else None for n, gap in enumerate(gaps)]
    shown = worst.after(found_at, nearest)
    made = [
        _result(index, int(label[n]), int(answers[n]), float(gaps[n]), int(oracle.spent[n]), eps)
        for n, index in enumerate(plan.targets)
    ]
    return [replace(one, after=shown.get(n, ())) for n, one in enumerate(made)]


def _result(
    index: int, label: int, answer: int, gap: float, queries: int, eps: float
) -> SampleResult:
    if answer == label:
        return SampleResult(index, label, "held", None, queries)
    state: State = "broken" if gap <= eps else "held"
    return SampleResult(index, label, state, gap, queries, {"answer": answer})
