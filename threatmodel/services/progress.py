"""How far a run is, as REST and the room show it, and its end before a result."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from threatmodel import events
from threatmodel.models import Run
from threatmodel.models.job import JobState

from . import jobs


def add_up(run: Run) -> None:
    """Show what all chunks have asked so far."""
    asked = run.chunks.aggregate(rows=Sum("rows"), calls=Sum("calls"))
    plan = run.plan or {"rows": 0, "calls": 0}
    rows, calls = plan["rows"] + (asked["rows"] or 0), plan["calls"] + (asked["calls"] or 0)
    share = min(0.99, rows / run.expected) if run.expected else 0.0
    # Before it is planned nobody knows yet how much it will ask.
    message = (
        f"{rows:,} of at most {run.expected:,} queries in {calls:,} calls"
        if run.expected
        else "First the model answers its rows as they are"
    )
    told = {"rows": rows, "calls": calls, "progress": share, "message": message}
    Run.objects.filter(pk=run.pk, state=JobState.RUNNING).update(**told)
    tell(run)


def tell(run: Run) -> None:
    """Show the room where the run stands."""
    run.refresh_from_db()
    events.publish(str(run.system_id), frame(run))


def close(run: Run, state: JobState, message: str) -> bool:
    """End a run that has no result, and its chunks with it; False when it has ended already."""
    with transaction.atomic():
        ended = Run.objects.filter(pk=run.pk, state__in=jobs.ACTIVE).update(
            state=state, message=message[:500], ended_at=Now(), lease_until=None
        )
        if ended:
            going = run.chunks.filter(state__in=jobs.ACTIVE)
            going.update(state=JobState.CANCELLED, ended_at=Now(), lease_until=None)
    return bool(ended)


def frame(run: Run) -> dict[str, Any]:
    return {"t": "run", "run": row(run)}


def row(one: Run) -> dict[str, Any]:
    """A run as REST and the room show it; its samples are shown on its own page."""
    elapsed_s = _elapsed_s(one)
    return {
        "id": str(one.pk),
        "system": str(one.system_id),
        "model": str(one.model_id),
        "component": one.element_id,
        "test": one.test,
        "state": str(one.state),
        "progress": round(one.progress, 4),
        "rows": one.rows,
        "calls": one.calls,
        "expected_rows": one.expected,
        "elapsed_s": elapsed_s,
        "ahead": jobs.ahead(one),
        "left_s": _left_s(one, elapsed_s),
        "message": one.message,
        "created_by": one.created_by_name,
        "created_at": one.created_at,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "params": one.params,
        "result": one.result["summary"] if one.result else None,
        "alert": one.alert.told
        if one.state == JobState.SUCCEEDED and hasattr(one, "alert")
        else None,
    }


def _elapsed_s(one: Run) -> float | None:
    if one.started_at is None:
        return None
    return round(((one.ended_at or timezone.now()) - one.started_at).total_seconds(), 1)


def _left_s(one: Run, elapsed_s: float | None) -> float | None:
    """What remains if it goes on as it went; None before that can be said."""
    if one.state != JobState.RUNNING or not elapsed_s or one.progress < 0.02:
        return None
    return round(elapsed_s * (1 - one.progress) / one.progress, 1)


def detail(one: Run) -> dict[str, Any]:
    return row(one) | {"samples": one.result["samples"] if one.result else []}
