"""Deliveries: what webhooks are told and trackers asked for, kept until taken or given up."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from threatmodel import events
from threatmodel.gate import Person
from threatmodel.models import Delivery, MitigationRow, System, Ticket, Tracker
from threatmodel.robustness.errors import RobustnessError
from threatmodel.trackers import webhook

from . import audit, tickets, trackers
from .refusal import Refusal

TASK = "deliver"
# The event of a message that has a ticket made; its id is the ticket's.
TICKET = "ticket"
# For so long nobody else takes up a delivery that somebody is at.
CLAIM = timedelta(seconds=60)
KEPT = timedelta(days=30)
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one attempt: the status that came back, and why it does not count; empty
    where it does. `is_final`: another attempt would be answered the same."""

    status: int | None = None
    said: str = ""
    is_final: bool = False


def emit(system: System, event: str, row: MitigationRow) -> None:
    """Tell the workspace's webhooks of a mitigation, within the transaction that changes it."""
    hooks = Tracker.objects.filter(
        workspace=system.workspace_id, kind="webhook", removed_at=None
    ).exclude(secret="")
    for hook in hooks:
        _keep(hook, event, _told(system, event, row))


def attempt(hook: Tracker, by: Person) -> Delivery:
    """A message that says nothing but that it is one."""
    body: dict[str, object] = {"event": "test", "at": timezone.now().isoformat(), "by": by.name}
    return _keep(hook, "test", body)


def again(row: Delivery, by: Person) -> None:
    """Begin anew with one that was given up."""
    changed = Delivery.objects.filter(pk=row.pk, state="dead").update(
        state="waiting", attempts=0, next_at=timezone.now(), ended_at=None, said=""
    )
    if not changed:
        raise Refusal("Only what was given up is sent again", code="conflict")
    audit.note(row.tracker.workspace, by, "delivery sent again", row.event)
    events.enqueue(TASK, row.pk)


def _keep(hook: Tracker, event: str, body: dict[str, object]) -> Delivery:
    text = json.dumps(body, separators=(",", ":"))
    row = Delivery.objects.create(tracker=hook, event=event, body=text, next_at=timezone.now())
    events.enqueue(TASK, row.pk)
    return row


def _told(system: System, event: str, row: MitigationRow) -> dict[str, object]:
    return {
        "event": event,
        "at": timezone.now().isoformat(),
        "system": {"id": str(system.pk), "name": system.name},
        "mitigation": {
            "id": str(row.pk),
            "title": row.title,
            "control": row.control,
            "status": row.status,
            "owner": row.owner,
            "due": row.due.isoformat() if row.due else None,
            "version": row.version,
            "url": f"{settings.BASE_URL}/mitigations/{row.pk}/",
        },
    }


def carry(ticket: Ticket, tracker: Tracker) -> None:
    """Have a worker make a ticket; its message has the ticket's id, so there is one."""
    now = timezone.now()
    Delivery.objects.create(pk=ticket.pk, tracker=tracker, event=TICKET, body="", next_at=now)
    events.enqueue(TASK, ticket.pk)


def deliver(delivery_id: uuid.UUID | str) -> None:
    """Send one that is due; what is not taken waits, twice as long each time.

    An attempt counts from its beginning: a message that costs the worker its life is given up
    like any other.
    """
    now = timezone.now()
    due = _due(now).filter(pk=delivery_id, attempts__lt=webhook.MOST_ATTEMPTS)
    if not due.update(next_at=now + CLAIM, attempts=F("attempts") + 1):
        return
    row = Delivery.objects.select_related("tracker").get(pk=delivery_id)
    sent = _carried(row) if row.event == TICKET else _send(row)
    told: dict[str, Any] = {"answered": sent.status, "said": sent.said[:300]}
    if not sent.said or sent.is_final or row.attempts >= webhook.MOST_ATTEMPTS:
        told |= {"state": "dead" if sent.said else "sent", "ended_at": timezone.now()}
    else:
        told["next_at"] = timezone.now() + timedelta(seconds=webhook.pause_s(row.attempts))
    Delivery.objects.filter(pk=row.pk, state="waiting", attempts=row.attempts).update(**told)


def _send(row: Delivery) -> Sent:
    body = row.body.encode()
    try:
        place = trackers.place_of(row.tracker)
        head = webhook.headers(place.secret, int(time.time()), str(row.pk), row.event, body)
        answer = trackers.call("POST", place.url, head, body)
    except (RobustnessError, Refusal) as error:
        sent = Sent(None, str(error).removeprefix("address: "))
    else:
        said = "" if webhook.is_taken(answer) else f"It answered with status {answer.status}"
        sent = Sent(answer.status, said, answer.status == webhook.GONE)
    trackers.put_down(row.tracker, sent.said, well=not sent.said)
    return sent


def _carried(row: Delivery) -> Sent:
    ticket = Ticket.objects.select_related("tracker", "mitigation__system").filter(pk=row.pk)
    found = ticket.first()
    if found is None or found.key:
        return Sent()
    try:
        tickets.make(found)
    except Refusal as refusal:
        return Sent(None, refusal.message, refusal.code == "invalid")
    return Sent()


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state="waiting", next_at__lte=now)


def sweep() -> None:
    """Send what is due, and forget what ended long ago."""
    now = timezone.now()
    spent = _due(now).filter(attempts__gte=webhook.MOST_ATTEMPTS)
    spent.update(state="dead", said="Its workers were lost", ended_at=now)
    for delivery_id in _due(now).order_by("next_at").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        events.enqueue(TASK, delivery_id)
    Delivery.objects.filter(ended_at__lt=now - KEPT).delete()
