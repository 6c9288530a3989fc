"""What is said about attack paths: plain values, no reasoning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalog.types import Level

from .percolation import Estimate


@dataclass(frozen=True, slots=True)
class Fall:
    """By how much less an asset would be hit, in the same draws, if something were different.

    A 'remedy' is a control put in place, an 'element' one taken out of the system. A 'standing'
    control is one that is there: its fall is below zero, by as much as it saves now.
    """

    kind: Literal["remedy", "element", "standing"]
    place: str
    fall: float
    control: str = ""


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step of a path. `elements` are the components and flows that it takes, in order.

    `chance` is what it works at once one is there; `stops` what would make it less likely, each
    with the fall of the asset's likelihood.
    """

    kind: Literal["tries", "happens", "access", "finding", "flow"]
    text: str
    chance: float
    elements: tuple[str, ...] = ()
    finding: str = ""
    flow: str = ""
    stops: tuple[Fall, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """One way of one adversary to an asset. `low` and `high` take the ends of what is believed of
    each finding's P."""

    adversary: str
    chance: float
    low: float
    high: float
    steps: tuple[WayStep, ...]


@dataclass(frozen=True, slots=True)
class AssetPaths:
    """How likely an asset is hit, and how.

    `explained` is False where only the likelihood was worked out. `ways` counts them, None where
    steps run in circles. `closing` are findings without which nothing drawn leads here; every way
    needs `always` and takes `passed`.
    """

    asset: str
    impact: Level
    impact_assumed: bool
    likelihood: Estimate
    explained: bool = False
    ways: int | None = None
    paths: tuple[Path, ...] = ()
    closing: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    helps: tuple[Fall, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is shown of how much."""

    findings: int
    findings_followed: int
    states: int
    steps: int
    complete: bool
    draws: int
    assets: int
    assets_explained: int
    compared: int
    comparable: int


@dataclass(frozen=True, slots=True)
class AttackPaths:
    """Every asset that something hits, what would hurt most first."""

    assets: tuple[AssetPaths, ...]
    bounds: Bounds
