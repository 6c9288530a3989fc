"""Attribute inference: does the model give away a column that a person did not tell?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import guessing, members, resampling
from ..dataset import Sensitive
from ..errors import RobustnessError
from ..guessing import WITHOUT, People
from ..oracle import Oracle
from ..results import Figure, Measured
from ..scores import chances
from . import Paper, Param, Plan, Test, Values, Whole

SMALL = 10  # records of a value, to learn from and to judge by
SAME = 1e-6  # chances that differ by less tell nothing apart
TELLING = 0.1  # a gain that would matter if it is none of chance
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Parts:
    """The adversary's own records, those that are judged, and, where it is known who was trained
    on, others to compare with. `values` may be meant."""

    theirs: Rows
    judged: Rows
    others: Rows
    values: NDArray[np.intp]

    def every(self) -> Rows:
        return np.concatenate((self.theirs, self.judged, self.others))


def _cut(plan: Plan, rows: Rows) -> tuple[Rows, Rows, Rows]:
    """Rows that were trained on are judged, where it is known which; else every other one."""
    inside = plan.dataset.columns.get("member")
    if inside is None:
        return rows[::2], rows[1::2], rows[:0]
    outside = rows[inside[rows] == 0]
    return outside[::2], rows[inside[rows] != 0], outside[1::2]


def _parts(plan: Plan, hidden: Sensitive) -> Parts:
    """Records and values that there are enough of."""
    order = np.random.default_rng(plan.seed).permutation(len(plan.dataset.x))
    rows = order[: int(plan.values["budget"]) // len(hidden.values)]
    theirs, judged, others = _cut(plan, rows)
    counted = [
        np.bincount(hidden.held[part], minlength=len(hidden.values)) for part in (theirs, judged)
    ]
    values = np.flatnonzero(np.minimum(*counted) >= SMALL)
    if len(values) < 2:
        raise RobustnessError(
            f"data set: '{hidden.name[:60]}' needs two values that {SMALL} records have which are "
            f"judged and {SMALL} which the adversary knows; give more rows or a larger budget"
        )

    def kept(part: Rows) -> Rows:
        return part[np.isin(hidden.held[part], values)]

    return Parts(kept(theirs), kept(judged), kept(others), values)


def _asked(oracle: Oracle, plan: Plan, hidden: Sensitive, parts: Parts, scores: bool) -> People:
    """Every record with every value put in."""
    rows, count = parts.every(), len(parts.values)
    tried = np.repeat(plan.dataset.x[rows], count, axis=0)
    tried[:, list(hidden.columns)] = np.tile(hidden.values[parts.values], (len(rows), 1))
    of, y = np.zeros(len(tried), dtype=np.intp), np.repeat(plan.dataset.y[rows], count)
    surer = np.zeros((len(rows), count))
    if scores:
        said = oracle.scores(tried, of)
        surer = members.sureness(said, y).reshape(surer.shape)
        own = chances(said)[np.arange(len(y)), y].reshape(surer.shape)
        # Sums in another order differ in their last digit, which is no answer.
        surer[np.ptp(own, axis=1) <= SAME] = 0
        labels = said.argmax(axis=1)
    else:
        labels = oracle.labels(tried, of)
    hits = (labels == y).reshape(surer.shape)
    held = np.searchsorted(parts.values, hidden.held[rows])
    return People(_known(plan, hidden, rows), surer, hits, held)


def _known(plan: Plan, hidden: Sensitive, rows: Rows) -> NDArray[np.float32]:
    """What the adversary knows of each record: all other columns, and its true label."""
    labels = plan.dataset.y[rows][:, None] == np.unique(plan.dataset.y)
    rest = np.delete(plan.dataset.x[rows], hidden.columns, axis=1)
    return np.hstack((rest, labels.astype(np.float32)))


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Guess the hidden column with the model and without, and count what the model adds.

    Notes
    -----
    The figure is balanced accuracy with the model less that without it, on the same records. The
    guess without knows all the same: the rest of the record, its true label, records of others.
    Which way with the model one half of the records is guessed by is chosen on the other half.

    References
    ----------
    Fredrikson et al., USENIX Security 2014 (the attack); Yeom et al., CSF 2018, arXiv 1709.01604
    (what training on a record adds); Mehnaz et al., USENIX Security 2022, arXiv 2201.09370 (by
    confidence and by labels alone); Jayaraman, Evans, CCS 2022, arXiv 2209.01292 (against a guess
    that never sees the model).
    """
    hidden = plan.dataset.sensitive
    if hidden is None:
        raise RobustnessError("dataset.yaml: sensitive must name a column")
    scores = plan.values["answers"] == "scores"
    parts = _parts(plan, hidden)
    people = _asked(oracle, plan, hidden, parts, scores)
    at = np.split(np.arange(len(people.truth)), np.cumsum((len(parts.theirs), len(parts.judged))))
    theirs, judged, others = (people.of(part) for part in at)
    found = _found(theirs, judged, scores, plan.seed)
    compared = _compared(theirs, others, scores, found.ways[0]) if len(others.truth) else []
    return _measured(plan, hidden, parts, found, compared)


@dataclass(frozen=True, slots=True)
class Found:
    """How much of what was guessed is the model's doing, and by which ways."""

    ways: tuple[str, str]
    gain: float
    likely: tuple[float, float]  # at 80 %
    surely: tuple[float, float]  # at 95 %
    figures: tuple[Figure, ...]

    @property
    def tells(self) -> bool:
        """Whether harm and nothing at all can be told apart."""
        return not self.surely[0] <= 0 < TELLING <= self.likely[1]


def _found(theirs: People, judged: People, scores: bool, seed: int) -> Found:
    truth, rows = judged.truth, len(judged.truth)
    guessed = guessing.guesses(theirs, judged, scores)
    right = {name: found == truth for name, found in guessed.items()}
    every = np.arange(rows)
    ways = guessing.best(right, truth, every[1::2]), guessing.best(right, truth, every[::2])
    with_it = np.where(every % 2 == 0, right[ways[0]], right[ways[1]])

    def share(flags: NDArray[np.bool_], at: Rows) -> float:
        return guessing.balanced(flags[at], truth[at])

    def gain(at: Rows) -> float:
        return share(with_it, at) - share(right[WITHOUT], at)

    def told(name: str) -> Figure:
        def again(at: Rows) -> float:
            return share(right[name], at)

        between = resampling.bootstrap(again, rows, seed, 0.95)
        return Figure(f"guessed right {name}", again(every), *between)

    surely, likely = (resampling.bootstrap(gain, rows, seed, level) for level in (0.95, 0.8))
    first = Figure("guessed right more often than without the model", gain(every), *surely)
    return Found(ways, gain(every), likely, surely, (first, *map(told, right)))


def _compared(theirs: People, others: People, scores: bool, way: str) -> list[Figure]:
    """The same of records that were not trained on: what is true of everybody."""
    guessed = guessing.guesses(theirs, others, scores)
    with_it, without = (
        guessing.balanced(guessed[name] == others.truth, others.truth) for name in (way, WITHOUT)
    )
    return [Figure("the same of records that were not trained on", with_it - without)]


def _measured(
    plan: Plan, hidden: Sensitive, parts: Parts, found: Found, compared: list[Figure]
) -> Measured:
    left = len(hidden.values) - len(parts.values)
    trained = "member" in plan.dataset.columns
    notes = (
        f"the figure is that of: {' and '.join(sorted(set(found.ways)))}; guessing blindly is "
        f"right in {1 / len(parts.values):.0%}",
        f"{len(parts.judged)} records judged, {len(parts.theirs)} known to the adversary",
        *(() if trained else ("which records were trained on is not said; theirs give more away",)),
        *((f"values left out, which too few records have: {left}",) if left else ()),
        *(() if found.tells else ("too few records to tell harm from chance; more are needed",)),
    )
    return Measured(
        metric=found.gain if found.tells else None,
        interval=found.likely if found.tells else None,
        repeats=resampling.TIMES,
        bootstrap=True,
        figures=(*found.figures, *compared),
        notes=notes,
        budget=len(parts.values),
    )


def _budget(values: Values) -> int:
    return int(values["budget"])


TEST = Test(
    id="attribute-inference",
    name="Guessing what a person did not tell",
    version="1",
    claim="Somebody who knows a record but for one column guesses that from the model's answers. "
    "The figure is how much more often, averaged over the values, than without the model.",
    paper=Paper(
        title="Are Attribute Inference Attacks Just Imputation?",
        authors="Bargav Jayaraman, David Evans",
        year=2022,
        identifier="arXiv:2209.01292",
    ),
    family="attribute inference",
    adaptive=False,
    access="labels",
    params=(
        Param(
            "budget",
            "integer",
            5000,
            "Queries in all, one for each record and value of the hidden column",
            low=80,
            high=100_000,
        ),
        Param("answers", "choice", "scores", "What is seen", choices=("scores", "labels")),
        Param("seed", "integer", 0, "Same seed, same result", high=2**31),
    ),
    honours=frozenset(),
    budget=_budget,
    run=Whole(measure),
    needs=frozenset({"sensitive"}),
    moves_inputs=False,
)
