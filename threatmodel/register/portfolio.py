"""Across systems: what is above the appetite, late, about to lapse, lapsed, stale or got worse.

Each figure is a count of rows that its address opens; all of them are asked for in a number of
queries that does not depend on the number of systems.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext

from threatmodel import gate
from threatmodel.core.inputs import IN_PLACE
from threatmodel.live import catalogs
from threatmodel.models import Alert, MitigationRow, System

from .asked import LAPSING_DAYS

FRAMEWORK = "atlas"
SETTLED = ("avoided", "dismissed")
TESTED = ("broken", "held", "inconclusive")
MOST = 100  # rows that stand under a figure


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the portfolio, in words, and the address of its rows."""

    name: str
    words: str
    count: int
    address: str
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """How many entries of the framework threaten a system, were tested there, are answered."""

    system: System
    applies: int
    tested: int
    answered: int


def figures(systems: Sequence[System], late: int) -> list[Figure]:
    """The portfolio of these systems, of whose mitigations so many are late. Three queries."""
    counts = gate.findings_in(systems).filter(applies="yes").aggregate(**_counted(systems))
    reached = covered(systems)
    worse = gate.alerts_in(systems).count()
    open_ones = "register/?treatment=open&position=above"
    return [
        Figure("above", gettext("Above the appetite"), counts["above"], open_ones),
        Figure("overdue", gettext("Overdue mitigations"), late, "?show=overdue#shown"),
        Figure(
            "lapsing",
            gettext("Decisions that end within %(days)s days") % {"days": LAPSING_DAYS},
            counts["lapsing"],
            "register/?lapsing=yes&order=until&group=none",
        ),
        Figure(
            "lapsed", gettext("Decisions that lapsed"), counts["lapsed"], "register/?lapsed=yes"
        ),
        Figure("stale", gettext("Stale evidence"), counts["stale"], "register/?verdict=stale"),
        Figure("worse", gettext("Tests that came out worse"), worse, "?show=worse#shown"),
        Figure(
            "tested",
            gettext("ATLAS techniques tested"),
            sum(one.tested for one in reached),
            "?show=coverage#shown",
            of=sum(one.applies for one in reached),
        ),
    ]


def _counted(systems: Sequence[System]) -> dict[str, Count]:
    soon = Q()
    for day in {one.as_of for one in systems}:
        until = day + timedelta(days=LAPSING_DAYS)
        soon |= Q(system__as_of=day, until__lte=until)
    return {
        "above": Count("pk", filter=Q(position="above", treatment="open")),
        "lapsing": Count("pk", filter=Q(until__isnull=False) & soon),
        "lapsed": Count("pk", filter=~Q(lapsed="")),
        "stale": Count("pk", filter=Q(verdict="stale")),
    }


def covered(systems: Iterable[System]) -> list[Reached]:
    """Each system against the framework, by what its findings name. One query."""
    named = {one.pk: one for one in systems}
    rows = gate.findings_in(named.values()).filter(applies="yes").exclude(treatment__in=SETTLED)
    found = rows.order_by().values_list("system", "threat", "verdict", "answered").distinct()
    reached: dict[uuid.UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    held = {pk: catalogs.of(system) for pk, system in named.items()}
    for system, threat, verdict, answered in found:
        known = held[system].threats.get(threat)
        ids = known.references.get(FRAMEWORK, ()) if known else ()
        reached[system]["applies"].update(ids)
        reached[system]["tested"].update(ids if verdict in TESTED else ())
        reached[system]["answered"].update(ids if answered in IN_PLACE else ())
    return [
        Reached(named[pk], len(of["applies"]), len(of["tested"]), len(of["answered"]))
        for pk, of in reached.items()
    ]


def late(systems: Iterable[System], today: date) -> list[MitigationRow]:
    """The mitigations whose day has passed, the longest first."""
    return list(gate.late_in(systems, today).select_related("system").order_by("due", "id")[:MOST])


def worse(systems: Iterable[System]) -> list[Alert]:
    """The tests that came out worse than before and that nobody has taken note of."""
    return list(gate.alerts_in(systems).select_related("system", "run")[:MOST])
