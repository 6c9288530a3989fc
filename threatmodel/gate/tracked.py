"""What belongs to a mitigation, the trackers that it may be sent to, and a person's notices."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from threatmodel.core.inputs import TO_DO
from threatmodel.models import (
    Attachment,
    Comment,
    Delivery,
    Errand,
    MitigationRow,
    Notice,
    System,
    Ticket,
    Tracker,
    Workspace,
)

from .places import systems, workspaces
from .rights import Forbidden, NotFound, Person, Right, Row, check, uuid_of


def _of_mitigation(
    model: type[Row], person: Person, id: object, right: Right, what: str
) -> tuple[Any, System]:
    rows = model._default_manager.select_related("mitigation__system")
    alive = {"mitigation__deleted_at": None, "mitigation__system__deleted_at": None}
    row: Any = rows.filter(pk=uuid_of(id), **alive).first()
    if row is None:
        raise NotFound(f"There is no such {what}")
    system = row.mitigation.system
    check(person, system.workspace_id, right, what, system.pk)
    return row, system


def attachment(person: Person, id: object, right: Right) -> Attachment:
    row: Attachment = _of_mitigation(Attachment, person, id, right, "file")[0]
    return row


def ticket(person: Person, id: object, right: Right) -> Ticket:
    row: Ticket = _of_mitigation(Ticket, person, id, right, "ticket")[0]
    return row


def talk_about(row: MitigationRow) -> QuerySet[Comment]:
    """What was said about a mitigation, thread by thread; what was taken back keeps its place."""
    found = Comment.objects.filter(system=row.system_id, about=f"mitigation:{row.pk}")
    return found.filter(thread=None).prefetch_related("answers").order_by("at", "id")


def trackers(workspace_id: uuid.UUID) -> QuerySet[Tracker]:
    """The trackers that an owner set up for a workspace."""
    return Tracker.objects.filter(workspace=workspace_id, removed_at=None)


def tracker(person: Person, id: object, right: Right) -> Tracker:
    row = Tracker.objects.filter(pk=uuid_of(id), removed_at=None).first()
    if row is None:
        raise NotFound("There is no such tracker")
    check(person, row.workspace_id, right, "tracker")
    return row


def delivery(person: Person, id: object) -> Delivery:
    """One message to a webhook, for who keeps the trackers."""
    row = Delivery.objects.filter(pk=uuid_of(id), tracker__removed_at=None).first()
    if row is None:
        raise NotFound("There is no such delivery")
    check(person, row.tracker.workspace_id, Right.TRACKERS, "delivery")
    return row


def deliveries(workspace: Workspace) -> QuerySet[Delivery]:
    """What was sent to the workspace's webhooks, the newest first."""
    return Delivery.objects.filter(tracker__workspace=workspace, tracker__removed_at=None)


def notices(person: Person) -> QuerySet[Notice]:
    """What the person was told, about systems that they may still read or about none."""
    about = Q(system__in=systems(person))
    if person.token is None:
        about |= Q(system=None)
    found = Notice.objects.filter(about, user=person.user)
    return found.select_related("system")


def errand(person: Person, id: object, right: Right) -> Errand:
    """What the person asked for; of several systems' workspaces it belongs to nobody else."""
    row = Errand.objects.select_related("system").filter(pk=uuid_of(id)).first()
    mine = row is not None and row.created_by_id == person.id
    if row is None or (row.workspace_id is None and (not mine or person.token)):
        raise NotFound("There is no such errand")
    if row.workspace_id is not None:
        check(person, row.workspace_id, right, "errand")
    if not mine:
        raise Forbidden("Somebody else asked for this")
    return row


def errands(person: Person) -> QuerySet[Errand]:
    """What the person asked for, the newest first, without its long list of what is asked.

    What somebody asked for in a workspace goes with the membership, as its systems do.
    """
    about = Q(workspace__in=workspaces(person))
    if person.token is None:
        about |= Q(workspace=None)
    found = Errand.objects.filter(about, created_by=person.user)
    return found.select_related("system").defer("asked")


def unread(person: Person) -> int:
    return notices(person).filter(read_at=None).count()


def own_mitigations(person: Person) -> QuerySet[MitigationRow]:
    """What the person is to put in place, the earliest day first; without a day last."""
    found = MitigationRow.objects.filter(owner_user=person.user, deleted_at=None, status__in=TO_DO)
    mine = found.filter(system__in=systems(person)).select_related("system")
    return mine.order_by(F("due").asc(nulls_last=True), "created_at", "id")


def mitigations_in(systems: Iterable[System]) -> QuerySet[MitigationRow]:
    """The mitigations of systems that the gate handed out."""
    found = MitigationRow.objects.filter(deleted_at=None)
    return found.filter(system__in=[one.pk for one in systems])
