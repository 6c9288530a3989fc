"""What one adversary's access to a threat's entries comes to, told only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from catalog.types import AccessKind, Level

from ..document import Adversary
from ..findings import Question
from ..graph import Graph
from ..questions import ask
from .routes import FAR, Route
from .wording import sentence


@dataclass(frozen=True, slots=True)
class Way:
    """The best entry for one kind of access: hostile and protective cost, None unreachable."""

    kind: AccessKind
    entry: str
    route: Route | None
    protective: int | None

    @property
    def hostile(self) -> int | None:
        return None if self.route is None else self.route.cost


@dataclass(frozen=True)
class Access:
    """How well one adversary gets where a threat comes in; None where they cannot.

    `hostile` takes what is unknown as bad, `protective` as good. `entry` and `path` (components
    and flows in turn) belong to the hostile reading, and so does `text`. `questions` would bring
    the two readings together. What is only shown is worked out when it is asked for.
    """

    hostile: Level | None
    protective: Level | None
    entry: str
    adversary: Adversary
    ways: tuple[Way, ...] = ()
    said: str = ""
    graph: Graph | None = field(default=None, compare=False, repr=False)

    @property
    def path(self) -> tuple[str, ...]:
        route = self._worst.route if self.ways else None
        return () if route is None else route.path

    @cached_property
    def text(self) -> str:
        if self.graph is None:
            return self.said
        worst = self._worst
        return sentence(self.graph, self.adversary, worst.kind, worst.entry, worst.route)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Of ways whose readings differ, what their hostile route rests on."""
        if self.graph is None or self.hostile is None:
            return ()
        gaps = dict.fromkeys(
            gap
            for way in self.ways
            if way.route is not None and way.hostile != way.protective
            for gap in way.route.unknown
        )
        asked = (ask(self.graph, element, attribute) for element, attribute in gaps)
        return tuple(question for question in asked if question is not None)

    @property
    def words(self) -> tuple[object, ...]:
        """What a finding says of it, in short."""
        ways = tuple(
            (way.kind, way.entry, way.protective, way.route.words if way.route else None)
            for way in self.ways
        )
        return self.hostile, self.protective, self.entry, ways

    @property
    def _worst(self) -> Way:
        return max(self.ways, key=lambda way: far(way.hostile))


def far(cost: int | None) -> int:
    """A cost to be compared; beyond all others where there is no way."""
    return FAR + 1 if cost is None else cost
