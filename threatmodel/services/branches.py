"""Branches: a system of its own that begins as another one was, to try what would follow."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from django.core.files import File

from threatmodel import live
from threatmodel.formats.belongings import Belongings
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.live.past import Past, past
from threatmodel.models import LinkedModel, System

from . import audit, belongings, models, systems
from .refusal import Refusal

log = logging.getLogger(__name__)


def branch(system: System, by: Person, revision: int, name: str = "") -> System:
    """A copy of the system as of that revision, with what people had entered by then.

    Nothing of it is a claim of a stranger: decisions, mitigations and evidence stand as they did,
    with their notes and with who put them in place and verified them, and the models that they
    were measured on are linked to the copy too. What belongs to the work itself stays with it:
    comments, tickets, which would be asked twice, and attached files.
    """
    if not 0 <= revision <= system.revision:
        message = f"There is no revision {revision}; the newest is {system.revision}"
        raise Refusal(message, field="revision", code="missing")
    then = past(system, revision)
    name = (name.strip() or f"{system.name}: what if")[:200]
    document = replace(then.document, system=replace(then.document.system, name=name))
    also = partial(_sign, system, _verified(then))
    made = systems.add(
        system.workspace,
        by,
        document,
        then.inputs,
        belonging=_notes(system, then),
        branch_of=system,
        also=also,
    )
    _link(made, by, _linked(system, then))
    audit.note(system.workspace, by, "branch", f"{system.name} at revision {revision} as {name}")
    return made


def _notes(system: System, then: Past) -> Belongings:
    """What was noted of mitigations and evidence; nothing has a history of its own there."""
    found = belongings.of(system, files=False)
    placed = {one.id for one in then.inputs.mitigations if one.implemented_on}
    return Belongings(
        tuple(
            replace(
                one,
                files=(),
                tickets=(),
                implemented_by=one.implemented_by if one.id in placed else "",
            )
            for one in found.mitigations
        ),
        found.evidence,
    )


def _verified(then: Past) -> list[str]:
    return [one.id for one in then.inputs.mitigations if one.status == "verified"]


def _sign(system: System, ids: list[str], turn: Turn, names: Mapping[str, str]) -> None:
    """Who verified them, and what was signed; of one that is not verified any more nobody knows."""
    for row in system.mitigations.filter(pk__in=ids, status="verified"):
        turn.system.mitigations.filter(pk=names[str(row.pk)]).update(
            verified_by=row.verified_by,
            verified_on=row.verified_on,
            verified_alone=row.verified_alone,
            checklist=row.checklist,
        )


def _linked(system: System, then: Past) -> list[LinkedModel]:
    """The models that evidence counted as the present ones, the newest of each component."""
    current = {(one.element, one.digest) for one in then.inputs.evidence if one.current}
    # What was agreed to for one endpoint was not agreed to for a copy of it.
    rows = system.models.filter(element_id__in=then.document.components, endpoint=None)
    rows = rows.order_by("created_at")
    found = {row.element_id: row for row in rows if (row.element_id, row.digest) in current}
    return list(found.values())


def _link(made: System, by: Person, rows: list[LinkedModel]) -> None:
    copies = [copy for copy in (_copied(made, by, row) for row in rows) if copy]
    if not copies:
        return

    def work(turn: Turn) -> None:
        for copy in copies:
            copy.save(force_insert=True)
            turn.note("model", by, told=[models.told(copy, "linked")])
        turn.take_inputs()

    live.write(made.pk, work)
    made.refresh_from_db()


def _copied(made: System, by: Person, row: LinkedModel) -> LinkedModel | None:
    """Files of its own, so that neither system can take the other's away."""
    names = ("element_id", "name", "digest", "size", "dataset_digest", "dataset", "demo")
    values = {name: getattr(row, name) for name in names}
    copy = LinkedModel(id=uuid.uuid4(), system=made, created_by_name=by.name, **values)
    try:
        with row.file.open("rb") as model, row.dataset_file.open("rb") as data:
            copy.file.save(f"{copy.pk}.onnx", File(model), save=False)
            copy.dataset_file.save(f"{copy.pk}.npz", File(data), save=False)
    except FileNotFoundError:
        log.warning("model %s was not copied: its file is gone", row.pk)
        return None
    return copy
