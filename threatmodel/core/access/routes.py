"""Ways in as values: how they grow step by step, and which of two comes first.

Costs are small whole numbers (docs/scoring.md, section 2), see `steps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .steps import Gap, Hop

# The cost of very low access; whatever costs more is as far.
FAR = 4


class Candidate(NamedTuple):
    """A step that may be taken, in the order in which steps are: cost, length, hop."""

    cost: int
    length: int
    order: tuple[str, str]
    hop: Hop
    route: Route

    def __lt__(self, other: tuple[object, ...]) -> bool:
        return self[:3] < other[:3]


@dataclass(frozen=True, slots=True)
class Route:
    """A way in: where it starts, the last flow passed after `before`, the cost (at most `FAR`).

    `told` are those flows on it of which something is said, for what they have to say.
    """

    start: str
    cost: int = 0
    gaps: tuple[Gap, ...] = ()
    length: int = 0
    hop: Hop | None = None
    before: Route | None = None
    told: tuple[tuple[str, ...], ...] = ()

    def then(self, hop: Hop) -> Route:
        cost = min(self.cost + hop.cost, FAR)
        said = hop.told
        told = (*self.told, said) if said else self.told
        return Route(self.start, cost, self.gaps, self.length + 1, hop, self, told)

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Every flow passed, the first one first. O(length)."""
        found: list[Hop] = []
        route: Route | None = self
        while route is not None and route.hop is not None:
            found.append(route.hop)
            route = route.before
        return tuple(reversed(found))

    @property
    def end(self) -> str:
        """The component that it comes to."""
        return self.start if self.hop is None else self.hop.target

    @property
    def words(self) -> tuple[object, ...]:
        """All that its sentence and its questions are made of."""
        return self.length, self.told, self.gaps

    @property
    def path(self) -> tuple[str, ...]:
        """Component, flow, component and so on. A listening place is the flow alone."""
        passed = (step for hop in self.hops for step in (hop.flow, hop.target))
        return (self.start, *passed)

    @property
    def unknown(self) -> tuple[Gap, ...]:
        """Everything unknown that the way rests on, in its order."""
        return (*self.gaps, *(gap for hop in self.hops for gap in hop.gaps))


def arrived(steps: Iterable[tuple[Route, Hop]], reached: dict[str, Route]) -> list[Route]:
    """Who is reached for the first time; among steps of one cost and length by the first hop."""
    best: dict[str, tuple[Route, Hop]] = {}
    for one in steps:
        here = one[1].target
        if here not in reached and (here not in best or one[1].order < best[here][1].order):
            best[here] = one
    fresh = [route.then(hop) for route, hop in best.values()]
    reached.update(zip(best, fresh, strict=True))
    return fresh


def candidate(route: Route, hop: Hop) -> Candidate:
    """The step that goes on from a route."""
    return Candidate(min(route.cost + hop.cost, FAR), route.length + 1, hop.order, hop, route)


def is_taken(found: Mapping[str, Route], hop: Hop) -> bool:
    """Whether it is the last step of a known route."""
    known = found.get(hop.target)
    return known is not None and known.hop == hop


def wins(found: Mapping[str, Route], one: Candidate) -> bool:
    """Whether it comes before the known route, or is the same step of a route that changed."""
    known = found.get(one.hop.target)
    if known is None or known.hop is None:
        return True
    rank, best = one[:3], (known.cost, known.length, known.hop.order)
    return rank < best or (rank == best and not _is_same(known.before, one.route))


def _is_same(known: Route | None, route: Route) -> bool:
    # Two ways to stand somewhere are compared, two ways to get somewhere are the same object.
    return known is route or (route.length == 0 and known == route)


def behind(found: Mapping[str, Route], lost: set[str]) -> set[str]:
    """The lost ones and all whose route goes over one of them. O(routes)."""
    if not lost:
        return lost
    after: dict[str, list[str]] = {}
    for end, route in found.items():
        before = route.before
        if before is not None and before.hop is not None:
            after.setdefault(before.hop.target, []).append(end)
    gone = lost & found.keys()
    waiting = list(gone)
    while waiting:
        fresh = [end for end in after.get(waiting.pop(), ()) if end not in gone]
        gone.update(fresh)
        waiting.extend(fresh)
    return gone
