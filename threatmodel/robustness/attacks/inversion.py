"""Inversion: does climbing to where the model is surest of a class draw that class's average?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Figure, Measured, SampleResult, State
from ..scores import chances
from ..space import Rows
from . import SEED, Paper, Param, Plan, Test, Whole, given_budget

FELT = 0.01  # of a column's range: how far it is moved to feel the slope
FIRST_STEP = 0.2  # of a column's range, for the column that matters most
LEAST_STEPS = 3
SURE = 1e-12
Numbers = NDArray[np.float64]


def likeness(drawn: Numbers, averages: Numbers) -> Numbers:
    """Correlation of each drawing with each class's average, once what all classes share is out."""
    shared = averages.mean(axis=0)
    one, other = drawn - shared, averages - shared
    one = one - one.mean(axis=1, keepdims=True)
    other = other - other.mean(axis=1, keepdims=True)
    sizes = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)[None]
    found: Numbers = one @ other.T / np.maximum(sizes, SURE)
    return found


def _sure(oracle: Oracle, rows: Rows, classes: NDArray[np.int64]) -> Numbers:
    """How sure the model is that each row is of the class of the same position, as a logarithm."""
    scores = chances(oracle.scores(rows, np.zeros(len(rows), dtype=np.intp)))
    sure: Numbers = np.log(np.maximum(scores[np.arange(len(rows)), classes], SURE))
    return sure


def _slopes(
    oracle: Oracle, rows: Rows, classes: NDArray[np.int64], low: Rows, high: Rows
) -> Numbers:
    """One query for each column of each drawing, and one for where it stands."""
    width = rows.shape[1]
    step = np.where(high > low, FELT * (high - low), 0).astype(np.float32)
    moved = np.repeat(rows[:, None, :], width + 1, axis=1)
    signs = np.where(rows + step > high, -1, 1)
    moved[:, np.arange(width), np.arange(width)] += signs * step
    sure = _sure(oracle, moved.reshape(-1, width), np.repeat(classes, width + 1))
    sure = sure.reshape(len(rows), width + 1)
    gone = np.where(step > 0, signs * step, 1.0)
    change: Numbers = (sure[:, :width] - sure[:, width:]) / gone * (step > 0)
    return change


def draw(oracle: Oracle, classes: NDArray[np.int64], low: Rows, high: Rows, steps: int) -> Rows:
    """From the middle of every range, up the slope of each class, with ever shorter steps."""
    rows = np.repeat(((low + high) / 2)[None], len(classes), axis=0).astype(np.float32)
    for step in range(steps):
        slopes = _slopes(oracle, rows, classes, low, high) * (high - low)
        largest = np.maximum(np.abs(slopes).max(axis=1, keepdims=True), SURE)
        length = FIRST_STEP * (1 - step / steps) * (high - low)
        rows = np.clip(rows + length * slopes / largest, low, high).astype(np.float32)
    return rows


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Draw each class from the model's scores alone and compare with the averages of real rows.

    A class falls when its drawing resembles its own average, and more than that of any other.

    References
    ----------
    Fredrikson, Jha, Ristenpart: Model Inversion Attacks that Exploit Confidence Information and
    Basic Countermeasures. CCS 2015, doi:10.1145/2810103.2813677.
    """
    data = plan.dataset
    classes = np.unique(data.y[list(plan.targets)])  # that the model is known to have a score for
    low, high = data.bounds()
    steps = oracle.budget // (len(classes) * (len(low) + 1))
    if len(classes) < 2 or steps < LEAST_STEPS:
        least = LEAST_STEPS * len(classes) * (len(low) + 1)
        raise RobustnessError(f"params.budget: drawing takes two classes and {least:,} queries")
    drawn = draw(oracle, classes, low, high, steps)
    averages = np.stack([data.x[data.y == label].mean(axis=0) for label in classes])
    alike = likeness(drawn.astype(np.float64), averages.astype(np.float64))
    return Measured(
        samples=tuple(_sample(plan, n, int(label), alike[n]) for n, label in enumerate(classes)),
        figures=tuple(
            Figure(f"class {label}: like its average", float(alike[n, n]), unit="correlation")
            for n, label in enumerate(classes[:20])
        ),
        notes=(f"{steps} steps for each class; other classes, on average: "
               f"{(alike.sum() - np.trace(alike)) / max(alike.size - len(alike), 1):.2f}",),
    )  # fmt: skip


def _sample(plan: Plan, at: int, label: int, alike: Numbers) -> SampleResult:
    own = alike[at] >= float(plan.values["likeness"]) and alike.argmax() == at
    state: State = "broken" if own else "held"
    return SampleResult(label, label, state, None, 0, {"likeness": round(float(alike[at]), 4)})


TEST = Test(
    id="inversion",
    name="Drawing what a class looks like",
    version="1",
    claim="Following the scores to where the model is surest of a class draws something that "
    "resembles that class's average row, and no other's.",
    paper=Paper(
        title="Model Inversion Attacks that Exploit Confidence Information and Basic "
        "Countermeasures",
        authors="Matt Fredrikson, Somesh Jha, Thomas Ristenpart",
        year=2015,
        identifier="doi:10.1145/2810103.2813677",
    ),
    family="inversion",
    adaptive=False,
    access="scores",
    params=(
        Param("budget", "integer", 20_000, "Queries, all told", low=100, high=2_000_000),
        Param("likeness", "number", 0.5, "Correlation that is recognisable", low=0.1, high=0.99),
        SEED,
    ),
    honours=frozenset({"range"}),
    budget=given_budget,
    run=Whole(measure),
    needs=frozenset({"narrow"}),
    moves_inputs=False,
)
