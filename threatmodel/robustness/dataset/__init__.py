"""A data set: rows of numbers or texts, `x`, with integer labels, `y`, and a `dataset.yaml`.

Both come from strangers: sizes are read from the archive's own headers before any data, object
arrays are never loaded, and YAML is read without aliases, tags or doubled keys (catalog.source).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import relations, scaling
from ..errors import RobustnessError
from . import archive, sensitive, texts
from .description import (
    OF_NUMBERS,
    TEXT_NORMS,
    YAML_LIMIT,
    columns,
    eps,
    features,
    image,
    read,
    role,
    wanted,
)
from .kinds import FARTHEST as FARTHEST
from .kinds import NARROW, OFFERS, Dataset, Eps, Feature, Sensitive, Wording


def load(data: bytes, description: bytes = b"{}") -> Dataset:
    """Read a data set from the bytes of its npz, CSV or JSON lines and of its `dataset.yaml`.

    Raises
    ------
    RobustnessError
        Naming the field and what is expected there.
    """
    said = read(description)
    named = columns(said)
    found = texts.lines(data, named) if texts.are_lines(data) else archive.arrays(data, named)
    made = _texts(said, found) if found["x"].dtype.kind in "UT" else _numbers(said, found)
    for kind, name in named.items():
        if found[name].shape != made.y.shape:
            raise RobustnessError(f"data set: {name[:60]} (columns.{kind}) needs one value a row")
        if not np.isfinite(found[name]).all():
            raise RobustnessError(f"data set: {name[:60]} (columns.{kind}) must be finite numbers")
    return replace(
        made,
        digest=hashlib.sha256(data + b"\0" + description).hexdigest(),
        role=role(said),
        wanted=wanted(said),
        columns={kind: found[name] for kind, name in named.items()},
    )


def _numbers(said: Mapping[str, Any], found: Mapping[str, NDArray[Any]]) -> Dataset:
    if "text" in said:
        raise RobustnessError("dataset.yaml: text is for texts, and x holds numbers")
    x, y = archive.rows(found)
    flat = np.ascontiguousarray(x.reshape(len(x), -1))
    picture = image(said, flat.shape[1])
    listed = features(said, flat.shape[1])
    return Dataset(
        x=flat,
        y=y,
        shape=picture[0] if picture else x.shape[1:],
        digest="",
        image=picture is not None,
        low=picture[1] if picture else None,
        high=picture[2] if picture else None,
        features=listed,
        eps=eps(said),
        relations=relations.read(said, {one.name for one in listed}, picture is not None),
        resize=scaling.read(said, picture[0] if picture else ()),
        chat=said.get("chat") is True,
        sensitive=sensitive.read(said, listed, flat),
    )


def _texts(said: Mapping[str, Any], found: Mapping[str, NDArray[Any]]) -> Dataset:
    for key in OF_NUMBERS:
        if key in said:
            raise RobustnessError(f"dataset.yaml: {key} is for numbers, and x holds texts")
    x, y = texts.rows(found)
    return Dataset(
        x=x, y=y, shape=(), digest="", eps=eps(said, TEXT_NORMS), text=texts.wording(said)
    )


__all__ = [
    "NARROW",
    "OFFERS",
    "YAML_LIMIT",
    "Dataset",
    "Eps",
    "Feature",
    "Sensitive",
    "Wording",
    "load",
]
