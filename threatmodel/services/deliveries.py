"""Deliveries: what webhooks are told, kept until it was taken or given up."""

from __future__ import annotations

import json
import logging
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from threatmodel import events
from threatmodel.gate import Person
from threatmodel.models import Delivery, MitigationRow, System, Tracker
from threatmodel.robustness.errors import RobustnessError
from threatmodel.trackers import webhook

from . import audit, trackers
from .refusal import Refusal

log = logging.getLogger(__name__)

TASK = "deliver"
# For so long nobody else takes up a delivery that somebody is at.
CLAIM = timedelta(seconds=60)
KEPT = timedelta(days=30)
MOST_AT_ONCE = 200


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


def deliver(delivery_id: uuid.UUID | str) -> None:
    """Send one that is due; what is not taken waits, twice as long each time."""
    now = timezone.now()
    due = Delivery.objects.filter(pk=delivery_id, state="waiting", next_at__lte=now)
    if not due.update(next_at=now + CLAIM):
        return
    row = Delivery.objects.select_related("tracker").get(pk=delivery_id)
    status, said = _send(row)
    attempts = row.attempts + 1
    if not said:
        told = {"state": "sent", "ended_at": timezone.now()}
    elif attempts >= webhook.MOST_ATTEMPTS or status == webhook.GONE:
        told = {"state": "dead", "ended_at": timezone.now()}
    else:
        told = {"next_at": timezone.now() + timedelta(seconds=webhook.pause_s(attempts))}
    Delivery.objects.filter(pk=row.pk).update(
        attempts=attempts, answered=status, said=said[:300], **told
    )
    trackers.put_down(row.tracker, said, well=not said)


def _send(row: Delivery) -> tuple[int | None, str]:
    """The status that came back, and why it does not count; empty where it does."""
    body = row.body.encode()
    try:
        place = trackers.place_of(row.tracker)
        head = webhook.headers(place.secret, int(time.time()), str(row.pk), row.event, body)
        answer = trackers.call("POST", place.url, head, body)
    except (RobustnessError, Refusal) as error:
        return None, str(error).removeprefix("address: ")
    taken = webhook.is_taken(answer)
    return answer.status, "" if taken else f"It answered with status {answer.status}"


def sweep() -> None:
    """Send what is due, and forget what ended long ago."""
    now = timezone.now()
    due = Delivery.objects.filter(state="waiting", next_at__lte=now).order_by("next_at")
    for delivery_id in due.values_list("pk", flat=True)[:MOST_AT_ONCE]:
        events.enqueue(TASK, delivery_id)
    Delivery.objects.filter(ended_at__lt=now - KEPT).delete()
