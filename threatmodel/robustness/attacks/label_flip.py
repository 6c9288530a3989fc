"""Label flips: train again with some labels changed, and count what that costs.

Needs the owner's own training, so it is run by `manage.py attack --trainer` alone.
"""

from __future__ import annotations

import numpy as np

from .. import poison
from ..results import Measured
from ..training import Labels, Lesson, Training
from . import Paper, Param, Test, Whole, no_queries

DOSES = (0.01, 0.03, 0.05, 0.10, 0.20, 0.40)


def flipped(y: Labels, share: float, random: np.random.Generator) -> Labels:
    """The labels with that share of them changed to another class."""
    classes = np.unique(y)
    chosen = random.permutation(len(y))[: round(share * len(y))]
    found = y.copy()
    steps = random.integers(1, len(classes), len(chosen))
    found[chosen] = classes[(np.searchsorted(classes, y[chosen]) + steps) % len(classes)]
    return found


def measure(training: Training, lesson: Lesson) -> Measured:
    """Train at each dose and count rows lost at the attacker's share.

    References
    ----------
    Biggio, Nelson, Laskov: Support Vector Machines Under Adversarial Label Noise. ACML 2011.
    """
    x, y = lesson.taught
    rows, truth = lesson.judging
    share = float(lesson.values["share"])
    right = {}
    for dose in poison.doses(DOSES, share):
        training.told(f"training with {poison.percent(dose)} of the labels changed")
        labels = flipped(y, dose, poison.some(lesson.seed, dose))
        right[dose] = training.answers(x, labels, rows) == truth
    training.clean = float(right[0.0].mean())
    lost, gained, k = poison.beyond(~right[0.0], ~right[share])
    note = (
        f"{lost} rows lost and {gained} gained with {poison.percent(share)} of the labels changed"
    )
    return Measured(
        counted=(k, int(right[0.0].sum())),
        outcome="were lost",
        figures=tuple(
            poison.share_of(f"right with {poison.percent(dose)} changed", found)
            for dose, found in right.items()
        ),
        notes=(poison.judged(note, k),),
    )


TEST = Test(
    id="label-flip",
    name="Changed labels in the training data",
    version="1",
    claim="Changing a small share of the training labels makes the model answer more rows wrongly.",
    paper=Paper(
        title="Support Vector Machines Under Adversarial Label Noise",
        authors="Battista Biggio, Blaine Nelson, Pavel Laskov",
        year=2011,
        identifier="PMLR 20:97-112",
    ),
    family="label-flip",
    adaptive=False,
    access="labels",
    params=(
        Param("share", "number", 0.05, "Share of labels an attacker can change", 0.001, 0.5),
        Param("seed", "integer", 0, "Same seed, same labels changed", high=2**31),
    ),
    honours=frozenset(),
    budget=no_queries,
    run=Whole(poison.elsewhere),
    needs=frozenset({"trainer", "member"}),
    moves_inputs=False,
    retrain=measure,
)
