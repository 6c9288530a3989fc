"""Patch: one small square, found on some pictures, that deceives the model on others, anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from threatmodel.core.interval import exact

from .. import patches, space
from ..dataset import Eps
from ..errors import RobustnessError
from ..oracle import Oracle
from ..patches import Sheet
from ..results import Figure, Measured, SampleResult
from ..scores import margin
from ..space import Rows
from . import SEED, Paper, Param, Plan, Test, Whole, given_budget

LEARNED = 20  # pictures that the patch is searched on
STARTS = 8
LEAST_ROWS = 10


def _lead(
    oracle: Oracle,
    sheet: Sheet,
    rows: Rows,
    label: NDArray[np.int64],
    patch: Rows,
    places: NDArray[np.intp],
) -> float:
    """How far the right answer leads with the patch on, on average; each picture counts as fallen
    once it does, so that the search goes on to the others."""
    scores = oracle.scores(sheet.put(rows, patch, places), np.zeros(len(rows), dtype=np.intp))
    return float(np.maximum(margin(scores, label), -0.1).mean())  # fmt: skip


def _search(oracle: Oracle, sheet: Sheet, plan: Plan, learned: NDArray[np.intp]) -> Rows:
    """The best of some starts, then change by change until the budget is spent."""
    random = space.generator("patch", plan.seed, 0)
    rows, label = plan.dataset.x[learned], plan.dataset.y[learned]
    places = sheet.anywhere(random, len(rows))

    def merit(patch: Rows) -> float:
        return -_lead(oracle, sheet, rows, label, patch, places)

    starts = sheet.contents(random, STARTS)
    first = max(starts, key=merit)
    spare = oracle.spare() - 2 * len(plan.targets)
    steps = max(spare // len(rows) - 1, 0)
    return patches.climb(first, merit, lambda one: sheet.changed(one, random), steps)[0]


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Search a patch on some targets and show it on the others, somewhere in each picture.

    Notes
    -----
    A picture that a plain grey square at the same place spoils too was covered, not deceived, and
    does not count.

    References
    ----------
    Brown, Mane, Roy, Abadi, Gilmer: Adversarial Patch. arXiv 1712.09665. The search is that of
    Croce et al., Sparse-RS, AAAI 2022, arXiv 2006.12834.
    """
    targets = np.array(plan.targets)
    learned, judged = targets[:LEARNED], targets[LEARNED:]
    if len(judged) < LEAST_ROWS:
        least = LEARNED + LEAST_ROWS
        raise RobustnessError(f"data set: a patch needs {least} pictures that the model gets right")
    sheet = patches.sheet(plan.dataset, float(plan.values["area"]))
    patch = _search(oracle, sheet, plan, learned)
    places = sheet.anywhere(space.generator("patch places", plan.seed, 0), len(judged))
    rows, label = plan.dataset.x[judged], plan.dataset.y[judged]
    answers, covered = (
        oracle.labels(sheet.put(rows, one, places), np.zeros(len(judged), dtype=np.intp))
        for one in (patch, sheet.grey())
    )
    spoiled = int((covered != label).sum())
    return Measured(
        samples=_samples(sheet.area, judged, label, answers, covered),
        figures=(
            Figure("of the picture covered", sheet.area),
            Figure("spoiled by a grey square", spoiled / len(judged), *exact(spoiled, len(judged))),
        ),
        notes=(f"searched on {len(learned)} pictures, judged on {len(judged)} others",),
    )


def _samples(
    area: float,
    judged: NDArray[np.intp],
    label: NDArray[np.int64],
    answers: NDArray[np.int64],
    covered: NDArray[np.int64],
) -> tuple[SampleResult, ...]:
    fell = (answers != label) & (covered == label)
    return tuple(
        SampleResult(int(index), int(own), "broken" if hit else "held", area if hit else None, 1,
                     {"answer": int(answer)})
        for index, own, answer, hit in zip(judged, label, answers, fell, strict=True)
    )  # fmt: skip


TEST = Test(
    id="patch",
    name="One patch that deceives on any picture",
    version="1",
    claim="A square of a sixteenth of the picture, the same for all and put anywhere, changes the "
    "answer where a grey one does not. A stand-in for something printed.",
    paper=Paper(
        title="Adversarial Patch",
        authors="Tom B. Brown, Dandelion Mane, Aurko Roy, Martin Abadi, Justin Gilmer",
        year=2017,
        identifier="arXiv:1712.09665",
    ),
    family="patch",
    adaptive=False,
    access="scores",
    params=(
        Param(
            "budget", "integer", 20_000, "Queries for the patch, all told", low=1000, high=500_000
        ),
        Param(
            "area",
            "number",
            0.0625,
            "Share of the picture, from 0.005 to 0.25",
            low=0.005,
            high=0.25,
        ),
        Param("samples", "integer", 100, "Pictures that the model gets right", low=30, high=400),
        SEED,
    ),
    honours=frozenset({"range"}),
    budget=given_budget,
    run=Whole(measure),
    needs=frozenset({"pictures"}),
    size="area",
    declared=Eps(0.0625, "area", "As large as a badge in a picture of a person, plain to see."),
    searches=False,
)
