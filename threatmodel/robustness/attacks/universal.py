"""Universal: one small change, the same for all, found on some inputs and shown on the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threatmodel.core.interval import exact

from .. import pictures, space, squares, worst
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Figure, Measured, SampleResult, State
from ..scores import margin
from ..space import KEPT, Rows, Space, distances
from . import EPS, NORM, SEED, Paper, Param, Plan, Test, Whole, given_budget

LEARNED = 20  # inputs that the change is searched on
LEAST_ROWS = 10
HELD = 0.1  # how far past the boundary an input counts, so that the search goes on to the others


@dataclass(slots=True)
class Search:
    """The change so far, in parts of what each column may move."""

    oracle: Oracle
    plan: Plan
    room: Space

    @property
    def label(self) -> NDArray[np.int64]:
        return self.plan.dataset.y[list(self.plan.targets)]

    def shown(self, change: Rows, of: NDArray[np.intp], size: float = 1.0) -> Rows:
        """Those inputs with that share of the change, every constraint kept."""
        eps, norm = size * float(self.plan.values["eps"]), str(self.plan.values["norm"])
        moved = self.room.origin[of] + squares.reach(self.room, eps, norm)[of] * change
        return self.room.near(moved, of, eps, norm)

    def answers(self, rows: Rows) -> NDArray[np.int64]:
        return self.oracle.labels(rows, np.zeros(len(rows), dtype=np.intp))

    def merit(self, change: Rows, of: NDArray[np.intp]) -> float:
        """How many it deceives, or how near to that all are where scores can be read."""
        rows = self.shown(change, of)
        if self.plan.values["answers"] == "labels":
            return float((self.answers(rows) != self.label[of]).mean())
        lead = margin(self.oracle.scores(rows, np.zeros(len(rows), dtype=np.intp)), self.label[of])
        return -float(np.maximum(lead, -HELD).mean())

    def found(self, of: NDArray[np.intp], steps: int) -> Rows:
        """Square by square; what is no worse is kept, since labels alone often do not move."""
        lay = pictures.layout(self.plan.dataset)
        random = space.generator("universal", self.plan.seed, 0)
        best = squares.stripes(lay, [random])
        worth = self.merit(best, of)
        for step in range(1, steps):
            corner = random.random((1, 2), dtype=np.float32)
            signs = random.choice(np.array([-1, 1], dtype=np.float32), (1, lay.deep))
            square = squares.squares(lay, squares.share_at(step, steps), corner, signs)
            tried = np.where(square == 0, best, square)
            merit = self.merit(tried, of)
            if merit >= worth:
                best, worth = tried, merit
        return best


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Search one change on some targets and add it to the others.

    Notes
    -----
    Noise of the same size stands beside: what that spoils too needed no search. Within an l2 ball
    the change fills the largest cube inside, as in Square.

    References
    ----------
    Moosavi-Dezfooli, Fawzi, Fawzi, Frossard: Universal adversarial perturbations. CVPR 2017, arXiv
    1610.08401. The search is the squares of Andriushchenko et al., arXiv 1912.00049.
    """
    everyone = np.arange(len(plan.targets))
    learned, judged = everyone[:LEARNED], everyone[LEARNED:]
    if len(judged) < LEAST_ROWS:
        least = LEARNED + LEAST_ROWS
        raise RobustnessError(f"data set: this needs {least} inputs that the model gets right")
    search = Search(oracle, plan, space.of(plan.dataset, plan.targets))
    spare = oracle.spare() - 3 * len(judged)
    steps = spare // len(learned)
    if steps < 1:
        raise RobustnessError(f"params.budget: judging alone takes {3 * len(judged):,} queries")
    change = search.found(learned, steps)
    noise = space.generator("universal noise", plan.seed, 0).integers(2, size=change.shape) * 2 - 1
    spoiled = search.answers(search.shown(noise.astype(np.float32), judged))
    return _measured(search, judged, change, int((spoiled != search.label[judged]).sum()))


def _measured(search: Search, judged: NDArray[np.intp], change: Rows, spoiled: int) -> Measured:
    """Each judged input with half of the change and with all of it."""
    label, norm = search.label[judged], str(search.plan.values["norm"])
    rows = [search.shown(change, judged, size) for size in (0.5, 1.0)]
    answers = [search.answers(one) for one in rows]
    gaps = [distances(one, search.room.origin[judged], norm) for one in rows]
    fell = [said != label for said in answers]
    nearest = np.where(fell[0][:, None], rows[0], rows[1])
    gap = np.where(fell[0], gaps[0], gaps[1])
    found_at = [float(gap[n]) if fell[0][n] or fell[1][n] else None for n in range(len(judged))]
    shown = worst.after(found_at, nearest)
    samples = []
    for n, at in enumerate(judged):
        said = int(answers[0 if fell[0][n] else 1][n])
        state: State = "held" if found_at[n] is None else "broken"
        detail = {"answer": said} if state == "broken" else {}
        index = search.plan.targets[at]
        samples.append(
            SampleResult(
                index, int(label[n]), state, found_at[n], 2, detail, after=shown.get(n, ())
            )
        )
    count = len(judged)
    return Measured(
        samples=tuple(samples),
        figures=(Figure("spoiled by noise of that size", spoiled / count, *exact(spoiled, count)),),
        notes=(f"searched on {LEARNED} inputs, judged on {count} others",),
        # Evidence compares queries for one input, and the search was paid for by those it used.
        budget=int(search.plan.values["budget"]) // LEARNED,
    )


TEST = Test(
    id="universal",
    name="One small change that deceives on any input",
    version="1",
    claim="One allowed change, the same for every input, changes the answer for inputs that it was "
    "not searched on. It is found once and used by anybody.",
    paper=Paper(
        title="Universal adversarial perturbations",
        authors="Seyed-Mohsen Moosavi-Dezfooli, Alhussein Fawzi, Omar Fawzi, Pascal Frossard",
        year=2017,
        identifier="arXiv:1610.08401",
    ),
    family="universal",
    adaptive=False,
    access="labels",
    params=(
        Param("budget", "integer", 20_000, "Queries, all told", low=1000, high=500_000),
        EPS,
        NORM,
        Param("answers", "choice", "scores", "What is read of an answer",
              choices=("scores", "labels")),
        Param("samples", "integer", 100, "Inputs that the model gets right", low=30, high=1000),
        SEED,
    ),
    honours=KEPT,
    budget=given_budget,
    run=Whole(measure),
    searches=False,
)  # fmt: skip
