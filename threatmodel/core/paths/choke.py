"""What all ways to an asset have in common, and the fewest findings that close all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from catalog.types import AccessKind

from .cuts import dominators, vertex_cut
from .moves import GAINED, Reach
from .web import Part

Node = tuple[str, str]
BEGIN: Node = ("begin", "")
PLACES = frozenset({*get_args(AccessKind), *GAINED, "control"})


@dataclass(frozen=True, slots=True)
class Choke:
    """Findings by their numbers. `closing`: without these nothing drawn leads to the asset.

    `always` lie on every way, `passed` are elements that every way takes, in the order they are
    passed.
    """

    closing: tuple[int, ...]
    always: tuple[int, ...]
    passed: tuple[str, ...]


def choke(reach: Reach, part: Part, target: int) -> Choke:
    """Where to stop whatever gets to a state; `part` is what leads to it.

    Notes
    -----
    Adversaries are taken together, and of several needs of a step each counts as a way: so what
    is told closes every way, though with needs in common fewer might do.
    """
    end = part.place(target)
    if end is None:
        return Choke((), (), ())
    numbers: dict[Node, int] = {BEGIN: 0}
    states = [_node(reach, state, numbers) for state in part.states]
    edges: set[tuple[int, int]] = set()
    for number, step in zip(part.steps, part.web.steps, strict=True):
        move = reach.moves[number]
        begins = [states[need] for need in step.needs] or [0]
        if move.kind in ("access", "tries", "happens"):
            begins = [0]
        if move.kind == "finding":
            middle = numbers.setdefault(("finding", str(move.finding)), len(numbers))
            edges.update((begin, middle) for begin in begins)
            begins = [middle]
        edges.update((begin, states[gain]) for begin in begins for gain in step.gains)
    findings = {n: int(node[1]) for node, n in numbers.items() if node[0] == "finding"}
    cut = vertex_cut(edges, 0, states[end], dict.fromkeys(findings, 1)) or frozenset()
    passed = dominators(edges, 0, states[end])
    names = {number: node for node, number in numbers.items()}
    return Choke(
        closing=tuple(sorted(findings[node] for node in cut)),
        always=tuple(findings[node] for node in passed if node in findings),
        passed=_elements(names[node] for node in passed),
    )


def _node(reach: Reach, state: int, numbers: dict[Node, int]) -> int:
    had = reach.states[state]
    return numbers.setdefault((had.what, had.element), len(numbers))


def _elements(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Where something is had; gates and assets are no places."""
    places = (element for what, element in nodes if what in PLACES)
    return tuple(dict.fromkeys(places))
