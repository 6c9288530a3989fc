"""A data set: `x` float rows and `y` integer labels in an npz, described by a `dataset.yaml`.

Both come from strangers: sizes are read from the archive's own headers before any data, object
arrays are never loaded, and YAML is read without aliases, tags or doubled keys (catalog.source).
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from catalog.source import read_yaml
from catalog.types import CatalogError

from . import relations, scaling
from .errors import RobustnessError
from .relations import Relation
from .scaling import Resize

ENTRY_LIMIT, UNPACKED_LIMIT, RATIO_LIMIT = 16, 256 * 1024**2, 200
YAML_LIMIT = 256 * 1024
ROW_LIMIT, WIDTH_LIMIT = 100_000, 1_000_000
ROLES = ("train", "holdout", "reference")
NORMS = ("l2", "linf")
TOP_KEYS = {"format", "name", "role", "image", "features", "eps", "columns", "wanted"}
TOP_KEYS |= {"relations", "resize", "chat"}
FEATURE_KEYS = {"name", "dtype", "range", "immutable", "monotone", "integer", "group", "cost"}
COLUMNS = ("member", "group", "time")
NARROW = 1024  # columns that can be tried one by one
# What a data set may offer beyond rows and labels, as a test that needs it says so.
OFFERS = {
    "pictures": "pictures (dataset.yaml: image)",
    "member": "rows that were trained on and rows that were not (dataset.yaml: columns.member)",
    "group": "the group of each row (dataset.yaml: columns.group)",
    "narrow": f"rows of at most {NARROW:,} numbers",
    "relations": "rules that answers keep (dataset.yaml: relations)",
    "resize": "how pictures are made smaller (dataset.yaml: resize)",
    "time": "the time of each row (dataset.yaml: columns.time)",
    "chat": "an endpoint that is talked to",
    "artefact": "a model file, which is brought and scanned under Evidence",
    "trainer": "your own training, in your own place (manage.py attack --trainer)",
}


@dataclass(frozen=True, slots=True)
class Feature:
    """What an attacker can do to one column. `monotone` is 'up' or 'down'; `group` joins the
    columns of one one-hot value."""

    name: str
    dtype: str = "float"
    low: float | None = None
    high: float | None = None
    immutable: bool = False
    monotone: Literal["", "up", "down"] = ""
    integer: bool = False
    group: str = ""
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Eps:
    """How far an input may be moved and still be the same thing to a person, and why."""

    value: float
    norm: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows that a model can be asked about. `x` is (rows, features), `shape` a row's own shape."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    shape: tuple[int, ...]
    digest: str
    role: str = "holdout"
    image: bool = False
    low: float | None = None
    high: float | None = None
    features: tuple[Feature, ...] = ()
    eps: Eps | None = None
    wanted: int | None = None
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    resize: Resize | None = None
    chat: bool = False

    def bounds(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The least and greatest allowed value of each column; observed ones where none is said."""
        low, high = self.x.min(axis=0), self.x.max(axis=0)
        if self.low is not None and self.high is not None:
            low, high = np.full_like(low, self.low), np.full_like(high, self.high)
        for column, feature in enumerate(self.features):
            low[column] = low[column] if feature.low is None else feature.low
            high[column] = high[column] if feature.high is None else feature.high
        return low, high

    def constraints(self) -> frozenset[str]:
        """Kinds of constraint that the features state, for an attack to say what it honours."""
        said = {"range"} if self.image else set()
        for feature in self.features:
            said |= {
                name
                for name, stated in (
                    ("range", feature.low is not None),
                    ("immutable", feature.immutable),
                    ("monotone", bool(feature.monotone)),
                    ("integer", feature.integer),
                    ("group", bool(feature.group)),
                    ("cost", feature.cost is not None),
                )
                if stated
            }
        return frozenset(said)

    def offers(self) -> frozenset[str]:
        """What of `OFFERS` it has."""
        narrow = self.x.shape[1] <= NARROW
        found = {
            "pictures": self.image,
            "narrow": narrow,
            "relations": bool(self.relations),
            "resize": self.resize is not None,
            "chat": self.chat,
        }
        return frozenset(self.columns) | {name for name, there in found.items() if there}

    def summary(self) -> dict[str, Any]:
        """What people see of it: sizes and role, never rows."""
        return {"rows": len(self.x), "features": self.x.shape[1], "role": self.role}


def _read_yaml(text: bytes) -> dict[str, Any]:
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


def _features(said: Mapping[str, Any], width: int) -> tuple[Feature, ...]:
    listed = said.get("features")
    if listed is None:
        return ()
    if not isinstance(listed, list) or len(listed) != width:
        raise RobustnessError(f"dataset.yaml: features must list all {width} columns of x")
    features = tuple(_feature(entry, at) for at, entry in enumerate(listed))
    sizes = Counter(feature.group for feature in features if feature.group)
    for name, columns in sizes.items():
        if columns < 2:
            wrong = f"group '{name[:60]}' has one column; a one-hot value has two or more"
            raise RobustnessError(f"dataset.yaml: features: {wrong}")
    return features


def _image(said: Mapping[str, Any], width: int) -> tuple[tuple[int, ...], float, float] | None:
    image = said.get("image")
    if image is None:
        return None
    if not isinstance(image, dict) or not {"shape"} <= set(image) <= {"shape", "range"}:
        raise RobustnessError("dataset.yaml: image needs shape and may have range")
    shape = image["shape"]
    sides = isinstance(shape, list) and all(type(side) is int and side > 0 for side in shape)
    if not sides or not 2 <= len(shape) <= 3 or math.prod(shape) != width:
        raise RobustnessError(f"dataset.yaml: image.shape must multiply to the {width} columns")
    return (tuple(shape), *_range(image.get("range", [0, 1]), "image.range"))


def _eps(said: Mapping[str, Any]) -> Eps | None:
    eps = said.get("eps")
    if eps is None:
        return None
    if not isinstance(eps, dict) or set(eps) != {"value", "norm", "reason"}:
        raise RobustnessError("dataset.yaml: eps needs value, norm and reason")
    value = _number(eps["value"], "eps.value")
    if value <= 0 or eps["norm"] not in NORMS:
        raise RobustnessError("dataset.yaml: eps needs a value above 0 and norm l2 or linf")
    if not isinstance(eps["reason"], str) or not eps["reason"].strip():
        raise RobustnessError("dataset.yaml: eps.reason must say why that distance was chosen")
    return Eps(value, eps["norm"], eps["reason"].strip()[:2000])


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT or len({entry.filename for entry in entries}) < len(entries):
        raise RobustnessError("data set: the npz has too many or doubled entries")
    for entry in entries:
        packed = max(entry.compress_size, 1)
        if entry.flag_bits & 1:
            raise RobustnessError("data set: the npz is encrypted")
        if entry.file_size > 4096 and entry.file_size / packed > RATIO_LIMIT:
            raise RobustnessError("data set: the npz unpacks to far more than it holds")
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise RobustnessError(f"data set: the npz unpacks to over {UNPACKED_LIMIT >> 20} MiB")


def _read_array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """One entry, after its header has been judged."""
    with archive.open(f"{name}.npy") as file:
        version = np.lib.format.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            raise RobustnessError(f"data set: {name} is in an unknown version of npy")
        header = np.lib.format.read_array_header_1_0
        shape, _, dtype = (header if version == (1, 0) else np.lib.format.read_array_header_2_0)(
            file
        )
    size = archive.getinfo(f"{name}.npy").file_size
    if dtype.kind not in "fiub" or math.prod(shape) * dtype.itemsize > size:
        raise RobustnessError(f"data set: {name} must be plain numbers, not objects")
    with archive.open(f"{name}.npy") as file:
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def _arrays(data: bytes, columns: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
            names = {entry.filename.removesuffix(".npy") for entry in archive.infolist()}
            missing = sorted({"x", "y", *columns.values()} - names)
            if missing:
                raise RobustnessError(f"data set: the npz has no array '{missing[0][:60]}'")
            return {name: _read_array(archive, name) for name in ("x", "y", *columns.values())}
    except RobustnessError:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise RobustnessError("data set: not a readable npz file") from error


def _columns(said: Mapping[str, Any]) -> dict[str, str]:
    columns = said.get("columns") or {}
    if not isinstance(columns, dict) or not set(columns) <= set(COLUMNS):
        raise RobustnessError("dataset.yaml: columns may name member, group and time")
    if not all(isinstance(name, str) for name in columns.values()):
        raise RobustnessError("dataset.yaml: columns name arrays of the npz")
    return dict(columns)


def _rows(arrays: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    x, y = arrays["x"], arrays["y"]
    if x.ndim < 2 or y.ndim != 1 or len(x) != len(y) or not len(x) or not x[0].size:
        raise RobustnessError("data set: x must be rows of numbers and y one label for each")
    if len(x) > ROW_LIMIT or x[0].size > WIDTH_LIMIT:
        raise RobustnessError(f"data set: over {ROW_LIMIT} rows or {WIDTH_LIMIT} numbers a row")
    if x.dtype.kind != "f" or y.dtype.kind not in "iu":
        raise RobustnessError("data set: x must be float numbers and y integer labels")
    with np.errstate(over="ignore"):
        narrow = x.astype(np.float32)
    if not np.isfinite(narrow).all():
        raise RobustnessError("data set: x holds values that are not finite numbers")
    return narrow, y.astype(np.int64)


def load(data: bytes, description: bytes = b"{}") -> Dataset:
    """Read a data set from the bytes of its npz and of its `dataset.yaml`.

    Raises
    ------
    RobustnessError
        Naming the field and what is expected there.
    """
    said = _read_yaml(description)
    columns = _columns(said)
    arrays = _arrays(data, columns)
    x, y = _rows(arrays)
    flat = np.ascontiguousarray(x.reshape(len(x), -1))
    image = _image(said, flat.shape[1])
    role, wanted = said.get("role", "holdout"), said.get("wanted")
    if role not in ROLES:
        raise RobustnessError(f"dataset.yaml: role must be one of {', '.join(ROLES)}")
    if wanted is not None and type(wanted) is not int:
        raise RobustnessError("dataset.yaml: wanted is the class an attacker wants, a whole number")
    for kind, name in columns.items():
        if arrays[name].shape != y.shape:
            raise RobustnessError(f"data set: {name[:60]} (columns.{kind}) needs one value a row")
    features = _features(said, flat.shape[1])
    return Dataset(
        x=flat,
        y=y,
        shape=image[0] if image else x.shape[1:],
        digest=hashlib.sha256(data + b"\0" + description).hexdigest(),
        role=role,
        image=image is not None,
        low=image[1] if image else None,
        high=image[2] if image else None,
        features=features,
        eps=_eps(said),
        wanted=wanted,
        columns={kind: arrays[name] for kind, name in columns.items()},
        relations=relations.read(said, {one.name for one in features}, image is not None),
        resize=scaling.read(said, image[0] if image else ()),
        chat=said.get("chat") is True,
    )
