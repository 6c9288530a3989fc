"""Membership by shadow models of the owner's own training, the strongest way that is known.

Needs the owner's own training, so it is run by `manage.py attack --trainer` alone.
"""

from __future__ import annotations

import numpy as np

from .. import members, poison
from ..members import Marks, Signal
from ..results import Measured
from ..training import Lesson, Training
from . import Paper, Param, Test, Whole, no_queries

LEAST_SPREAD = 1e-6


def likelihood(signal: Signal, shadows: Signal, taught: Marks) -> Signal:
    """The logarithm of how much likelier each row's signal is of a model that was trained on it.

    Parameters
    ----------
    shadows
        For each shadow and row, its signal.
    taught
        For each shadow and row, whether it was trained on it.

    Notes
    -----
    A row's two middles are its own; the spreads are of all rows, since a few shadows tell too
    little of one (as the paper has it).
    """
    total = np.zeros(len(signal))
    for side, sign in ((taught, 1.0), (~taught, -1.0)):
        count = np.maximum(side.sum(axis=0), 1)
        middle = np.where(side, shadows, 0).sum(axis=0) / count
        spread = max(float((shadows - middle)[side].std()), LEAST_SPREAD)
        total -= sign * (np.log(spread) + ((signal - middle) / spread) ** 2 / 2)
    return total


def halves(random: np.random.Generator, shadows: int, rows: int) -> Marks:
    """Which rows each shadow is trained on: each row by exactly half of them."""
    ranks = random.random((shadows, rows)).argsort(axis=0)
    marks: Marks = ranks < shadows // 2
    return marks


def measure(training: Training, lesson: Lesson) -> Measured:
    """Train on the members, then each shadow on a half of all rows, and compare.

    References
    ----------
    Carlini et al., S&P 2022, arXiv 2112.03570 (LiRA, online, fixed variance).
    """
    x, y = lesson.dataset.x, lesson.dataset.y
    inside = lesson.dataset.columns["member"] != 0
    members.check(inside)
    training.told("training on the members")
    said = training.scores(*lesson.taught, x)
    training.clean = float((said.argmax(axis=1) == y)[lesson.outside].mean())
    loss = members.sureness(said, y)
    random = np.random.default_rng(lesson.seed)
    taught = halves(random, int(lesson.values["shadows"]), len(x))
    shadows = np.empty(taught.shape)
    for number, marks in enumerate(taught):
        training.told(f"training shadow {number + 1} of {len(taught)}")
        shadows[number] = members.sureness(training.scores(x[marks], y[marks], x), y)
    ways = {"loss": loss, "shadow models": likelihood(loss, shadows, taught)}
    return members.measured(ways, inside, lesson.seed, budget=None)


TEST = Test(
    id="shadow-membership",
    name="Telling whose record was trained on, by shadow models",
    version="1",
    claim="Answers tell records that were trained on from others, to somebody who can train such "
    "models too. The figure is the share of members found while at most one outsider in a thousand "
    "is accused.",
    paper=Paper(
        title="Membership Inference Attacks From First Principles",
        authors="Nicholas Carlini, Steve Chien, Milad Nasr, Shuang Song, Andreas Terzis, "
        "Florian Tramer",
        year=2022,
        identifier="arXiv:2112.03570",
    ),
    family="membership-shadows",
    adaptive=False,
    access="scores",
    params=(
        Param("shadows", "integer", 16, "Models to train, an even number", low=4, high=256),
        Param("seed", "integer", 0, "Same seed, same halves", high=2**31),
    ),
    honours=frozenset(),
    budget=no_queries,
    run=Whole(poison.elsewhere),
    needs=frozenset({"trainer", "member"}),
    moves_inputs=False,
    retrain=measure,
)
