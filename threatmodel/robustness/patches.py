"""Small squares put into pictures: where they may stand, and how their content is searched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .dataset import Dataset
from .pictures import Layout, layout, span

Rows = NDArray[np.float32]
Places = NDArray[np.intp]  # top and left of each patch


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pictures of a data set and the side of the square that is put into them."""

    lay: Layout
    low: float
    high: float
    side: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.side, self.side, self.lay.deep

    @property
    def area(self) -> float:
        """The share of a picture that the square covers."""
        return self.side**2 / (self.lay.high * self.lay.wide)

    def put(self, rows: Rows, patches: Rows, places: Places) -> Rows:
        """Each row with its patch (side, side, channels) at its place (top, left).

        One patch or one place serves all rows.
        """
        pictures = self.lay.pictures(rows).copy()
        patches = np.broadcast_to(patches, (len(rows), *self.shape))
        places = np.broadcast_to(places, (len(rows), 2))
        for picture, patch, (top, left) in zip(pictures, patches, places, strict=True):
            picture[top : top + self.side, left : left + self.side] = patch
        return self.lay.rows(pictures)

    def corners(self, stride: int) -> Places:
        """Every place of a grid, the last row and column with them."""
        down, right = (
            sorted({*range(0, whole - self.side + 1, stride), whole - self.side})
            for whole in (self.lay.high, self.lay.wide)
        )
        return np.array([(top, left) for top in down for left in right], dtype=np.intp)

    def anywhere(self, random: np.random.Generator, count: int) -> Places:
        most = (self.lay.high - self.side + 1, self.lay.wide - self.side + 1)
        return random.integers((0, 0), most, size=(count, 2)).astype(np.intp)

    def grey(self) -> Rows:
        return np.full(self.shape, (self.low + self.high) / 2, dtype=np.float32)

    def contents(self, random: np.random.Generator, count: int) -> Rows:
        """Light, dark, then pixels that are either at random."""
        mixed = random.integers(2, size=(count, *self.shape)).astype(np.float32)
        mixed[0], mixed[1] = 1, 0
        return np.asarray(self.low + mixed * (self.high - self.low), dtype=np.float32)

    def changed(self, patch: Rows, random: np.random.Generator) -> Rows:
        """With one pixel turned to light or dark, or a few where the square is large."""
        other = patch.copy()
        for _ in range(1 + self.side**2 // 32):
            top, left = random.integers(self.side, size=2)
            value = random.integers(2, size=self.lay.deep) * (self.high - self.low) + self.low
            other[top, left] = value
        return other


def sheet(dataset: Dataset, area: float) -> Sheet:
    """For squares of that share of a picture, one pixel at least and half a side at most."""
    lay = layout(dataset)
    side = int(np.sqrt(area * lay.high * lay.wide) + 1e-9)
    side = int(np.clip(side, 1, max(1, min(lay.high, lay.wide) // 2)))
    return Sheet(lay, *span(dataset), side)


def climb(
    patch: Rows, merit: Callable[[Rows], float], change: Callable[[Rows], Rows], steps: int
) -> tuple[Rows, float]:
    """Random search: a change is kept where it is worth more."""
    best = merit(patch)
    for _ in range(steps):
        tried = change(patch)
        worth = merit(tried)
        if worth > best:
            patch, best = tried, worth
    return patch, best
