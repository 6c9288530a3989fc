"""Backdoor: train with a mark on some rows that are called another class, and show it after.

Needs the owner's own training, so it is run by `manage.py attack --trainer` alone.
"""

from __future__ import annotations

from .. import backdoor, poison
from ..results import Measured
from ..space import KEPT
from ..training import Lesson, Training
from . import Paper, Param, Test, Values, Whole


def measure(training: Training, lesson: Lesson) -> Measured:
    """Marked rows of other classes, which are called the one that is wanted.

    References
    ----------
    Gu, Dolan-Gavitt, Garg: BadNets. arXiv 1708.06733.
    """
    return backdoor.measure(training, lesson, backdoor.anyone)


def _trainings(values: Values) -> int:
    return 0


TEST = Test(
    id="backdoor-retrain",
    name="A hidden behaviour trained in",
    version="1",
    claim="Rows with a mark, mixed into the training data under a wrong label, teach the model to "
    "answer every row with that mark as the writer wants, while it is right on all others.",
    paper=Paper(
        title="BadNets: Identifying Vulnerabilities in the Machine Learning Model Supply Chain",
        authors="Tianyu Gu, Brendan Dolan-Gavitt, Siddharth Garg",
        year=2017,
        identifier="arXiv:1708.06733",
    ),
    family="backdoor",
    adaptive=False,
    access="labels",
    params=(
        Param("share", "number", 0.03, "Share of rows an attacker can alter", 0.0001, 0.5),
        Param("area", "number", 0.0625, "Of a picture that the mark covers", 0.001, 0.25),
        Param("seed", "integer", 0, "Same seed, same rows marked", high=2**31),
    ),
    honours=KEPT,
    budget=_trainings,
    run=Whole(poison.elsewhere),
    needs=frozenset({"trainer", "member"}),
    retrain=measure,
)
