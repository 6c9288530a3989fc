"""Tickets: a mitigation pushed to a tracker; what the ticket says is shown, never taken over."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import MitigationRow, Ticket, Tracker
from threatmodel.reports.naming import element_name, threat_title
from threatmodel.rows import read_document
from threatmodel.trackers import TICKETS, TrackerError
from threatmodel.trackers.spoken import web_address

from . import audit, trackers
from .refusal import Refusal

log = logging.getLogger(__name__)

MOST = 50
MOST_NAMED = 20
UNKNOWN = "It is not known whether this ticket was made; look there before you push it again"
# A ticket is read each hour; one that was read just now is left alone.
FRESH = timedelta(minutes=50)
MOST_READ = 500


def push(row: MitigationRow, by: Person, tracker: Tracker) -> Ticket:
    """Make a ticket for a mitigation, once per tracker.

    The row is there before anything is sent: two people who push at once make one ticket, and if
    the answer is lost it says so instead of making a second.

    Raises
    ------
    Refusal
        When there is one already, or the tracker did not make it.
    """
    if tracker.kind not in TICKETS or tracker.workspace_id != row.system.workspace_id:
        raise Refusal("Choose one of this workspace's trackers that keep tickets", field="tracker")
    _check_room(row)
    ticket = Ticket(mitigation=row, tracker=tracker, by_name=by.name, problem=UNKNOWN)
    try:
        with transaction.atomic():
            ticket.save(force_insert=True)
    except IntegrityError:
        message = "This mitigation has a ticket there already"
        raise Refusal(message, field="tracker", code="conflict") from None
    adapter = TICKETS[tracker.kind]
    title, text = row.title, _text(row)
    try:
        made = trackers.asked(
            tracker, lambda place: adapter.make(place, trackers.call, title, text)
        )
    except Refusal:
        ticket.delete()
        raise
    ticket.key, ticket.url, ticket.problem = made.key[:100], made.url, ""
    ticket.title, ticket.state, ticket.is_closed = title, "open", False
    ticket.save()
    audit.note(row.system.workspace, by, "ticket made", f"{made.key} for {row.title}")
    return ticket


def link(row: MitigationRow, by: Person, url: str) -> Ticket:
    """Put a link beside a mitigation; nobody reads what is behind it."""
    _check_room(row)
    try:
        found = web_address(url.strip())
    except TrackerError:
        message = "Enter an address of the web, beginning with https:// or http://"
        raise Refusal(message, field="url") from None
    return Ticket.objects.create(mitigation=row, url=found, by_name=by.name)


def remove(ticket: Ticket, by: Person) -> None:
    """Forget the link; the ticket itself stays where it is."""
    named = ticket.key or ticket.url
    ticket.delete()
    workspace = ticket.mitigation.system.workspace
    audit.note(workspace, by, "ticket unlinked", f"{named} from {ticket.mitigation.title}")


def read(ticket: Ticket) -> Ticket:
    """Ask the tracker how the ticket stands.

    Raises
    ------
    Refusal
        When it cannot be asked or does not answer; the ticket shows why.
    """
    tracker = ticket.tracker
    if tracker is None or tracker.removed_at is not None or not ticket.key:
        raise Refusal("Nobody can ask for the state of this link", code="invalid")
    adapter = TICKETS[tracker.kind]
    try:
        found = trackers.asked(
            tracker, lambda place: adapter.state(place, trackers.call, ticket.key)
        )
    except Refusal as refusal:
        Ticket.objects.filter(pk=ticket.pk).update(problem=refusal.message[:300])
        raise
    told = {"title": found.title, "state": found.state, "is_closed": found.is_closed}
    Ticket.objects.filter(pk=ticket.pk).update(**told, problem="", read_at=timezone.now())
    ticket.refresh_from_db()
    return ticket


def read_all() -> int:
    """Every hour: how all tickets stand; a tracker that fails is left alone until the next."""
    silent: set[object] = set()
    count = 0
    for ticket in _waiting():
        if ticket.tracker_id in silent:
            continue
        try:
            read(ticket)
            count += 1
        except Refusal as refusal:
            silent.add(ticket.tracker_id)
            log.info("a ticket could not be read: %s", refusal.message)
    return count


def _waiting() -> Iterable[Ticket]:
    found = Ticket.objects.filter(tracker__removed_at=None, mitigation__deleted_at=None)
    found = found.exclude(tracker=None).exclude(key="").exclude(mitigation__status="dropped")
    found = found.exclude(read_at__gt=timezone.now() - FRESH)
    return found.select_related("tracker").order_by("read_at", "id")[:MOST_READ]


def _check_room(row: MitigationRow) -> None:
    if row.tickets.count() >= MOST:
        raise Refusal(f"A mitigation has at most {MOST} tickets", code="limit")


def _text(row: MitigationRow) -> str:
    """What the ticket says: enough to do it, and the way back."""
    system = row.system
    catalog = catalogs.of(system)
    document = read_document(system, catalog)
    lines = [f"System: {_quoted(system.name)}"]
    if control := catalog.controls.get(row.control):
        lines += [f"Control: {control.title}", "", control.description.strip()]
    if row.due:
        lines.append(f"Due: {row.due}")
    keys = [link.finding for link in row.findings.order_by("finding")[: MOST_NAMED + 1]]
    lines += ["", "Findings that it answers:"] if keys else []
    for key in keys[:MOST_NAMED]:
        threat, _, element = key.partition("@")
        named = (threat_title(document, catalog, threat), element_name(document, element))
        lines.append(f"- {_quoted(named[0])} on {_quoted(named[1])}")
    if len(keys) > MOST_NAMED:
        lines.append("- and others")
    lines += ["", f"{settings.BASE_URL}/mitigations/{row.pk}/"]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """As code, so that a name in a drawing calls nobody and links nowhere in a tracker."""
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
