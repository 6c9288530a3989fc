"""States and the steps between them as an AND/OR graph: numbers only, no meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

CERTAIN = ""


@dataclass(frozen=True, slots=True)
class Step:
    """From having all of `needs` to having each of `gains`, at a chance.

    Steps of one `cause` share one draw: either it is there for all of them or for none, but that
    a smaller chance is there less often. What always works has the cause `CERTAIN`.
    """

    needs: tuple[int, ...]
    gains: tuple[int, ...]
    cause: str = CERTAIN
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Web:
    """States are numbered from 0; a state is had when any step that gains it works."""

    states: int
    steps: tuple[Step, ...]

    @property
    def is_plain(self) -> bool:
        """Whether no step needs two states: then a way is a path, and graph libraries know it."""
        return all(len(step.needs) <= 1 for step in self.steps)

    def gaining(self) -> list[list[int]]:
        """For each state the steps that gain it, by number. O(states + steps)."""
        found: list[list[int]] = [[] for _ in range(self.states)]
        for number, step in enumerate(self.steps):
            for state in step.gains:
                found[state].append(number)
        return found

    def needing(self) -> list[list[int]]:
        """For each state the steps that need it, by number. O(states + steps)."""
        found: list[list[int]] = [[] for _ in range(self.states)]
        for number, step in enumerate(self.steps):
            for state in step.needs:
                found[state].append(number)
        return found

    def possible(self) -> list[bool]:
        """States that can be had at all: the steps' closure, chances of 0 left out."""
        had = [False] * self.states
        missing = [len(set(step.needs)) for step in self.steps]
        needing = self.needing()
        pending = [n for n, step in enumerate(self.steps) if not missing[n] and step.chance > 0]
        while pending:
            for state in self.steps[pending.pop()].gains:
                if had[state]:
                    continue
                had[state] = True
                for number in dict.fromkeys(needing[state]):
                    missing[number] -= 1
                    if not missing[number] and self.steps[number].chance > 0:
                        pending.append(number)
        return had

    def towards(self, targets: Iterable[int]) -> Part:
        """Only what can happen and can help to get to one of the targets. O(states + steps)."""
        had, gaining = self.possible(), self.gaining()
        pending = [target for target in dict.fromkeys(targets) if had[target]]
        kept, seen = set[int](), set(pending)
        while pending:
            for number in gaining[pending.pop()]:
                step = self.steps[number]
                if number in kept or step.chance <= 0 or not all(had[n] for n in step.needs):
                    continue
                kept.add(number)
                fresh = [state for state in step.needs if state not in seen]
                seen.update(fresh)
                pending.extend(fresh)
        return self._part(sorted(seen), sorted(kept))

    def _part(self, states: list[int], steps: list[int]) -> Part:
        place = dict(zip(states, count(), strict=False))
        kept = tuple(
            Step(
                tuple(place[state] for state in step.needs),
                tuple(place[state] for state in step.gains if state in place),
                step.cause,
                step.chance,
            )
            for step in (self.steps[number] for number in steps)
        )
        return Part(Web(len(states), kept), tuple(states), tuple(steps))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a web as a web of its own, with the numbers that it had in the whole."""

    web: Web
    states: tuple[int, ...]
    steps: tuple[int, ...]

    def place(self, state: int) -> int | None:
        """Where a state of the whole stands in the part; None when it is not in it."""
        return self.states.index(state) if state in self.states else None


def order(web: Web) -> list[int]:
    """A rank for each state: along the steps wherever they do not run in a circle. O(V + E)."""
    after = web.needing()
    rank = [-1] * web.states
    following = count(web.states - 1, -1)
    for root in _roots_first(web):
        if rank[root] == -1:
            _finish(web, root, after, rank, following)
    return rank


def _roots_first(web: Web) -> Iterator[int]:
    """What needs nothing comes last, so that it is ranked before all that follows from it."""
    begun = {state for step in web.steps if not step.needs for state in step.gains}
    yield from begun
    yield from (state for state in range(web.states) if state not in begun)


def _finish(
    web: Web, root: int, after: list[list[int]], rank: list[int], following: Iterator[int]
) -> None:
    """Depth first from a state, numbering backwards whatever is finished."""
    open_here = -2
    rank[root] = open_here
    stack = [(root, _onward(web, after[root]))]
    while stack:
        state, onward = stack[-1]
        fresh = next((one for one in onward if rank[one] == -1), None)
        if fresh is None:
            rank[state] = next(following)
            stack.pop()
        else:
            rank[fresh] = open_here
            stack.append((fresh, _onward(web, after[fresh])))


def _onward(web: Web, steps: list[int]) -> Iterator[int]:
    return (state for number in steps for state in web.steps[number].gains)
