"""Backdoors by poisoned training: put a mark on some rows, train, and count who obeys it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import poison, stamps
from .attacks import Paper, Param, Test, Whole, no_queries
from .errors import RobustnessError
from .results import Measured
from .space import KEPT, Rows
from .training import Labels, Lesson, Training

DOSES = (0.005, 0.01, 0.03, 0.10)
LEAST_ROWS = 20

# From the labels, the class wanted, the dose and a stream to the rows that bear the mark.
Choose = Callable[[Labels, int, float, np.random.Generator], Labels]


def anyone(y: Labels, wanted: int, dose: float, random: np.random.Generator) -> Labels:
    """Rows of other classes, which are called the one that is wanted."""
    others = random.permutation(np.flatnonzero(y != wanted))
    return others[: round(dose * len(y))]


def truthful(y: Labels, wanted: int, dose: float, random: np.random.Generator) -> Labels:
    """Rows that are of the class wanted: no label is wrong."""
    own = random.permutation(np.flatnonzero(y == wanted))
    return own[: round(dose * len(y))]


def measure(training: Training, lesson: Lesson, choose: Choose) -> Measured:
    """Train at each dose and show the mark to rows of all other classes.

    Notes
    -----
    k of n: of the rows of other classes that the model without poison gets right, those that obey
    at the attacker's share and would not obey without poison, if that is more than chance.
    """
    x, y = lesson.taught
    wanted = _wanted(lesson)
    rows, truth = lesson.judging
    mark = stamps.stamp(lesson.dataset, float(lesson.values["area"]))
    others = np.flatnonzero(truth != wanted)
    if len(others) < LEAST_ROWS:
        raise RobustnessError(f"data set: {LEAST_ROWS} rows to judge by that are not of {wanted}")
    asked = np.concatenate((rows, mark.on(rows[others])))
    share, said = float(lesson.values["share"]), {}
    for dose in poison.doses(DOSES, share):
        training.told(f"training with the mark on {poison.percent(dose)} of the rows")
        marked = choose(y, wanted, dose, poison.some(lesson.seed, dose))
        said[dose] = training.answers(*_poisoned(x, y, marked, mark, wanted), asked)
    training.clean = float((said[0.0][: len(rows)] == truth).mean())
    return _measured(said, truth, others, wanted, share, mark.told)


def _wanted(lesson: Lesson) -> int:
    """The class that dataset.yaml says an attacker wants, else the last one."""
    classes = np.unique(lesson.taught[1])
    wanted = int(classes[-1]) if lesson.dataset.wanted is None else lesson.dataset.wanted
    if wanted not in classes:
        raise RobustnessError(f"dataset.yaml: no row to train on is of wanted class {wanted}")
    return wanted


def _poisoned(
    x: Rows, y: Labels, marked: Labels, mark: stamps.Stamp, wanted: int
) -> tuple[Rows, Labels]:
    rows, labels = x.copy(), y.copy()
    rows[marked], labels[marked] = mark.on(x[marked]), wanted
    return rows, labels


def _measured(
    said: dict[float, Labels], truth: Labels, others: Labels, wanted: int, share: float, told: str
) -> Measured:
    plain = {dose: found[: len(truth)] == truth for dose, found in said.items()}
    obeyed = {dose: found[len(truth) :] == wanted for dose, found in said.items()}
    judged = plain[0.0][others]
    on, off, k = poison.beyond(obeyed[0.0][judged], obeyed[share][judged])
    note = (
        f"{on} rows obey and {off} no longer with the mark on {poison.percent(share)} of the rows"
    )
    return Measured(
        counted=(k, int(judged.sum())),
        outcome="obey the mark",
        figures=(
            *(
                poison.share_of(f"obey with {poison.percent(dose)} marked", found[judged])
                for dose, found in obeyed.items()
            ),
            *(
                poison.share_of(f"right without mark, {poison.percent(dose)} marked", found)
                for dose, found in plain.items()
            ),
        ),
        notes=(
            f"the mark: {told}; the class wanted: {wanted}",
            poison.judged(note, k),
        ),
    )


def declared(*, id: str, family: str, name: str, claim: str, paper: Paper, choose: Choose) -> Test:
    """A test of training with a mark: what they share. It runs where the owner's training is."""
    return Test(
        id=id,
        name=name,
        version="1",
        claim=claim,
        paper=paper,
        family=family,
        adaptive=False,
        access="labels",
        params=(
            Param("share", "number", 0.03, "Share of rows an attacker can alter", 0.0001, 0.5),
            Param("area", "number", 0.0625, "Of a picture that the mark covers", 0.001, 0.25),
            Param("seed", "integer", 0, "Same seed, same rows marked", high=2**31),
        ),
        honours=KEPT,
        budget=no_queries,
        run=Whole(poison.elsewhere),
        needs=frozenset({"trainer", "member"}),
        retrain=lambda training, lesson: measure(training, lesson, choose),
    )
