"""Membership: do answers tell the rows that the model was trained on from those it was not?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import copies, resampling, space
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Figure, Measured
from ..results import interval as exact
from ..scores import LEAST, chances
from . import Paper, Param, Plan, Test, Values, Whole

Signal = NDArray[np.float64]
ALARMS = (0.001, 0.01)  # outsiders who may be accused wrongly
# So few members that none found would not rule out the harm of one in a hundred (80 % interval).
MEMBERS, OUTSIDERS = 230, 300
REFERENCE = 400  # rows that a reference is learned from
LEAST_ROWS = 20


def found(members: Signal, outsiders: Signal, alarm: float) -> int:
    """Members above the least mark that accuses at most that share of outsiders."""
    allowed = int(alarm * len(outsiders))
    mark = np.sort(outsiders)[::-1][allowed]
    return int((members > mark).sum())


def area(members: Signal, outsiders: Signal) -> float:
    """The chance that a member looks more like one than an outsider does; a half is guessing."""
    ranked = np.sort(outsiders)
    below = np.searchsorted(ranked, members, "left") + np.searchsorted(ranked, members, "right")
    return float(below.mean() / 2 / len(outsiders))


def _sureness(oracle: Oracle, plan: Plan, rows: NDArray[np.intp]) -> Signal:
    """How likely the model finds the true label (its loss turned round), as a logit: near
    certainty the chance itself hardly differs, and members are just there."""
    scores = oracle.scores(plan.dataset.x[rows], np.zeros(len(rows), dtype=np.intp))
    y = plan.dataset.y[rows]
    if y.min() < 0 or y.max() >= scores.shape[1]:
        raise RobustnessError("data set: y names classes that the model gives no score")
    own = chances(scores)[np.arange(len(rows)), y]
    logit: Signal = np.log(np.maximum(own, LEAST)) - np.log(np.maximum(1 - own, 1e-16))
    return logit


def _expected(
    plan: Plan, rows: NDArray[np.intp], outside: NDArray[np.bool_], signal: Signal
) -> Signal:
    """What the signal of such a row would be had it not been trained on: learned from one half of
    the outsiders for whatever is not in that half."""
    random = space.generator("membership reference", plan.seed, 0)
    half = random.random(len(rows)) < 0.5
    classes = np.unique(plan.dataset.y)
    truth = (plan.dataset.y[rows][:, None] == classes).astype(np.float32)
    known = np.hstack((plan.dataset.x[rows], truth))
    said = np.zeros(len(rows))
    for side in (half, ~half):
        learned = np.flatnonzero(outside & side)[:REFERENCE]
        nothing = np.zeros(len(learned), dtype=np.intp)
        copy = copies.learn(known[learned], (signal[learned][:, None],), nothing)
        said[~side] = copy.predict(known[~side])[:, 0]
    return said


def _enough(k: int, members: int, outsiders: int) -> bool:
    """Whether the figure says something: rows enough, or more than chance can explain."""
    if members >= MEMBERS and outsiders >= OUTSIDERS:
        return True
    return exact(k, members, 0.95)[0] > exact(0, outsiders, 0.95)[1]


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Ask every row once and count members found at 0.1 % and 1 % of outsiders accused.

    Notes
    -----
    Two attacks: the loss alone, and the loss less what a reference expects of such a row. The one
    that finds more members at 0.1 % is the figure.

    References
    ----------
    Yeom et al., CSF 2018, arXiv 1709.01604 (loss); Bertran et al., NeurIPS 2023, arXiv 2307.03694
    (a reference by regression); Carlini et al., S&P 2022, arXiv 2112.03570 (why so few alarms).
    """
    order = np.random.default_rng(plan.seed).permutation(len(plan.dataset.x))
    rows = order[: int(plan.values["samples"])]
    inside = plan.dataset.columns["member"][rows] != 0
    if min(inside.sum(), (~inside).sum()) < LEAST_ROWS:
        raise RobustnessError(f"data set: membership needs {LEAST_ROWS} members and as many others")
    loss = _sureness(oracle, plan, rows)
    against = loss - _expected(plan, rows, ~inside, loss)
    ways = {"loss": loss, "loss against a reference": against}
    best = max(ways, key=lambda name: found(ways[name][inside], ways[name][~inside], ALARMS[0]))
    return _measured(plan, ways, best, inside)


def _measured(
    plan: Plan, ways: dict[str, Signal], best: str, inside: NDArray[np.bool_]
) -> Measured:
    members, outsiders = ways[best][inside], ways[best][~inside]
    k = found(members, outsiders, ALARMS[0])
    enough = _enough(k, len(members), len(outsiders))
    note = (
        f"{len(members)} members and {len(outsiders)} outsiders; with so many, 0.1 % accused may "
        f"really be {exact(int(ALARMS[0] * len(outsiders)), len(outsiders))[1]:.1%}"
    )
    few = f"too few rows to say more: {MEMBERS} members and {OUTSIDERS} outsiders are needed"
    return Measured(
        metric=k / len(members) if enough else None,
        interval=_interval(members, outsiders, plan.seed) if enough else None,
        repeats=resampling.TIMES,
        bootstrap=True,
        figures=tuple(figure for name in ways for figure in _figures(name, ways[name], inside)),
        notes=(f"the figure is that of: {best}", note, *(() if enough else (few,))),
        budget=1,
    )


def _interval(members: Signal, outsiders: Signal, seed: int) -> tuple[float, float]:
    """At 80 %: the wider of drawing members and outsiders again, and of the exact interval."""
    random = np.random.default_rng(seed)
    shares = [
        found(random.choice(members, len(members)), random.choice(outsiders, len(outsiders)), 0.001)
        for _ in range(resampling.TIMES)
    ]
    low, high = np.quantile(shares, [0.1, 0.9]) / len(members)
    least, most = exact(found(members, outsiders, ALARMS[0]), len(members), 0.8)
    return min(float(low), least), max(float(high), most)


def _figures(name: str, signal: Signal, inside: NDArray[np.bool_]) -> list[Figure]:
    members, outsiders = signal[inside], signal[~inside]
    counted = [(alarm, found(members, outsiders, alarm)) for alarm in ALARMS]
    shares = [
        Figure(
            f"{name}: members found with {alarm:.1%} wrongly accused",
            k / len(members),
            *exact(k, len(members)),
        )
        for alarm, k in counted
    ]
    return [Figure(f"{name}: area under the curve", area(members, outsiders)), *shares]


def _budget(values: Values) -> int:
    return int(values["samples"])


TEST = Test(
    id="membership",
    name="Telling whose record was trained on",
    version="1",
    claim="Answers tell records that were trained on from others. The figure is the share of "
    "members found while at most one outsider in a thousand is accused.",
    paper=Paper(
        title="Membership Inference Attacks From First Principles",
        authors="Nicholas Carlini, Steve Chien, Milad Nasr, Shuang Song, Andreas Terzis, "
        "Florian Tramer",
        year=2022,
        identifier="arXiv:2112.03570",
    ),
    family="membership",
    adaptive=False,
    access="scores",
    params=(
        Param("samples", "integer", 5000, "Rows that are asked, members and others", high=50_000),
        Param("seed", "integer", 0, "Same seed, same result", high=2**31),
    ),
    honours=frozenset(),
    budget=_budget,
    run=Whole(measure),
    needs=frozenset({"member"}),
    moves_inputs=False,
)
