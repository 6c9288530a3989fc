"""A run in chunks: what is settled before them, what each of them found, both as plain data.

Chunks may be worked on by several processes, in any order and more than once: targets draw from
streams of their own, so a chunk gives the same whoever works on it, and beside whatever else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from .results import Figure, Measured, SampleResult

# Targets that walk together: enough to fill a batch, few enough for their rows to fit in memory.
MOST_TARGETS, MOST_NUMBERS = 100, 2**16
LONGEST_S, SHORTEST_S = 60.0, 4.0
SHARES = 8  # chunks of a short run: enough for several workers, few enough for the batches
FAR = "endpoint"  # the level of what is kept apart by being elsewhere
FAR_S = 300.0  # a chunk of a run on an endpoint: each call costs there, and each chunk has its own
OUTSIDE = 2.0  # a run takes so many times what its model's answers take


@dataclass(frozen=True, slots=True)
class Planned:
    """What is settled before the first chunk: what the model says of rows as they are (`asked`,
    `labels`), which of them are attacked, and what that cost.

    `identity` and `level` are the model's and its box's. `speed` is in rows a second.
    """

    asked: tuple[int, ...]
    labels: tuple[int, ...]
    accuracy: float
    targets: tuple[int, ...]
    identity: str
    level: str
    rows: int
    calls: int
    speed: float
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Planned:
        lists = {name: tuple(told[name]) for name in ("asked", "labels", "targets", "notes")}
        return cls(**{**told, **lists})


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What one chunk of a run found, and what it asked. `deaths`: how often its model died."""

    found: Measured
    rows: int
    calls: int
    deaths: int = 0
    notes: tuple[str, ...] = ()


def cut(
    targets: tuple[int, ...], width: int, *, budget: int, speed: float, far: bool = False
) -> list[tuple[int, ...]]:
    """Targets in chunks of about a minute; of a shorter run, chunks that several can share.

    Targets of one chunk walk together, so fewer chunks take fewer calls. `far` away (an endpoint)
    a call is what costs, and chunks are as large as they may be. All are of one size; of a
    file's model their number is even, so that of two workers neither waits long for the other.

    Examples
    --------
    >>> [len(chunk) for chunk in cut(tuple(range(250)), 64, budget=1, speed=1e6)]
    [62, 63, 62, 63]
    >>> [len(chunk) for chunk in cut(tuple(range(16)), 64, budget=1000, speed=500)]
    [2, 2, 2, 2, 2, 2, 2, 2]
    >>> [len(chunk) for chunk in cut(tuple(range(16)), 64, budget=1000, speed=100, far=True)]
    [8, 8]
    """
    each_s = OUTSIDE * budget / max(speed, 1e-9)
    chunk_s = FAR_S if far else min(max(each_s * len(targets) / SHARES, SHORTEST_S), LONGEST_S)
    most = max(1, min(MOST_TARGETS, MOST_NUMBERS // width, int(chunk_s / each_s)))
    number = -(-len(targets) // most)
    if number > 1 and not far:
        number = min(number + number % 2, len(targets))
    edges = [len(targets) * at // number for at in range(number + 1)] if number else []
    return [targets[begin:end] for begin, end in pairwise(edges)]


def to_json(found: Measured) -> dict[str, Any]:
    return asdict(found)


def from_json(told: Mapping[str, Any]) -> Measured:
    """The same again; what JSON has no word for (tuples) is put right."""
    plain = Measured(**{**told, "samples": (), "figures": (), "notes": tuple(told["notes"])})
    return replace(
        plain,
        interval=_pair(told["interval"]),
        counted=_pair(told["counted"]),
        samples=tuple(_sample(one) for one in told["samples"]),
        figures=tuple(Figure(**one) for one in told["figures"]),
    )


def _sample(told: Mapping[str, Any]) -> SampleResult:
    return SampleResult(**{**told, "after": tuple(told["after"])})


def _pair(told: Any) -> Any:
    return None if told is None else (told[0], told[1])
