"""Baselines: states that somebody named, kept whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from catalog import Catalog
from threatmodel import live
from threatmodel.core import wire
from threatmodel.core.assessment import summarise
from threatmodel.core.comparison import State
from threatmodel.core.document import Document, parse, to_data
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs
from threatmodel.core.questions import rank
from threatmodel.formats import baselines as exchange
from threatmodel.formats.baselines import MAX_BASELINES
from threatmodel.formats.entered import KEYS, read_inputs, to_rows
from threatmodel.gate import NotFound, Person
from threatmodel.live import Turn, catalogs
from threatmodel.models import Baseline, System

from . import audit
from .refusal import Refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """What a baseline keeps, as values again: nothing of it is reckoned anew."""

    catalog: Catalog
    document: Document
    inputs: Inputs
    assessment: Assessment

    @property
    def state(self) -> State:
        return State(self.document, self.assessment.findings, self.assessment.summary)


def keep(
    system: System, by: Person, name: str, note: str = "", revision: int | None = None
) -> Baseline:
    """Name the system's present state and keep the whole of it.

    `revision` is the one that the person looked at: nobody approves what they have not seen.
    """
    name = name.strip()
    if not name:
        raise Refusal("Give the baseline a name, such as 'Approved for launch'", field="name")
    made: list[Baseline] = []

    def ahead(turn: Turn) -> None:
        made[:] = [_made(by, name, note, turn)]

    row = live.write(system.pk, lambda turn: _keep(turn, revision, *made), ahead)
    audit.note(system.workspace, by, "baseline", f"{system.name}: {row}")
    return row


def _keep(turn: Turn, seen: int | None, row: Baseline) -> Baseline:
    system = turn.system
    if system.deleted_at is not None:
        raise NotFound("There is no such system")
    if seen is not None and seen != system.revision:
        message = f"You saw revision {seen} and it is {system.revision} now; look again first"
        raise Refusal(message, field="revision", code="conflict")
    if system.baselines.count() >= MAX_BASELINES:
        raise Refusal(f"A system keeps at most {MAX_BASELINES} baselines", code="limit")
    if system.baselines.filter(name=row.name).exists():
        message = f"There is a baseline '{row.name}' already; take another name"
        raise Refusal(message, field="name", code="conflict")
    row.save(force_insert=True)
    return row


def _made(by: Person, name: str, note: str, turn: Turn) -> Baseline:
    """The whole of the state, packed: of a large system the work of a second."""
    engine = turn.warm.engine
    assessment = engine.assessment
    return Baseline(
        system=turn.system,
        name=name,
        note=note,
        revision=turn.system.revision,
        as_of=assessment.as_of,
        catalog_digest=assessment.catalog,
        document_digest=assessment.document,
        summary=turn.summary(),
        content=_packed(to_data(turn.document) | to_rows(engine.inputs)),
        findings=_packed([wire.finding_to_data(one) for one in assessment.findings]),
        by=by.user,
        by_name=by.name,
    )


def kept(row: Baseline) -> Kept:
    """A baseline as values; its catalog is the one of then, as long as it can be read."""
    catalog = _catalog(row)
    content = _unpacked(row.content)
    drawn = {key: value for key, value in content.items() if key not in KEYS}
    return Kept(
        catalog=catalog,
        document=parse(drawn, catalog)[0],
        inputs=read_inputs(content, as_they_stand=True)[0],
        assessment=_assessment(row),
    )


def _catalog(row: Baseline) -> Catalog:
    """A file may name any digest, also that of another workspace's catalog: it is not asked for."""
    of_then = None if row.origin == "imported" else catalogs.recorded(row.catalog_digest)
    return of_then or catalogs.of(row.system)


def carried(system: System) -> Iterator[exchange.Baseline]:
    """The system's baselines for a full export, those that were kept here first, the newest first.

    One after the other: together they may be large.
    """
    for row in system.baselines.iterator(chunk_size=1):
        yield exchange.Baseline(
            name=row.name,
            revision=row.revision,
            as_of=row.as_of,
            at=row.at,
            by=row.by_name,
            document=_unpacked(row.content),
            findings=tuple(_unpacked(row.findings)),
            note=row.note,
            catalog=row.catalog_digest,
            document_digest=row.document_digest,
            summary=row.summary,
            origin="imported" if row.origin == "imported" else "entered",
        )


def make(system: System, named: Iterable[exchange.Baseline]) -> list[Baseline]:
    """What a file says was named elsewhere, as rows to be kept with the system that is made of it.

    `by` stays a text: nobody here took it.
    """
    return [
        Baseline(
            system=system,
            name=one.name,
            note=one.note,
            revision=one.revision,
            as_of=one.as_of,
            catalog_digest=one.catalog,
            document_digest=one.document_digest,
            summary=dict(one.summary or {}),
            content=_packed(one.document),
            findings=_packed(one.findings),
            by_name=one.by,
            at=one.at,
            origin="imported",
        )
        for one in named
    ]


def _assessment(row: Baseline) -> Assessment:
    findings = tuple(wire.finding_from_data(one) for one in _unpacked(row.findings))
    return Assessment(
        catalog=row.catalog_digest,
        document=row.document_digest,
        as_of=row.as_of,
        findings=findings,
        questions=rank(findings),
        summary=summarise(findings),
    )


def _packed(value: object) -> bytes:
    return zlib.compress(orjson.dumps(value), 6)


def _unpacked(content: bytes | memoryview) -> Any:
    return orjson.loads(zlib.decompress(bytes(content)))
