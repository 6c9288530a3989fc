"""What an atom is once compiled, and how checks on parts make a check on the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from catalog.types import Scalar

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
    """

    truth: Callable[[Scene, str], Truth]
    facts: Callable[[Scene, str], tuple[Fact, ...]]
    text: str
    reads: frozenset[Read]


def both(checks: Sequence[Check], joint: str = ", ") -> Check:
    """All checks of one element together; the facts are those that decided."""
    if len(checks) == 1:
        return checks[0]

    def truth(scene: Scene, element: str) -> Truth:
        return all_of(check.truth(scene, element) for check in checks)

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        return _deciding(scene, [(check, element) for check in checks], truth(scene, element))

    text = joint.join(check.text for check in checks if check.text)
    return Check(truth, facts, text, frozenset().union(*(check.reads for check in checks)))


def some(
    check: Check, elements: Callable[[Scene, str], Sequence[str]], text: str, reads: frozenset[Read]
) -> Check:
    """The check holds for at least one of the elements that belong to this one."""

    def truth(scene: Scene, element: str) -> Truth:
        return any_of(check.truth(scene, other) for other in elements(scene, element))

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        pairs = [(check, other) for other in elements(scene, element)]
        return _deciding(scene, pairs, truth(scene, element))

    return Check(truth, facts, text, reads)


def either_end(check: Check) -> Check:
    """Of a flow: the check holds for its source or its target."""

    def ends(scene: Scene, flow: str) -> tuple[str, ...]:
        drawn = scene.flow(flow)
        return (drawn.source, drawn.target)

    return some(check, ends, check.text, rescope(check.reads, "end"))


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
