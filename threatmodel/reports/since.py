"""What changed since the last baseline, as the report lays it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.types import Catalog, Level
from threatmodel.core.change import Moved
from threatmodel.core.comparison import Comparison, How, State, compare, counted
from threatmodel.core.findings import Finding
from threatmodel.core.naming import called, full_name, threat_title

from .context import Mark

MOST_NAMED = 40
HEADS: tuple[tuple[How, str], ...] = (
    ("added", "Added"),
    ("removed", "Removed"),
    ("changed", "Changed"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A baseline as a reader knows it."""

    name: str
    note: str
    revision: int
    kept_on: date
    by: str


@dataclass(frozen=True, slots=True)
class SinceLine:
    """A finding that is new, gone, or judged otherwise; `before` and `after` are its risk."""

    title: str
    element: str
    before: Mark | None
    after: Mark | None
    words: str


@dataclass(frozen=True, slots=True)
class Since:
    """The way from a baseline to this report."""

    baseline: Named
    before: Mark
    after: Mark
    levels: tuple[tuple[Mark, int, int], ...]
    above: tuple[int, int]
    elements: tuple[tuple[str, int, tuple[str, ...]], ...]
    findings: tuple[tuple[str, tuple[SinceLine, ...]], ...]

    @property
    def anything(self) -> bool:
        return bool(self.elements or self.findings)


def since(baseline: Named, before: State, after: State, catalogs: tuple[Catalog, Catalog]) -> Since:
    """Compare the kept state with the present one; each speaks in the words of its catalog."""
    difference = compare(before, after)
    was, now = difference.before, difference.after
    return Since(
        baseline=baseline,
        before=Mark(was.risk),
        after=Mark(now.risk),
        levels=tuple(
            (Mark(level), was.by_level.get(level.key, 0), now.by_level.get(level.key, 0))
            for level in reversed(Level)
        ),
        above=(was.above_appetite, now.above_appetite),
        elements=tuple(_elements(difference, before, after)),
        findings=tuple(_findings(difference, before, after, catalogs)),
    )


def _elements(
    difference: Comparison, before: State, after: State
) -> Iterable[tuple[str, int, tuple[str, ...]]]:
    counts = counted(difference.elements)
    for how, head in HEADS:
        document = (before if how == "removed" else after).document
        found = [one for one in difference.elements if one.how == how]
        names = tuple(called(document, one.kind, one.id) for one in found[:MOST_NAMED])
        if found:
            yield head, counts[how], names


def _findings(
    difference: Comparison, before: State, after: State, catalogs: tuple[Catalog, Catalog]
) -> Iterable[tuple[str, tuple[SinceLine, ...]]]:
    change = difference.findings
    groups = (
        ("New", tuple(_line(one, after, catalogs[1], None, one) for one in change.new)),
        ("Judged otherwise", tuple(_moved(one, after, catalogs[1]) for one in change.changed)),
        ("Gone", tuple(_line(one, before, catalogs[0], one, None) for one in change.gone)),
    )
    return ((head, lines) for head, lines in groups if lines)


def _line(
    one: Finding,
    state: State,
    catalog: Catalog,
    was: Finding | None,
    now: Finding | None,
    words: str = "",
) -> SinceLine:
    waits = "waits for an answer" if one.applies == "conditional" else ""
    return SinceLine(
        title=threat_title(state.document, catalog, one.threat),
        element=full_name(state.document, one.element),
        before=Mark(was.residual) if was else None,
        after=Mark(now.residual) if now else None,
        words=words or waits,
    )


def _moved(one: Moved, state: State, catalog: Catalog) -> SinceLine:
    told = [
        f"{name} {_word(getattr(one.before, name))} to {_word(getattr(one.after, name))}"
        for name in one.seen
        if name != "residual"
    ]
    return _line(one.after, state, catalog, one.before, one.after, "; ".join(told))


def _word(value: object) -> str:
    return value.key if isinstance(value, Level) else str(value)
