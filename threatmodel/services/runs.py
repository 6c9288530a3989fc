"""Runs: one robustness test against one linked model, from being asked for to its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from threatmodel import events
from threatmodel.gate import Person
from threatmodel.models import LinkedModel, Run, System, Workspace
from threatmodel.models.job import JobState
from threatmodel.robustness import attacks, settling
from threatmodel.robustness.errors import RobustnessError

from . import audit, chunks, costs, jobs, models, permits, progress
from .gathering import controls_on
from .progress import detail, frame, row
from .refusal import Refusal

__all__ = [
    "among",
    "cancel",
    "controls_on",
    "current",
    "detail",
    "execute",
    "frame",
    "row",
    "settled",
    "start",
    "sweep",
    "typed",
]

MAX_ACTIVE = 5
MAX_SHOWN = 200


def start(
    model: LinkedModel,
    by: Person,
    test_id: str,
    params: Mapping[str, object],
    *,
    confirmed: bool = False,
) -> Run:
    """Queue one test against a linked model. `confirmed` is that somebody has seen a large cost.

    Raises
    ------
    Refusal
        For a test that cannot be run on it, a parameter out of bounds, too many runs at once, or a
        large run that nobody confirmed (code 'large').
    """
    test, values = settled(model, test_id, params)
    permits.check(model)
    cost = costs.of(model, test.id, values)
    if cost.large and not confirmed:
        message = f"This is a large run: {cost.words}; start it again with confirmed"
        raise Refusal(message, field="confirmed", code="large")
    with transaction.atomic():
        # The lock keeps two starts from both being the last that is allowed.
        workspace = Workspace.objects.select_for_update().get(pk=model.system.workspace_id)
        active = Run.objects.filter(system__workspace=workspace, state__in=jobs.ACTIVE).count()
        if active >= MAX_ACTIVE:
            message = f"{MAX_ACTIVE} tests are running already; wait or cancel one"
            raise Refusal(message, code="limit")
        return queue(model, by, test, values)


def settled(
    model: LinkedModel, test_id: str, params: Mapping[str, object]
) -> tuple[attacks.Test, dict[str, float | int | str]]:
    """The test, and all parameters that a run of it on this model would have.

    Raises
    ------
    Refusal
        Naming the parameter, or why the test cannot be run here.
    """
    try:
        test = attacks.get(test_id)
        offers = model.dataset.get("offers", ())
        return test, settling.settle(test, params, offers=offers, eps=models.eps_of(model))
    except RobustnessError as error:
        raise Refusal(str(error), field=str(error).split(":")[0]) from error


def typed(text: str) -> float | int | str:
    """A parameter as somebody typed it; what is no number is judged by the test that it is for."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def queue(
    model: LinkedModel,
    by: Person | None,
    test: attacks.Test,
    values: Mapping[str, object],
    **more: Any,
) -> Run:
    """A run whose parameters are settled, and the bell for it; `more` sets batch or schedule."""
    run = Run.objects.create(
        system=model.system,
        model=model,
        element_id=model.element_id,
        test=test.id,
        params=dict(values),
        created_by=by.user if by else None,
        created_by_name=by.name if by else "Bartizan",
        **more,
    )
    events.enqueue(chunks.bell(model), run.pk)
    events.after_commit(run.system_id, frame(run))
    return run


def cancel(run: Run, by: Person) -> Run:
    """End a run at once; its workers stop when they next look, and write nothing."""
    message = "Cancelled" if run.started_at else "Cancelled before it began"
    progress.close(run, JobState.CANCELLED, message)
    what = audit.measured(run.system, run.test, run.element_id)
    audit.note(run.system.workspace, by, "test cancelled", what)
    progress.tell(run)
    return run


def execute(run_id: str) -> None:
    """Do a worker's part in the run; what its task calls."""
    chunks.work(run_id)


def sweep() -> None:
    """Send again what was lost, and end what keeps killing its workers."""
    chunks.sweep()


def among(systems: QuerySet[System]) -> QuerySet[Run]:
    return Run.objects.filter(system__in=systems)


def current(system: System) -> list[Run]:
    """For someone who enters the room: what waits or goes, and each test's newest end."""
    waiting = system.runs.filter(state__in=jobs.ACTIVE)
    newer = Run.objects.filter(
        model=OuterRef("model"), test=OuterRef("test"), ended_at__gt=OuterRef("ended_at")
    )
    done = system.runs.filter(~Exists(newer), ended_at__isnull=False, model__deleted_at=None)
    return [*waiting[:MAX_ACTIVE], *done[:MAX_SHOWN]]
