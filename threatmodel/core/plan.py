"""Which controls to put in place: a basket that brings the findings within the appetite.

The goal is the least that can be left above the appetite, counted in levels over all open findings;
of the baskets that reach it, the one of least effort. Up to `MOST_EXACT` controls that bear on each
other every basket is tried. Above that it is built step by step, each time by what removes most
harm per day, and then whatever turned out not to be needed is taken out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice
from typing import Literal

import networkx as nx

from catalog.types import Effort, Level

from .paths.attack import Attack
from .paths.moves import CHANCES
from .paths.strength import Place, Remedy, added
from .scoring import VALUES

# Controls of one group of which every basket is tried: 4,096 of them.
MOST_EXACT = 12
# Baskets tried over all groups: bounds the time by work, not by the clock.
MOST_TRIED = 2**15
MOST_CANDIDATES = 1_000
# Further controls told beside the basket.
MOST_PICKED = 100

Method = Literal["exact", "greedy", "chosen"]
Basket = frozenset[int]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A finding whose risk is another one than before."""

    finding: str
    before: Level
    after: Level


@dataclass(frozen=True, slots=True)
class Pick:
    """One control in one place, and what it buys on top of the picks before it.

    `answers` are all findings that it bears on, `is_planned` whether people plan it already.
    """

    control: str
    place: str
    effort: Effort
    days: int
    answers: tuple[str, ...]
    buys: tuple[Lowered, ...]
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A basket. `left` are findings still above the appetite; `levels_before` and `levels_after`
    count by how many levels all of them together are above it.

    `considered` of `known` controls were looked at.
    """

    appetite: Level
    method: Method
    picks: tuple[Pick, ...]
    days: int
    lowered: tuple[Lowered, ...]
    left: tuple[Lowered, ...]
    levels_before: int
    levels_after: int
    others: tuple[Pick, ...]
    considered: int
    known: int


class UnknownPick(ValueError):
    """A control at a place where it would answer nothing. `pick` says which."""

    def __init__(self, pick: Place) -> None:
        super().__init__(f"{pick[0]}@{pick[1]}")
        self.pick = pick


def plan(attack: Attack, appetite: Level) -> Plan:
    """The basket of least effort that leaves least above the appetite.

    Notes
    -----
    Controls that share no finding do not bear on each other: each such group is a choice of its
    own, exact up to 12 controls, else greedy and not always the cheapest. The answer says which.
    """
    board = _Board(attack, appetite)
    exact = board.known <= len(board.candidates)
    tried, basket = 0, Basket()
    for group in sorted(board.groups(), key=lambda one: (len(one), one)):
        tried += 2 ** len(group)
        if len(group) <= MOST_EXACT and tried <= MOST_TRIED:
            basket |= _exact(board, group)
        else:
            basket |= _greedy(board, group)
            exact = False
    return board.told(_by_use(board, basket), "exact" if exact else "greedy")


def chosen(attack: Attack, appetite: Level, picks: Iterable[Place]) -> Plan:
    """What a basket that somebody picked would leave.

    Raises
    ------
    UnknownPick
        When a control answers nothing at its place, or stands there already.
    """
    board = _Board(attack, appetite, wanted=tuple(dict.fromkeys(picks)))
    places = {remedy.key: number for number, remedy in enumerate(board.candidates)}
    basket = []
    for pick in dict.fromkeys(picks):
        if pick not in places:
            raise UnknownPick(pick)
        basket.append(places[pick])
    return board.told(basket, "chosen")


class _Board:
    """The open findings above the appetite, and the controls that could lower them."""

    def __init__(self, attack: Attack, appetite: Level, wanted: Sequence[Place] = ()) -> None:
        self._attack = attack
        self.appetite = appetite
        self._now = [one.finding.residual for one in attack.strengths]
        open_ones = [n for n, s in enumerate(attack.strengths) if s.finding.treatment == "open"]
        self.above = [n for n in open_ones if self._now[n] > appetite]
        self._kept: dict[tuple[int, Basket], tuple[Level, float]] = {}
        self._concerned = concerned = frozenset(self.above)
        bearing = (one for one in attack.remedies if not concerned.isdisjoint(one.answers))
        helping = list(islice((r for r in bearing if self._helps(r, concerned)), MOST_CANDIDATES))
        self.known = len(helping) + sum(1 for _ in bearing)
        looked_at = {one.key for one in helping}
        further = [r for r in attack.remedies if r.key in wanted and r.key not in looked_at]
        self.candidates: list[Remedy] = [*helping, *further]
        self._on: dict[int, list[int]] = {}
        for number, remedy in enumerate(self.candidates):
            for finding in remedy.answers:
                self._on.setdefault(finding, []).append(number)

    def _helps(self, remedy: Remedy, concerned: frozenset[int]) -> bool:
        strengths = self._attack.strengths
        for number in concerned & remedy.answers.keys():
            one = strengths[number]
            lower = one.reckoning.with_controls(added([remedy], number)).risk < self._now[number]
            if lower or one.with_remedies([remedy], number) < one.chance:
                return True
        return False

    def groups(self) -> list[list[int]]:
        """Candidates that bear on each other through findings above the appetite."""
        graph: nx.Graph[tuple[str, int]] = nx.Graph()
        for number in range(len(self.candidates)):
            graph.add_node(("control", number))
            graph.add_edges_from(
                (("control", number), ("finding", one)) for one in self.answered(number)
            )
        found = nx.connected_components(graph)
        return [sorted(n for kind, n in one if kind == "control") for one in found]

    def answered(self, remedy: int) -> list[int]:
        """The findings above the appetite that a candidate bears on."""
        return [n for n in self.candidates[remedy].answers if n in self._concerned]

    def above_of(self, group: Iterable[int]) -> list[int]:
        """The findings above the appetite that any of some candidates bears on."""
        return sorted({n for number in group for n in self.answered(number)})

    def after(self, finding: int, basket: Basket) -> tuple[Level, float]:
        """Risk and harm of one finding with a basket; only its own controls in it matter."""
        own = basket.intersection(self._on.get(finding, ()))
        key = (finding, own)
        if key not in self._kept:
            self._kept[key] = self._reckoned(finding, own)
        return self._kept[key]

    def _reckoned(self, finding: int, own: Basket) -> tuple[Level, float]:
        strength = self._attack.strengths[finding]
        remedies = [self.candidates[number] for number in sorted(own)]
        terms = strength.reckoning.with_controls(added(remedies, finding))
        if terms.risk <= self.appetite:
            return terms.risk, 0.0
        chance = strength.with_remedies(remedies, finding) if own else strength.chance
        reached = CHANCES[terms.attempt.access.hostile or Level.VERY_LOW]
        tried = CHANCES[terms.attempt.initiation]
        return terms.risk, tried * reached * chance * VALUES[terms.impact]

    def levels(self, findings: Iterable[int], basket: Basket) -> int:
        """By how many levels they are above the appetite, together."""
        return sum(max(self.after(n, basket)[0] - self.appetite, 0) for n in findings)

    def harm(self, findings: Iterable[int], basket: Basket) -> float:
        """What is to be expected of the findings that are above: chances times impact value."""
        return sum(self.after(n, basket)[1] for n in findings)

    def days(self, basket: Iterable[int]) -> int:
        return sum(self.candidates[number].days for number in basket)

    # Telling

    def told(self, order: Sequence[int], method: Method) -> Plan:
        whole = frozenset(order)
        picks, so_far = [], Basket()
        for number in order:
            then = so_far | {number}
            picks.append(self._pick(number, so_far, then))
            so_far = then
        rest = [n for n in range(len(self.candidates)) if n not in whole][:MOST_PICKED]
        changed = [n for n in range(len(self._now)) if self.after(n, whole)[0] < self._now[n]]
        left = [n for n in self.above if self.after(n, whole)[0] > self.appetite]
        return Plan(
            appetite=self.appetite,
            method=method,
            picks=tuple(picks),
            days=self.days(order),
            lowered=tuple(self._lowered(n, Basket(), whole) for n in changed),
            left=tuple(self._lowered(n, Basket(), whole) for n in left),
            levels_before=self.levels(self.above, Basket()),
            levels_after=self.levels(self.above, whole),
            others=tuple(self._pick(n, whole, whole | {n}) for n in rest),
            considered=len(self.candidates),
            known=max(self.known, len(self.candidates)),
        )

    def _pick(self, number: int, before: Basket, then: Basket) -> Pick:
        remedy = self.candidates[number]
        strengths = self._attack.strengths
        lower = (self._lowered(n, before, then) for n in remedy.answers)
        return Pick(
            control=remedy.control.id,
            place=remedy.place,
            effort=remedy.control.effort,
            days=remedy.days,
            answers=tuple(strengths[n].finding.key for n in remedy.answers),
            buys=tuple(one for one in lower if one.after < one.before),
            is_planned=any(
                standing.control.id == remedy.control.id
                for n in remedy.answers
                for standing in strengths[n].reckoning.standing
            ),
        )

    def _lowered(self, finding: int, before: Basket, then: Basket) -> Lowered:
        key = self._attack.strengths[finding].finding.key
        return Lowered(key, self.after(finding, before)[0], self.after(finding, then)[0])


def _exact(board: _Board, group: Sequence[int]) -> Basket:
    """Every basket tried: least above the appetite, then least days, then least harm."""
    concerned = board.above_of(group)
    sizes = range(len(group) + 1)
    baskets = chain.from_iterable(combinations(group, size) for size in sizes)
    return min(map(frozenset, baskets), key=lambda one: _worth(board, concerned, one))


def _worth(
    board: _Board, concerned: Sequence[int], basket: Basket
) -> tuple[int, int, float, int, list[int]]:
    levels, harm = board.levels(concerned, basket), board.harm(concerned, basket)
    return levels, board.days(basket), round(harm, 12), len(basket), sorted(basket)


def _greedy(board: _Board, group: Sequence[int]) -> Basket:
    """The best rate first, until the least possible is left; then without what is not needed."""
    concerned = board.above_of(group)
    goal = board.levels(concerned, Basket(group))
    order: list[int] = []
    for number in _by_rate(board, group):
        if board.levels(concerned, Basket(order)) <= goal:
            break
        order.append(number)
    kept = Basket(order)
    for number in sorted(order, key=lambda one: (-board.candidates[one].days, -order.index(one))):
        if board.levels(concerned, kept - {number}) <= goal:
            kept -= {number}
    return kept


def _by_use(board: _Board, basket: Basket) -> list[int]:
    return list(_by_rate(board, sorted(basket)))


def _by_rate(board: _Board, group: Iterable[int]) -> Iterator[int]:
    """In turn what removes most harm per day on top of those before it."""
    so_far = Basket()
    rates = {number: _rate(board, number, so_far) for number in group}
    while rates:
        best = max(rates, key=lambda one: (rates[one], len(board.answered(one)), -one))
        yield best
        del rates[best]
        so_far |= {best}
        concerned = set(board.answered(best))
        for number in rates:
            if not concerned.isdisjoint(board.candidates[number].answers):
                rates[number] = _rate(board, number, so_far)


def _rate(board: _Board, number: int, basket: Basket) -> float:
    """Harm removed per day by one more control."""
    concerned = board.answered(number)
    less = board.harm(concerned, basket) - board.harm(concerned, basket | {number})
    return less / board.candidates[number].days
