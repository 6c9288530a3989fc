"""What helps most: the same draws once more, with one thing different at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .attack import Attack
from .moves import Move
from .strength import Remedy
from .values import Fall

MOST_COMPARED = 60
# States times changes: bounds the time by work, not by the clock.
WORK = 300_000

Name = TypeVar("Name", int, str)


@dataclass(frozen=True, slots=True)
class _Change:
    kind: Literal["remedy", "element", "standing"]
    place: str
    control: str
    chances: Mapping[int, float]
    findings: frozenset[int] = frozenset()


class Comparison:
    """Changes along some ways, and by how much each asset is hit less often.

    What lies on more of the ways is compared first; `comparable` counts all that lies on any.
    """

    def __init__(self, attack: Attack, used: Sequence[Move]) -> None:
        self._attack = attack
        self._percolation = attack.percolation
        changes = self._changes(used)
        most = min(MOST_COMPARED, max(WORK // max(attack.part.web.states, 1), 1))
        self.comparable = len(changes)
        self._changes_made = changes[:most]
        self.compared = len(self._changes_made)
        self._before = self._percolation.hits()
        self._hits = [self._after(one.chances) for one in self._changes_made]

    def helps(self, place: int) -> tuple[Fall, ...]:
        """Everything compared that changes how often an asset is hit, what helps most first."""
        falls = (self._fall(n, place) for n in range(self.compared))
        moved = (one for one in falls if one.fall)
        return tuple(sorted(moved, key=lambda one: (-one.fall, one.kind, one.control, one.place)))

    def by_finding(self, place: int) -> dict[int, tuple[Fall, ...]]:
        """Remedies of each finding with what they do for an asset, what helps most first."""
        found: dict[int, list[Fall]] = {}
        for number, change in enumerate(self._changes_made):
            if change.kind == "remedy":
                for finding in change.findings:
                    found.setdefault(finding, []).append(self._fall(number, place))
        return {
            finding: tuple(sorted(falls, key=lambda one: (-one.fall, one.control, one.place)))
            for finding, falls in found.items()
        }

    def _fall(self, number: int, place: int) -> Fall:
        change = self._changes_made[number]
        less = int(self._before[place]) - int(self._hits[number][place])
        return Fall(change.kind, change.place, less / self._percolation.draws, change.control)

    def _after(self, chances: Mapping[int, float]) -> NDArray[np.int64]:
        return self._percolation.hits(self._percolation.changed(chances))

    def _changes(self, used: Sequence[Move]) -> list[_Change]:
        """Remedies of the findings passed; in turn with controls that stand there, and elements."""
        findings = _most_first(move.finding for move in used if move.kind == "finding")
        elements = _most_first(one for move in used for one in move.elements)
        at = {number: place for place, number in enumerate(findings)}
        answering = [
            (min(at[n] for n in remedy.answers if n in at), remedy)
            for remedy in self._attack.remedies
            if not at.keys().isdisjoint(remedy.answers)
        ]
        answering.sort(key=lambda one: (one[0], one[1].key))
        rest = [*self._standing(findings), *map(self._without, elements)]
        changes = _in_turn([self._with(remedy) for _, remedy in answering], rest)
        return [one for one in changes if self._matters(one)]

    def _matters(self, change: _Change) -> bool:
        """Some controls lower the harm only: they change no chance."""
        steps = self._attack.part.web.steps
        return any(chance != steps[place].chance for place, chance in change.chances.items())

    def _with(self, remedy: Remedy) -> _Change:
        chances = self._attack.with_remedies([remedy])
        findings = frozenset(remedy.answers)
        return _Change("remedy", remedy.place, remedy.control.id, chances, findings)

    def _standing(self, findings: Iterable[int]) -> Iterator[_Change]:
        """Controls that stand at an element, taken away there."""
        found: dict[tuple[str, str], dict[int, float]] = {}
        for number in findings:
            strength = self._attack.strengths[number]
            for one in strength.standing:
                chances = found.setdefault((one.control.id, strength.finding.element), {})
                for place in self._attack.steps_of.get(number, ()):
                    share = self._attack.share(place)
                    chances[place] = strength.without(one.control.id) * share
        for (control, element), chances in found.items():
            yield _Change("standing", element, control, chances)

    def _without(self, element: str) -> _Change:
        part, moves = self._attack.part, self._attack.reach.moves
        chances = {
            place: 0.0
            for place, number in enumerate(part.steps)
            if element in moves[number].elements
        }
        return _Change("element", element, "", chances)


def _most_first(met: Iterable[Name]) -> list[Name]:
    """Each once, what was met most often first, of equals what was met first."""
    return [one for one, _ in Counter(met).most_common()]


def _in_turn(one: Sequence[_Change], other: Sequence[_Change]) -> list[_Change]:
    """Of both alternately, so that neither is left out where not all are compared."""
    pairs = zip_longest(one, other)
    return [change for pair in pairs for change in pair if change is not None]
