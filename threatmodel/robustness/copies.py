"""Copies of a model, learned from its answers by kernel ridge regression.

A thief needs no more than this against small models, and it needs no library of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .scores import Scores

Numbers = NDArray[np.float64]
Kernel = Callable[[Numbers, Numbers], Numbers]
PENALTIES = (1e-9, 1e-5, 1e-2)
WIDTHS = (0.5, 1.0, 2.0)
HELD_OUT = 5  # every fifth row chooses the copy and then helps to learn it


@dataclass(frozen=True, slots=True)
class Copy:
    """A kernel, its weights on the rows it was learned from, and how rows are made standard."""

    name: str
    kernel: Kernel
    penalty: float
    rows: Numbers
    weights: Numbers
    middle: Numbers
    scale: Numbers

    def predict(self, rows: NDArray[np.float32]) -> Scores:
        standard = (rows.astype(np.float64) - self.middle) / self.scale
        found: Scores = self.kernel(standard, self.rows) @ self.weights
        return found

    def labels(self, rows: NDArray[np.float32]) -> NDArray[np.intp]:
        chosen: NDArray[np.intp] = self.predict(rows).argmax(axis=1)
        return chosen


def _linear(left: Numbers, right: Numbers) -> Numbers:
    products: Numbers = left @ right.T / left.shape[1] + 1
    return products


def _squares(left: Numbers, right: Numbers) -> Numbers:
    sizes = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1)[None]
    gaps: Numbers = np.maximum(sizes - 2 * left @ right.T, 0)
    return gaps


def _bells(width: float) -> Kernel:
    def kernel(left: Numbers, right: Numbers) -> Numbers:
        bell: Numbers = np.exp(-_squares(left, right) / width)
        return bell

    return kernel


def _kernels(rows: Numbers) -> dict[str, Kernel]:
    usual = float(np.median(_squares(rows[:500], rows[:500]))) or 1.0
    bells = {f"bells, {width:g} wide": _bells(width * usual) for width in WIDTHS}
    return {"linear": _linear, **bells}


def _weights(kernel: Numbers, targets: Numbers, penalty: float) -> Numbers:
    ridge = penalty * np.trace(kernel) / len(kernel) * np.eye(len(kernel))
    found: Numbers = np.linalg.solve(kernel + ridge, targets)
    return found


def learn(
    rows: NDArray[np.float32],
    targets: tuple[Scores, ...],
    labels: NDArray[np.intp],
    weights: Numbers | None = None,
    penalties: tuple[float, ...] = PENALTIES,
) -> Copy:
    """The copy that agrees best on the rows that were held out, learned again from all of them.

    Parameters
    ----------
    targets
        The model's answers on one scale or more (chances, logits), to choose between.
    weights
        How much agreement on each row counts; all alike where none are given.
    penalties
        How firmly weights may be held down; more firmly where targets hang on chance.

    Notes
    -----
    O(n^3) in the rows for each kernel, penalty and scale; meant for 2,000 rows at most.
    """
    middle, spread = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)
    scale = np.where(spread > 0, spread, 1.0)
    standard = (rows.astype(np.float64) - middle) / scale
    kernels = _kernels(standard)
    products = {name: kernel(standard, standard) for name, kernel in kernels.items()}
    counted = np.ones(len(rows)) if weights is None else weights
    tried = _tried(products, targets, labels, counted, penalties)
    _, name, scores, penalty = max(tried, key=lambda one: one[0])
    found = _weights(products[name], scores, penalty)
    return Copy(name, kernels[name], penalty, standard, found, middle, scale)


def again(copy: Copy, rows: NDArray[np.float32], targets: Scores) -> Copy:
    """A copy of the same kind, learned from other rows without choosing once more."""
    standard = (rows.astype(np.float64) - copy.middle) / copy.scale
    weights = _weights(copy.kernel(standard, standard), targets, copy.penalty)
    return replace(copy, rows=standard, weights=weights)


def _tried(
    products: dict[str, Numbers],
    targets: tuple[Scores, ...],
    labels: NDArray[np.intp],
    counted: Numbers,
    penalties: tuple[float, ...],
) -> Iterator[tuple[tuple[float, float], str, Scores, float]]:
    """How well each way agrees on what was held out, the relative error breaking ties."""
    held = np.arange(len(labels)) % HELD_OUT == 0
    for name, product in products.items():
        for scores in targets:
            for penalty in penalties:
                weights = _weights(product[np.ix_(~held, ~held)], scores[~held], penalty)
                said = product[np.ix_(held, ~held)] @ weights
                agreed = np.average(said.argmax(axis=1) == labels[held], weights=counted[held])
                error = float(np.abs(said - scores[held]).mean() / (scores.std() + 1e-12))
                yield (float(agreed), -error), name, scores, penalty
