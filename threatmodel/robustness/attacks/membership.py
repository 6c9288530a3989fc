"""Membership: do answers tell the rows that the model was trained on from those it was not?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import copies, members, space
from ..members import Marks, Signal
from ..oracle import Oracle
from ..results import Measured
from . import SEED, Paper, Param, Plan, Test, Whole, one_each

REFERENCE = 400  # rows that a reference is learned from
SHADOWS, SHADOW_ROWS = 16, 200


def _expected(plan: Plan, rows: NDArray[np.intp], outside: Marks, signal: Signal) -> Signal:
    """What the signal of such a row would be had it not been trained on: learned from one half of
    the outsiders for whatever is not in that half."""
    random = space.generator("membership reference", plan.seed, 0)
    half = random.random(len(rows)) < 0.5
    known = np.hstack((plan.dataset.x[rows], _truth(plan, rows).astype(np.float32)))
    said = np.zeros(len(rows))
    for side in (half, ~half):
        learned = np.flatnonzero(outside & side)[:REFERENCE]
        nothing = np.zeros(len(learned), dtype=np.intp)
        copy = copies.learn(known[learned], (signal[learned][:, None],), nothing)
        said[~side] = copy.predict(known[~side])[:, 0]
    return said


def _truth(plan: Plan, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    classes = np.unique(plan.dataset.y)
    marks: NDArray[np.float64] = (plan.dataset.y[rows][:, None] == classes).astype(np.float64)
    return marks


def _shadowed(plan: Plan, rows: NDArray[np.intp], outside: Marks) -> tuple[Signal, Signal]:
    """How sure shadows are of each row, and by how much they differ: models of the adversary's
    own, each learned from some outsiders, asked about rows that it was not learned from."""
    x, truth = plan.dataset.x[rows], _truth(plan, rows)
    others = np.flatnonzero(outside)
    size = min(SHADOW_ROWS, len(others) // 2)
    said = np.full((SHADOWS, len(rows)), np.nan)
    first = copies.learn(x[others[:size]], (truth[others[:size]],), truth[others[:size]].argmax(1))
    for number in range(SHADOWS):
        random = space.generator("membership shadow", plan.seed, number)
        learned = random.permutation(others)[:size]
        scores = copies.again(first, x[learned], truth[learned]).predict(x)
        rival = np.where(truth > 0, -np.inf, scores).max(axis=1)
        said[number] = (scores * truth).sum(axis=1) - rival
        said[number, learned] = np.nan
    asked = np.isfinite(said)
    count = np.maximum(asked.sum(axis=0), 1)
    middle = np.where(asked, said, 0).sum(axis=0) / count
    spread = np.sqrt(np.where(asked, (said - middle) ** 2, 0).sum(axis=0) / count)
    return middle, spread


def _above(signal: Signal, middle: Signal, spread: Signal, outside: Marks, seed: int) -> Signal:
    """How far the model is surer of each row than of outsiders that shadows find as easy, in the
    spread of such outsiders. Each half is judged by what was learned from the other."""
    half = space.generator("membership halves", seed, 0).random(len(signal)) < 0.5
    known = np.stack((np.ones(len(signal)), middle, middle**2, spread), axis=1)
    said = np.zeros(len(signal))
    for side in (half, ~half):
        learned = outside & side
        level = np.linalg.lstsq(known[learned], signal[learned], rcond=None)[0]
        gaps = np.abs(signal[learned] - known[learned] @ level)
        width = np.linalg.lstsq(known[learned], gaps, rcond=None)[0]
        usual = np.maximum(known[~side] @ width, 0.25 * gaps.mean() + 1e-9)
        said[~side] = (signal[~side] - known[~side] @ level) / usual
    return said


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Ask every row once and count members found at 0.1 % and 1 % of outsiders accused.

    Notes
    -----
    Three attacks: the loss alone; the loss less what a reference expects of such a row; the loss
    against shadows, models of the adversary's own that have not seen the row. The one that finds
    most members at 0.1 % is the figure.

    References
    ----------
    Yeom et al., CSF 2018, arXiv 1709.01604 (loss); Bertran et al., NeurIPS 2023, arXiv 2307.03694
    (a reference by regression); Carlini et al., S&P 2022, arXiv 2112.03570 (shadows that have not
    seen the row, and why so few alarms).
    """
    order = np.random.default_rng(plan.seed).permutation(len(plan.dataset.x))
    rows = order[: int(plan.values["samples"])]
    inside = plan.dataset.columns["member"][rows] != 0
    members.check(inside)
    scores = oracle.scores(plan.dataset.x[rows], np.zeros(len(rows), dtype=np.intp))
    loss = members.sureness(scores, plan.dataset.y[rows])
    against = loss - _expected(plan, rows, ~inside, loss)
    shadows = _above(loss, *_shadowed(plan, rows, ~inside), ~inside, plan.seed)
    ways = {"loss": loss, "loss against a reference": against, "loss against shadows": shadows}
    return members.measured(ways, inside, plan.seed, budget=1)


TEST = Test(
    id="membership",
    name="Telling whose record was trained on",
    version="2",
    claim="Answers tell records that were trained on from others. The figure is the share of "
    "members found while at most one outsider in a thousand is accused.",
    paper=Paper(
        title="Membership Inference Attacks From First Principles",
        authors="Nicholas Carlini, Steve Chien, Milad Nasr, Shuang Song, Andreas Terzis, "
        "Florian Tramer",
        year=2022,
        identifier="arXiv:2112.03570",
    ),
    family="membership",
    adaptive=False,
    access="scores",
    params=(
        Param("samples", "integer", 5000, "Rows that are asked, members and others", high=50_000),
        SEED,
    ),
    honours=frozenset(),
    budget=one_each,
    run=Whole(measure),
    needs=frozenset({"member"}),
    moves_inputs=False,
)
