"""What came between two sets of findings of one system: new, changed and gone ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .findings import Finding

# What a reader of a list would notice; steps and texts may differ beside it.
SEEN = (
    "applies",
    "likelihood",
    "impact",
    "inherent",
    "residual",
    "planned",
    "treatment",
    "verdict",
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding before and after. `seen` names what a list would show otherwise."""

    before: Finding
    after: Finding

    @property
    def seen(self) -> tuple[str, ...]:
        pairs = ((name, getattr(self.before, name), getattr(self.after, name)) for name in SEEN)
        return tuple(name for name, was, now in pairs if was != now)


@dataclass(frozen=True, slots=True)
class Change:
    """`changed` are those that a list would show otherwise; `reworded` only explain otherwise."""

    new: tuple[Finding, ...]
    changed: tuple[Moved, ...]
    gone: tuple[Finding, ...]
    reworded: int

    @property
    def anything(self) -> bool:
        return bool(self.new or self.changed or self.gone or self.reworded)


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> Change:
    """By key, in the order given. O(findings)."""
    was = {one.key: one for one in before}
    now = {one.key: one for one in after}
    moved = [Moved(was[key], one) for key, one in now.items() if key in was and was[key] != one]
    changed = tuple(one for one in moved if one.seen)
    return Change(
        new=tuple(one for key, one in now.items() if key not in was),
        changed=changed,
        gone=tuple(one for key, one in was.items() if key not in now),
        reworded=len(moved) - len(changed),
    )
