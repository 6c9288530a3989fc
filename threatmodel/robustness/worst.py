"""The targets that took the least: what they were and what they became, kept to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .dataset import Dataset

if TYPE_CHECKING:
    from .results import SampleResult

MOST = 12
WIDEST = 4096  # numbers or characters of a row that is kept; a larger one would fill the database
DIGITS = 5


def after(
    gaps: Sequence[float | None] | NDArray[np.float64], rows: NDArray[Any]
) -> dict[int, tuple[float | str, ...]]:
    """By position, what the nearest became; positions without a gap have become nothing."""
    if rows.shape[1] > WIDEST:
        return {}
    found = [(gap, at) for at, gap in enumerate(gaps) if gap is not None]
    nearest = sorted(found)[:MOST]
    return {at: tuple(_plain(rows[at])) for _, at in nearest}


def keep(samples: Iterable[SampleResult]) -> tuple[SampleResult, ...]:
    """All samples, of which only the nearest still say what they became."""
    every = tuple(samples)
    nearest = {one.index for one in _nearest(every)}
    return tuple(one if one.index in nearest else replace(one, after=()) for one in every)


def _nearest(samples: Iterable[SampleResult]) -> list[SampleResult]:
    shown = [one for one in samples if one.after and one.distance is not None]
    return sorted(shown, key=lambda one: (one.distance, one.index))[:MOST]


def told(samples: Iterable[SampleResult], dataset: Dataset) -> list[dict[str, Any]]:
    """The nearest as plain data, beside what they were."""
    return [
        {
            "index": one.index,
            "label": one.label,
            "answer": one.detail.get("answer"),
            "distance": one.distance,
            "queries": one.queries,
            "before": _plain(dataset.x[one.index]),
            "after": list(one.after),
        }
        for one in _nearest(samples)
    ]


def _plain(row: NDArray[Any]) -> list[float | str]:
    """A row as JSON keeps it: numbers rounded, a text cut where it would fill the database."""
    if row.dtype.kind == "T":
        return [text[:WIDEST] for text in row.tolist()]
    rounded: list[float | str] = np.round(row.astype(float), DIGITS).tolist()
    return rounded


def frame(dataset: Dataset) -> dict[str, Any]:
    """How rows are to be shown: as texts, as pictures of a shape and range, or by columns."""
    if dataset.text is not None:
        return {"image": False, "text": True, "columns": ["text"]}
    low, high = dataset.bounds()
    names = [one.name for one in dataset.features] or [str(n) for n in range(dataset.x.shape[1])]
    return {
        "image": dataset.image,
        "shape": list(dataset.shape),
        "low": float(low.min()),
        "high": float(high.max()),
        "columns": [] if dataset.image or len(names) > WIDEST else names,
    }
