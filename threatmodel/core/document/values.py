"""The diagram as a value (format `bartizan/1`).

A `Document` is immutable: an operation gives a new one that shares everything it did not touch.
Reading and checking plain data is `reading`, writing it `writing`; edits are in `core.operations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalog.types import Level, Scalar, Trust

FORMAT = "bartizan/1"
ID_PATTERN = r"[a-z0-9-]{1,64}"
MAX_COMPONENTS = 10_000
MAX_FLOWS = 20_000
MAX_ZONE_DEPTH = 20
MAX_LABEL = 200
MAX_TEXT = 10_000

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Kind = Literal[
    "system",
    "adversary",
    "assumption",
    "out_of_scope",
    "asset",
    "zone",
    "component",
    "flow",
    "scenario",
    "note",
    "image",
    "catalog",
]


class DocumentError(ValueError):
    """The data is not a document, or an edit cannot be made.

    `code` is stable ('invalid', 'removed', 'taken', 'missing', 'cycle', 'limit'), `field` names
    the place in dotted form ('components[3].zone'), the message is one plain sentence.
    """

    def __init__(self, message: str, *, field: str = "", code: str = "invalid") -> None:
        super().__init__(message)
        self.message = _told(message)
        self.field = _told(field)
        self.code = code

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message

    def inside(self, place: str) -> DocumentError:
        """The same error seen from outside: its field begins with `place`."""
        joint = "" if not self.field or self.field.startswith("[") else "."
        return DocumentError(self.message, field=f"{place}{joint}{self.field}", code=self.code)


def printable(text: str) -> str:
    """Keys and words of strangers stand in errors, and errors in logs, terminals and pages: what
    would turn or end a line there is shown as an escape.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _told(text: str) -> str:
    return printable(text if len(text) <= 4 * MAX_LABEL else f"{text[:MAX_LABEL]}...")


@dataclass(frozen=True, slots=True)
class System:
    name: str
    description: str = ""
    owner: str = ""
    scope: str = ""
    appetite: Level = Level.MODERATE
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adversary:
    id: str
    name: str
    capability: Level
    intent: Level
    targeting: Level
    footholds: tuple[str, ...] = ()
    accident: bool = False
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assumption:
    id: str
    text: str
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """An element that the assessment leaves out, with the reason; `id` is the element's."""

    id: str
    reason: str
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asset:
    """What is worth protecting. `levels` maps a dimension to how bad its loss would be."""

    id: str
    name: str
    kind: str
    personal: bool | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Zone:
    """A trust zone. `trust` None means: what the kind says, and unknown without a kind."""

    id: str
    name: str
    kind: str | None = None
    parent: str | None = None
    trust: Trust | None = None
    box: Box = (0.0, 0.0, 320.0, 240.0)
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Component:
    id: str
    name: str
    type: str
    zone: str | None = None
    assets: tuple[str, ...] = ()
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    note: str = ""
    box: Box = (0.0, 0.0, 176.0, 64.0)
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    kind: str
    source: str
    target: str
    name: str = ""
    assets: tuple[str, ...] = ()
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A threat of the system's own, typed on the spot: same meaning as a catalog threat.

    `likelihood` None: as the prior says; a scenario without needs is taken to be reachable.
    """

    id: str
    title: str
    element: str
    description: str = ""
    capability: Level = Level.LOW
    needs: tuple[str, ...] = ()
    prior: tuple[float, float] = (0.2, 0.5)
    dimension: str = "integrity"
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    text: str
    box: Box = (0.0, 0.0, 160.0, 96.0)
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """An entry we keep but do not reason over: an image by digest, a workspace's catalog entry."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict)


Element = (
    System
    | Adversary
    | Assumption
    | OutOfScope
    | Asset
    | Zone
    | Component
    | Flow
    | Scenario
    | Note
    | Record
)


@dataclass(frozen=True, slots=True)
class Document:
    """One ML system as drawn. Mappings keep insertion order and are never changed in place."""

    system: System
    adversaries: Mapping[str, Adversary] = field(default_factory=dict)
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    out_of_scope: Mapping[str, OutOfScope] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    zones: Mapping[str, Zone] = field(default_factory=dict)
    components: Mapping[str, Component] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)
    images: Mapping[str, Record] = field(default_factory=dict)
    catalog: Mapping[str, Record] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)
