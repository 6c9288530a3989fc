"""Tests that are run again by themselves: every night, or on a new version of the model.

Nothing has to be heard for that: each sweep compares what is linked with what was run last.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from threatmodel.gate import Person
from threatmodel.models import LinkedModel, Occasion, Schedule, System

from . import audit, permits, runs
from .refusal import Refusal

log = logging.getLogger(__name__)

NIGHT_HOUR = 1  # of UTC
MOST = 50


def make(
    model: LinkedModel, by: Person, test_id: str, params: Mapping[str, object], occasion: str
) -> Schedule:
    """Run a test again and again on whatever model the component has then, with one seed.

    Raises
    ------
    Refusal
        For a test that cannot be run on the present model, or one that is scheduled already.
    """
    if occasion not in Occasion.values:
        raise Refusal(f"occasion: use one of {', '.join(Occasion.values)}", field="occasion")
    if model.system.schedules.count() >= MOST:
        raise Refusal(f"A system has {MOST} schedules at most; remove one", code="limit")
    test, values = runs.settled(model, test_id, params)
    try:
        with transaction.atomic():
            made = Schedule.objects.create(
                system=model.system,
                element_id=model.element_id,
                test=test.id,
                params=values,
                occasion=occasion,
                created_by=by.user,
                created_by_name=by.name,
                last_on=timezone.now().date(),
                last_digest=model.digest,
            )
    except IntegrityError:
        message = "This test is scheduled for that already; remove that schedule first"
        raise Refusal(message, code="conflict") from None
    what = f"{test.id} on {model.element_id}, {made.get_occasion_display()}"
    audit.note(model.system.workspace, by, "test scheduled", what)
    return made


def remove(schedule: Schedule, by: Person) -> None:
    """End it; what it measured stays."""
    what = f"{schedule.test} on {schedule.element_id}"
    audit.note(schedule.system.workspace, by, "schedule removed", what)
    schedule.delete()


def sweep() -> None:
    """Start what is due. Of several sweeps at one moment, one starts it."""
    now = timezone.now()
    batches: dict[uuid.UUID, uuid.UUID] = {}
    due = Schedule.objects.filter(system__deleted_at=None).select_related("system")
    if now.hour < NIGHT_HOUR:
        due = due.exclude(occasion=Occasion.NIGHTLY)
    for one in due.exclude(Q(occasion=Occasion.NIGHTLY) & Q(last_on=now.date())):
        model = one.system.models.filter(element_id=one.element_id, deleted_at=None).first()
        if model is not None and _is_due(one, model):
            _start(one, model, batches.setdefault(one.system_id, uuid.uuid4()))


def _is_due(one: Schedule, model: LinkedModel) -> bool:
    return one.occasion == Occasion.NIGHTLY or one.last_digest != model.digest


def _start(one: Schedule, model: LinkedModel, batch: uuid.UUID) -> None:
    today = timezone.now().date()
    with transaction.atomic():
        same = Schedule.objects.filter(pk=one.pk, last_on=one.last_on, last_digest=one.last_digest)
        if not same.update(last_on=today, last_digest=model.digest, said=""):
            return
        try:
            permits.check(model)
            test, values = runs.settled(model, one.test, one.params)
        except Refusal as refusal:
            Schedule.objects.filter(pk=one.pk).update(said=refusal.message[:500])
            log.warning("a scheduled %s on %s was not run: %s", one.test, one.element_id, refusal)
            return
        by = Person(one.created_by) if one.created_by else None
        runs.queue(model, by, test, values, batch=batch, schedule=one)


def of(system: System) -> list[Schedule]:
    return list(system.schedules.all())


def row(one: Schedule) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "component": one.element_id,
        "test": one.test,
        "params": one.params,
        "occasion": one.occasion,
        "last_on": one.last_on,
        "said": one.said,
        "created_by": one.created_by_name,
        "created_at": one.created_at,
    }
