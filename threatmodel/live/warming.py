"""What a process knows of a system, and how it comes to know it: by its rows, judged anew.

That takes seconds where a system is large, and a writer is a lock: of the row on PostgreSQL, of
everything on SQLite. So it is done before anything is locked, and what others wrote meanwhile is
followed under the lock.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from orjson import Fragment

from catalog import Catalog
from threatmodel import rows
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Document
from threatmodel.core.inputs import Inputs
from threatmodel.models import System
from threatmodel.rows import finding_texts

from . import catalogs

MOST_REPLAYED = 100  # entries of others; following one costs about 1/100 of reading all anew

# The findings by their keys, as they are stored.
Texts = dict[str, tuple[Any, str]]


@dataclass(slots=True)
class Warm:
    """What a process knows of a system as of `revision`.

    `shown` is what newcomers see of one revision, the drawing and the findings as JSON: when a
    workshop begins, everybody arrives at once. `otherwise` are keys of findings that the rows
    still tell otherwise: another catalog or release made them.
    """

    engine: Engine
    document: Document
    revision: int
    shown: tuple[int, Fragment, Fragment] | None = None
    otherwise: tuple[str, ...] = ()

    def leads_to(self, system: System) -> bool:
        """Whether the row as it is now can be reached by following the log."""
        engine, behind = self.engine, system.revision - self.revision
        if not 0 <= behind <= MOST_REPLAYED or engine.as_of != system.as_of:
            return False
        # One that is lost is not the system's, but what stands in for it.
        return engine.catalog.digest == system.catalog_digest or (
            engine.catalog is catalogs.of(system)
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows of one system, read but not judged."""

    document: Document
    inputs: Inputs
    texts: Texts


def cold(system: System) -> Warm:
    """A system that nobody had open here. Whoever asks holds its row, or looks at it again."""
    catalog = catalogs.of(system)
    return _judged(system, catalog, _read(system, catalog))


def ahead(system_id: uuid.UUID) -> Warm | None:
    """The same without the row's lock; None where the system is gone or somebody wrote meanwhile.

    Whoever writes a document or its inputs counts the revision on: rows that were read between
    two looks at one revision are of that revision.
    """
    system = System.objects.filter(pk=system_id).first()
    if system is None:
        return None
    catalog = catalogs.of(system)
    read = _read(system, catalog)
    state = System.objects.filter(pk=system_id).values_list("revision", "as_of", "catalog_digest")
    return _judged(system, catalog, read) if state.first() == _state(system) else None


def stored(system: System) -> Texts:
    """The findings as the database has them."""
    rows = system.findings.values_list("key", "data", "listed")
    return {key: (data, listed) for key, data, listed in rows}


def differing(engine: Engine, before: Texts) -> tuple[str, ...]:
    """Keys of findings that stood otherwise before, came or went."""
    found = {one.key: one for one in engine.findings}
    changed = [key for key, one in found.items() if before.get(key) != finding_texts(one)]
    return (*changed, *(key for key in before if key not in found))


def _state(system: System) -> tuple[int, date, str]:
    return system.revision, system.as_of, system.catalog_digest


def _read(system: System, catalog: Catalog) -> _Read:
    catalogs.keep(catalog, system.workspace_id)
    document = rows.read_document(system, catalog)
    return _Read(document, rows.read_inputs(system), stored(system))


def _judged(system: System, catalog: Catalog, read: _Read) -> Warm:
    engine = Engine(read.document, catalog, read.inputs, system.as_of)
    otherwise = differing(engine, read.texts)
    return Warm(engine, read.document, system.revision, otherwise=otherwise)
