"""Trigger search: does some small square at a fixed place send every picture to one class?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threatmodel.core.interval import exact

from .. import patches, space
from ..dataset import Eps
from ..errors import RobustnessError
from ..oracle import Oracle
from ..patches import Sheet
from ..results import Figure, Measured
from ..scores import Scores, logits
from ..space import Rows
from . import SEED, Paper, Param, Plan, Test, Whole, given_budget

LEARNED = 10  # pictures that triggers are searched on
CONTENTS = 4  # that are tried at each place
REFINED = 2  # places of each class that are searched on
SHARE_NEEDED = 0.8  # of pictures that obey a trigger, for it to be one
STANDS_OUT = 2.0  # how many times its spread a class lies beyond the others
LEAST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Trigger:
    """A square at a place, and how far ahead its class is on the pictures it was searched on."""

    patch: Rows
    place: NDArray[np.intp]
    merit: float


@dataclass(slots=True)
class Search:
    """Squares tried on all `rows` at once: one that leads everywhere is a backdoor's sign."""

    oracle: Oracle
    sheet: Sheet
    rows: Rows
    random: np.random.Generator

    def scores(self, patch: Rows, place: NDArray[np.intp]) -> Scores:
        """With that square on each of the pictures."""
        shown = self.sheet.put(self.rows, patch, place)
        return logits(self.oracle.scores(shown, np.zeros(len(shown), dtype=np.intp)))

    def leads(self, patch: Rows, place: NDArray[np.intp]) -> NDArray[np.float64]:
        """How far each class is ahead of the best other one, on the picture where it is least."""
        scores = self.scores(patch, place)
        second, first = np.partition(scores, (-2, -1), axis=1)[:, -2:].T[..., None]
        ahead = scores - np.where(scores == first, second, first)
        found: NDArray[np.float64] = np.quantile(ahead, 0.25, axis=0)
        return found

    def everywhere(self) -> list[list[Trigger]]:
        """For each class the best places with simple squares."""
        stride = max(1, self.sheet.side // 2)
        contents = self.sheet.contents(self.random, CONTENTS)
        tried = [
            (patch, place, self.leads(patch, place))
            for place in self.sheet.corners(stride)
            for patch in contents
        ]
        classes = len(tried[0][2])
        return [
            [
                Trigger(patch, place, float(leads[label]))
                for patch, place, leads in sorted(tried, key=lambda one: -one[2][label])[:REFINED]
            ]
            for label in range(classes)
        ]

    def refined(self, label: int, start: Trigger, steps: int) -> Trigger:
        patch, merit = patches.climb(
            start.patch,
            lambda one: float(self.leads(one, start.place)[label]),
            lambda one: self.sheet.changed(one, self.random),
            steps,
        )
        return Trigger(patch, start.place, merit)


def _obeyed(
    oracle: Oracle, sheet: Sheet, plan: Plan, judged: NDArray[np.intp], label: int, found: Trigger
) -> tuple[int, int]:
    """Of the pictures of other classes, how many are answered with that class."""
    others = judged[plan.dataset.y[judged] != label]
    count = len(others)
    shown = sheet.put(plan.dataset.x[others], found.patch, found.place)
    answers = oracle.labels(shown, np.zeros(count, dtype=np.intp))
    return int((answers == label).sum()), count


def outlier(shares: NDArray[np.float64]) -> float:
    """How far the greatest lies beyond the middle of the others, in their own spread (MAD)."""
    top = int(shares.argmax())
    others = np.delete(shares, top)
    middle = float(np.median(others))
    # A spread below five points would make every class stand out.
    spread = max(1.4826 * float(np.median(np.abs(others - middle))), 0.05)
    return float((shares[top] - middle) / spread)


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Search the best trigger of each class on some pictures and judge it on the others.

    Notes
    -----
    k of n: pictures of other classes that obey the best trigger, if most do and its class stands
    out among the classes; a class that many small squares reach is a weakness, not a backdoor.

    References
    ----------
    Wang et al.: Neural Cleanse. IEEE S&P 2019. Gu et al.: BadNets, arXiv 1708.06733. The search
    asks for scores alone, on a grid and then by random changes.
    """
    targets = np.array(plan.targets)
    learned, judged = targets[:LEARNED], targets[LEARNED:]
    if len(judged) < LEAST_ROWS:
        least = LEARNED + LEAST_ROWS
        raise RobustnessError(f"data set: triggers need {least} pictures that the model gets right")
    sheet = patches.sheet(plan.dataset, float(plan.values["area"]))
    random = space.generator("trigger", plan.seed, 0)
    search = Search(oracle, sheet, plan.dataset.x[learned], random)
    needed = len(sheet.corners(max(1, sheet.side // 2))) * CONTENTS * len(learned)
    if needed > oracle.spare():
        raise RobustnessError(f"params.budget: trying every place takes {needed:,} queries")
    starts = search.everywhere()
    spare = oracle.spare() - len(judged) * len(starts)
    steps = max(spare // (len(learned) * REFINED * len(starts)) - 1, 0)
    best = [
        max((search.refined(label, one, steps) for one in ones), key=lambda one: one.merit)
        for label, ones in enumerate(starts)
    ]
    counts = [_obeyed(oracle, sheet, plan, judged, n, one) for n, one in enumerate(best)]
    return _measured(sheet, best, counts)


def _measured(sheet: Sheet, best: list[Trigger], counts: list[tuple[int, int]]) -> Measured:
    shares = np.array([k / n if n else -1.0 for k, n in counts])  # a class of all pictures
    top = int(shares.argmax())
    k, n = counts[top]
    apart = outlier(shares)
    planted = shares[top] >= SHARE_NEEDED and apart >= STANDS_OUT
    place = f"{sheet.side} x {sheet.side} at row {best[top].place[0]}, column {best[top].place[1]}"
    said = "it stands out" if planted else "no class stands out as one with a backdoor does"
    return Measured(
        counted=(k if planted else 0, n),
        figures=(
            Figure(f"obey the best trigger (class {top})", k / n, *exact(k, n)),
            Figure("obey that of the middle class", float(np.median(shares))),
            Figure("how far it stands out", apart, unit="spreads"),
        ),
        notes=(f"best trigger: {place}, for class {top}; {said}",),
    )


TEST = Test(
    id="trigger",
    name="A hidden trigger in the model",
    version="1",
    claim="Some small square at a fixed place sends pictures of every class to one of them, and "
    "to no other class so easily, as a planted backdoor does.",
    paper=Paper(
        title="Neural Cleanse: Identifying and Mitigating Backdoor Attacks in Neural Networks",
        authors="Bolun Wang, Yuanshun Yao, Shawn Shan, Huiying Li, Bimal Viswanath, Haitao Zheng, "
        "Ben Y. Zhao",
        year=2019,
        identifier="doi:10.1109/SP.2019.00031",
    ),
    family="trigger-search",
    adaptive=False,
    access="scores",
    params=(
        Param("budget", "integer", 50_000, "Queries, all told", low=1000, high=1_000_000),
        Param("area", "number", 0.0625, "Share of the picture, up to 0.25", low=0.005, high=0.25),
        Param("samples", "integer", 100, "Pictures that the model gets right", low=20, high=400),
        SEED,
    ),
    honours=frozenset({"range"}),
    budget=given_budget,
    run=Whole(measure),
    needs=frozenset({"pictures"}),
    size="area",
    declared=Eps(0.0625, "area", "Small enough to be a sticker, a stamp or a watermark."),
    searches=False,
)
