"""Another catalog for a system: what it would change, shown first; applied by an owner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from catalog import Catalog, load
from threatmodel import gate, live, rows
from threatmodel.core.assessment import Engine
from threatmodel.core.change import Change, compare
from threatmodel.core.document import Document, Remark
from threatmodel.core.findings import Finding, Summary
from threatmodel.core.inputs import Inputs
from threatmodel.gate import NotFound, Person, Right
from threatmodel.live import Turn, Warm, catalogs
from threatmodel.models import LogEntry, System

from .refusal import Refusal


@dataclass(frozen=True, slots=True)
class Side:
    """A system under one catalog."""

    catalog: Catalog
    document: Document
    findings: tuple[Finding, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Preview:
    """The system as it is assessed, and as it would be. `remarks`: what a drawing would lose."""

    before: Side
    after: Side
    change: Change
    remarks: tuple[Remark, ...]

    @property
    def newer(self) -> bool:
        return self.before.catalog.digest != self.after.catalog.digest


def spoken_of(person: Person, *, system: str = "", workspace: str = "") -> Catalog:
    """The catalog that somebody reads in: a system's, a workspace's, else their first one's."""
    if system:
        return catalogs.of(gate.system(person, system, Right.READ))
    if workspace:
        return catalogs.newest(gate.workspace(person, workspace, Right.READ).pk)
    first = gate.workspaces(person).order_by("created_at", "id").first()
    return catalogs.newest(first.pk) if first else load()


def newer(system: System) -> Catalog | None:
    """The newest catalog, if the system goes by another."""
    found = catalogs.newest(system.workspace_id)
    return found if found.digest != system.catalog_digest else None


def preview(system: System) -> Preview:
    """Assess the system under the newest catalog beside its own. Nothing is written for it."""
    before, inputs = live.read(system, _now)
    system.refresh_from_db()  # it may have been opened just now, and taken another catalog
    newest = catalogs.newest(system.workspace_id)
    if newest.digest == before.catalog.digest:
        return Preview(before, before, compare((), ()), ())
    known = set(rows.read_with_remarks(system, before.catalog)[1])
    document, found = rows.read_with_remarks(system, newest)
    remarks = tuple(remark for remark in found if remark not in known)
    engine = Engine(document, newest, inputs, system.as_of)
    after = Side(newest, document, engine.findings, engine.summary)
    return Preview(before, after, compare(before.findings, after.findings), remarks)


def _now(warm: Warm) -> tuple[Side, Inputs]:
    engine = warm.engine
    side = Side(engine.catalog, warm.document, engine.findings, engine.summary)
    return side, engine.inputs


def apply(system: System, by: Person, to: str) -> LogEntry:
    """Take the newest catalog, which has to be the one that was looked at; everybody is told."""
    newest = catalogs.newest(system.workspace_id)
    if newest.digest != to:
        message = "The catalog has changed since you looked; look again before you apply it"
        raise Refusal(message, field="to", code="conflict")
    return live.write(system.pk, lambda turn: turn.entries[-1], partial(_apply, newest, by))


def _apply(newest: Catalog, by: Person, turn: Turn) -> None:
    if turn.system.deleted_at is not None:
        raise NotFound("There is no such system")
    if turn.catalog.digest == newest.digest:
        raise Refusal("The system goes by this catalog already", field="to", code="conflict")
    before = turn.catalog.digest
    turn.take_catalog(newest)
    turn.note_catalog(by, before)
