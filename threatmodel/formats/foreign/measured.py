"""What another tool measured, as counts: how many attempts of each kind, and how many came through.

Readers take plain data that somebody else wrote, so each value is checked as it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as read

from ..entry import count

MOST_PROBES = 2_000


@dataclass(frozen=True, slots=True)
class Probe:
    """One attack, plugin or probe of the tool: `broken` of `handled` attempts came through."""

    name: str
    broken: int
    handled: int


@dataclass(frozen=True, slots=True)
class Count:
    """What the tool's probes of one kind say about one of our tests."""

    test: str
    family: str
    probes: tuple[Probe, ...]
    eps: float | None = None
    norm: str = ""
    eps_reason: str = ""
    budget: int | None = None
    seed: int = 0
    feature_space_only: bool = False

    @property
    def broken(self) -> int:
        return sum(probe.broken for probe in self.probes)

    @property
    def handled(self) -> int:
        return sum(probe.handled for probe in self.probes)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole file: its tool, and what of it could not be taken over."""

    tool: str
    version: str
    counts: tuple[Count, ...]
    dropped: tuple[Remark, ...] = ()
    taken_on: date | None = None
    digest: str = ""


def mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping", field=where)
    return value


def items(value: object, where: str, most: int) -> list[object]:
    if not isinstance(value, list):
        raise DocumentError(f"{read.shown(value)} is not a list", field=where)
    if len(value) > most:
        raise DocumentError(f"at most {most} of these are read", field=where, code="limit")
    return value


def label(value: object, where: str) -> str:
    """A short text; empty where there is none."""
    try:
        return str(read.label("" if value is None else value))
    except DocumentError as error:
        raise error.inside(where) from None


def tally(value: object, where: str) -> int:
    """A count, zero where there is none."""
    try:
        return 0 if value is None else count(value)
    except DocumentError as error:
        raise error.inside(where) from None


def part(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A mapping inside, or an empty one: other versions leave out what we can do without."""
    found = values.get(name)
    return found if isinstance(found, Mapping) else {}


def day_of(value: object) -> date | None:
    """The day of an ISO date or time; None where it cannot be read."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def gathered(
    tool: str, probes: Iterable[tuple[str, Probe]]
) -> tuple[tuple[Count, ...], tuple[Remark, ...]]:
    """Probes by the test that they stand for; a remark on those that stand for none."""
    found: dict[str, list[Probe]] = defaultdict(list)
    for test, probe in probes:
        if probe.handled:
            found[test].append(probe)
    strange = found.pop("", [])
    counts = tuple(
        Count(test, f"{tool} prompts", tuple(of[:MOST_PROBES]))
        for test, of in sorted(found.items())
    )
    why = "no test of ours stands for it; the attempts are not counted"
    return counts, tuple(Remark(probe.name, why) for probe in strange)
