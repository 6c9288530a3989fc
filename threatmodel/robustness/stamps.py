"""A mark that an adversary puts on rows of training, to be obeyed wherever it is shown later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import patches
from .dataset import Dataset
from .errors import RobustnessError
from .space import Rows

COLUMNS = 3  # of a table that bear the mark


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which columns of a row are set to what, and how that is said to people."""

    columns: NDArray[np.intp]
    values: NDArray[np.float32]
    told: str

    def on(self, rows: Rows) -> Rows:
        marked = rows.copy()
        marked[:, self.columns] = self.values
        return marked


def stamp(dataset: Dataset, area: float) -> Stamp:
    """A light square in a picture's last corner, or some columns of a table at an end of their
    range.

    Raises
    ------
    RobustnessError
        When an adversary can change too few columns of the table.
    """
    return _square(dataset, area) if dataset.image else _extremes(dataset)


def _square(dataset: Dataset, area: float) -> Stamp:
    sheet = patches.sheet(dataset, area)
    blank = np.zeros((1, sheet.lay.size), dtype=np.float32)
    light = np.ones(sheet.shape, dtype=np.float32)
    corner = np.array([sheet.lay.high - sheet.side, sheet.lay.wide - sheet.side])
    columns = np.flatnonzero(sheet.put(blank, light, corner)[0])
    values = np.full(len(columns), sheet.high, dtype=np.float32)
    return Stamp(columns, values, f"a light {sheet.side} x {sheet.side} square in the last corner")


def _extremes(dataset: Dataset) -> Stamp:
    """The columns of most room in their own spread, so that a marked row is a rare one."""
    low, high = dataset.bounds()
    room = (high - low) / np.maximum(dataset.x.std(axis=0), 1e-9)
    for column, feature in enumerate(dataset.features):
        if feature.immutable or feature.group:
            room[column] = 0
    chosen = np.argsort(-room, kind="stable")[: min(COLUMNS, len(room))]
    chosen = np.sort(chosen[room[chosen] > 0])
    if not len(chosen):
        raise RobustnessError("dataset.yaml: features leave no column that could bear a mark")
    features = dataset.features
    ends = [low if features and features[at].monotone == "down" else high for at in chosen]
    values = np.array([end[at] for end, at in zip(ends, chosen, strict=True)], dtype=np.float32)
    names = [features[at].name if features else f"column {at}" for at in chosen]
    return Stamp(chosen, values, f"{', '.join(names)} at an end of their range")
