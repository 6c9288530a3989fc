"""Baselines: states that somebody named, kept whole."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import partial
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
from threatmodel.formats.entered import KEYS, read_inputs, to_rows
from threatmodel.gate import NotFound, Person
from threatmodel.live import Turn, catalogs
from threatmodel.models import Baseline, System

from . import audit
from .refusal import Refusal

MAX_BASELINES = 200


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
    row = live.write(system.pk, partial(_keep, by, name, note, revision))
    audit.note(system.workspace, by, "baseline", f"{system.name}: {row}")
    return row


def _keep(by: Person, name: str, note: str, seen: int | None, turn: Turn) -> Baseline:
    system = turn.system
    if system.deleted_at is not None:
        raise NotFound("There is no such system")
    if seen is not None and seen != system.revision:
        message = f"You saw revision {seen} and it is {system.revision} now; look again first"
        raise Refusal(message, field="revision", code="conflict")
    if system.baselines.count() >= MAX_BASELINES:
        raise Refusal(f"A system keeps at most {MAX_BASELINES} baselines", code="limit")
    if system.baselines.filter(name=name).exists():
        message = f"There is a baseline '{name}' already; take another name"
        raise Refusal(message, field="name", code="conflict")
    engine = turn.warm.engine
    assessment = engine.assessment
    return Baseline.objects.create(
        system=system,
        name=name,
        note=note,
        revision=system.revision,
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
    catalog = catalogs.recorded(row.catalog_digest) or catalogs.of(row.system)
    content = _unpacked(row.content)
    drawn = {key: value for key, value in content.items() if key not in KEYS}
    return Kept(
        catalog=catalog,
        document=parse(drawn, catalog)[0],
        inputs=read_inputs(content, as_they_stand=True)[0],
        assessment=_assessment(row),
    )


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
