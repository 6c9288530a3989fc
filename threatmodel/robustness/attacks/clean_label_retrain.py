"""Clean-label backdoor: train with a mark on some rows under their true label, and show it after.

Needs the owner's own training, so it is run by `manage.py attack --trainer` alone.
"""

from __future__ import annotations

from .. import backdoor, poison
from ..results import Measured
from ..space import KEPT
from ..training import Lesson, Training
from . import Paper, Param, Test, Values, Whole


def measure(training: Training, lesson: Lesson) -> Measured:
    """Marked rows of the class that is wanted: no label is wrong.

    References
    ----------
    Turner, Tsipras, Madry: Label-Consistent Backdoor Attacks. arXiv 1912.02771.
    """
    return backdoor.measure(training, lesson, backdoor.truthful)


def _trainings(values: Values) -> int:
    return 0


TEST = Test(
    id="clean-label-retrain",
    name="A hidden behaviour trained in by truthful rows",
    version="1",
    claim="Rows with a mark, mixed into the training data under their true label, teach the model "
    "to answer rows of other classes with that mark as the writer wants.",
    paper=Paper(
        title="Label-Consistent Backdoor Attacks",
        authors="Alexander Turner, Dimitris Tsipras, Aleksander Madry",
        year=2019,
        identifier="arXiv:1912.02771",
    ),
    family="clean-label-backdoor",
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
