"""A system as it was: drawing, entries, catalog and day after any entry of its log.

What people entered is kept in rows that change, so each log entry carries the way back from it:
the rows that went or were otherwise, and the ids of those that came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog import Catalog
from threatmodel import rows
from threatmodel.core.document import Document
from threatmodel.core.inputs import Inputs
from threatmodel.formats.entered import KEYS, read_inputs, to_rows
from threatmodel.models import System

from . import catalogs
from .history import document_at

Entered = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that an assessment is made of, as it was after one entry."""

    revision: int
    document: Document
    catalog: Catalog
    inputs: Inputs
    as_of: date


def past(system: System, revision: int) -> Past:
    """The system as of that revision; its rows may be newer than `system` was read.

    Notes
    -----
    O(elements + entries since): today's state, taken back step by step.
    """
    catalog = catalog_at(system, revision)
    return Past(
        revision=revision,
        document=document_at(system, revision, catalog),
        catalog=catalog,
        inputs=inputs_at(system, revision),
        as_of=as_of_at(system, revision),
    )


def catalog_at(system: System, revision: int) -> Catalog:
    """The catalog that was in use; the present one where the earlier is lost."""
    later = system.log.filter(revision__gt=revision, kind="catalog").order_by("revision").first()
    digest = later.changes[0].get("from", "") if later and later.changes else ""
    return (catalogs.recorded(digest) if digest else None) or catalogs.of(system)


def as_of_at(system: System, revision: int) -> date:
    entry = system.log.filter(revision=revision).first()
    if entry is None:
        return system.as_of
    return entry.as_of or entry.at.date()


def inputs_at(system: System, revision: int) -> Inputs:
    """What people and measurements had added by then."""
    found = {key: {row["id"]: row for row in of} for key, of in _now(system).items()}
    later = system.log.filter(revision__gt=revision).exclude(entered_before={})
    for before in later.order_by("-revision").values_list("entered_before", flat=True):
        for key in KEYS:
            for id in before["came"].get(key, ()):
                found[key].pop(id, None)
            found[key].update((row["id"], row) for row in before["put"].get(key, ()))
    whole = {key: list(of.values()) for key, of in found.items()}
    return read_inputs(whole, as_they_stand=True)[0]


def _now(system: System) -> dict[str, list[dict[str, Any]]]:
    return to_rows(rows.read_inputs(system))


def ways_back(before: Inputs, now: Inputs) -> Entered:
    """What takes `now` back to `before`; empty where nothing differs. O(entries)."""
    if before == now:
        return {}
    came = {key: list(_ids(now, key).keys() - _ids(before, key).keys()) for key in KEYS}
    put = to_rows(Inputs(**{key: _otherwise(before, now, key) for key in KEYS}))
    return {
        "came": {key: sorted(ids) for key, ids in came.items() if ids},
        "put": {key: of for key, of in put.items() if of},
    }


def _ids(inputs: Inputs, key: str) -> dict[str, Any]:
    return {one.id: one for one in getattr(inputs, key)}


def _otherwise(before: Inputs, now: Inputs, key: str) -> tuple[Any, ...]:
    """Those of before that are gone now, or read otherwise."""
    found = _ids(now, key)
    return tuple(one for id, one in _ids(before, key).items() if found.get(id) != one)
