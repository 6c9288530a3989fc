"""Exhaustion: are there inputs that keep the model busy for far longer than usual ones?"""

from __future__ import annotations

import time

import numpy as np

from .. import space
from ..oracle import Oracle
from ..results import Figure, Measured
from ..space import Rows
from . import Paper, Param, Plan, Test, Values, Whole

ROUNDS = 5  # measured ratios, the method's least
TRIES = 5  # of which the quickest counts: other work on the machine only ever slows
TINY = 1e-40  # a number that processors handle slowly, as it is below what they are built for
KINDS = 6


def kinds(low: Rows, high: Rows, count: int, seed: int) -> dict[str, Rows]:
    """Inputs that may be dear: extremes, noise, and numbers next to nothing, all in range."""
    random = space.generator("exhaustion", seed, 0)
    shape = (count, len(low))
    sparse = np.where(random.random(shape) < 0.05, high, low)
    made = {
        "all at their least": np.broadcast_to(low, shape),
        "all at their greatest": np.broadcast_to(high, shape),
        "anywhere": random.uniform(low, high, shape),
        "either end": np.where(random.random(shape) < 0.5, low, high),
        "nearly all at their least": sparse,
        "next to nothing": np.clip(np.full(shape, TINY), low, high),
    }
    return {name: np.ascontiguousarray(rows, dtype=np.float32) for name, rows in made.items()}


def _quickest(oracle: Oracle, rows: Rows, tries: int) -> float:
    of = np.zeros(len(rows), dtype=np.intp)
    found = []
    for _ in range(tries):
        begin = time.perf_counter()
        oracle.labels(rows, of)
        found.append(time.perf_counter() - begin)
    return min(found)


def measure(oracle: Oracle, plan: Plan) -> Measured:
    """Find the dearest kind of input, then measure it against usual rows, five times.

    Notes
    -----
    Time by the clock for calls of equal size, box and pipe included; the quickest of five tries
    counts. The figure is a ratio, but it is not the same twice.

    References
    ----------
    Shumailov et al.: Sponge Examples. EuroS&P 2021, arXiv 2006.03463.
    """
    count = int(plan.values["rows"])
    random = space.generator("exhaustion rows", plan.seed, 0)
    usual = plan.dataset.x[random.integers(len(plan.dataset.x), size=count)]
    made = kinds(*plan.dataset.bounds(), count, plan.seed)
    _quickest(oracle, usual, TRIES)  # the first calls are slow whatever they hold
    dear = max(made, key=lambda name: _quickest(oracle, made[name], TRIES))
    ratios = [
        _quickest(oracle, made[dear], TRIES) / _quickest(oracle, usual, TRIES)
        for _ in range(ROUNDS)
    ]
    low, middle, high = (float(value) for value in np.quantile(ratios, [0.1, 0.5, 0.9]))
    return Measured(
        metric=middle,
        interval=(low, high),
        repeats=ROUNDS,
        figures=(Figure("dearest over usual, least", min(ratios), unit="times"),
                 Figure("dearest over usual, greatest", max(ratios), unit="times")),
        notes=(f"the dearest kind of input: {dear}; {count} rows in each call",),
        budget=count,
    )  # fmt: skip


def _budget(values: Values) -> int:
    return int(values["rows"]) * TRIES * (1 + KINDS + 2 * ROUNDS)


TEST = Test(
    id="exhaustion",
    name="Inputs that keep the model busy",
    version="1",
    claim="Some kind of input takes the model a multiple of the usual time. The figure is how "
    "many times, for calls of the same number of rows.",
    paper=Paper(
        title="Sponge Examples: Energy-Latency Attacks on Neural Networks",
        authors="Ilia Shumailov, Yiren Zhao, Daniel Bates, Nicolas Papernot, Robert Mullins, "
        "Ross Anderson",
        year=2021,
        identifier="arXiv:2006.03463",
    ),
    family="exhaustion",
    adaptive=False,
    access="labels",
    params=(
        Param("rows", "integer", 256, "Rows in each call", low=1, high=2048),
        Param("seed", "integer", 0, "Same seed, same inputs", high=2**31),
    ),
    honours=frozenset({"range"}),
    budget=_budget,
    run=Whole(measure),
    moves_inputs=False,
)
