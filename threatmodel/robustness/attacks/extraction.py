"""Extraction: how well does a copy agree that was learned from the model's answers alone?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threatmodel.core.interval import exact

from .. import copies, resampling, space
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Figure, Measured
from ..scores import Scores, are_chances, chances, logits
from ..space import Rows
from . import SEED, Paper, Param, Plan, Test, Whole, given_budget

LINE = 3  # points on one line that show whether the model may be linear
SAME = 1e-3  # logits that differ by less, in units of their spread, are the same
PARTS = (0.1, 0.25, 0.5, 1.0)  # of the budget, for the curve
LEAST_ROWS = 20


@dataclass(slots=True)
class Thief:
    """What was asked so far, and how the model answered."""

    oracle: Oracle
    by_scores: bool
    classes: NDArray[np.int64]
    rows: list[Rows]
    answers: list[Scores]

    def ask(self, rows: Rows) -> Scores:
        of = np.zeros(len(rows), dtype=np.intp)
        if self.by_scores:
            answers = self.oracle.scores(rows, of)
        else:
            answers = (self.oracle.labels(rows, of)[:, None] == self.classes).astype(np.float64)
        self.rows.append(rows)
        self.answers.append(answers)
        return answers

    def learned(self, first: int) -> copies.Copy:
        """A copy from the first answers."""
        rows, answers = np.concatenate(self.rows)[:first], np.concatenate(self.answers)[:first]
        scales = (chances(answers), logits(answers)) if self.by_scores else (answers,)
        if self.by_scores and not are_chances(answers):
            scales = (answers, chances(answers))
        return copies.learn(rows, scales, answers.argmax(axis=1))


def _relative(answers: Scores) -> Scores:
    """Logits over those of the first class: all that answers can tell."""
    known = logits(answers)
    return known - known[:, :1]


def _may_be_linear(thief: Thief, low: Rows, high: Rows, random: np.random.Generator) -> bool:
    """Whether the answer half way between two inputs is half way between their answers."""
    ends = random.uniform(low, high, (2, len(low))).astype(np.float32)
    left, middle, right = _relative(thief.ask(np.stack((ends[0], ends.mean(axis=0), ends[1]))))
    size = np.abs(np.stack((left, right))).max() + 1e-12
    return bool(np.abs(middle - (left + right) / 2).max() <= SAME * size)


@dataclass(frozen=True, slots=True)
class Line:
    """A linear model: one weight for each column and class, and what it says at nothing."""

    weights: Scores
    bias: Scores

    def labels(self, rows: Rows) -> NDArray[np.intp]:
        found: NDArray[np.intp] = (rows.astype(np.float64) @ self.weights + self.bias).argmax(
            axis=1
        )
        return found


def _line(thief: Thief, low: Rows, high: Rows) -> Line:
    """Solve for every weight from one input and one more for each column."""
    middle = ((low + high) / 2).astype(np.float32)
    step = np.where(high > low, (high - low) / 4, 1).astype(np.float32)
    rows = np.concatenate((middle[None], middle + np.diag(step)))
    answers = _relative(thief.ask(rows))
    gone = np.diagonal(rows[1:] - middle).astype(np.float64)
    weights = (answers[1:] - answers[0]) / gone[:, None]
    return Line(weights, answers[0] - middle.astype(np.float64) @ weights)


def _more(pool: Rows, count: int, low: Rows, high: Rows, random: np.random.Generator) -> Rows:
    """Inputs between two real ones, and every fourth one anywhere."""
    one, other = (pool[random.integers(len(pool), size=count)] for _ in range(2))
    mixed = one + random.random((count, 1), np.float32) * (other - one)
    anywhere = random.uniform(low, high, mixed.shape).astype(np.float32)
    mixed[::4] = anywhere[::4]
    return mixed


def _balanced(said: NDArray[np.intp], real: NDArray[np.int64]) -> float:
    """Agreement for each class that the model answers, averaged."""
    return float(np.mean([(said[real == label] == label).mean() for label in np.unique(real)]))


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Learn a copy and count where it agrees on real rows that it was not learned from.

    Notes
    -----
    Half of the known rows are the thief's, the other half judges. Where answers lie on a line the
    model is linear, and one query for each column and one more give it exactly.

    References
    ----------
    Tramer, Zhang, Juels, Reiter, Ristenpart: Stealing Machine Learning Models via Prediction
    APIs. USENIX Security 2016, arXiv 1609.02943. Jagielski et al., arXiv 1909.01838 (fidelity).
    """
    known = np.array(plan.known)
    if len(known) < LEAST_ROWS:
        raise RobustnessError(f"data set: extraction needs {LEAST_ROWS} rows, half to judge it by")
    theirs, judges = plan.dataset.x[known[::2]], plan.dataset.x[known[1::2]]
    real = np.array([plan.predicted[index] for index in plan.known[1::2]])
    classes = np.unique(list(plan.predicted.values()))
    random = space.generator("extraction", plan.seed, 0)
    low, high = plan.dataset.bounds()
    by_scores = plan.values["answers"] == "scores"
    # Scores stand in the order of classes from 0; labels may be any numbers.
    real = real if by_scores else np.searchsorted(classes, real)
    thief = Thief(oracle, by_scores, classes, [], [])
    if by_scores and oracle.budget >= LINE + len(low) + 1:
        if _may_be_linear(thief, low, high, random):
            return _measured(plan, thief, {}, _line(thief, low, high), judges, real)
    thief.ask(theirs[: oracle.spare()])
    if oracle.spare():
        thief.ask(_more(theirs, oracle.spare(), low, high, random))
    curve = {part: thief.learned(round(part * oracle.budget)) for part in PARTS}
    return _measured(plan, thief, curve, curve[1.0], judges, real)


def _after(asked: int) -> str:
    return f"balanced agreement after {asked:,} queries"


def _measured(
    plan: Plan,
    thief: Thief,
    curve: dict[float, copies.Copy],
    last: copies.Copy | Line,
    judges: Rows,
    real: NDArray[np.int64],
) -> Measured:
    said = last.labels(judges)
    metric = _balanced(said, real)
    asked = int(thief.oracle.spent[0])

    def again(rows: NDArray[np.intp]) -> float:
        return _balanced(said[rows], real[rows])

    low, high = resampling.bootstrap(again, len(real), plan.seed, 0.95)
    agreed = int((said == real).sum())
    earlier = {part: _balanced(one.labels(judges), real) for part, one in curve.items() if part < 1}
    if isinstance(last, copies.Copy):
        kind = f"the copy: {last.name}"
    else:
        kind = f"the model is linear: {asked:,} queries give its weights exactly"
    return Measured(
        metric=metric,
        interval=resampling.bootstrap(again, len(real), plan.seed, 0.8),
        repeats=resampling.TIMES,
        bootstrap=True,
        figures=(
            Figure(_after(asked), metric, low, high),
            Figure("agreement", agreed / len(real), *exact(agreed, len(real))),
            Figure("commonest answer alone, agreement", float(np.bincount(real).max() / len(real))),
            *(Figure(_after(round(part * asked)), value) for part, value in earlier.items()),
        ),
        notes=(kind, f"judged by {len(real)} rows that the copy was not learned from"),
        budget=asked,
    )


TEST = Test(
    id="extraction",
    name="Copying the model by asking",
    version="1",
    claim="A copy that is learned from answers alone agrees with the model. The figure is the "
    "agreement averaged over classes, so that guessing the commonest one does not count.",
    paper=Paper(
        title="Stealing Machine Learning Models via Prediction APIs",
        authors="Florian Tramer, Fan Zhang, Ari Juels, Michael Reiter, Thomas Ristenpart",
        year=2016,
        identifier="arXiv:1609.02943",
    ),
    family="extraction",
    adaptive=False,
    access="labels",
    params=(
        Param("budget", "integer", 500, "Queries of the thief", low=20, high=2000),
        Param("answers", "choice", "scores", "What the thief sees", choices=("scores", "labels")),
        SEED,
    ),
    honours=frozenset(),
    budget=given_budget,
    run=Whole(measure),
    moves_inputs=False,
)
