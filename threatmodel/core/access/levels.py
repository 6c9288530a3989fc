"""Access as a level: the kinds that a threat needs, over its entries, under both readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.types import AccessKind, Level, Needs

from ..document import Adversary
from ..findings import Question
from ..graph import Graph
from ..operations import Executed
from ..questions import ask
from .footholds import footholds
from .routes import FAR, Route, Router
from .wording import sentence

LEVELS = (Level.VERY_HIGH, Level.HIGH, Level.MODERATE, Level.LOW, Level.VERY_LOW)
READ_BY_ACCESS = {
    "component": ("type", "zone", "attributes.relays_input"),
    "flow": ("kind", "source", "target", "attributes.admits", "attributes.encrypted"),
    "zone": ("kind", "trust", "parent"),
    "adversary": ("footholds", "accident"),
}


@dataclass(frozen=True, slots=True)
class Access:
    """How well one adversary gets where a threat comes in; None where they cannot.

    `hostile` takes what is unknown as bad, `protective` as good. `entry` and `path` (components
    and flows in turn) belong to the hostile reading, and so does `text`. `questions` would bring
    the two readings together.
    """

    hostile: Level | None
    protective: Level | None
    entry: str
    path: tuple[str, ...]
    text: str
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """The best entry for one kind of access: hostile and protective cost, None unreachable."""

    kind: AccessKind
    entry: str
    route: Route | None
    protective: int | None

    @property
    def hostile(self) -> int | None:
        return None if self.route is None else self.route.cost


# Behind every way: cost in the hostile reading, in the protective one, length.
_NO_WAY = (FAR + 1, FAR + 1, 0)


class AccessMap:
    """Who gets where on one diagram. Searches run when first asked for and are kept."""

    __slots__ = ("_adversaries", "_graph", "_known", "_routers")

    def __init__(self, graph: Graph, adversaries: Iterable[Adversary]) -> None:
        self._graph = graph
        self._adversaries = {adversary.id: adversary for adversary in adversaries}
        self._routers: dict[tuple[str, bool], Router] = {}
        self._known: dict[tuple[str, tuple[AccessKind, ...], tuple[str, ...]], _Way] = {}

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
        adversary = self._adversaries[adversary_id]
        entry = entries[0] if entries else ""
        if adversary.accident:
            text = f"{adversary.name}: nobody has to get anywhere."
            return Access(Level.VERY_HIGH, Level.VERY_HIGH, entry, (), text)
        if not entries:
            return Access(None, None, "", (), f"{adversary.name}: nothing drawn lets this in.")
        ways = self._ways(adversary, needs, entries)
        if not ways:
            text = f"{adversary.name}: it takes no access of a particular kind."
            return Access(Level.VERY_HIGH, Level.VERY_HIGH, entry, (), text)
        return self._access(adversary, ways)

    def _ways(self, adversary: Adversary, needs: Needs, entries: tuple[str, ...]) -> list[_Way]:
        """One way for all of `any_of` together, one for each of `all_of`."""
        found = [self._way(adversary, (kind,), entries) for kind in needs.all_of]
        if needs.any_of:
            found.append(self._way(adversary, needs.any_of, entries))
        return found

    def _way(
        self, adversary: Adversary, kinds: tuple[AccessKind, ...], entries: tuple[str, ...]
    ) -> _Way:
        """The best of these kinds and entries, kept: many threats need the same of the same."""
        key = (adversary.id, kinds, entries)
        if key not in self._known:
            self._known[key] = self._best_way(adversary, kinds, entries)
        return self._known[key]

    def _best_way(
        self, adversary: Adversary, kinds: tuple[AccessKind, ...], entries: tuple[str, ...]
    ) -> _Way:
        hostile, protective = self._router(adversary, True), self._router(adversary, False)
        best, best_rank, safest = _Way(kinds[0], entries[0], None, None), _NO_WAY, FAR + 1
        for kind in kinds:
            for entry in entries:
                route = hostile.to(kind, entry)
                if route is None:
                    continue
                safe = protective.to(kind, entry)
                cost = FAR + 1 if safe is None else safe.cost
                safest = min(safest, cost)
                rank = (route.cost, cost, len(route.hops))
                if rank < best_rank:
                    best, best_rank = _Way(kind, entry, route, None), rank
        return replace(best, protective=None if safest > FAR else safest)

    def _access(self, adversary: Adversary, ways: list[_Way]) -> Access:
        worst = max(ways, key=lambda way: _far(way.hostile))
        protective = max(_far(way.protective) for way in ways)
        route = worst.route
        text = sentence(self._graph, adversary, worst.kind, worst.entry, route)
        return Access(
            hostile=None if route is None else LEVELS[route.cost],
            protective=None if route is None or protective > FAR else LEVELS[protective],
            entry=worst.entry,
            path=() if route is None else route.path,
            text=text,
            questions=() if route is None else self._questions(ways),
        )

    def _questions(self, ways: Iterable[_Way]) -> tuple[Question, ...]:
        """Of ways whose readings differ, what their hostile route rests on."""
        gaps = dict.fromkeys(
            gap
            for way in ways
            if way.route is not None and way.hostile != way.protective
            for gap in way.route.unknown
        )
        asked = (ask(self._graph, element, attribute) for element, attribute in gaps)
        return tuple(question for question in asked if question is not None)

    def _router(self, adversary: Adversary, hostile: bool) -> Router:
        key = (adversary.id, hostile)
        if key not in self._routers:
            feet = footholds(self._graph, adversary, hostile=hostile)
            self._routers[key] = Router(self._graph, feet, hostile=hostile)
        return self._routers[key]


def touches_access(changes: Iterable[Executed]) -> bool:
    """Whether an edit can change who gets where; if not, a map's levels hold for the next state."""
    for change in changes:
        read = READ_BY_ACCESS.get(change.kind, ())
        if change.action == "set" and not any(key in change.values for key in read):
            continue
        if read:
            return True
    return False


def _far(cost: int | None) -> int:
    return FAR + 1 if cost is None else cost
