"""HopSkipJump: how near is an input that the model gets wrong, seen through its labels alone.

All targets walk in lock-step, so that one call to the model serves many of them. Each draws from
its own stream of random numbers, so a target's result does not depend on which others run beside.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from ..oracle import Oracle
from ..results import SampleResult
from ..search import RESERVE, Search, begin
from ..space import KEPT, Rows, distances
from . import EPS, NORM, SEED, Paper, Param, Plan, Test, given_budget

NOISE_STARTS = 100
FIRST = (10, 100)  # queries for the first direction: a tenth of the budget within these


def _starts(plan: Plan, walk: Search) -> None:
    """Begin at the nearest real row that the model calls something else."""
    known = np.array(plan.known)
    predicted = np.array([plan.predicted[index] for index in plan.known])
    rows, tried = [], []
    for target, label in enumerate(walk.label):
        others = plan.dataset.x[known[predicted != label]]
        if len(others):
            gaps = distances(others, walk.origin[target], walk.norm)
            rows.append(others[int(gaps.argmin())])
            tried.append(target)
    if tried:
        _try(walk, np.stack(rows), np.array(tried))


def _try(walk: Search, rows: Rows, of: NDArray[np.intp]) -> None:
    """Begin where such a row, made allowed, deceives."""
    rows = walk.space.allowed(rows, of)
    fooled = walk.wrong(rows, of)
    walk.keep(rows[fooled], of[fooled])


def _noise_starts(walk: Search) -> None:
    """Where no real row serves, uniform noise within the bounds, as the paper has it."""
    for _ in range(NOISE_STARTS):
        lost = walk.able(np.flatnonzero(np.isinf(walk.gap)))
        if not len(lost):
            return
        draws = np.stack([walk.random[i].random(walk.origin.shape[1], np.float32) for i in lost])
        low, high = walk.space.low[lost], walk.space.high[lost]
        _try(walk, low + draws * (high - low), lost)


def _blend(walk: Search, far: Rows, share: NDArray[np.float64], of: NDArray[np.intp]) -> Rows:
    """Between the origin (share 0) and the wrong input (share 1)."""
    origin = walk.origin[of]
    part = share[:, None].astype(np.float32)
    if walk.norm == "l2":
        rows = origin + part * (far - origin)
    else:
        reach = part * np.abs(far - origin).max(axis=1, keepdims=True)
        rows = np.clip(far, origin - reach, origin + reach)
    return walk.space.allowed(rows, of)


def _project(walk: Search, far: Rows, of: NDArray[np.intp], precision: float) -> Rows:
    """Bisect towards the origin; every row returned has been seen to be wrong."""
    low, high = np.zeros(len(of)), np.ones(len(of))
    nearest = far.copy()
    while True:
        open_ = (high - low > precision) & (walk.oracle.left(of) > RESERVE)
        at = np.flatnonzero(open_)
        if not len(at):
            return nearest
        middle = (low[at] + high[at]) / 2
        rows = _blend(walk, far[at], middle, of[at])
        fooled = walk.wrong(rows, of[at])
        high[at[fooled]], low[at[~fooled]] = middle[fooled], middle[~fooled]
        nearest[at[fooled]] = rows[fooled]


def _draw(walk: Search, target: int, radius: np.float32, rows: Rows) -> None:
    """Fill `rows` with inputs around the target's boundary point."""
    random = walk.random[target]
    if walk.norm == "l2":
        random.standard_normal(dtype=np.float32, out=rows)
    else:
        random.random(dtype=np.float32, out=rows)
        np.subtract(2 * rows, 1, out=rows)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows)) + 1e-12
    rows *= (radius / lengths)[:, None]
    rows += walk.best[target]
    walk.space.settle(rows, target)


def _direction(rows: Rows, start: Rows, fooled: NDArray[np.bool_]) -> Rows:
    """Which way is deeper into the wrong side; the length of it means nothing."""
    votes = np.where(fooled, 1, -1).astype(np.float32)
    if not fooled.all() and fooled.any():  # all alike: the mean itself is the news
        votes -= votes.mean()
    found: Rows = np.einsum("i,ij->j", votes, rows - start)
    return found


def _directions(walk: Search, of: NDArray[np.intp], counts: NDArray[np.int64]) -> Rows:
    """From answers around each boundary point, one target after the other: what is computed for
    one of them stays in the processor's cache."""
    width = walk.origin.shape[1]
    reach = walk.gap[of] * (3 / width if walk.norm == "l2" else 3 / np.sqrt(width))
    radius = np.maximum(reach, 1e-6).astype(np.float32)
    rows = np.empty((counts.sum(), width), np.float32)
    parts = np.split(rows, np.cumsum(counts)[:-1])
    for at, target in enumerate(of):
        _draw(walk, target, radius[at], parts[at])
    fooled = np.split(walk.wrong(rows, np.repeat(of, counts)), np.cumsum(counts)[:-1])
    found = np.stack(
        [_direction(parts[at], walk.best[target], fooled[at]) for at, target in enumerate(of)]
    )
    if walk.norm == "linf":
        return np.sign(found)
    found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-12
    return found


def _step(
    walk: Search, of: NDArray[np.intp], directions: Rows, length: NDArray[np.float32]
) -> tuple[Rows, NDArray[np.bool_]]:
    """Step outwards, halving until the model is wrong there."""
    reached, arrived = walk.best[of].copy(), np.zeros(len(of), dtype=bool)
    for _ in range(12):
        at = np.flatnonzero(~arrived & (walk.oracle.left(of) > RESERVE))
        if not len(at):
            break
        rows = walk.space.allowed(walk.best[of[at]] + length[at, None] * directions[at], of[at])
        fooled = walk.wrong(rows, of[at])
        reached[at[fooled]] = rows[fooled]
        arrived[at[fooled]] = True
        length[at] /= 2
    return reached, arrived


def _walk(walk: Search) -> None:
    precision = min(walk.origin.shape[1] ** -1.5, 0.01)
    first = np.clip(walk.oracle.budget // 10, *FIRST)
    ready = np.flatnonzero(np.isfinite(walk.gap))
    walk.keep(_project(walk, walk.best[ready], ready, precision), ready)
    for step in itertools.count(1):
        of = walk.able(ready[walk.gap[ready] > 0], spare=24)
        if not len(of):
            return
        counts = np.minimum(int(first * np.sqrt(step)), walk.oracle.left(of) - RESERVE - 16)
        length = (walk.gap[of] / np.sqrt(step)).astype(np.float32)
        far, arrived = _step(walk, of, _directions(walk, of, counts), length)
        moved = of[arrived]
        walk.keep(_project(walk, far[arrived], moved, precision), moved)


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    About sqrt(budget / first) rounds, each one call per 2,048 rows for directions and some twenty
    for steps and bisection, however many targets walk together.

    References
    ----------
    Chen, Jordan, Wainwright: HopSkipJumpAttack. IEEE S&P 2020, arXiv 1904.02144. Unlike a common
    implementation, what is reported is the point after the last projection, not before it.
    """
    walk = begin("hopskipjump", oracle, plan)
    _starts(plan, walk)
    _noise_starts(walk)
    _walk(walk)
    return walk.results(plan)


TEST = Test(
    id="hopskipjump",
    name="Adversarial examples by asking for labels",
    version="1",
    claim="Inputs that a person would call the same are given another label, found by asking "
    "the model for labels alone.",
    paper=Paper(
        title="HopSkipJumpAttack: A Query-Efficient Decision-Based Attack",
        authors="Jianbo Chen, Michael I. Jordan, Martin J. Wainwright",
        year=2020,
        identifier="arXiv:1904.02144",
    ),
    family="decision-boundary",
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
