"""The matrix of likelihood and impact: how many findings stand in each cell, and at which risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from catalog.types import Level
from threatmodel.core import scoring

from .asked import Asked
from .listed import Listed


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `query` opens its rows, or closes them where they are open."""

    likelihood: Level
    impact: Level
    risk: Level
    count: int
    query: str
    open: bool


@dataclass(frozen=True, slots=True)
class Heat:
    """Rows of cells, the likeliest first; `total` is what they count together."""

    rows: list[tuple[Level, list[Cell]]]
    total: int


_AT = attrgetter("likelihood", "impact")


def heat(found: Iterable[Listed], asked: Asked) -> Heat:
    """The findings that apply, counted by cell. O(findings)."""
    listed = list(found)
    stayed = Counter(_AT(one) for one in listed if not one.moved)
    counts = Counter(one.cell for one in listed if one.moved)
    for (likely, impact), count in stayed.items():
        counts[Level(likely), Level(impact)] += count
    rows = [
        (likelihood, [_cell(likelihood, impact, counts, asked) for impact in Level])
        for likelihood in reversed(Level)
    ]
    return Heat(rows, counts.total())


def _cell(
    likelihood: Level, impact: Level, counts: Counter[tuple[Level, Level]], asked: Asked
) -> Cell:
    pair = (likelihood, impact)
    is_open = asked.cell == pair
    keys = ("", "") if is_open else (likelihood.key, impact.key)
    query = asked.query(likelihood=keys[0], impact=keys[1])
    return Cell(likelihood, impact, scoring.risk(*pair), counts[pair], query, is_open)
