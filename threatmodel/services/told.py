"""What was said and done about a system, for a full export; and what a file told of elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from threatmodel.formats import history
from threatmodel.formats.history import CommentLine, History, LogLine, WorkshopLine
from threatmodel.models import BroughtRecord, Comment, LogEntry, System, Workshop

from .records import record

MOST_LOGGED = 20_000


def told(system: System) -> History:
    """Everything that was said and done here, and after it what a file had brought."""
    comments = system.comments.all()
    ended = system.workshops.exclude(ended_at=None).order_by("ended_at", "id")
    log = system.log.order_by("-revision")[:MOST_LOGGED]
    here = History(
        comments=tuple(_comment(row) for row in comments),
        workshops=tuple(_workshop(row) for row in ended),
        log=tuple(_entry(row) for row in log),
    )
    return here + brought(system)


def brought(system: System) -> History:
    """What the file told that the system was read from."""
    row = BroughtRecord.objects.filter(system=system).first()
    return history.read_history(row.data, as_they_stand=True) if row else History()


def bring(system: System, found: History) -> None:
    """Keep what a file tells, with the system that it is read into."""
    if found:
        data = history.to_rows(history.imported(found), history.MOST_JSON)
        BroughtRecord.objects.create(system=system, data=data)


def _comment(row: Comment) -> CommentLine:
    return CommentLine(
        id=str(row.pk),
        by=row.by_name,
        at=row.at,
        about=row.about,
        thread=str(row.thread_id or ""),
        text=row.text,
        edited_at=row.edited_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        removed_at=row.removed_at,
    )


def _workshop(row: Workshop) -> WorkshopLine:
    if row.ended_at is None:
        raise ValueError("a workshop is told once it has ended")
    return WorkshopLine(
        id=str(row.pk),
        title=row.title,
        leader=row.leader_name,
        started_at=row.started_at,
        ended_at=row.ended_at,
        record=_plain(asdict(record(row))),
    )


def _entry(row: LogEntry) -> LogLine:
    return LogLine(
        revision=row.revision,
        kind=row.kind,
        by=row.by_name,
        at=row.at,
        changes=tuple(row.changes),
        gone=tuple(row.gone),
        risk=row.risk or None,
    )


def _plain(value: Any) -> Any:
    """A record as a file can hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
