"""Squares of change in pictures and rows of columns: how large, where, how far each moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .pictures import Layout
from .space import Rows, Space

FIRST_SHARE = 0.8
# When the squares get smaller, in ten-thousandths of the budget, as the paper has it.
HALVED_AT = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)


def share_at(step: int, steps: int) -> float:
    """The share of columns that one square changes."""
    at = 10_000 * step / steps
    return FIRST_SHARE / 2.0 ** sum(at > edge for edge in HALVED_AT)


def reach(room: Space, eps: float, norm: str) -> NDArray[np.float32]:
    """How far one column may move: eps, or the side of the largest cube inside an l2 ball."""
    within = eps * (1 - 1e-6)  # sums in single precision may end past eps itself
    if norm == "linf":
        return np.full((len(room.origin), 1), within, dtype=np.float32)
    return np.asarray(within / np.sqrt(np.maximum(room.free(), 1)), dtype=np.float32)[:, None]


def stripes(lay: Layout, random: list[np.random.Generator]) -> Rows:
    """The start: each upright line of a picture, or column of a table, up or down."""
    signs = [one.integers(2, size=(1, lay.wide, lay.deep)) * 2 - 1 for one in random]
    lines = np.repeat(np.stack(signs), lay.high, axis=1)
    return lay.rows(lines.astype(np.float32))


def squares(
    lay: Layout, share: float, corner: NDArray[np.float32], signs: NDArray[np.float32]
) -> Rows:
    """Where each target's square lies, -1 or 1 there and 0 elsewhere."""
    side = max(1, round(np.sqrt(share * lay.high * lay.wide)))
    high = min(side, lay.high)
    wide = min(round(share * lay.wide) or 1 if lay.high == 1 else side, lay.wide)
    top = (corner[:, 0] * (lay.high - high + 1)).astype(np.int64)[:, None]
    left = (corner[:, 1] * (lay.wide - wide + 1)).astype(np.int64)[:, None]
    down, right = np.arange(lay.high) - top, np.arange(lay.wide) - left
    rows, columns = (down >= 0) & (down < high), (right >= 0) & (right < wide)
    plane = (rows[:, :, None] & columns[:, None, :])[..., None]
    return lay.rows(plane * signs[:, None, None, :])
