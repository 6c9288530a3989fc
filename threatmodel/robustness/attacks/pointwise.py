"""Pointwise: put one column after another back to what it was, as long as the model stays wrong.

Strong on trees and other models whose boundary has steps and no slope. It begins at real rows with
another answer, then at random changes of a few columns that are nearer than the best so far.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..oracle import Oracle
from ..results import SampleResult
from ..search import RESERVE, Of, Search, begin
from ..space import KEPT, Rows, distances
from . import EPS, NORM, SEED, Paper, Param, Plan, Test, given_budget

ROWS_TRIED = 32  # real rows that a target may begin at
HALVINGS = 10  # of one column's change


def _order(search: Search, rows: Rows, of: Of) -> NDArray[np.intp]:
    """Columns of each row by the size of their change, largest first; -1 once none is left."""
    change = np.abs(rows - search.origin[of])
    ranked = np.argsort(-change, axis=1, kind="stable")
    ranked[np.take_along_axis(change, ranked, axis=1) == 0] = -1
    return ranked


def _put_back(search: Search, rows: Rows, of: Of) -> None:
    """Each changed column back to the original, one at a time."""
    for column in _order(search, rows, of).T:
        at = np.flatnonzero((column >= 0) & (search.oracle.left(of) > RESERVE))
        if not len(at):
            break
        tried, where = rows[at], column[at]
        search.space.put(tried, where, search.origin[of[at], where], of[at])
        moved = (tried != rows[at]).any(axis=1)
        at, tried = at[moved], tried[moved]
        fooled = search.wrong(tried, of[at])
        rows[at[fooled]] = tried[fooled]


def _shorten(search: Search, rows: Rows, of: Of) -> None:
    """Halve the change of each column that is left, as far as the model stays wrong."""
    for column in _order(search, rows, of).T:
        at = np.flatnonzero(column >= 0)
        if not len(at):
            break
        where, owner = column[at], of[at]
        home = search.origin[owner, where]
        change = rows[at, where] - home
        low, high = np.zeros(len(at)), np.ones(len(at))
        for _ in range(HALVINGS):
            go = np.flatnonzero(search.oracle.left(owner) > RESERVE)
            if not len(go):
                return
            middle = (low[go] + high[go]) / 2
            tried = rows[at[go]]
            search.space.put(tried, where[go], home[go] + middle * change[go], owner[go])
            fooled = search.wrong(tried, owner[go])
            high[go[fooled]], low[go[~fooled]] = middle[fooled], middle[~fooled]
            rows[at[go[fooled]]] = tried[fooled]


def _descend(search: Search, rows: Rows, of: Of) -> None:
    """Make rows that deceive as near as they get, column by column."""
    search.keep(rows, of)
    _put_back(search, rows, of)
    search.keep(rows, of)
    # What is farther than the best by what cannot be put back seldom ends nearer.
    promising = np.flatnonzero(
        distances(rows, search.origin[of], search.norm) <= 2 * search.gap[of]
    )
    rows, of = rows[promising], of[promising]
    _shorten(search, rows, of)
    _put_back(search, rows, of)
    search.keep(rows, of)


def _real_rows(search: Search, plan: Plan) -> NDArray[np.intp]:
    """For each target the nearest rows with another answer, one of each answer first; -1 pads."""
    known = np.array(plan.known)
    predicted = np.array([plan.predicted[index] for index in plan.known])
    chosen = np.full((len(search.label), ROWS_TRIED), -1, dtype=np.intp)
    for target, label in enumerate(search.label):
        others = np.flatnonzero(predicted != label)
        gaps = distances(plan.dataset.x[known[others]], search.origin[target], search.norm)
        near = others[np.argsort(gaps, kind="stable")]
        _, first = np.unique(predicted[near], return_index=True)
        order = [*np.sort(first), *np.setdiff1d(np.arange(len(near)), first)][:ROWS_TRIED]
        chosen[target, : len(order)] = known[near[order]]
    return chosen


def _from_real_rows(search: Search, plan: Plan) -> None:
    everyone = np.arange(len(search.label))
    for chosen in _real_rows(search, plan).T:
        of = search.able(everyone[(chosen >= 0) & (search.oracle.spent < search.oracle.budget / 2)])
        if not len(of):
            return
        rows = search.space.allowed(plan.dataset.x[chosen[of]], of)
        fooled = search.wrong(rows, of)
        _descend(search, rows[fooled], of[fooled])


def _columns(search: Search, of: Of) -> tuple[NDArray[np.int64], Of, NDArray[np.float64]]:
    """How many columns of each target are to change, few mostly; which; each one's share."""
    streams = [search.random[target] for target in of]
    width = search.origin.shape[1]
    counts = np.ones(len(of), dtype=np.int64)
    if width > 1:
        drawn = np.array([one.random() for one in streams])
        counts = np.exp(drawn * np.log(width)).astype(np.int64)
    chosen = [
        (one.choice(width, count, replace=False), 2 * one.random(count) - 1)
        for one, count in zip(streams, counts.tolist(), strict=True)
    ]
    columns, shares = (np.concatenate(part) for part in zip(*chosen, strict=True))
    return counts, columns, shares


def _sparse(search: Search, of: Of) -> Rows:
    """Random changes of a few columns, none larger than the best found so far."""
    counts, columns, shares = _columns(search, of)
    at = np.repeat(np.arange(len(of)), counts)
    span = search.space.high[of[at], columns] - search.space.low[of[at], columns]
    widest = np.maximum.reduceat(span, np.cumsum(counts) - counts)
    reach = np.minimum(search.gap[of], widest)
    if search.norm == "l2":
        reach /= np.sqrt(counts)
    rows = search.origin[of]
    rows[at, columns] += (shares * reach[at]).astype(np.float32)
    return search.space.allowed(rows, of)


def _from_random_rows(search: Search) -> None:
    everyone = np.arange(len(search.label))
    while True:
        of = search.able(everyone[search.gap > 0])
        if not len(of):
            return
        rows = _sparse(search, of)
        fooled = search.wrong(rows, of)
        nearer = distances(rows, search.origin[of], search.norm) < search.gap[of]
        going = fooled & nearer
        _descend(search, rows[going], of[going])


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    A start costs one query for each changed column and ten for each that cannot be put back. Half
    of the budget goes to real rows, the rest to random ones.

    References
    ----------
    Schott, Rauber, Bethge, Brendel: Towards the first adversarially robust neural network model on
    MNIST. ICLR 2019, arXiv 1805.09190: the pointwise attack. Starts and restarts are ours.
    """
    search = begin("pointwise", oracle, plan)
    _from_real_rows(search, plan)
    _from_random_rows(search)
    return search.results(plan)


TEST = Test(
    id="pointwise",
    name="Adversarial examples column by column",
    version="1",
    claim="Inputs that a person would call the same are given another label, found by asking for "
    "labels while one column after another is put back. Made for trees.",
    paper=Paper(
        title="Towards the first adversarially robust neural network model on MNIST",
        authors="Lukas Schott, Jonas Rauber, Matthias Bethge, Wieland Brendel",
        year=2019,
        identifier="arXiv:1805.09190",
    ),
    family="coordinate",
    adaptive=False,
    access="labels",
    params=(
        Param("budget", "integer", 1000, "Queries for each target", low=50, high=100_000),
        EPS,
        NORM,
        Param("samples", "integer", 40, "Targets that the model gets right", low=1, high=5000),
        SEED,
    ),
    honours=KEPT,
    budget=given_budget,
    run=run,
)
