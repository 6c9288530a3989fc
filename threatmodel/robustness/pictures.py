"""Rows as pictures: where height, width and channels stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .dataset import Dataset


@dataclass(frozen=True, slots=True)
class Layout:
    """A row as height, width, channels; `first` says that channels come first in the row."""

    high: int
    wide: int
    deep: int
    first: bool

    @property
    def size(self) -> int:
        return self.high * self.wide * self.deep

    def pictures(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows as (rows, height, width, channels)."""
        if self.first:
            planes = rows.reshape(rows.size // self.size, self.deep, self.high, self.wide)
            return planes.transpose(0, 2, 3, 1)
        return rows.reshape(rows.size // self.size, self.high, self.wide, self.deep)

    def rows(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """The way back."""
        stood = pictures.transpose(0, 3, 1, 2) if self.first else pictures
        return np.ascontiguousarray(stood).reshape(len(pictures), self.size)


def span(dataset: Dataset) -> tuple[float, float]:
    """The least and the greatest that a pixel holds: 0 and 1 where the data set does not say."""
    low = 0.0 if dataset.low is None else dataset.low
    return low, 1.0 if dataset.high is None else dataset.high


def layout(dataset: Dataset) -> Layout:
    """How its pictures lie; a table is one line of columns."""
    shape = dataset.shape
    if not dataset.image:
        return Layout(1, dataset.x.shape[1], 1, first=False)
    if len(shape) == 2:
        return Layout(shape[0], shape[1], 1, first=False)
    if shape[0] in (1, 3, 4) and shape[2] not in (1, 3, 4):
        return Layout(shape[1], shape[2], shape[0], first=True)
    return Layout(shape[0], shape[1], shape[2], first=False)
