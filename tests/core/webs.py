"""Small random AND/OR graphs, and what they come to when everything is tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from hypothesis import strategies as st

from threatmodel.core.paths.web import CERTAIN, Step, Web

CHANCES = (0.0, 0.1, 0.35, 0.5, 0.65, 0.9, 1.0)


@st.composite
def webs(draw: st.DrawFn, *, plain: bool = False, most: int = 9) -> Web:
    """Up to six states with steps between any of them: circles, shared causes, dead ends."""
    states = draw(st.integers(1, 6))
    numbers = st.integers(0, states - 1)
    needs = st.lists(numbers, max_size=1 if plain else 3, unique=True).map(tuple)
    gains = st.lists(numbers, min_size=1, max_size=2, unique=True).map(tuple)
    causes = st.sampled_from(["a", "b", "c", "d", "e"])
    steps = draw(
        st.lists(
            st.builds(Step, needs, gains, causes, st.sampled_from(CHANCES))
            | st.builds(Step, needs, gains),
            min_size=1,
            max_size=most,
        )
    )
    return Web(states, tuple(steps))


def closure(web: Web, working: set[int]) -> set[int]:
    """The states that are had when just these steps work."""
    had: set[int] = set()
    while True:
        fresh = {
            state
            for number in working
            if had.issuperset(web.steps[number].needs)
            for state in web.steps[number].gains
        } - had
        if not fresh:
            return had
        had |= fresh


def exact(web: Web) -> list[float]:
    """The chance of each state: over every way that the causes' draws can fall out."""
    causes = sorted({step.cause for step in web.steps} - {CERTAIN})
    cuts = [sorted({0.0, 1.0, *(s.chance for s in web.steps if s.cause == c)}) for c in causes]
    chances = [0.0] * web.states
    for fell in product(*(list(zip(cut, cut[1:], strict=False)) for cut in cuts)):
        below = dict(zip(causes, (high for _, high in fell), strict=True))
        working = {n for n, s in enumerate(web.steps) if s.chance >= below.get(s.cause, 0.0)}
        mass = prod(high - low for low, high in fell)
        for state in closure(web, working):
            chances[state] += mass
    return chances


def ways(web: Web, target: int) -> list[tuple[float, dict[int, int]]]:
    """Every way to a state: one step for each state it uses, without a circle."""
    gaining = web.gaining()
    found: list[tuple[float, dict[int, int]]] = []

    def choose(chosen: dict[int, int], pending: tuple[int, ...]) -> Iterator[dict[int, int]]:
        open_ones = [state for state in pending if state not in chosen]
        if not open_ones:
            yield chosen
            return
        state = open_ones[0]
        for number in gaining[state]:
            if web.steps[number].chance > 0:
                later = (*open_ones[1:], *web.steps[number].needs)
                yield from choose({**chosen, state: number}, later)

    for chosen in choose({}, (target,)):
        weight = _weight(web, chosen, target, ())
        if weight is not None:
            found.append((weight, chosen))
    return sorted(found, key=lambda one: -one[0])


def _weight(web: Web, chosen: dict[int, int], state: int, above: tuple[int, ...]) -> float | None:
    """The product of a way's chances; None when it runs in a circle."""
    if state in above:
        return None
    step = web.steps[chosen[state]]
    below = [_weight(web, chosen, need, (*above, state)) for need in step.needs]
    known = [one for one in below if one is not None]
    return step.chance * prod(known) if len(known) == len(below) else None
