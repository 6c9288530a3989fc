"""Reminders: what people have to be told today, found anew each time and told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from threatmodel.core.inputs import TO_DO
from threatmodel.models import (
    DecisionRow,
    ElementRow,
    Errand,
    FindingRow,
    LogEntry,
    MitigationRow,
    Report,
    Run,
    System,
)
from threatmodel.models.errand import ErrandKind
from threatmodel.models.job import Job, JobState
from threatmodel.robustness.naming import test_name

from . import notices
from .entered import BRANCH_OF_ID
from .notices import Said

DUE_DAYS, LAPSING_DAYS = 7, 14
# Jobs that ended longer ago were told of, or belong to before there were notices.
JUST_NOW = timedelta(hours=2)
MOST = 5_000
# The name of a file may be longer than what is to be said about it.
LONGEST_NAME = 60
Row = TypeVar("Row", bound=Job)
ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.TIMED_OUT)


def remind(today: date | None = None) -> int:
    """Every hour: what is due, overdue, about to lapse or stale; how many were told something."""
    day = today or timezone.now().date()
    found = [*_due(day), *_lapsing(day), *_stale(day)]
    notices.forget()
    return notices.tell(found)


def tell_ended() -> int:
    """Twice a minute and at the end of each job: whose run, report or errand has ended."""
    return notices.tell([*_runs(), *_reports(), *_errands()])


def _due(today: date) -> Iterator[Said]:
    soon = today + timedelta(days=DUE_DAYS)
    rows = MitigationRow.objects.filter(
        deleted_at=None, system__deleted_at=None, status__in=TO_DO, due__lte=soon
    )
    copied = _brought("mitigation").filter(
        system=OuterRef("system"), at__gte=OuterRef("created_at")
    )
    # Where a system is a branch, what was copied is reminded of in the other one, by its owner,
    # while there is one. It is the branch's own once somebody there changes it.
    rows = rows.exclude(Q(version=1) & Exists(copied))
    for row in rows.select_related("system").order_by("due", "id")[:MOST]:
        # Nobody here owns it: whoever made the system is the one who can hand it to somebody.
        user = row.owner_user_id or row.system.created_by_id
        if user is None or row.due is None:
            continue
        late = row.due < today
        kind, words = ("overdue", "overdue since") if late else ("due", "due on")
        title = f"{row.title} is {words} {row.due}"
        yield Said(user, row.system, kind, f"{kind}:{row.pk}:{row.due}", title, _page(row))


def _brought(kind: str) -> QuerySet[LogEntry]:
    """The entries with which branches got what there was of that kind in the other system, where
    that one is still there to be reminded of."""
    found = LogEntry.objects.filter(kind=kind, **{f"changes__0__{BRANCH_OF_ID}__isnull": False})
    others = {pk: changes[0][BRANCH_OF_ID] for pk, changes in found.values_list("pk", "changes")}
    there = System.objects.filter(pk__in=set(others.values()), deleted_at=None)
    standing = set(map(str, there.values_list("pk", flat=True)))
    return found.filter(pk__in=[pk for pk, other in others.items() if other in standing])


def _lapsing(today: date) -> Iterator[Said]:
    soon = today + timedelta(days=LAPSING_DAYS)
    rows = DecisionRow.objects.filter(
        system__deleted_at=None, action="accept", origin="entered", until__range=(today, soon)
    )
    for row in rows.exclude(by=None).select_related("system")[:MOST]:
        still = FindingRow.objects.filter(
            system=row.system_id, key=row.finding, treatment="accepted", until=row.until
        )
        if row.by_id is None or not still.exists():
            continue
        path = reverse("finding", args=[row.system_id, row.finding])
        title = f"A risk that you accepted comes back on {row.until}"
        yield Said(row.by_id, row.system, "lapsing", f"lapsing:{row.pk}:{row.until}", title, path)


def _stale(today: date) -> Iterator[Said]:
    """Once a quarter per part of a system: evidence that is stale stays so until it is renewed."""
    rows = FindingRow.objects.filter(system__deleted_at=None, applies="yes", verdict="stale")
    seen = rows.select_related("system").order_by("system", "element")
    branches = set(_brought("evidence").values_list("system", flat=True))
    quarter = f"{today.year}-{(today.month - 1) // 3}"
    told: set[tuple[object, str]] = set()
    for row in seen.defer("data")[:MOST]:
        if (row.system_id, row.element) in told:
            continue
        told.add((row.system_id, row.element))
        tested = Run.objects.filter(system=row.system_id, element_id=row.element)
        testers = set(tested.exclude(created_by=None).values_list("created_by", flat=True))
        path = f"{reverse('findings', args=[row.system_id])}?verdict=stale&element={row.element}"
        occasion = f"stale:{row.system_id}:{row.element}:{quarter}"
        # Of a branch those are told who tested there; the rest is told of the other system.
        made = None if row.system_id in branches else row.system.created_by_id
        for user in testers | ({made} if made else set()):
            title = f"Evidence on {_called(row.system_id, row.element)} is stale; test it again"
            yield Said(user, row.system, "stale", occasion, title, path)


def _runs() -> Iterator[Said]:
    for row in _just_ended(Run.objects.all()).select_related("system", "model"):
        place = _called(row.system_id, row.element_id)
        words = f"{test_name(row.test)} on {place} {_came_to(row.state)}"
        if row.created_by_id:
            path = reverse("run", args=[row.pk])
            yield Said(row.created_by_id, row.system, "ended", f"run:{row.pk}", words, path)


def _reports() -> Iterator[Said]:
    for row in _just_ended(Report.objects.all()).select_related("system"):
        words = f"The {row.format.upper()} report {_came_to(row.state)}"
        if row.created_by_id:
            path = reverse("report", args=[row.system_id])
            yield Said(row.created_by_id, row.system, "ended", f"report:{row.pk}", words, path)


def _errands() -> Iterator[Said]:
    """An import that failed is of no system, and what is about several is of none alone."""
    ended = Q(state__in=ENDED, ended_at__gt=timezone.now() - JUST_NOW)
    rows = Errand.objects.filter(ended).exclude(created_by=None).defer("asked", "result")
    for row in rows.select_related("system"):
        words = row.message
        if row.state != JobState.SUCCEEDED:
            words = f"{_asked(row)} {_came_to(row.state)}: {row.message}"
        if row.created_by_id:
            path = reverse("errand", args=[row.pk])
            yield Said(row.created_by_id, row.system, "ended", f"errand:{row.pk}", words, path)


def _asked(row: Errand) -> str:
    if row.kind == ErrandKind.IMPORT:
        return f"Importing {row.name[:LONGEST_NAME]}"
    doing = "Assigning" if row.kind == ErrandKind.ASSIGN else "Deciding about"
    return f"{doing} {row.size:,} findings"


def _called(system: UUID, element: str) -> str:
    """A component's name, its id where it has none."""
    rows = ElementRow.objects.filter(system=system, kind="component", element_id=element)
    data = rows.values_list("data", flat=True).first() or {}
    return str(data.get("name") or element)


def _just_ended(rows: QuerySet[Row]) -> QuerySet[Row]:
    since = timezone.now() - JUST_NOW
    ended = Q(state__in=ENDED, ended_at__gt=since, system__deleted_at=None)
    return rows.filter(ended).exclude(created_by=None)


def _came_to(state: str) -> str:
    return {"succeeded": "is ready", "failed": "failed"}.get(state, "took too long and was ended")


def _page(row: MitigationRow) -> str:
    return reverse("mitigation", args=[row.pk])
