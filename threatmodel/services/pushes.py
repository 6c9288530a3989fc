"""Pushing a mitigation to a tracker: asked for here, made by a worker, told where it stands.

The ticket's row is there before anything is sent, one for each mitigation and tracker, and the
message that carries it has the ticket's own id: whoever pushes twice pushes once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from threatmodel.gate import Person
from threatmodel.models import Delivery, MitigationRow, Ticket, Tracker
from threatmodel.models.job import JobState
from threatmodel.trackers import TICKETS

from . import audit, deliveries, tickets
from .refusal import Refusal

STATES = {
    "waiting": JobState.QUEUED,
    "sent": JobState.SUCCEEDED,
    "dead": JobState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Push:
    """How far it is: a job's state, how often it was tried, when it is tried next."""

    state: JobState
    message: str
    attempts: int = 0
    next_at: datetime | None = None


def push(row: MitigationRow, by: Person, tracker: Tracker) -> Ticket:
    """Ask for a ticket of a mitigation, once per tracker; a worker has it made.

    Raises
    ------
    Refusal
        When there is one already, or the tracker keeps no tickets.
    """
    if tracker.kind not in TICKETS or tracker.workspace_id != row.system.workspace_id:
        raise Refusal("Choose one of this workspace's trackers that keep tickets", field="tracker")
    tickets.check_room(row)
    ticket = Ticket(mitigation=row, tracker=tracker, by_name=by.name)
    with transaction.atomic():
        try:
            with transaction.atomic():
                ticket.save(force_insert=True)
        except IntegrityError:
            message = "This mitigation has a ticket there already"
            raise Refusal(message, field="tracker", code="conflict") from None
        deliveries.carry(ticket, tracker)
        audit.note(row.system.workspace, by, "ticket asked for", f"{tracker} for {row.title}")
    return ticket


def again(ticket: Ticket, by: Person) -> None:
    """Begin anew with one that was given up; it is looked for there before it is made."""
    if ticket.key or ticket.tracker is None or ticket.tracker.removed_at is not None:
        raise Refusal("Only a ticket that was not made is pushed again", code="conflict")
    row = Delivery.objects.filter(pk=ticket.pk).first()
    if row is None:  # it was given up so long ago that it was forgotten
        deliveries.carry(ticket, ticket.tracker)
    else:
        deliveries.again(row, by)


def of(ticket: Ticket) -> Push | None:
    """How far the pushing of a ticket is; None for a link that somebody typed."""
    if ticket.key:
        return Push(JobState.SUCCEEDED, "")
    if ticket.tracker is None:
        return None
    row = Delivery.objects.filter(pk=ticket.pk).first()
    if row is None:
        return Push(JobState.FAILED, ticket.problem)
    next_at = row.next_at if row.state == "waiting" and row.attempts else None
    return Push(STATES[row.state], ticket.problem, row.attempts, next_at)
