"""What goes on in the background, as Home shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threatmodel import gate
from threatmodel.gate import Person
from threatmodel.models import System
from threatmodel.services import jobs

MOST = 10


def under_way(person: Person, systems: Sequence[System]) -> dict[str, Any]:
    """What the person asked for, and what runs in these systems, each in the order of its line.

    Errands wait a few at a time; of tests and reports the first are shown.
    """
    errands = gate.errands(person).filter(state__in=jobs.ACTIVE).defer("asked", "result")
    runs = _first(gate.runs_in(systems)) if systems else []
    reports = _first(gate.reports_in(systems)) if systems else []
    return {
        "errands": jobs.in_line(errands),
        "runs": runs[:MOST],
        "reports": reports[:MOST],
        "more": max(len(runs), len(reports)) > MOST,
    }


def _first(rows: Any) -> list[Any]:
    """One more than is shown tells that there are more."""
    going = rows.filter(state__in=jobs.ACTIVE).order_by("created_at", "id")
    return list(jobs.in_line(going)[: MOST + 1])
