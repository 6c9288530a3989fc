"""Where an attack may go: what an adversary can change in each target, and how far that is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .dataset import Dataset

Rows = NDArray[np.float32]
KEPT = frozenset({"range", "immutable", "monotone", "integer", "group"})


def generator(name: str, seed: int, index: int) -> np.random.Generator:
    """A target's own stream: neither order nor number of targets changes what it draws."""
    text = f"{name} {seed} {index}".encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest()[:16], "big"))


def distances(found: Rows, origin: Rows, norm: str) -> NDArray[np.float64]:
    """Row by row, in the data's own units, in double precision."""
    gap = np.subtract(found, origin, dtype=np.float64)
    if norm == "l2":
        return np.sqrt(np.einsum("...i,...i->...", gap, gap))
    result: NDArray[np.float64] = np.abs(gap).max(axis=-1)
    return result


@dataclass(frozen=True, slots=True)
class Space:
    """Each target's own least and greatest values; a column that cannot change has both alike.

    `whole` marks columns of whole numbers, `groups` the columns of each one-hot value.
    """

    origin: Rows
    low: Rows
    high: Rows
    whole: NDArray[np.bool_]
    groups: tuple[NDArray[np.intp], ...] = ()

    def allowed(self, rows: Rows, of: NDArray[np.intp]) -> Rows:
        """The nearest rows that keep every constraint."""
        kept = rows.astype(np.float32)
        self._settle(kept, self.low[of], self.high[of])
        return kept

    def settle(self, rows: Rows, target: int) -> None:
        """The same for rows of one target, in their own place."""
        self._settle(rows, self.low[target], self.high[target])

    def put(
        self, rows: Rows, columns: NDArray[np.intp], values: NDArray[Any], of: NDArray[np.intp]
    ) -> None:
        """Change one column of each row, in its own place. What it does not touch is settled."""
        low, high = self.low[of, columns], self.high[of, columns]
        kept = np.minimum(np.maximum(values.astype(np.float32), low), high)
        if self.whole.any():
            kept = np.where(self.whole[columns], np.rint(kept), kept)
        rows[np.arange(len(rows)), columns] = kept
        self._choose(rows)

    def _settle(self, rows: Rows, low: Rows, high: Rows) -> None:
        # Twice as fast as numpy's clip, which looks at three arrays for each number.
        np.minimum(np.maximum(rows, low, out=rows), high, out=rows)
        if self.whole.any():
            rows[:, self.whole] = np.rint(rows[:, self.whole])
        self._choose(rows)

    def _choose(self, rows: Rows) -> None:
        """One column of each one-hot value."""
        for columns in self.groups:
            chosen = columns[rows[:, columns].argmax(axis=1)]
            rows[:, columns] = 0
            rows[np.arange(len(rows)), chosen] = 1

    def near(self, rows: Rows, of: NDArray[np.intp], eps: float, norm: str) -> Rows:
        """Rows within `eps` of their origins that keep every constraint but those of whole steps
        across the edge of the ball, which the final distance judges."""
        origin = self.origin[of]
        if norm == "linf":
            return self.allowed(np.clip(rows, origin - eps, origin + eps), of)
        gap = np.clip(rows, self.low[of], self.high[of]) - origin
        size = np.linalg.norm(gap, axis=1, keepdims=True)
        shrink = np.minimum(1.0, eps * (1 - 1e-6) / np.maximum(size, 1e-12)).astype(np.float32)
        return self.allowed(origin + gap * shrink, of)

    def free(self) -> NDArray[np.int64]:
        """How many columns of each target can change."""
        count: NDArray[np.int64] = (self.high > self.low).sum(axis=1)
        return count


def _groups(dataset: Dataset) -> tuple[NDArray[np.intp], ...]:
    named: dict[str, list[int]] = {}
    for column, feature in enumerate(dataset.features):
        if feature.group:
            named.setdefault(feature.group, []).append(column)
    return tuple(np.array(columns) for columns in named.values())


def of(dataset: Dataset, targets: Sequence[int]) -> Space:
    """The space of those rows of a data set."""
    origin = dataset.x[list(targets)]
    low, high = (np.repeat(side[None], len(origin), axis=0) for side in dataset.bounds())
    low, high = np.minimum(low, origin), np.maximum(high, origin)
    groups = _groups(dataset)
    fixed = {
        int(column)
        for columns in groups
        for column in columns
        if any(dataset.features[other].immutable for other in columns)
    }
    for column, feature in enumerate(dataset.features):
        if feature.immutable or column in fixed or feature.monotone == "up":
            low[:, column] = origin[:, column]
        if feature.immutable or column in fixed or feature.monotone == "down":
            high[:, column] = origin[:, column]
    columns = dataset.features or (None,) * origin.shape[1]
    whole = np.array([bool(column and column.integer) for column in columns])
    free = tuple(one for one in groups if not fixed & set(one.tolist()))
    return Space(origin, low, high, whole, free)
