"""Every finding of a register as a few plain values, to filter, group and count by."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import F

from catalog.tactics import tactics_of
from catalog.types import Level
from threatmodel import gate
from threatmodel.core.grouping import spelled
from threatmodel.live import catalogs
from threatmodel.models import System

from .asked import COLUMNS, LAPSING_DAYS, NONE, Asked
from .places import Drawn, Place, drawn

SEVEREST = ("-residual", "-score", "threat", "element", "system")
ORDERS: dict[str, tuple[Any, ...]] = {
    "risk": SEVEREST,
    "likelihood": ("-likelihood", *SEVEREST),
    "impact": ("-impact", *SEVEREST),
    "threat": ("threat", *SEVEREST),
    "element": ("element", *SEVEREST),
    "until": (F("until").asc(nulls_last=True), *SEVEREST),
    "changed": ("-revision", *SEVEREST),
}
# On the matrix a finding stands elsewhere only where controls moved it.
MOVED = {"inherent": "data__inherent_at", "planned": "data__planned_at"}


Ask = Callable[["Listed"], bool]


class Listed(NamedTuple):
    """One finding, without its texts."""

    pk: int
    system: uuid.UUID
    key: str
    threat: str
    element: str
    cause: str
    applies: str
    treatment: str
    position: str
    answered: str
    verdict: str
    residual: int
    likelihood: int
    impact: int
    lapsed: str
    until: date | None
    moved: Sequence[str] | None = None

    @property
    def cell(self) -> tuple[Level, Level]:
        """Where it stands on the matrix."""
        if self.moved:
            return Level.parse(self.moved[0]), Level.parse(self.moved[1])
        return Level(self.likelihood), Level(self.impact)


_PLAIN = tuple(name for name in Listed._fields if name not in ("pk", "system", "moved"))


class Register:
    """The findings of some systems, with what their ids mean."""

    def __init__(self, systems: Iterable[System]) -> None:
        self.systems = {system.pk: system for system in systems}
        self.drawn = drawn(self.systems.values())
        self.catalogs = {pk: catalogs.of(system) for pk, system in self.systems.items()}
        self.owners = _owners(self.systems.values())
        self._tactics: dict[tuple[str, str], tuple[str, ...]] = {}

    def every(self, asked: Asked) -> list[Listed]:
        """All findings, in the order and with the places on the matrix that are asked for."""
        moved = [MOVED[asked.measure]] if asked.measure in MOVED else []
        found = gate.findings_in(self.systems.values()).order_by(*ORDERS[asked.order])
        if len(self.systems) == 1:  # known, and an id of these costs as much as five other values
            (system,) = self.systems
            rows = found.values_list("pk", *_PLAIN, *moved)
            return [Listed(row[0], system, *row[1:]) for row in rows]
        return [Listed(*row) for row in found.values_list("pk", "system", *_PLAIN, *moved)]

    def alike(self, name: str) -> Callable[[Listed], object]:
        """By what findings count as alike: this property, within the same system."""
        return attrgetter(name) if len(self.systems) == 1 else attrgetter("system", name)

    def fitting(self, found: Iterable[Listed], asked: Asked) -> list[Listed]:
        """Those that pass every filter but the cell of the matrix."""
        asks = list(self._asks(asked))
        if not asks:
            return list(found)
        return [one for one in found if all(ask(one) for ask in asks)]

    def _asks(self, asked: Asked) -> Iterator[Ask]:
        for name in COLUMNS:
            if wanted := getattr(asked, name):
                yield partial(_is, attrgetter(name), wanted)
        if asked.level:
            yield partial(_is, attrgetter("residual"), Level.parse(asked.level))
        if asked.lapsed:
            yield lambda one: bool(one.lapsed)
        if asked.lapsing:
            yield self._is_lapsing
        if asked.system:
            yield lambda one: str(one.system) == asked.system
        for name, of in self._many.items():
            if wanted := getattr(asked, name):
                yield partial(_has, of, wanted)
        if words := asked.q.lower().split():
            yield lambda one: all(word in self.text(one) for word in words)

    def _is_lapsing(self, one: Listed) -> bool:
        """Whether the decision that counts ends soon, by the system's own day."""
        soon = self.systems[one.system].as_of + timedelta(days=LAPSING_DAYS)
        return one.until is not None and one.until <= soon

    @property
    def _many(self) -> dict[str, Callable[[Listed], Sequence[str]]]:
        """What a finding may have several of."""
        return {
            "type": lambda one: (self.place(one).type,),
            "zone": lambda one: self.place(one).zones,
            "asset": lambda one: self.place(one).assets,
            "tactic": self.tactics,
            "stride": self.stride,
            "owner": self.owned,
        }

    def of(self, one: Listed) -> Drawn:
        return self.drawn.get(one.system) or Drawn()

    def place(self, one: Listed) -> Place:
        return self.of(one).place(one.element)

    def title(self, one: Listed) -> str:
        return self.of(one).title(self.catalogs[one.system], one.threat)

    def is_own(self, one: Listed) -> bool:
        """Whether the workspace's own catalog, and no shipped one, knows the threat."""
        return self.catalogs[one.system].is_own("threats", one.threat)

    def row(self, one: Listed) -> str:
        """What the row is called that a finding belongs to."""
        drawn, catalog = self.of(one), self.catalogs[one.system]
        return spelled(one.cause, drawn.named, partial(drawn.who, catalog))

    def text(self, one: Listed) -> str:
        return f"{self.title(one)} {self.place(one).name} {one.key}".lower()

    def tactics(self, one: Listed) -> tuple[str, ...]:
        catalog = self.catalogs[one.system]
        if one.threat not in catalog.threats:
            return ()
        known = (catalog.digest, one.threat)
        if known not in self._tactics:
            self._tactics[known] = tactics_of(catalog, one.threat)
        return self._tactics[known]

    def stride(self, one: Listed) -> tuple[str, ...]:
        threat = self.catalogs[one.system].threats.get(one.threat)
        return threat.stride if threat else ()

    def owned(self, one: Listed) -> tuple[str, ...]:
        return tuple(self.owners.get((one.system, one.key), ()))


def _is(value: Callable[[Listed], object], wanted: object, one: Listed) -> bool:
    return value(one) == wanted


def _has(values: Callable[[Listed], Sequence[str]], wanted: str, one: Listed) -> bool:
    found = values(one)
    return wanted in found if wanted != NONE else not any(found)


def _owners(systems: Iterable[System]) -> dict[tuple[uuid.UUID, str], dict[str, None]]:
    """Who is on which finding, by the mitigations that answer it."""
    found: dict[tuple[uuid.UUID, str], dict[str, None]] = defaultdict(dict)
    for system, key, owner in gate.owners_in(systems):
        found[system, key][owner] = None
    return found
