"""How pictures are made smaller before a model sees them: `resize` in dataset.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import RobustnessError

METHODS = ("nearest", "bilinear", "area")
LARGEST = 4096
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Resize:
    """From `high` x `wide` to the size that the model takes, as OpenCV does by that method."""

    high: int
    wide: int
    method: str


def matrix(size: int, smaller: int, method: str) -> Matrix:
    """What each of the smaller side's pixels takes from the larger side's; rows sum to one.

    Notes
    -----
    Nearest and bilinear look at one or two pixels however large the picture is. Area averages all.
    """
    taken = np.zeros((smaller, size))
    factor = size / smaller
    at = np.arange(smaller)
    if method == "nearest":
        taken[at, np.minimum((at * factor).astype(int), size - 1)] = 1
    elif method == "bilinear":
        middle = np.clip((at + 0.5) * factor - 0.5, 0, size - 1)
        first = np.minimum(middle.astype(int), size - 1)
        np.add.at(taken, (at, first), 1 - (middle - first))
        np.add.at(taken, (at, np.minimum(first + 1, size - 1)), middle - first)
    else:
        for pixel in at:
            low, high = pixel * factor, (pixel + 1) * factor
            edges = np.clip(
                np.minimum(np.arange(size) + 1, high) - np.maximum(np.arange(size), low), 0, 1
            )
            taken[pixel] = edges / factor
    return taken


def read(said: Mapping[str, Any], shape: tuple[int, ...]) -> Resize | None:
    """What a description says about it; `shape` is that of the pictures, empty for a table.

    Raises
    ------
    RobustnessError
        Naming what it needs.
    """
    resize = said.get("resize")
    if resize is None:
        return None
    if not shape or not isinstance(resize, dict) or set(resize) != {"from", "method"}:
        raise RobustnessError("dataset.yaml: resize needs from and method, and image beside it")
    sides = resize["from"]
    whole = isinstance(sides, list) and len(sides) == 2 and all(type(one) is int for one in sides)
    if not whole or not all(0 < one <= LARGEST for one in sides):
        raise RobustnessError(f"dataset.yaml: resize.from must be [height, width], to {LARGEST}")
    if resize["method"] not in METHODS:
        raise RobustnessError(f"dataset.yaml: resize.method must be one of {', '.join(METHODS)}")
    return Resize(sides[0], sides[1], resize["method"])
