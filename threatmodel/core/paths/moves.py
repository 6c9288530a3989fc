"""What the states and steps of a web stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from catalog.types import AccessKind, Level

from ..access import Route
from .web import Web

# What a level stands for where chances are multiplied: the middle of its range.
CHANCES = {
    Level.VERY_LOW: 0.025,
    Level.LOW: 0.125,
    Level.MODERATE: 0.35,
    Level.HIGH: 0.65,
    Level.VERY_HIGH: 0.90,
}
# Access that was gained goes on along the flows; access that was found has done so already.
GAINED: dict[str, AccessKind] = {
    "gained query": "query",
    "gained content": "content",
    "gained supply": "supply",
    "gained artefact": "artefact",
    "gained admin": "admin",
    "gained copy": "copy",
}


class State(NamedTuple):
    """What somebody has: `what` is a kind of access, one that was gained, 'control' of the
    element, that they try ('tries') or that it happens ('happens'); an asset that is hit."""

    adversary: str
    what: str
    element: str


@dataclass(frozen=True, slots=True)
class Move:
    """What a step stands for.

    `share` is what of a finding's chance is left to an adversary who is short of capability;
    `takes_control` says of a flow that it is used from a component that they control.
    """

    kind: Literal["tries", "happens", "access", "finding", "flow", "holds"]
    adversary: str
    finding: int = -1
    flow: str = ""
    elements: tuple[str, ...] = ()
    access: AccessKind | None = None
    route: Route | None = None
    share: float = 1.0
    takes_control: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """The web of a system. `followed` are the findings that became steps; `complete` is False
    where the limit on steps left something out."""

    web: Web
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    followed: frozenset[int]
    complete: bool

    @property
    def assets(self) -> dict[str, int]:
        """The state of each asset that something hits."""
        return {s.element: n for n, s in enumerate(self.states) if s.what == "asset"}
