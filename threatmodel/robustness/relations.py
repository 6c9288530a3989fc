"""Rules that answers keep when an input is changed in a stated way: `relations` in dataset.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .errors import RobustnessError

Rows = NDArray[np.float32]
ANSWERS = ("same", "not lower", "not higher")
PICTURES = ("mirror", "brighter", "shift right", "shift down")
COLUMNS = ("add", "times")
MOST = 20


@dataclass(frozen=True, slots=True)
class Relation:
    """One change of a `column` (add, times) or of a picture, `by` how much, and what holds then.

    Answers are compared by the number of their class.
    """

    change: str
    by: float
    answer: Literal["same", "not lower", "not higher"]
    column: str = ""

    @property
    def text(self) -> str:
        changed = f"{self.column}: {self.change} {self.by:g}" if self.column else self.change
        amount = "" if self.column or self.change == "mirror" else f" by {self.by:g}"
        return f"{changed}{amount}, answer {self.answer}"

    def broken(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
        if self.answer == "same":
            return after != before
        return after < before if self.answer == "not lower" else after > before

    def pictures(self, shown: Rows) -> Rows:
        """Pictures (rows, height, width, channels) after the change; edges repeat themselves."""
        if self.change == "mirror":
            return shown[:, :, ::-1]
        if self.change == "brighter":
            return shown + np.float32(self.by)
        axis, steps = (2 if self.change == "shift right" else 1), int(self.by)
        at = np.clip(np.arange(shown.shape[axis]) - steps, 0, shown.shape[axis] - 1)
        return np.take(shown, at, axis=axis)

    def values(self, column: NDArray[np.float32]) -> NDArray[np.float32]:
        changed = column * self.by if self.change == "times" else column + self.by
        return np.asarray(changed, dtype=np.float32)


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise RobustnessError(f"dataset.yaml: {where} must be a number")
    return float(value)


def _read(entry: object, where: str, columns: set[str], pictures: bool) -> Relation:
    if not isinstance(entry, dict) or entry.get("answer") not in ANSWERS:
        raise RobustnessError(f"dataset.yaml: {where}.answer must be one of {', '.join(ANSWERS)}")
    if "picture" in entry:
        return _of_picture(entry, where, pictures)
    stated = [name for name in COLUMNS if name in entry]
    if set(entry) != {"column", "answer", *stated} or len(stated) != 1:
        raise RobustnessError(f"dataset.yaml: {where} needs column, answer, and add or times")
    if entry["column"] not in columns:
        raise RobustnessError(f"dataset.yaml: {where}.column must be the name of a feature")
    by = _number(entry[stated[0]], f"{where}.{stated[0]}")
    return Relation(stated[0], by, entry["answer"], entry["column"])


def _of_picture(entry: dict[str, Any], where: str, pictures: bool) -> Relation:
    if not pictures or not {"picture", "answer"} <= set(entry) <= {"picture", "answer", "by"}:
        raise RobustnessError(
            f"dataset.yaml: {where} needs picture, answer and by, and rows that are pictures"
        )
    if entry["picture"] not in PICTURES:
        raise RobustnessError(f"dataset.yaml: {where}.picture must be one of {', '.join(PICTURES)}")
    by = 0.0 if entry["picture"] == "mirror" else _number(entry.get("by"), f"{where}.by")
    return Relation(entry["picture"], by, entry["answer"])


def read(said: Mapping[str, Any], columns: set[str], pictures: bool) -> tuple[Relation, ...]:
    """The relations that a description states.

    Raises
    ------
    RobustnessError
        Naming the entry and what it needs.
    """
    listed = said.get("relations")
    if listed is None:
        return ()
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST:
        raise RobustnessError(f"dataset.yaml: relations must list 1 to {MOST} rules")
    return tuple(
        _read(entry, f"relations[{at}]", columns, pictures) for at, entry in enumerate(listed)
    )
