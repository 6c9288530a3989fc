"""What an atom is once compiled, and how checks on parts make a check on the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

from catalog.types import Scalar

from .bits import Column, lowest
from .census import EVERY, Census
from .kleene import Truth, all_of, any_of
from .scene import Scene
from .webs import Way

# A way is the scope of what comes before or after an element when the diagram is walked so.
Scope = Literal["self", "flow", "end"] | Way
Read = tuple[Scope, str]


class Fact(NamedTuple):
    """One thing that was read off the diagram; `value` None means that nobody has said it."""

    element: str
    attribute: str
    value: Scalar | None


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A yes, no or unknown about one element, able to say what it read.

    `reads` says what an edit has to touch for the answer to change: a scope and a property. 'self'
    is the element, 'flow' a flow at it, 'end' the component at the other end of a flow, and a
    `Way` a component that comes before or after it.

    `truth` is the reference, of one element. `column` says the same of all elements of its side
    at once; slots outside of the mask that it gets need not be answered.
    """

    truth: Callable[[Scene, str], Truth]
    facts: Callable[[Scene, str], tuple[Fact, ...]]
    text: str
    reads: frozenset[Read]
    column: Callable[[Census, int], Column]


def alike(
    truth: Callable[[Scene, str], Truth], groups: Callable[[Census], Iterable[int]]
) -> Callable[[Census, int], Column]:
    """The column of a check that reads only what the elements of each group share."""

    def column(census: Census, mask: int) -> Column:
        certain = unknown = 0
        for whole in groups(census):
            group = whole & mask
            if group:
                answer = truth(census.scene, census.elements[lowest(group)])
                if answer:
                    certain |= group
                elif answer is None:
                    unknown |= group
        return Column(certain, certain | unknown)

    return column


def both(checks: Sequence[Check]) -> Check:
    """All checks of one element together; the facts are those that decided."""
    if len(checks) == 1:
        return checks[0]

    def truth(scene: Scene, element: str) -> Truth:
        return all_of(check.truth(scene, element) for check in checks)

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        return _deciding(scene, [(check, element) for check in checks], truth(scene, element))

    def column(census: Census, mask: int) -> Column:
        whole = checks[0].column(census, mask)
        for check in checks[1:]:
            part = check.column(census, mask)
            whole.certain &= part.certain
            whole.possible &= part.possible
        return whole

    text = ", ".join(check.text for check in checks if check.text)
    return Check(truth, facts, text, frozenset().union(*(c.reads for c in checks)), column)


def some(
    check: Check,
    elements: Callable[[Scene, str], Sequence[str]],
    owners: Callable[[Census, int], int],
    text: str,
    reads: frozenset[Read],
) -> Check:
    """The check holds for at least one of the elements that belong to this one.

    `owners` leads the other way: to which elements some of these belong.
    """

    def truth(scene: Scene, element: str) -> Truth:
        return any_of(check.truth(scene, other) for other in elements(scene, element))

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        pairs = [(check, other) for other in elements(scene, element)]
        return _deciding(scene, pairs, truth(scene, element))

    def column(census: Census, mask: int) -> Column:
        return check.column(census, EVERY).moved(partial(owners, census))

    return Check(truth, facts, text, reads, column)


def either_end(check: Check) -> Check:
    """Of a flow: the check holds for its source or its target."""

    def ends(scene: Scene, flow: str) -> tuple[str, ...]:
        drawn = scene.flow(flow)
        return (drawn.source, drawn.target)

    def flows(census: Census, components: int) -> int:
        return census.flows_at("source", components) | census.flows_at("target", components)

    return some(check, ends, flows, check.text, rescope(check.reads, "end"))


def rescope(reads: frozenset[Read], scope: Scope) -> frozenset[Read]:
    """What was read of an element itself is now read of a neighbour."""
    return frozenset((scope if old == "self" else old, what) for old, what in reads)


def _deciding(scene: Scene, pairs: Sequence[tuple[Check, str]], whole: Truth) -> tuple[Fact, ...]:
    """Facts of the parts whose answer is the answer of the whole, each once."""
    found: dict[Fact, None] = {}
    for check, element in pairs:
        if check.truth(scene, element) is whole:
            found.update(dict.fromkeys(check.facts(scene, element)))
    return tuple(found)
