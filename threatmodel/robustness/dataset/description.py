"""`dataset.yaml`: read without aliases, tags or doubled keys (catalog.source), field by field."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from catalog.source import read_yaml
from catalog.types import CatalogError

from ..errors import RobustnessError
from .kinds import FARTHEST, Eps, Feature

YAML_LIMIT = 256 * 1024
NORMS, TEXT_NORMS = ("l2", "linf"), ("words", "characters")
TOP_KEYS = {"format", "name", "role", "image", "features", "eps", "columns", "wanted"}
TOP_KEYS |= {"relations", "resize", "chat", "text", "sensitive"}
# Keys that texts do not have.
OF_NUMBERS = ("image", "features", "relations", "resize", "chat", "sensitive")
FEATURE_KEYS = {"name", "dtype", "range", "immutable", "monotone", "integer", "group", "cost"}
COLUMNS = ("member", "group", "time")
ROLES = ("train", "holdout", "reference")


def read(text: bytes) -> dict[str, Any]:
    """The keys and values at the top, all of them known ones; each reader below judges its own."""
    try:
        said = read_yaml(text, "dataset.yaml", max_bytes=YAML_LIMIT)
    except CatalogError as error:
        raise RobustnessError(str(error)) from error
    if not isinstance(said, dict):
        raise RobustnessError("dataset.yaml: expected keys and values at the top")
    unknown = sorted(str(key) for key in said if key not in TOP_KEYS)
    if unknown:
        raise RobustnessError(f"dataset.yaml: unknown key '{unknown[0][:60]}'")
    return said


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RobustnessError(f"dataset.yaml: {name} must be a number")
    return float(value)


def _range(value: object, name: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise RobustnessError(f"dataset.yaml: {name} must be [least, greatest]")
    low, high = (_number(side, name) for side in value)
    if low >= high:
        raise RobustnessError(f"dataset.yaml: {name} must be [least, greatest]")
    return low, high


def _feature(said: object, at: int) -> Feature:
    where = f"features[{at}]"
    if not isinstance(said, dict) or not isinstance(said.get("name"), str):
        raise RobustnessError(f"dataset.yaml: {where} needs a name")
    unknown = sorted(str(key) for key in said if key not in FEATURE_KEYS)
    if unknown:
        raise RobustnessError(f"dataset.yaml: {where} has an unknown key '{unknown[0][:60]}'")
    low, high = _range(said["range"], f"{where}.range") if "range" in said else (None, None)
    monotone = said.get("monotone") or ""
    if monotone not in ("", "up", "down"):
        raise RobustnessError(f"dataset.yaml: {where}.monotone must be up or down")
    for flag in ("immutable", "integer"):
        if not isinstance(said.get(flag, False), bool):
            raise RobustnessError(f"dataset.yaml: {where}.{flag} must be true or false")
    return Feature(
        name=said["name"][:200],
        dtype=str(said.get("dtype", "float"))[:20],
        low=low,
        high=high,
        immutable=said.get("immutable", False),
        monotone=monotone,  # type: ignore[arg-type]  # one of the three, checked above
        integer=said.get("integer", False) or str(said.get("dtype", "")).startswith("int"),
        group=str(said.get("group") or "")[:200],
        cost=_number(said["cost"], f"{where}.cost") if "cost" in said else None,
    )


def features(said: Mapping[str, Any], width: int) -> tuple[Feature, ...]:
    """What each column is and may become; none where the description lists none."""
    listed = said.get("features")
    if listed is None:
        return ()
    if not isinstance(listed, list) or len(listed) != width:
        raise RobustnessError(f"dataset.yaml: features must list all {width} columns of x")
    found = tuple(_feature(entry, at) for at, entry in enumerate(listed))
    sizes = Counter(feature.group for feature in found if feature.group)
    for name, held in sizes.items():
        if held < 2:
            wrong = f"group '{name[:60]}' has one column; a one-hot value has two or more"
            raise RobustnessError(f"dataset.yaml: features: {wrong}")
    return found


def image(said: Mapping[str, Any], width: int) -> tuple[tuple[int, ...], float, float] | None:
    """The shape of a picture, and the least and greatest value of its points."""
    told = said.get("image")
    if told is None:
        return None
    if not isinstance(told, dict) or not {"shape"} <= set(told) <= {"shape", "range"}:
        raise RobustnessError("dataset.yaml: image needs shape and may have range")
    shape = told["shape"]
    sides = isinstance(shape, list) and all(type(side) is int and side > 0 for side in shape)
    if not sides or not 2 <= len(shape) <= 3 or math.prod(shape) != width:
        raise RobustnessError(f"dataset.yaml: image.shape must multiply to the {width} columns")
    return (tuple(shape), *_range(told.get("range", [0, 1]), "image.range"))


def eps(said: Mapping[str, Any], norms: tuple[str, ...] = NORMS) -> Eps | None:
    """The distance that was declared, with the reason why it was chosen."""
    told = said.get("eps")
    if told is None:
        return None
    if not isinstance(told, dict) or set(told) != {"value", "norm", "reason"}:
        raise RobustnessError("dataset.yaml: eps needs value, norm and reason")
    value = _number(told["value"], "eps.value")
    if not 0 < value <= FARTHEST or told["norm"] not in norms:
        named = f"to {FARTHEST:g} and norm {' or '.join(norms)}"
        raise RobustnessError(f"dataset.yaml: eps needs a value above 0, up {named}")
    if not isinstance(told["reason"], str) or not told["reason"].strip():
        raise RobustnessError("dataset.yaml: eps.reason must say why that distance was chosen")
    return Eps(value, told["norm"], told["reason"].strip()[:2000])


def columns(said: Mapping[str, Any]) -> dict[str, str]:
    named = said.get("columns") or {}
    if not isinstance(named, dict) or not set(named) <= set(COLUMNS):
        raise RobustnessError("dataset.yaml: columns may name member, group and time")
    if not all(isinstance(name, str) for name in named.values()):
        raise RobustnessError("dataset.yaml: columns name arrays of the npz")
    return dict(named)


def role(said: Mapping[str, Any]) -> str:
    named = said.get("role", "holdout")
    if named not in ROLES:
        raise RobustnessError(f"dataset.yaml: role must be one of {', '.join(ROLES)}")
    return str(named)


def wanted(said: Mapping[str, Any]) -> int | None:
    number = said.get("wanted")
    if number is not None and type(number) is not int:
        raise RobustnessError("dataset.yaml: wanted is the class an attacker wants, a whole number")
    return number
