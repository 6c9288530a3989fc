"""Gradient attacks where there is no gradient to read: slopes are felt by moving each column a bit.

What somebody does who holds the model's file. All targets walk in lock-step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import claims, space
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import SampleResult
from ..scores import Scores, logits, margin
from ..space import KEPT, Rows, Space
from . import EPS, NORM, SEED, Paper, Param, Plan, Test, given_budget

FELT = 0.005  # of a column's range: how far it is moved to feel the slope
MOMENTUM, CONFIRMED = 0.75, 0.75  # AutoPGD's own constants
LEAST_STEPS = 10  # below which another start with another rival costs more than it finds
Of = NDArray[np.intp]


@dataclass(slots=True)
class Climb:
    """The state of all targets of one call. `lead` is that of `best`, below zero once it fell.

    What is followed is the lead over `rival`, another class for each target, or over the best
    other class where that is -1.
    """

    oracle: Oracle
    room: Space
    label: NDArray[np.int64]
    eps: float
    norm: str
    best: Rows
    lead: NDArray[np.float64]
    flat: NDArray[np.bool_]
    rival: NDArray[np.int64]

    def loss(self, scores: Scores, of: Of) -> NDArray[np.float64]:
        lead, at, known = margin(scores, self.label[of]), np.arange(len(of)), logits(scores)
        over = known[at, self.label[of]] - known[at, np.maximum(self.rival[of], 0)]
        followed: NDArray[np.float64] = np.where(self.rival[of] >= 0, over, lead)
        return followed

    def visit(self, rows: Rows, of: Of) -> NDArray[np.float64]:
        """Ask rows and keep the best of each target; answers what is followed."""
        scores = self.oracle.scores(rows, of)
        found = margin(scores, self.label[of])
        better = found < self.lead[of]
        self.best[of[better]], self.lead[of[better]] = rows[better], found[better]
        return self.loss(scores, of)

    def columns(self) -> NDArray[np.intp]:
        return np.flatnonzero((self.room.high > self.room.low).any(axis=0))

    def slope(self, rows: Rows, lead: NDArray[np.float64], of: Of) -> Rows:
        """How the lead changes with each column: one query for each that can change."""
        columns = self.columns()
        span = (self.room.high[of] - self.room.low[of])[:, columns]
        step = np.where(self.room.whole[columns], 1.0, FELT * span).astype(np.float32)
        step = np.where(rows[:, columns] + step > self.room.high[of][:, columns], -step, step)
        moved = np.repeat(rows[:, None, :], len(columns), axis=1)
        at = np.arange(len(columns))
        moved[:, at, columns] += step
        owner = np.repeat(of, len(columns))
        flat = self.room.allowed(moved.reshape(len(owner), -1), owner)
        found = self.loss(self.oracle.scores(flat, owner), owner).reshape(len(of), -1)
        gone = flat.reshape(moved.shape)[:, at, columns] - rows[:, columns]
        change = np.where(gone == 0, 0.0, (found - lead[:, None]) / np.where(gone == 0, 1, gone))
        result = np.zeros_like(rows)
        result[:, columns] = change
        self.flat[of[(change != 0).any(axis=1)]] = False
        return result

    def away(self, rows: Rows, slope: Rows, length: NDArray[np.float32], of: Of) -> Rows:
        """A step against the slope, back inside the ball and the constraints."""
        direction = np.sign(slope)
        if self.norm == "l2":
            direction = slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-12)
        return self.room.near(rows - length * direction, of, self.eps, self.norm)


def _fast(climb: Climb, random: list[np.random.Generator], steps: int) -> None:
    """FGSM: one slope, one step as long as eps."""
    of = np.arange(len(climb.label))
    rows = climb.room.origin.copy()
    slope = climb.slope(rows, climb.visit(rows, of), of)
    climb.visit(climb.away(rows, slope, np.full((1, 1), climb.eps, np.float32), of), of)


def _start(climb: Climb, random: list[np.random.Generator]) -> Rows:
    """Somewhere in the ball."""
    width = climb.room.origin.shape[1]
    draws = np.stack([one.uniform(-1, 1, width) for one in random]).astype(np.float32)
    scale = climb.eps / (np.sqrt(width) if climb.norm == "l2" else 1)
    of = np.arange(len(draws))
    start = climb.room.origin + np.float32(scale) * draws
    return climb.room.near(start, of, climb.eps, climb.norm)


def _projected(climb: Climb, random: list[np.random.Generator], steps: int) -> None:
    """PGD: many short steps from a random start."""
    rows = _start(climb, random)
    of = np.arange(len(rows))
    lead = climb.visit(rows, of)
    length = np.full((1, 1), 2.5 * climb.eps / steps, np.float32)
    for _ in range(steps):
        of = np.flatnonzero(climb.lead >= 0)
        if not len(of):
            return
        slope = climb.slope(rows[of], lead[of], of)
        rows[of] = climb.away(rows[of], slope, length, of)
        lead[of] = climb.visit(rows[of], of)


def checkpoints(steps: int) -> list[int]:
    """After which steps AutoPGD judges its step length."""
    at = [0.0, 0.22]
    while at[-1] < 1:
        at.append(at[-1] + max(at[-1] - at[-2] - 0.03, 0.06))
    return sorted({round(share * steps) for share in at[1:] if share < 1})


def _automatic(climb: Climb, random: list[np.random.Generator], steps: int) -> None:
    """AutoPGD on the lead, then on the lead over each of the next classes, as steps suffice."""
    of = np.arange(len(climb.label))
    scores = climb.oracle.scores(climb.room.origin, of)
    scores[of, climb.label] = -np.inf
    classes = np.argsort(-scores, axis=1, kind="stable")[:, :-1]
    rounds = max(1, min(steps // LEAST_STEPS, classes.shape[1] + 1))
    for turn in range(rounds):
        if (climb.lead < 0).all():
            return
        climb.rival[:] = classes[:, turn - 1] if turn else -1
        _momentum(climb, _start(climb, random), steps // rounds)


def _momentum(climb: Climb, rows: Rows, steps: int) -> None:
    """Long steps with momentum, halved where they stop paying, then on from the best."""
    everyone = np.arange(len(rows))
    lead, before = np.full(len(rows), np.inf), rows.copy()
    of = np.flatnonzero(climb.lead >= 0)
    lead[of] = climb.visit(rows[of], of)
    top, peak = lead.copy(), rows.copy()
    length = np.full((len(rows), 1), 2 * climb.eps, dtype=np.float32)
    paid, since = np.zeros(len(rows)), 0
    marked_top, marked_length = top.copy(), length.copy()
    judged = checkpoints(steps)
    for step in range(1, steps):
        of = everyone[climb.lead >= 0]
        if not len(of):
            return
        ahead = climb.away(rows[of], climb.slope(rows[of], lead[of], of), length[of], of)
        share = 1.0 if step == 1 else MOMENTUM
        mixed = rows[of] + share * (ahead - rows[of]) + (1 - share) * (rows[of] - before[of])
        before[of] = rows[of]
        rows[of] = climb.room.near(mixed.astype(np.float32), of, climb.eps, climb.norm)
        found = climb.visit(rows[of], of)
        paid[of] += found < lead[of]
        lead[of], since = found, since + 1
        higher = lead < top
        top[higher], peak[higher] = lead[higher], rows[higher]
        if step in judged:
            stuck = (length == marked_length)[:, 0] & (top == marked_top)
            marked_top, marked_length = top.copy(), length.copy()
            halve = (paid < CONFIRMED * since) | stuck
            length[halve] /= 2
            rows[halve] = before[halve] = peak[halve]
            lead[halve] = top[halve]
            paid[:], since = 0, 0


METHODS: dict[str, Callable[[Climb, list[np.random.Generator], int], None]] = {
    "apgd": _automatic,
    "pgd": _projected,
    "fgsm": _fast,
}


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    A slope costs one query for each column that can change. A target whose scores do not change
    at all when a column moves gives no slope to follow and is unknown, not held.

    References
    ----------
    Goodfellow, Shlens, Szegedy, arXiv 1412.6572 (fgsm); Madry et al., arXiv 1706.06083 (pgd);
    Croce, Hein: AutoAttack. ICML 2020, arXiv 2003.01690 (apgd). The loss is the margin.
    """
    room = space.of(plan.dataset, plan.targets)
    climb = Climb(
        oracle=oracle,
        room=room,
        label=plan.dataset.y[list(plan.targets)],
        eps=float(plan.values["eps"]) * (1 - 1e-6),
        norm=str(plan.values["norm"]),
        best=room.origin.copy(),
        lead=np.full(len(plan.targets), np.inf),
        flat=np.ones(len(plan.targets), dtype=bool),
        rival=np.full(len(plan.targets), -1, dtype=np.int64),
    )
    each = len(climb.columns()) + 1
    steps = (oracle.budget - claims.RESERVE - 2) // each
    if steps < 1:
        least = each + claims.RESERVE + 2
        raise RobustnessError(f"params.budget: one slope takes {least} queries here; allow more")
    random = [space.generator("gradient", plan.seed, index) for index in plan.targets]
    METHODS[str(plan.values["method"])](climb, random, steps)
    found = claims.results(oracle, plan, room, climb.best, climb.lead < 0)
    return [
        SampleResult(one.index, one.label, "unknown", None, one.queries) if flat else one
        for one, flat in zip(found, climb.flat & (climb.lead >= 0), strict=True)
    ]


TEST = Test(
    id="gradient",
    name="Adversarial examples by following slopes",
    version="1",
    claim="Inputs that a person would call the same are given another label, found by following "
    "the slope of the scores, as somebody can who holds the model.",
    paper=Paper(
        title="Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse "
        "Parameter-free Attacks",
        authors="Francesco Croce, Matthias Hein",
        year=2020,
        identifier="arXiv:2003.01690",
    ),
    family="gradient",
    adaptive=False,  # a control that hides slopes leads it astray
    access="scores",
    params=(
        Param("budget", "integer", 1000, "Queries for each target", low=50, high=200_000),
        EPS,
        NORM,
        Param("method", "choice", "apgd", "How slopes are followed", choices=tuple(METHODS)),
        Param("samples", "integer", 40, "Targets that the model gets right", low=1, high=5000),
        SEED,
    ),
    honours=KEPT,
    budget=given_budget,
    run=run,
    needs=frozenset({"narrow"}),
    searches=False,
)
