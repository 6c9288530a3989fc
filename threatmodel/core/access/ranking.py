"""The best of many entries at once: everybody whom one gets to, ranked."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Set

from .routes import FAR, Route

# Cost in the hostile reading, in the protective one, length, component.
Rank = tuple[int, int, int, str]


class Ranking:
    """Components that one adversary gets to by one kind of access, the best first."""

    __slots__ = ("_order", "_ranks", "_safe")

    def __init__(self, hostile: Mapping[str, Route], protective: Mapping[str, Route]) -> None:
        self._ranks = {end: _rank(end, route, protective) for end, route in hostile.items()}
        self._order = sorted(self._ranks.values())
        self._safe: list[set[str]] = [set() for _ in range(FAR + 2)]
        for _, safe, _, end in self._order:
            self._safe[safe].add(end)

    def best(self, entries: Set[str]) -> Rank | None:
        """The first of these entries. O(components) at most, O(1) where many are entries."""
        return next((rank for rank in self._order if rank[3] in entries), None)

    def safest(self, entries: Set[str]) -> int:
        """The least cost to one of these entries in the protective reading."""
        return next(
            (cost for cost, ends in enumerate(self._safe) if not ends.isdisjoint(entries)), FAR + 1
        )

    def followed(
        self, moved: Iterable[str], hostile: Mapping[str, Route], protective: Mapping[str, Route]
    ) -> Ranking:
        """The ranking after these components' routes changed. A copy, and O(log n) for each."""
        ranking = Ranking({}, {})
        ranking._ranks, ranking._order = dict(self._ranks), list(self._order)
        ranking._safe = [set(ends) for ends in self._safe]
        for end in moved:
            ranking._drop(end)
            if end in hostile:
                ranking._put(_rank(end, hostile[end], protective))
        return ranking

    def _drop(self, end: str) -> None:
        rank = self._ranks.pop(end, None)
        if rank is not None:
            del self._order[bisect_left(self._order, rank)]
            self._safe[rank[1]].discard(end)

    def _put(self, rank: Rank) -> None:
        self._ranks[rank[3]] = rank
        insort(self._order, rank)
        self._safe[rank[1]].add(rank[3])


def _rank(end: str, route: Route, protective: Mapping[str, Route]) -> Rank:
    safe = protective.get(end)
    return route.cost, FAR + 1 if safe is None else safe.cost, route.length, end
