"""Tickets of mitigations: made elsewhere; what they say is shown and never taken over."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from threatmodel.core.findings import parted
from threatmodel.core.naming import full_name, threat_title
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import Delivery, MitigationRow, Ticket
from threatmodel.rows import read_document
from threatmodel.trackers import TICKETS, Made, Place, TrackerError
from threatmodel.trackers.spoken import web_address

from . import audit, trackers
from .refusal import Refusal

log = logging.getLogger(__name__)

MOST = 50
MOST_NAMED = 20
UNKNOWN = "Asked for, and not answered yet"
# A ticket is read each hour; one that was read just now is left alone.
FRESH = timedelta(minutes=50)
MOST_READ = 500


def make(ticket: Ticket) -> None:
    """Have the tracker make a ticket that waits for it, once.

    From the second time on the tracker is first looked through for the ticket's mark: the answer
    to an earlier attempt may have been lost.

    Raises
    ------
    Refusal
        When the tracker did not make it; of code 'invalid' where it would say the same again.
    """
    if ticket.tracker is None:
        raise Refusal("The tracker was removed")
    adapter, row, is_first = TICKETS[ticket.tracker.kind], ticket.mitigation, not ticket.problem
    Ticket.objects.filter(pk=ticket.pk).update(problem=UNKNOWN)
    text = f"{_text(row)}\n\n{mark_of(ticket)}"

    def ask(place: Place) -> Made:
        known = None if is_first else adapter.find(place, trackers.call, mark_of(ticket))
        return known or adapter.make(place, trackers.call, row.title, text)

    try:
        made = trackers.asked(ticket.tracker, ask)
    except Refusal as refusal:
        Ticket.objects.filter(pk=ticket.pk).update(problem=refusal.message[:300])
        raise
    told = {"key": made.key[:100], "url": made.url, "title": row.title, "state": "open"}
    Ticket.objects.filter(pk=ticket.pk).update(**told, problem="", is_closed=False)


def mark_of(ticket: Ticket) -> str:
    """What stands in the ticket's text and in no other's."""
    return f"Bartizan reference {ticket.pk.hex}"


def link(row: MitigationRow, by: Person, url: str) -> Ticket:
    """Put a link beside a mitigation; nobody reads what is behind it."""
    check_room(row)
    try:
        found = web_address(url.strip())
    except TrackerError:
        message = "Enter an address of the web, beginning with https:// or http://"
        raise Refusal(message, field="url") from None
    return Ticket.objects.create(mitigation=row, url=found, by_name=by.name)


def remove(ticket: Ticket, by: Person) -> None:
    """Forget the link; the ticket itself stays where it is."""
    named = ticket.key or ticket.url or f"a ticket in {ticket.tracker}"
    Delivery.objects.filter(pk=ticket.pk).delete()
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


def check_room(row: MitigationRow) -> None:
    """Refuse what would be a ticket too many."""
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
        threat, element = parted(key)
        named = (threat_title(document, catalog, threat), full_name(document, element))
        lines.append(f"- {_quoted(named[0])} on {_quoted(named[1])}")
    if len(keys) > MOST_NAMED:
        lines.append("- and others")
    lines += ["", f"{settings.BASE_URL}/mitigations/{row.pk}/"]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """As code, so that a name in a drawing calls nobody and links nowhere in a tracker."""
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
