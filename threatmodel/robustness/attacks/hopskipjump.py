"""HopSkipJump: how near is an input that the model gets wrong, seen through its labels alone.

All targets walk in lock-step, so that one call to the model serves many of them. Each draws from
its own stream of random numbers, so a target's result does not depend on which others run beside.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..dataset import Dataset
from ..oracle import Oracle
from ..results import SampleResult
from . import Paper, Param, Plan, Test, Values

Rows = NDArray[np.float32]

RESERVE = 1  # the last query confirms the claim
NOISE_STARTS = 100
FIRST = (10, 100)  # queries for the first direction: a tenth of the budget within these


def distances(found: Rows, origin: Rows, norm: str) -> NDArray[np.float64]:
    """Row by row, in the data's own units, in double precision."""
    gap = np.abs(found.astype(np.float64) - origin.astype(np.float64))
    result: NDArray[np.float64] = (
        np.sqrt((gap**2).sum(axis=-1)) if norm == "l2" else gap.max(axis=-1)
    )
    return result


@dataclass(slots=True)
class Walk:
    """The state of all targets of one call, by position."""

    oracle: Oracle
    origin: Rows
    label: NDArray[np.int64]
    low: Rows
    high: Rows
    whole: NDArray[np.bool_]
    norm: str
    random: list[np.random.Generator]
    best: Rows
    ready: NDArray[np.bool_]
    answer: NDArray[np.int64]
    steps: int = field(default=0)

    def allowed(self, rows: Rows, of: NDArray[np.intp]) -> Rows:
        """The nearest rows that keep every constraint."""
        kept = np.clip(rows, self.low[of], self.high[of])
        if self.whole.any():
            kept[:, self.whole] = np.rint(kept[:, self.whole])
        return kept

    def wrong(self, rows: Rows, of: NDArray[np.intp]) -> NDArray[np.bool_]:
        labels = self.oracle.labels(rows, of)
        fooled = labels != self.label[of]
        self.answer[of[fooled]] = labels[fooled]
        result: NDArray[np.bool_] = fooled
        return result


def _generator(seed: int, index: int) -> np.random.Generator:
    text = f"hopskipjump {seed} {index}".encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest()[:16], "big"))


def _bounds(dataset: Dataset, origin: Rows) -> tuple[Rows, Rows]:
    """Each target's own least and greatest values; one that cannot change is both."""
    low, high = (np.repeat(side[None], len(origin), axis=0) for side in dataset.bounds())
    low, high = np.minimum(low, origin), np.maximum(high, origin)
    for column, feature in enumerate(dataset.features):
        if feature.immutable or feature.monotone == "up":
            low[:, column] = origin[:, column]
        if feature.immutable or feature.monotone == "down":
            high[:, column] = origin[:, column]
    return low, high


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
    walk.best[tried] = walk.allowed(walk.best[tried], tried)
    walk.ready[tried] = walk.wrong(walk.best[tried], tried)


def _noise_starts(walk: Walk) -> None:
    """Where no real row serves, uniform noise within the bounds, as the paper has it."""
    for _ in range(NOISE_STARTS):
        lost = np.flatnonzero(~walk.ready)
        lost = lost[walk.oracle.left(lost) > RESERVE]
        if not len(lost):
            return
        draws = np.stack([walk.random[i].random(walk.origin.shape[1], np.float32) for i in lost])
        rows = walk.allowed(walk.low[lost] + draws * (walk.high[lost] - walk.low[lost]), lost)
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
    return walk.allowed(rows, of)


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


def _noise(walk: Walk, of: NDArray[np.intp], counts: NDArray[np.int64]) -> Rows:
    width = walk.origin.shape[1]
    draws = [
        walk.random[target].standard_normal((count, width), np.float32)
        if walk.norm == "l2"
        else walk.random[target].random((count, width), np.float32) * 2 - 1
        for target, count in zip(of, counts, strict=True)
    ]
    rows = np.concatenate(draws)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-12
    return rows


def _directions(walk: Walk, of: NDArray[np.intp], counts: NDArray[np.int64]) -> Rows:
    """Which way is deeper into the wrong side, from answers around each boundary point."""
    width = walk.origin.shape[1]
    gaps = distances(walk.best[of], walk.origin[of], walk.norm)
    radius = gaps * (3 / width if walk.norm == "l2" else 3 / np.sqrt(width))
    owner = np.repeat(np.arange(len(of)), counts)
    start = walk.best[of][owner]
    reach = np.maximum(radius, 1e-6)[owner, None].astype(np.float32)
    rows = walk.allowed(start + reach * _noise(walk, of, counts), of[owner])
    moved = (rows - start) / reach
    votes = np.where(walk.wrong(rows, of[owner]), 1.0, -1.0).astype(np.float32)
    edges = np.concatenate(([0], np.cumsum(counts)[:-1]))
    means = np.add.reduceat(votes, edges) / counts
    means[np.abs(means) == 1] = 0  # all alike: the mean itself is the news
    weights = votes - means[owner].astype(np.float32)
    found: Rows = np.add.reduceat(moved * weights[:, None], edges, axis=0)
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
        rows = walk.allowed(walk.best[of[at]] + length[at, None] * directions[at], of[at])
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
    eps = float(plan.values["eps"])
    found = []
    for at, index in enumerate(plan.targets):
        distance = float(gaps[at]) if walk.ready[at] else None
        fell = distance is not None and distance <= eps
        found.append(
            SampleResult(
                index=index,
                label=int(walk.label[at]),
                state="broken" if fell else "held",
                distance=distance,
                queries=int(walk.oracle.spent[at]),
                detail={"answer": int(walk.answer[at])} if distance is not None else {},
            )
        )
    return found


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    About sqrt(budget / first) rounds, each one call per 512 rows for directions and some twenty
    for steps and bisection, however many targets walk together.

    References
    ----------
    Chen, Jordan, Wainwright: HopSkipJumpAttack. IEEE S&P 2020, arXiv 1904.02144. Unlike a common
    implementation, what is reported is the point after the last projection, not before it.
    """
    origin = plan.dataset.x[list(plan.targets)]
    low, high = _bounds(plan.dataset, origin)
    columns = plan.dataset.features or (None,) * origin.shape[1]
    walk = Walk(
        oracle=oracle,
        origin=origin,
        label=plan.dataset.y[list(plan.targets)],
        low=low,
        high=high,
        whole=np.array([bool(column and column.integer) for column in columns]),
        norm=str(plan.values["norm"]),
        random=[_generator(plan.seed, index) for index in plan.targets],
        best=origin.copy(),
        ready=np.zeros(len(origin), dtype=bool),
        answer=np.full(len(origin), -1, dtype=np.int64),
    )
    _starts(plan, walk)
    _noise_starts(walk)
    _walk(walk)
    return _results(plan, walk)


def _budget(values: Values) -> int:
    return int(values["budget"])


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
        Param("eps", "number", None, "How far an input may move, in the data's units", low=1e-9),
        Param("norm", "choice", None, "How distance is measured", choices=("l2", "linf")),
        Param("samples", "integer", 40, "Targets that the model gets right", low=1, high=5000),
        Param("seed", "integer", 0, "Same seed, same result", high=2**31),
    ),
    honours=frozenset({"range", "immutable", "monotone", "integer"}),
    pictures_only=False,
    budget=_budget,
    run=run,
)
