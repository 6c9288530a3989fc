"""What a data set is once it has been read: rows, labels, and what an attacker can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..relations import Relation
from ..scaling import Resize

NARROW = 1024  # columns that can be tried one by one
# What a data set may offer beyond rows and labels, as a test that needs it says so.
OFFERS = {
    "pictures": "pictures (dataset.yaml: image)",
    "member": "rows that were trained on and rows that were not (dataset.yaml: columns.member)",
    "group": "the group of each row (dataset.yaml: columns.group)",
    "sensitive": "a column that nobody is to guess (dataset.yaml: sensitive)",
    "narrow": f"rows of at most {NARROW:,} numbers",
    "relations": "rules that answers keep (dataset.yaml: relations)",
    "text": "texts (rows of one text each)",
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


# No change of anything measured is larger, and sums of its squares stay finite.
FARTHEST = 1e9


@dataclass(frozen=True, slots=True)
class Eps:
    """How far an input may be moved and still be the same thing to a person, and why."""

    value: float
    norm: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What may stand in place of a word and mean the same, and words that may be added. Where none
    are listed, those are taken that rows of other classes have."""

    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    padding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What people do not tell: the columns that hold it, what may stand in these, and which of
    that stands in each row."""

    name: str
    columns: tuple[int, ...]
    values: NDArray[np.float32]
    held: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows that a model can be asked about. `x` is (rows, features), `shape` a row's own shape.

    Where rows are texts (`text`), `x` is one column of them and `shape` is empty.
    """

    x: NDArray[Any]
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
    text: Wording | None = None
    sensitive: Sensitive | None = None

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
        narrow = self.text is None and self.x.shape[1] <= NARROW
        found = {
            "pictures": self.image,
            "narrow": narrow,
            "relations": bool(self.relations),
            "resize": self.resize is not None,
            "chat": self.chat,
            "text": self.text is not None,
            "sensitive": self.sensitive is not None,
        }
        return frozenset(self.columns) | {name for name, there in found.items() if there}

    def summary(self) -> dict[str, Any]:
        """What people see of it: sizes and role, never rows."""
        return {"rows": len(self.x), "features": self.x.shape[1], "role": self.role}
