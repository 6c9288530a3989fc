"""Fairness: is the model wrong more often for some groups than for others? Nobody attacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from threatmodel.core.interval import exact

from .. import gaps
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Figure, Measured
from . import SEED, Paper, Param, Plan, Test, Whole, one_each

Flags = NDArray[np.bool_]
GROUPS = 50


def _figure(name: str, what: Flags, among: Flags) -> Figure | None:
    n = int(among.sum())
    k = int((what & among).sum())
    return Figure(name, k / n, *exact(k, n)) if n >= gaps.SMALL else None


def _figures(
    name: str, members: Flags, y: NDArray[np.int64], said: NDArray[np.int64], wanted: int | None
) -> list[Figure]:
    """Error rate of one group; with a wanted class also how often it is given, rightly or not."""
    asked = [_figure(f"{name}: wrong", said != y, members)]
    if wanted is not None:
        given = said == wanted
        asked += [
            _figure(f"{name}: answered {wanted}", given, members),
            _figure(f"{name}: answered {wanted} where it is true", given, members & (y == wanted)),
            _figure(f"{name}: answered {wanted} where it is not", given, members & (y != wanted)),
        ]
    return [figure for figure in asked if figure is not None]


def _even(figures: list[Figure], wanted: int | None) -> list[Figure]:
    """The least over the greatest rate at which groups are given what they want."""
    rates = [one.value for one in figures if one.name.endswith(f": answered {wanted}")]
    if len(rates) < 2 or not max(rates):
        return []
    return [Figure(f"answered {wanted}: least over greatest rate", min(rates) / max(rates))]


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Ask rows as they are and compare groups.

    Notes
    -----
    k of n: inputs of the worst group that are answered wrongly beyond the best group's rate. The
    gap counts only if shuffling the groups seldom gives as much, over 1,000 shuffles.

    References
    ----------
    Hardt, Price, Srebro: Equality of Opportunity in Supervised Learning. NeurIPS 2016,
    arXiv 1610.02413.
    """
    order = np.random.default_rng(plan.seed).permutation(len(plan.dataset.x))
    rows = order[: int(plan.values["samples"])]
    said = oracle.labels(plan.dataset.x[rows], np.zeros(len(rows), dtype=np.intp))
    y, stated = plan.dataset.y[rows], plan.dataset.columns["group"][rows]
    names, numbered, sizes = np.unique(stated, return_inverse=True, return_counts=True)
    if len(names) > GROUPS:
        raise RobustnessError(f"data set: columns.group has more than {GROUPS} groups")
    judged = np.flatnonzero(sizes >= gaps.SMALL)
    if len(judged) < 2:
        raise RobustnessError(f"data set: fairness needs two groups of {gaps.SMALL} rows or more")
    kept = np.isin(numbered, judged)
    among = np.searchsorted(judged, numbered[kept])
    gap = gaps.widest((said != y)[kept], among, plan.seed)
    figures = [Figure("widest gap between error rates", gap.more)]
    for group in judged:
        figures += _figures(
            f"group {names[group]:g}", numbered == group, y, said, plan.dataset.wanted
        )
    left = len(names) - len(judged)
    small = (f"{left} groups of under {gaps.SMALL} rows are not judged",) if left else ()
    return Measured(
        counted=gap.counted,
        figures=(*figures, *_even(figures, plan.dataset.wanted)),
        notes=(gap.note, *small),
        budget=1,
    )


TEST = Test(
    id="fairness",
    name="Wrong more often for some groups",
    version="1",
    claim="The model answers wrongly more often for one group than for another, by more than "
    "chance explains. Nobody attacks.",
    paper=Paper(
        title="Equality of Opportunity in Supervised Learning",
        authors="Moritz Hardt, Eric Price, Nathan Srebro",
        year=2016,
        identifier="arXiv:1610.02413",
    ),
    family="fairness",
    adaptive=False,
    access="labels",
    params=(
        Param("samples", "integer", 5000, "Rows that are asked", low=20, high=50_000),
        SEED,
    ),
    honours=frozenset(),
    budget=one_each,
    run=Whole(measure),
    needs=frozenset({"group"}),
    adversarial=False,
    moves_inputs=False,
    takes_texts=True,
)
