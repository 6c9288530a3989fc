"""The sensitive column of `dataset.yaml`: one of few values, or the group of a one-hot value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RobustnessError
from .kinds import Feature, Sensitive

MOST_VALUES = 10


def read(
    said: Mapping[str, Any], features: Sequence[Feature], x: NDArray[np.float32]
) -> Sensitive | None:
    """What `sensitive` names; None where it is not said.

    Raises
    ------
    RobustnessError
        When no column has that name, or it is none of few values.
    """
    name = said.get("sensitive")
    if name is None:
        return None
    if not isinstance(name, str) or not features:
        raise RobustnessError("dataset.yaml: sensitive names one of features, which list columns")
    group = [at for at, one in enumerate(features) if one.group and one.group == name[:200]]
    columns = group or [at for at, one in enumerate(features) if one.name == name[:200]]
    wrong = _wrong(name[:60], columns, features, grouped=bool(group))
    if wrong:
        raise RobustnessError(f"dataset.yaml: sensitive: {wrong}")
    values, held = _one_hot(name, x[:, columns]) if group else _few(name, x[:, columns])
    return Sensitive(name[:200], tuple(columns), values, held)


def _wrong(name: str, columns: list[int], features: Sequence[Feature], *, grouped: bool) -> str:
    """Why the name does not say which columns are meant; empty when it does."""
    if not columns:
        return f"no feature and no group is named '{name}'"
    if grouped:
        many = len(columns) > MOST_VALUES
        return f"group '{name}' has more than {MOST_VALUES} columns; join some" if many else ""
    if len(columns) > 1:
        return f"{len(columns)} features are named '{name}'; give each a name of its own"
    group = features[columns[0]].group[:60]
    return f"'{name}' is one column of group '{group}'; name the group" if group else ""


def _few(name: str, x: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    values, held = np.unique(x[:, 0], return_inverse=True)
    if not 2 <= len(values) <= MOST_VALUES:
        raise RobustnessError(
            f"data set: column '{name[:60]}' holds {len(values)} different values; "
            f"a sensitive column has 2 to {MOST_VALUES}, such as classes or ranges"
        )
    return values[:, None], held


def _one_hot(name: str, x: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    wrong = np.flatnonzero(((x != 0) & (x != 1)).any(axis=1) | (x.sum(axis=1) != 1))
    if len(wrong):
        raise RobustnessError(
            f"data set: row {wrong[0] + 1} does not hold one value of group '{name[:60]}'; "
            "exactly one of its columns must be 1 and the others 0"
        )
    return np.eye(x.shape[1], dtype=np.float32), x.argmax(axis=1)
