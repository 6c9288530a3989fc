"""Square: random squares of change, kept where the model grows less sure of the right answer.

All targets walk in lock-step, one row each for a call; a target that has fallen asks no more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .. import claims, pictures, space, squares
from ..oracle import Oracle
from ..results import SampleResult
from ..scores import margin
from ..space import KEPT
from . import EPS, NORM, SEED, Paper, Param, Plan, Test, given_budget

BLOCK = 500  # steps whose random numbers are drawn at once


def _draws(
    random: list[np.random.Generator], deep: int
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """For each step, where the square of every target lies and which way its channels go."""
    while True:
        blocks = [one.random((BLOCK, 2 + deep), np.float32) for one in random]
        for step in range(BLOCK):
            drawn = np.stack([block[step] for block in blocks])
            yield drawn[:, :2], np.where(drawn[:, 2:] < 0.5, -1, 1).astype(np.float32)


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    One call for 2,048 rows of each step. In an l2 ball the squares fill the largest cube inside.

    References
    ----------
    Andriushchenko, Croce, Flammarion, Hein: Square Attack. ECCV 2020, arXiv 1912.00049.
    """
    room, lay = space.of(plan.dataset, plan.targets), pictures.layout(plan.dataset)
    label = plan.dataset.y[list(plan.targets)]
    random = [space.generator("square", plan.seed, index) for index in plan.targets]
    length = squares.reach(room, float(plan.values["eps"]), str(plan.values["norm"]))
    everyone, steps = np.arange(len(label)), oracle.budget - claims.RESERVE
    best = room.allowed(room.origin + length * squares.stripes(lay, random), everyone)
    lead = margin(oracle.scores(best, everyone), label)
    draws = _draws(random, lay.deep)
    for step in range(1, steps):
        of = np.flatnonzero(lead >= 0)
        if not len(of):
            break
        corner, signs = next(draws)
        square = squares.squares(lay, squares.share_at(step, steps), corner[of], signs[of])
        tried = np.where(square == 0, best[of], room.origin[of] + length[of] * square)
        rows = room.allowed(tried, of)
        found = margin(oracle.scores(rows, of), label[of])
        better = found < lead[of]
        best[of[better]], lead[of[better]] = rows[better], found[better]
    return claims.results(oracle, plan, room, best, lead < 0)


TEST = Test(
    id="square",
    name="Adversarial examples by asking for scores",
    version="1",
    claim="Inputs that a person would call the same are given another label, found by changing "
    "squares at random and reading the model's scores.",
    paper=Paper(
        title="Square Attack: a query-efficient black-box adversarial attack via random search",
        authors="Maksym Andriushchenko, Francesco Croce, Nicolas Flammarion, Matthias Hein",
        year=2020,
        identifier="arXiv:1912.00049",
    ),
    family="random-search",
    adaptive=True,
    access="scores",
    params=(
        Param("budget", "integer", 1000, "Queries for each target", low=50, high=100_000),
        EPS,
        NORM,
        Param("samples", "integer", 40, "Targets that the model gets right", low=1, high=5000),
        SEED,
    ),
    honours=KEPT,
    budget=given_budget,
    run=run,
    searches=False,
)
