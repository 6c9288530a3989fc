"""CPU time of this process, repeated; ratios with their spread."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pool


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of CPU of each repeat."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `low` and `high` are the extremes over the repeats; `goal` is what was asked."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    goal: str = ""


def timed(work: Callable[[], object], repeats: int = 5) -> Timing:
    """Run something some times; collecting garbage is not part of it."""
    found = []
    for _ in range(repeats):
        gc.collect()
        gc.disable()
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
        gc.enable()
    return Timing(tuple(found))


def ratio(name: str, top: Timing, bottom: Timing, goal: str = "", scale: float = 1.0) -> Row:
    """How many times the bottom goes into the top; the spread takes extremes against extremes."""
    return Row(
        name,
        scale * top.median / bottom.median,
        "x",
        scale * min(top.seconds) / max(bottom.seconds),
        scale * max(top.seconds) / min(bottom.seconds),
        goal,
    )


def count(name: str, value: float, unit: str, goal: str = "") -> Row:
    return Row(name, value, unit, value, value, goal)


def spread(name: str, values: list[float], unit: str = "x", goal: str = "") -> Row:
    """The median of several turns, with the extremes."""
    return Row(name, statistics.median(values), unit, min(values), max(values), goal)


def _counted(_: int) -> float:
    begin, total = time.monotonic(), 0
    for number in range(20_000_000):
        total += number
    return time.monotonic() - begin


def given() -> float:
    """How much more two processes that share nothing get done than one, at this minute."""
    with Pool(2) as pool:
        alone = pool.apply(_counted, (0,))
        together = max(pool.map(_counted, range(2), chunksize=1))
    return 2 * alone / together
