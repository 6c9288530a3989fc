"""Two states of one system side by side: the drawing, the findings, the risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from . import change, operations
from .document import Document, Kind
from .findings import Finding, Summary
from .operations import Executed

How = Literal["added", "removed", "changed", "moved"]
# Where something is drawn says nothing about the system.
PLACES = frozenset({"box", "points"})


@dataclass(frozen=True, slots=True)
class State:
    """A system at one time: what was drawn, and what followed from it."""

    document: Document
    findings: tuple[Finding, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an element before and after; None is unknown or not there."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ElementChange:
    """What became of one element. `moved` is drawn elsewhere and otherwise the same."""

    kind: Kind
    id: str
    how: How
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference of two states; elements in the order of the kinds, added ones first."""

    elements: tuple[ElementChange, ...]
    findings: change.Change
    before: Summary
    after: Summary

    @property
    def anything(self) -> bool:
        return bool(self.elements) or self.findings.anything


def compare(before: State, after: State) -> Comparison:
    """What differs between two states of one system.

    Notes
    -----
    O(elements + findings).
    """
    executed = operations.compare(before.document, after.document)
    return Comparison(
        elements=tuple(_element(one) for one in executed),
        findings=change.compare(before.findings, after.findings),
        before=before.summary,
        after=after.summary,
    )


def _element(one: Executed) -> ElementChange:
    if one.action == "add":
        return ElementChange(one.kind, one.id, "added")
    if one.action == "remove":
        return ElementChange(one.kind, one.id, "removed")
    told = tuple(
        Property(name, one.was.get(name), value)
        for name, value in one.values.items()
        if name not in PLACES
    )
    return ElementChange(one.kind, one.id, "changed" if told else "moved", told)


def counted(elements: Iterable[ElementChange]) -> Mapping[How, int]:
    """How many elements of each fate there are."""
    found: dict[How, int] = {"added": 0, "removed": 0, "changed": 0, "moved": 0}
    for one in elements:
        found[one.how] += 1
    return found
