"""HopSkipJump: how near is an input that the model gets wrong, seen through its labels alone.

All targets walk in lock-step, so that one call to the model serves many of them. Each draws from
its own stream of random numbers, so a target's result does not depend on which others run beside.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .. import space, worst
from ..oracle import Oracle
from ..results import SampleResult
from ..space import Rows, Space, distances
from . import EPS, NORM, SEED, Paper, Param, Plan, Test, given_budget

RESERVE = 1  # the last query confirms the claim
NOISE_STARTS = 100
FIRST = (10, 100)  # queries for the first direction: a tenth of the budget within these


@dataclass(slots=True)
class Walk:
    """The state of all targets of one call, by position."""

    oracle: Oracle
    space: Space
    label: NDArray[np.int64]
    norm: str
    random: list[np.random.Generator]
    best: Rows
    ready: NDArray[np.bool_]
    answer: NDArray[np.int64]
    eps: float
    fell_after: NDArray[np.int64]
    steps: int = field(default=0)

    @property
    def origin(self) -> Rows:
        return self.space.origin

    def wrong(self, rows: Rows, of: NDArray[np.intp]) -> NDArray[np.bool_]:
        labels = self.oracle.labels(rows, of)
        fooled = labels != self.label[of]
        self.answer[of[fooled]] = labels[fooled]
        result: NDArray[np.bool_] = fooled
        return result


def _starts(plan: Plan, walk: Walk) -> None:
    """Begin at the nearest real row that the model calls something else."""
    known = np.array(plan.known)
    predicted = np.array([plan.predicted[index] for index in plan.known])
    everyone = np.arange(len(walk.origin))
    for target in everyone:
        others = known[predicted != walk.label[target]]
        if len(others):
            rows = plan.dataset.x[others]
            gaps = distances(rows, walk.origin[target][None], walk.norm)
            walk.best[target] = rows[int(gaps.argmin())]
            walk.ready[target] = True
    tried = everyone[walk.ready]
    walk.best[tried] = walk.space.allowed(walk.best[tried], tried)
    walk.ready[tried] = walk.wrong(walk.best[tried], tried)


def _noise_starts(walk: Walk) -> None:
    """Where no real row serves, uniform noise within the bounds, as the paper has it."""
    for _ in range(NOISE_STARTS):
        lost = np.flatnonzero(~walk.ready)
        lost = lost[walk.oracle.left(lost) > RESERVE]
        if not len(lost):
            return
        draws = np.stack([walk.random[i].random(walk.origin.shape[1], np.float32) for i in lost])
        low, high = walk.space.low[lost], walk.space.high[lost]
        rows = walk.space.allowed(low + draws * (high - low), lost)
        fooled = walk.wrong(rows, lost)
        walk.best[lost[fooled]] = rows[fooled]
        walk.ready[lost[fooled]] = True


def _blend(walk: Walk, far: Rows, share: NDArray[np.float64], of: NDArray[np.intp]) -> Rows:
    """Between the origin (share 0) and the wrong input (share 1)."""
    origin = walk.origin[of]
    part = share[:, None].astype(np.float32)
    if walk.norm == "l2":
        rows = origin + part * (far - origin)
    else:
        reach = part * np.abs(far - origin).max(axis=1, keepdims=True)
        rows = np.clip(far, origin - reach, origin + reach)
    return walk.space.allowed(rows, of)


def _project(walk: Walk, far: Rows, of: NDArray[np.intp], precision: float) -> Rows:
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


def _keep(walk: Walk, rows: Rows, of: NDArray[np.intp]) -> None:
    """Never give up a nearer input for a farther one."""
    origin = walk.origin[of]
    nearer = distances(rows, origin, walk.norm) < distances(walk.best[of], origin, walk.norm)
    walk.best[of[nearer]] = rows[nearer]
    fell = of[(_gap(walk, of) <= walk.eps) & (walk.fell_after[of] < 0)]
    walk.fell_after[fell] = walk.oracle.spent[fell]


def _draw(walk: Walk, target: int, radius: np.float32, rows: Rows) -> None:
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


def _directions(walk: Walk, of: NDArray[np.intp], counts: NDArray[np.int64]) -> Rows:
    """From answers around each boundary point, one target after the other: what is computed for
    one of them stays in the processor's cache."""
    width = walk.origin.shape[1]
    reach = _gap(walk, of) * (3 / width if walk.norm == "l2" else 3 / np.sqrt(width))
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


def _step(walk: Walk, of: NDArray[np.intp], directions: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """Step outwards, halving until the model is wrong there."""
    gaps = distances(walk.best[of], walk.origin[of], walk.norm)
    length = (gaps / np.sqrt(walk.steps)).astype(np.float32)
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


def _walk(walk: Walk) -> None:
    precision = min(walk.origin.shape[1] ** -1.5, 0.01)
    first = np.clip(walk.oracle.budget // 10, *FIRST)
    ready = np.flatnonzero(walk.ready)
    _keep(walk, _project(walk, walk.best[ready], ready, precision), ready)
    while True:
        walk.steps += 1
        wanted = int(first * np.sqrt(walk.steps))
        of = np.flatnonzero(walk.ready)
        of = of[(walk.oracle.left(of) > RESERVE + 24) & (_gap(walk, of) > 0)]
        if not len(of):
            return
        counts = np.minimum(wanted, walk.oracle.left(of) - RESERVE - 16)
        directions = _directions(walk, of, counts)
        far, arrived = _step(walk, of, directions)
        moved = of[arrived]
        _keep(walk, _project(walk, far[arrived], moved, precision), moved)


def _gap(walk: Walk, of: NDArray[np.intp]) -> NDArray[np.float64]:
    return distances(walk.best[of], walk.origin[of], walk.norm)


def _results(plan: Plan, walk: Walk) -> list[SampleResult]:
    """Ask each claim once more, then say what was found."""
    claimed = np.flatnonzero(walk.ready)
    walk.ready[claimed] = walk.wrong(walk.best[claimed], claimed)
    gaps = _gap(walk, np.arange(len(walk.origin)))
    reached = [float(gap) if walk.ready[at] else None for at, gap in enumerate(gaps)]
    shown = worst.after(reached, walk.best)
    found = []
    for at, index in enumerate(plan.targets):
        distance = reached[at]
        fell = distance is not None and distance <= walk.eps
        found.append(
            SampleResult(
                index=index,
                label=int(walk.label[at]),
                state="broken" if fell else "held",
                distance=distance,
                queries=int(walk.oracle.spent[at]),
                detail=_detail(walk, at) if distance is not None else {},
                after=shown.get(at, ()),
            )
        )
    return found


def _detail(walk: Walk, at: int) -> dict[str, int]:
    told = {"answer": int(walk.answer[at])}
    if walk.fell_after[at] >= 0:
        told["fell_after"] = int(walk.fell_after[at])
    return told


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
    room = space.of(plan.dataset, plan.targets)
    walk = Walk(
        oracle=oracle,
        space=room,
        label=plan.dataset.y[list(plan.targets)],
        norm=str(plan.values["norm"]),
        random=[space.generator("hopskipjump", plan.seed, index) for index in plan.targets],
        best=room.origin.copy(),
        ready=np.zeros(len(room.origin), dtype=bool),
        answer=np.full(len(room.origin), -1, dtype=np.int64),
        eps=float(plan.values["eps"]),
        fell_after=np.full(len(room.origin), -1, dtype=np.int64),
    )
    _starts(plan, walk)
    _noise_starts(walk)
    _walk(walk)
    return _results(plan, walk)


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
    honours=space.KEPT,
    budget=given_budget,
    run=run,
)
