"""A paced feed: a learner that goes on learning is given a few wrong rows in every round.

Needs the owner's own training, so it is run by `manage.py attack --trainer` alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import poison
from ..errors import RobustnessError
from ..results import Figure, Measured
from ..space import Rows
from ..training import Labels, Lesson, Training
from . import Paper, Param, Test, Whole, no_queries

PACES = (0.02, 0.05, 0.10, 0.20)
LEAST_ROWS = 10  # of a round

Feed = list[tuple[Rows, Labels]]  # what is known at first, then what each round brings


def steered(
    y: Labels, share: float, wanted: int | None, classes: Labels, random: np.random.Generator
) -> Labels:
    """Labels of a round: that share of them are the class wanted, or always the next class."""
    found = y.copy()
    able = random.permutation(len(y) if wanted is None else np.flatnonzero(y != wanted))
    chosen = able[: round(share * len(y))]
    after = classes[(np.searchsorted(classes, y[chosen]) + 1) % len(classes)]
    found[chosen] = after if wanted is None else wanted
    return found


def _feed(lesson: Lesson) -> Feed:
    """Half of the rows first, the others in rounds: by their time, where the data say it."""
    x, y = lesson.taught
    order: NDArray[np.intp] = np.random.default_rng(lesson.seed).permutation(len(y))
    if "time" in lesson.dataset.columns:
        order = np.argsort(lesson.dataset.columns["time"][lesson.inside], kind="stable")
    half = len(y) // 2
    rounds = np.array_split(order[half:], int(lesson.values["rounds"]))
    if len(rounds[-1]) < LEAST_ROWS:
        raise RobustnessError(f"params.rounds: fewer, so that each brings {LEAST_ROWS} rows")
    return [(x[part], y[part]) for part in (order[:half], *rounds)]


def _answers(training: Training, lesson: Lesson, feed: Feed, pace: float) -> list[Labels]:
    """What the learner says of the judging rows at first and after each round."""
    random = poison.some(lesson.seed, pace)
    classes = np.unique(lesson.taught[1])
    rows, _ = lesson.judging
    x, y = feed[0][0][:0], feed[0][1][:0]
    said = []
    with training.course() as course:
        for number, (more, truth) in enumerate(feed):
            labels = truth
            if number:
                labels = steered(truth, pace, lesson.dataset.wanted, classes, random)
            x, y = np.concatenate((x, more)), np.concatenate((y, labels))
            course.learn(more, labels, seen=(x, y))
            said.append(course.labels(rows))
    return said


def measure(training: Training, lesson: Lesson) -> Measured:
    """Feed the same learner at several paces and compare it with the one that was fed honestly.

    Notes
    -----
    k of n: of the rows that are to be led astray (all, or those not of the class wanted) and that
    the honest learner gets right at the end, those that the other does not (or calls the class
    wanted), beyond what chance explains.

    References
    ----------
    Wang, Chaudhuri: Data Poisoning Attacks against Online Learning. arXiv 1808.08994.
    """
    feed, share = _feed(lesson), float(lesson.values["share"])
    said = {}
    for pace in poison.doses(PACES, share):
        training.told(f"feeding {len(feed) - 1} rounds with {poison.percent(pace)} wrong")
        said[pace] = _answers(training, lesson, feed, pace)
    return _measured(training, lesson, said, share)


def _measured(
    training: Training, lesson: Lesson, said: dict[float, list[Labels]], share: float
) -> Measured:
    _, truth = lesson.judging
    wanted = lesson.dataset.wanted
    meant = np.full(len(truth), fill_value=True) if wanted is None else truth != wanted
    astray = {
        pace: rounds[-1][meant] != truth[meant] if wanted is None else rounds[-1][meant] == wanted
        for pace, rounds in said.items()
    }
    training.clean = float((said[0.0][-1] == truth).mean())
    more, fewer, k = poison.beyond(astray[0.0], astray[share])
    note = f"{more} rows astray and {fewer} no longer, {poison.percent(share)} of each round wrong"
    honest, paced = _widest_step(said[0.0]), _widest_step(said[share])
    seen = "no round" if paced <= honest else "a round"
    return Measured(
        counted=(k, int((said[0.0][-1][meant] == truth[meant]).sum())),
        outcome="went astray",
        figures=(
            *(
                poison.share_of(f"astray after the last round, {poison.percent(pace)} wrong", found)
                for pace, found in astray.items()
            ),
            Figure("answers changed by one round at most, fed honestly", honest),
            Figure(f"answers changed by one round at most, {poison.percent(share)} wrong", paced),
        ),
        notes=(
            poison.judged(note, k),
            f"{seen} of the paced feed changed more answers than an honest one did",
        ),
    )


def _widest_step(said: list[Labels]) -> float:
    steps = zip(said, said[1:], strict=False)
    return max(float((before != after).mean()) for before, after in steps)


TEST = Test(
    id="paced-feed",
    name="A learner led astray little by little",
    version="1",
    claim="A few wrong rows in every round of what the model goes on learning from make it answer "
    "more rows wrongly after some rounds than the same learner that was fed honestly.",
    paper=Paper(
        title="Data Poisoning Attacks against Online Learning",
        authors="Yizhen Wang, Kamalika Chaudhuri",
        year=2018,
        identifier="arXiv:1808.08994",
    ),
    family="paced-feed",
    adaptive=False,
    access="labels",
    params=(
        Param("share", "number", 0.05, "Share of each round that an attacker brings", 0.001, 0.5),
        Param("rounds", "integer", 6, "Rounds of learning after the first", low=1, high=50),
        Param("seed", "integer", 0, "Same seed, same rows", high=2**31),
    ),
    honours=frozenset(),
    budget=no_queries,
    run=Whole(poison.elsewhere),
    needs=frozenset({"trainer", "member"}),
    moves_inputs=False,
    retrain=measure,
)
