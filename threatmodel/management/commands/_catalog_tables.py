"""`manage.py catalog list`: what is answered for, as the page /catalog/coverage/ shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from catalog.coverage import Coverage
from catalog.overview import ProvenControl, SeenThreat, controls_by_function, threats_by_stage
from catalog.types import Catalog

Rows = Mapping[str, Mapping[str, Any]]
Table = Mapping[str, Rows]
HOW = {"named": "named", "below": "by what stands below", "linked": "by a link", "none": "not"}


def tables(catalog: Catalog) -> Mapping[str, Table]:
    """Threats and controls under their headings, lists with how far each is reached."""
    return {
        "threats": {name: _threats(rows) for name, rows in threats_by_stage(catalog).items()},
        "controls": {name: _controls(rows) for name, rows in controls_by_function(catalog).items()},
        "frameworks": {id: _reach(catalog, id) for id in catalog.frameworks},
    }


def _threats(rows: Iterable[SeenThreat]) -> Rows:
    return {
        one.threat.id: {
            "title": one.threat.title,
            "seen_on": list(one.seen_on),
            "tests": list(one.threat.tests),
            "controls": len(one.threat.answered_by),
        }
        for one in rows
    }


def _controls(rows: Iterable[ProvenControl]) -> Rows:
    return {
        one.control.id: {
            "title": one.control.title,
            "stages": list(one.stages),
            "proof": one.proof,
            "threats": one.threats,
        }
        for one in rows
    }


def _reach(catalog: Catalog, id: str) -> Rows:
    """Under each kind of entry how many there are, and how many are reached in which way."""
    tallies = Coverage.of(catalog).tallies(id)
    return {one.kind or "entry": {"entries": one.of, **dict(one.by.items())} for one in tallies}


def lines(catalog: Catalog, found: Mapping[str, Table]) -> Iterator[str]:
    """The same for a reader: two lines for each threat and control, one for a kind of entry."""
    for stage, rows in found["threats"].items():
        yield from _headed(f"Threats, {stage}", rows, _seen)
    for function, rows in found["controls"].items():
        yield from _headed(f"Controls, {function}", rows, _proven)
    yield f"\nFrameworks: {len(found['frameworks'])}"
    for id, kinds in found["frameworks"].items():
        framework = catalog.frameworks[id]
        yield f"  {id}: {framework.title}, {framework.edition}"
        for kind, by in kinds.items():
            reached = ", ".join(f"{by[how]} {words}" for how, words in HOW.items() if by[how])
            yield f"    {kind}: {reached} of {by['entries']}"


def _headed(heading: str, rows: Rows, tell: Callable[[Mapping[str, Any]], str]) -> Iterator[str]:
    yield f"\n{heading}: {len(rows)}"
    for id, row in rows.items():
        yield f"  {id}: {row['title']}"
        yield f"    {tell(row)}"


def _seen(row: Mapping[str, Any]) -> str:
    seen, tests = ", ".join(row["seen_on"]), ", ".join(row["tests"]) or "none"
    return f"seen on {seen}; test: {tests}; controls: {row['controls']}"


def _proven(row: Mapping[str, Any]) -> str:
    return f"{', '.join(row['stages'])}; proven by {row['proof']}; threats: {row['threats']}"
