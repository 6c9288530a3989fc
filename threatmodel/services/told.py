"""What was said, done and measured about a system, for a full export; and what a file told of
elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from threatmodel.formats import history
from threatmodel.formats.history import History
from threatmodel.formats.lines import (
    CommentLine,
    LogLine,
    ModelLine,
    ProofLine,
    RunLine,
    WorkshopLine,
)
from threatmodel.models import (
    BroughtRecord,
    Comment,
    LinkedModel,
    LogEntry,
    MitigationRow,
    Run,
    System,
    Workshop,
)

from .jobs import ACTIVE
from .records import record

MOST_LOGGED = 20_000


def told(system: System) -> History:
    """Everything that was said, done and measured here, and after it what a file had brought."""
    comments = system.comments.all()
    ended = system.workshops.exclude(ended_at=None).order_by("ended_at", "id")
    verified = system.mitigations.filter(deleted_at=None).exclude(verified_by="")
    models = system.models.select_related("endpoint")
    runs = system.runs.exclude(state__in=ACTIVE).select_related("evidence")
    log = system.log.order_by("-revision")[:MOST_LOGGED]
    here = History(
        comments=tuple(_comment(row) for row in comments),
        workshops=tuple(_workshop(row) for row in ended),
        proofs=tuple(_proof(row) for row in verified),
        models=tuple(_model(row) for row in models),
        runs=tuple(_run(row) for row in runs.defer("plan")),
        log=tuple(_entry(row) for row in log),
    )
    return here + brought(system)


def brought(system: System) -> History:
    """What the file told that the system was read from."""
    row = BroughtRecord.objects.filter(system=system).first()
    return history.read_history(row.data, as_they_stand=True) if row else History()


def make(system: System, found: History | None, names: Mapping[str, str]) -> list[BroughtRecord]:
    """What a file tells, as a row to be kept with the system that it is read into; or none.

    `names` says what mitigations and evidence are called here.
    """
    if not found:
        return []
    here = history.renamed(history.imported(found), names)
    return [BroughtRecord(system=system, data=history.to_rows(here, history.MOST_JSON))]


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


def _proof(row: MitigationRow) -> ProofLine:
    return ProofLine(
        mitigation=str(row.pk),
        by=row.verified_by,
        on=row.verified_on,
        alone=row.verified_alone,
        checklist=tuple(row.checklist),
        measured=row.measured or None,
    )


def _model(row: LinkedModel) -> ModelLine:
    """Its name and digest. The file belongs to whoever trained it, an address to whoever runs it:
    neither leaves with a document."""
    return ModelLine(
        id=str(row.pk),
        element=row.element_id,
        name=row.name,
        digest=row.digest,
        dataset_digest=row.dataset_digest,
        size=row.size,
        is_endpoint=hasattr(row, "endpoint"),
        by=row.created_by_name,
        at=row.created_at,
        removed_at=row.deleted_at,
    )


def _run(row: Run) -> RunLine:
    """What it found; the single samples stay, those that count stand in the evidence."""
    return RunLine(
        id=str(row.pk),
        model=str(row.model_id),
        element=row.element_id,
        test=row.test,
        state=row.state,
        by=row.created_by_name,
        at=row.created_at,
        ended_at=row.ended_at,
        params=row.params or None,
        message=row.message,
        summary=(row.result or {}).get("summary"),
        rows=row.rows,
        calls=row.calls,
        evidence=str(row.evidence.pk) if hasattr(row, "evidence") else "",
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
