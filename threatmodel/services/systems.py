"""Systems: made, deleted for thirty days, brought back, kept up to date."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from threatmodel import blueprints, live
from threatmodel.core import operations
from threatmodel.core.document import Document, DocumentError
from threatmodel.core.inputs import Inputs
from threatmodel.formats.baselines import Baseline
from threatmodel.formats.belongings import Belongings
from threatmodel.formats.history import History
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import Attachment, BroughtRecord, ElementRow, System, Workspace
from threatmodel.models import Baseline as BaselineRow
from threatmodel.rows import EXTENSIONS

from . import audit, baselines, belongings, entered
from . import told as record
from .refusal import Refusal

log = logging.getLogger(__name__)

Also = Callable[[Turn, Mapping[str, str]], None]

DAYS_UNTIL_GONE = 30
MAX_SYSTEMS = 1000


def create(workspace: Workspace, by: Person, name: str, blueprint: str = "") -> System:
    """A blank system, or one that begins as a blueprint of the catalog under its own name."""
    if not blueprint:
        system = _unsaved(workspace, by, name)
        live.create(system, _nothing, _nothing)
        return system
    try:
        begun = blueprints.drawn(blueprint)
    except KeyError:
        message = f"There is no blueprint '{blueprint[:64]}'; choose one of the catalog's"
        raise Refusal(message, field="blueprint") from None
    document = replace(begun, system=replace(begun.system, name=name))
    return add(workspace, by, document, Inputs())


def _nothing(turn: Turn) -> None:
    """All of it is done elsewhere, or there is nothing to do."""


def add(
    workspace: Workspace,
    by: Person,
    document: Document,
    inputs: Inputs,
    named: Iterable[Baseline] = (),
    told: History | None = None,
    belonging: Belongings | None = None,
    *,
    branch_of: System | None = None,
    also: Also | None = None,
) -> System:
    """A system from a document, what people had entered beside it, named, said and attached.

    `also` is done in the same transaction, at its end; it hears what mitigations and evidence of
    `inputs` are called here.
    """
    beside = belonging or Belongings()
    system = _unsaved(workspace, by, document.system.name)
    made = entered.make(system, by, inputs, beside)
    kept = baselines.make(system, named)
    brought = record.make(system, told, made.names)

    def ahead(turn: Turn) -> None:
        _draw(turn, by, document)
        entered.expect(turn, by, made, branch_of)

    def work(turn: Turn, files: Mapping[str, list[Attachment]]) -> None:
        _extend(system, document)
        entered.keep(turn, by, made, beside, files)
        BaselineRow.objects.bulk_create(kept)
        BroughtRecord.objects.bulk_create(brought)
        if also is not None:
            also(turn, made.names)

    with belongings.staged(beside) as files:
        live.create(system, lambda turn: work(turn, files), ahead)
    return system


def _unsaved(workspace: Workspace, by: Person, name: str) -> System:
    if workspace.systems.filter(deleted_at=None).count() >= MAX_SYSTEMS:
        raise Refusal(f"A workspace holds at most {MAX_SYSTEMS} systems", code="limit")
    return System(workspace=workspace, name=name, as_of=timezone.now().date(), created_by=by.user)


def _draw(turn: Turn, by: Person, document: Document) -> None:
    executed = operations.compare(turn.document, document)
    turn.execute(document, executed, by.name)
    turn.note("operation", by, op=uuid.uuid4(), changes=executed)


def _extend(system: System, document: Document) -> None:
    if document.extensions:
        ElementRow.objects.create(
            system=system, kind=EXTENSIONS, element_id=EXTENSIONS, data=dict(document.extensions)
        )


def delete(system: System, by: Person) -> None:
    """Take a system out of sight; it can be brought back for thirty days."""
    System.objects.filter(pk=system.pk, deleted_at=None).update(deleted_at=timezone.now())
    live.forget(system.pk)
    audit.note(system.workspace, by, "system deleted", system.name)


def undelete(system: System, by: Person) -> None:
    ends = timezone.now() - timedelta(days=DAYS_UNTIL_GONE)
    if system.deleted_at is None or system.deleted_at < ends:
        raise Refusal("This system was deleted too long ago to be brought back", code="gone")
    System.objects.filter(pk=system.pk).update(deleted_at=None)
    audit.note(system.workspace, by, "system brought back", system.name)


def purge() -> None:
    """End what has been deleted for thirty days."""
    ends = timezone.now() - timedelta(days=DAYS_UNTIL_GONE)
    System.objects.filter(deleted_at__lt=ends).delete()


def advance_clocks() -> None:
    """Assess every system as of today; an entry is made only where something changes."""
    today = timezone.now().date()
    behind = System.objects.filter(as_of__lt=today, deleted_at=None)
    for system_id in behind.values_list("pk", flat=True):
        try:
            live.write(system_id, _nothing, _advance)
        except (DocumentError, LookupError):
            log.exception("system %s could not be brought to today", system_id)


def _advance(turn: Turn) -> None:
    turn.take_date(timezone.now().date())
    if turn.changed_findings:
        turn.note("clock", None, told=[{"as_of": turn.system.as_of.isoformat()}])
