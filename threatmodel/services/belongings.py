"""What belongs to a system's mitigations and evidence, for a full export and out of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from threatmodel.formats.belongings import (
    Attached,
    Belongings,
    OfEvidence,
    OfMitigation,
    TicketLink,
    View,
)
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import (
    Attachment,
    EvidenceRow,
    MitigationRow,
    SavedView,
    System,
    Ticket,
)
from threatmodel.trackers import TrackerError
from threatmodel.trackers.spoken import web_address

from . import attachments, savedviews
from .refusal import Refusal

# So much of attached files is read for one export: more could not be read back with the rest.
MOST_BYTES = 22 * 2**20


def of(system: System, *, files: bool = True) -> Belongings:
    """All that a full export tells; without `files` only their names, sizes and digests."""
    room = MOST_BYTES if files else 0
    found = []
    rows = system.mitigations.filter(deleted_at=None)
    for row in rows.prefetch_related("attachments", "tickets"):
        told = []
        for file in row.attachments.all():
            body = attachments.content(file) if file.size <= room else None
            room -= len(body or b"")
            told.append(_attached(file, body))
        found.append(_of_mitigation(row, tuple(told)))
    shared = system.saved_views.filter(shared=True).order_by("name", "id")
    views = {row.name: View(row.name, row.query) for row in shared[: savedviews.MOST]}
    evidence = tuple(_of_evidence(row) for row in system.evidence.all())
    return Belongings(tuple(found), evidence, tuple(views.values()))


def _of_mitigation(row: MitigationRow, files: tuple[Attached, ...]) -> OfMitigation:
    return OfMitigation(
        id=str(row.pk),
        note=row.note,
        implemented_by=row.implemented_by,
        files=files,
        # One that its tracker has not made yet leads nowhere.
        tickets=tuple(_ticket(one) for one in row.tickets.all() if one.url),
    )


def _attached(row: Attachment, body: bytes | None) -> Attached:
    return Attached(row.name, row.sha256, row.size, row.by_name, row.at, body)


def _ticket(row: Ticket) -> TicketLink:
    return TicketLink(
        row.url, row.key, row.title, row.state, row.is_closed, row.by_name, row.read_at or row.at
    )


def _of_evidence(row: EvidenceRow) -> OfEvidence:
    return OfEvidence(
        str(row.pk), row.tool, row.tool_version, row.by_name, source=row.source or None
    )


@contextmanager
def staged(brought: Belongings) -> Iterator[Mapping[str, list[Attachment]]]:
    """The files of a full export, stored, as rows by the mitigation that they belong to; gone
    again if the block fails.

    Raises
    ------
    Refusal
        When one is of a kind that is not kept, or there is no room for them.
    """
    found: dict[str, list[Attachment]] = {}
    try:
        for one in brought.mitigations:
            found[one.id] = []
            for file in one.files:
                if file.content:
                    found[one.id].append(attachments.stored(file.name, file.content))
        yield found
    except BaseException:
        for rows in found.values():
            for row in rows:
                attachments.unlink(row)
        raise


def keep(
    turn: Turn,
    by: Person,
    brought: Belongings,
    rows: Mapping[str, MitigationRow],
    files: Mapping[str, list[Attachment]],
) -> None:
    """Store it beside the mitigations of a new system, in the importing person's name."""
    kept = [one for one in brought.mitigations if one.id in rows]
    for one in kept:
        for file in files.get(one.id, ()):
            file.mitigation, file.by_name = rows[one.id], by.name
    attachments.keep_all(turn.system.workspace, [f for one in kept for f in files.get(one.id, ())])
    Ticket.objects.bulk_create(
        [_link(rows[one.id], by, link) for one in kept for link in one.tickets]
    )
    SavedView.objects.bulk_create(
        [
            SavedView(
                workspace=turn.system.workspace,
                system=turn.system,
                name=view.name.strip(),
                query=view.query,
                shared=True,
                by=by.user,
                by_name=by.name,
            )
            for view in brought.views
        ]
    )


def _link(row: MitigationRow, by: Person, link: TicketLink) -> Ticket:
    """A ticket that a file tells of, as a link: no tracker of ours is asked for it."""
    try:
        url = web_address(link.url)
    except TrackerError:
        message = f"A ticket of '{row.title}' has no address of the web"
        raise Refusal(message, field="tickets") from None
    return Ticket(
        mitigation=row,
        url=url,
        key=link.key,
        title=link.title,
        state=link.state,
        is_closed=link.is_closed,
        read_at=link.at if link.state else None,
        by_name=by.name,
    )
