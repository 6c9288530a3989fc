"""Access as a level: the kinds that a threat needs, over its entries, under both readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set

from catalog.types import AccessKind, Level, Needs

from ..document import Adversary
from ..graph import Graph
from .access import Access, Way, far
from .footholds import footholds, footholds_after
from .ranking import Ranking
from .rewiring import handed_on, neighbours
from .router import Router
from .routes import FAR, Route
from .steps import ALONG, Rewiring, Steps

LEVELS = (Level.VERY_HIGH, Level.HIGH, Level.MODERATE, Level.LOW, Level.VERY_LOW)
# Behind every way: cost in the hostile reading, in the protective one, length.
_NO_WAY = (FAR + 1, FAR + 1, 0)
# From so many entries on it pays to rank all components once.
_MANY = 16
Best = tuple[tuple[int, int, int], int, str, Route | None]
Moved = dict[AccessKind, set[str]]
Getter = Callable[[str], Route | None]


class AccessMap:
    """Who gets where on one diagram. Searches run when first asked for and are kept."""

    __slots__ = (
        "_adversaries", "_getters", "_graph", "_known", "_rankings", "_routers", "_sets",
        "_steps", "_ways",
    )  # fmt: skip

    def __init__(self, graph: Graph, adversaries: Iterable[Adversary]) -> None:
        self._graph = graph
        self._adversaries = {adversary.id: adversary for adversary in adversaries}
        self._steps = Steps(graph)
        self._routers: dict[tuple[str, bool], Router] = {}
        self._rankings: dict[tuple[str, AccessKind], Ranking] = {}
        self._sets: dict[tuple[str, ...], frozenset[str]] = {}
        self._getters: dict[tuple[str, AccessKind], tuple[Getter, Getter]] = {}
        self._known: dict[tuple[Needs, tuple[str, ...], bool], tuple[Access, ...]] = {}
        self._ways: dict[tuple[str, ...], dict[tuple[str, tuple[AccessKind, ...]], Way]] = {}

    def level(self, adversary_id: str, needs: Needs, entries: tuple[str, ...]) -> Access:
        """The access of one adversary to the entries of a threat.

        Parameters
        ----------
        adversary_id
            One of those the map was made with.
        needs
            Kinds of access; of `any_of` the best counts, of `all_of` the worst.
        entries
            Elements where the threat can come in (`rules.entries`); the best one counts.

        Returns
        -------
        Access
            Very high for an accident, and for a threat that needs no access.
        """
        accident = self._adversaries[adversary_id].accident
        found = self.levels(needs, entries, accident=accident)
        return next(one for one in found if one.adversary.id == adversary_id)

    def levels(
        self, needs: Needs, entries: tuple[str, ...], *, accident: bool
    ) -> tuple[Access, ...]:
        """The same of all adversaries, or of all accidents, in their order. Kept."""
        key = (needs, entries, accident)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(
                self._level(one, needs, entries)
                for one in self._adversaries.values()
                if one.accident == accident
            )
        return found

    def followed(self, graph: Graph, change: Rewiring) -> tuple[AccessMap, Moved]:
        """The map after an edit, and by kind of access whom the adversaries get to otherwise.

        Notes
        -----
        Components stand for the flows that end in them. O(change), one search more for each kind
        and reading in which the edit opens or closes the cheapest way to something.
        """
        after = AccessMap(graph, self._adversaries.values())
        after._steps = self._steps.after(graph, change)
        moved: Moved = self._near(after, change)
        by: dict[tuple[str, AccessKind], set[str]] = {}
        for (adversary_id, hostile), router in self._routers.items():
            adversary = self._adversaries[adversary_id]
            feet = footholds_after(router.feet, graph, adversary, change.placed, hostile=hostile)
            found, kinds = router.followed(graph, after._steps, feet, change)
            after._routers[adversary_id, hostile] = found
            for kind, ends in kinds.items():
                by.setdefault((adversary_id, kind), set()).update(ends)
        for (_, kind), components in by.items():
            moved.setdefault(kind, set()).update(components)
        after._rankings = {
            key: after._ranked_after(ranking, key, by.get(key))
            for key, ranking in self._rankings.items()
        }
        return after, moved

    def _ranked_after(
        self, ranking: Ranking, key: tuple[str, AccessKind], moved: set[str] | None
    ) -> Ranking:
        if not moved:
            return ranking
        hostile, protective = (
            self._router(self._adversaries[key[0]], one) for one in (True, False)
        )
        return ranking.followed(moved, hostile.routes(key[1]), protective.routes(key[1]))

    def renamed(self, graph: Graph) -> AccessMap:
        """The map after an edit that changed nothing about ways: texts are told anew."""
        after = AccessMap(graph, self._adversaries.values())
        after._steps, after._routers, after._ways = self._steps, self._routers, self._ways
        after._rankings = self._rankings
        return after

    def keep(self, before: AccessMap, moved: Set[str]) -> None:
        """Use the ways of the map before to whatever was not moved. O(entries known)."""
        self._ways = {
            entries: known for entries, known in before._ways.items() if moved.isdisjoint(entries)
        }

    def told(self, needs: Needs, entries: tuple[str, ...]) -> tuple[object, ...]:
        """All that findings say of everybody's access to these entries, to be compared."""
        both = (self.levels(needs, entries, accident=one) for one in (False, True))
        return tuple(access.words for found in both for access in found)

    def _near(self, after: AccessMap, change: Rewiring) -> Moved:
        """Whom one may get to otherwise by standing beside them, listening or being handed them."""
        around = set(change.at | change.placed)
        for graph in (self._graph, after._graph):
            around |= neighbours(graph, change.placed)
        copied = around | handed_on(self._graph, around) | handed_on(after._graph, around)
        return {"network": around | change.flows, "physical": around, "copy": copied}

    def _level(self, adversary: Adversary, needs: Needs, entries: tuple[str, ...]) -> Access:
        entry, top = entries[0] if entries else "", Level.VERY_HIGH
        if adversary.accident:
            said = f"{adversary.name}: nobody has to get anywhere."
            return Access(top, top, entry, adversary, said=said)
        if not entries:
            said = f"{adversary.name}: nothing drawn lets this in."
            return Access(None, None, "", adversary, said=said)
        ways = self._ways_by(adversary, needs, entries)
        if not ways:
            said = f"{adversary.name}: it takes no access of a particular kind."
            return Access(top, top, entry, adversary, said=said)
        return self._access(adversary, ways)

    def _ways_by(
        self, adversary: Adversary, needs: Needs, entries: tuple[str, ...]
    ) -> tuple[Way, ...]:
        """One way for all of `any_of` together, one for each of `all_of`."""
        found = [self._way(adversary, (kind,), entries) for kind in needs.all_of]
        if needs.any_of:
            found.append(self._way(adversary, needs.any_of, entries))
        return tuple(found)

    def _way(
        self, adversary: Adversary, kinds: tuple[AccessKind, ...], entries: tuple[str, ...]
    ) -> Way:
        """The best of these kinds and entries, kept: many threats need the same of the same."""
        known = self._ways.get(entries)
        if known is None:
            known = self._ways[entries] = {}
        key = (adversary.id, kinds)
        if key not in known:
            known[key] = self._best_way(adversary, kinds, entries)
        return known[key]

    def _best_way(
        self, adversary: Adversary, kinds: tuple[AccessKind, ...], entries: tuple[str, ...]
    ) -> Way:
        chosen: tuple[AccessKind, str, Route | None] = (kinds[0], entries[0], None)
        best, safest = _NO_WAY, FAR + 1
        many = len(entries) > _MANY and entries[-1] in self._graph.document.components
        for kind in kinds:
            look = self._best_ranked if many and kind in ALONG else self._best_of
            rank, safe, entry, route = look(adversary, kind, entries)
            safest = min(safest, safe)
            if rank < best:
                chosen, best = (kind, entry, route), rank
        return Way(*chosen, protective=None if safest > FAR else safest)

    def _best_ranked(
        self, adversary: Adversary, kind: AccessKind, entries: tuple[str, ...]
    ) -> Best:
        """The best of many components, from the ranking of all."""
        ranking = self._ranking(adversary, kind)
        found = self._sets.get(entries)
        if found is None:
            found = self._sets[entries] = frozenset(entries)
        rank = ranking.best(found)
        if rank is None:
            return _NO_WAY, FAR + 1, entries[0], None
        route = self._router(adversary, True).to(kind, rank[3])
        return rank[:3], ranking.safest(found), rank[3], route

    def _best_of(self, adversary: Adversary, kind: AccessKind, entries: tuple[str, ...]) -> Best:
        getters = self._getters.get((adversary.id, kind))
        if getters is None:
            hostile, safe_one = (self._router(adversary, one) for one in (True, False))
            getters = hostile.getter(kind), safe_one.getter(kind)
            self._getters[adversary.id, kind] = getters
        get, get_safe = getters
        found: Best = (_NO_WAY, FAR + 1, entries[0], None)
        for entry in entries:
            route = get(entry)
            if route is None:
                continue
            safe = get_safe(entry)
            cost = FAR + 1 if safe is None else safe.cost
            rank, safest = (route.cost, cost, route.length), min(found[1], cost)
            found = (
                (rank, safest, entry, route) if rank < found[0] else (found[0], safest, *found[2:])
            )
        return found

    def _ranking(self, adversary: Adversary, kind: AccessKind) -> Ranking:
        key = (adversary.id, kind)
        if key not in self._rankings:
            hostile, protective = (self._router(adversary, one) for one in (True, False))
            self._rankings[key] = Ranking(hostile.routes(kind), protective.routes(kind))
        return self._rankings[key]

    def _access(self, adversary: Adversary, ways: tuple[Way, ...]) -> Access:
        worst, protective = ways[0], far(ways[0].protective)
        if len(ways) > 1:
            worst = max(ways, key=lambda way: far(way.hostile))
            protective = max(far(way.protective) for way in ways)
        route = worst.route
        return Access(
            hostile=None if route is None else LEVELS[route.cost],
            protective=None if route is None or protective > FAR else LEVELS[protective],
            entry=worst.entry,
            adversary=adversary,
            ways=ways,
            graph=self._graph,
        )

    def _router(self, adversary: Adversary, hostile: bool) -> Router:
        key = (adversary.id, hostile)
        if key not in self._routers:
            feet = footholds(self._graph, adversary, hostile=hostile)
            self._routers[key] = Router(self._graph, feet, hostile=hostile, steps=self._steps)
        return self._routers[key]
