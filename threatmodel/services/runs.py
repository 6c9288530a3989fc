"""Runs: one robustness test against one linked model, from being asked for to its evidence."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from catalog.types import Control
from threatmodel import events, live
from threatmodel.gate import NotFound, Person
from threatmodel.live import Turn
from threatmodel.models import LinkedModel, MitigationRow, Run, System, Workspace
from threatmodel.models.job import JobState
from threatmodel.robustness import attacks, dataset, policy, runner
from threatmodel.robustness.adapters import onnx
from threatmodel.robustness.errors import Cancelled, RobustnessError, TimedOut
from threatmodel.robustness.results import Result

from . import audit, evidence, jobs, models
from .refusal import Refusal

log = logging.getLogger(__name__)

TASK = "run_test"
LEASE = timedelta(seconds=30)
WAITING = timedelta(seconds=20)
MAX_ACTIVE = 5
MAX_SHOWN = 200
TICK_S = 1.0
TOLD_S = 0.3
INSIDE_THE_MODEL = frozenset({"robust-learning", "augmentation", "memorisation-limits"})


def start(model: LinkedModel, by: Person, test_id: str, params: Mapping[str, object]) -> Run:
    """Queue one test against a linked model.

    Raises
    ------
    Refusal
        For a test that cannot be run on it, a parameter out of bounds, or too many runs at once.
    """
    try:
        test = attacks.get(test_id)
        offers = model.dataset.get("offers", ())
        values = runner.settle(test, params, offers=offers, eps=models.eps_of(model))
    except RobustnessError as error:
        raise Refusal(str(error), field=str(error).split(":")[0]) from error
    with transaction.atomic():
        # The lock keeps two starts from both being the last that is allowed.
        workspace = Workspace.objects.select_for_update().get(pk=model.system.workspace_id)
        active = Run.objects.filter(system__workspace=workspace, state__in=jobs.ACTIVE).count()
        if active >= MAX_ACTIVE:
            message = f"{MAX_ACTIVE} tests are running already; wait or cancel one"
            raise Refusal(message, code="limit")
        run = Run.objects.create(
            system=model.system,
            model=model,
            element_id=model.element_id,
            test=test.id,
            params=values,
            created_by=by.user,
            created_by_name=by.name,
        )
        events.enqueue(TASK, run.pk)
        events.after_commit(run.system_id, frame(run))
    return run


def cancel(run: Run, by: Person) -> Run:
    """Stop a run: at once if nobody has begun, else as soon as its worker looks."""
    queued = Run.objects.filter(pk=run.pk, state=JobState.QUEUED)
    ended = queued.update(
        state=JobState.CANCELLED, message="Cancelled before it began", ended_at=Now()
    )
    if not ended:
        Run.objects.filter(pk=run.pk, state=JobState.RUNNING).update(cancel_requested=True)
    audit.note(run.system.workspace, by, "test cancelled", f"{run.test} on {run.element_id}")
    run.refresh_from_db()
    events.publish(str(run.system_id), frame(run))
    return run


class Attempt:
    """One worker's hold on one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._ticked = self._told = 0.0
        self._cancelled = False

    def cancelled(self) -> bool:
        """Renew the lease and see whether somebody wants the run to stop; asks once a second."""
        if time.monotonic() - self._ticked >= TICK_S:
            self._ticked = time.monotonic()
            jobs.write(self.run, lease_until=Now() + LEASE)
            self._cancelled = jobs.held(self.run).filter(cancel_requested=True).exists()
        return self._cancelled

    def progress(self, share: float, message: str) -> None:
        """Show how far it is, a few times a second at most."""
        if time.monotonic() - self._told < TOLD_S:
            return
        self._told = time.monotonic()
        jobs.write(self.run, progress=share, message=message, lease_until=Now() + LEASE)
        self.run.progress, self.run.message = share, message
        events.publish(str(self.run.system_id), frame(self.run))


def execute(run_id: str) -> None:
    """Run it to its end; what a worker's task calls. Harmless when called twice."""
    run = jobs.claim(Run, uuid.UUID(run_id), LEASE)
    if run is None:
        return
    try:
        _finish(run, _measure(run))
    except jobs.Lost:
        log.warning("run %s was taken over by another worker", run_id)
        return
    except Cancelled:
        jobs.stop(run, JobState.CANCELLED, "Cancelled")
    except TimedOut as error:
        jobs.stop(run, JobState.TIMED_OUT, str(error))
    except (RobustnessError, NotFound) as error:
        jobs.stop(run, JobState.FAILED, str(error))
    except Exception:
        log.exception("run %s failed", run_id)
        jobs.stop(run, JobState.FAILED, "run: something went wrong here; the log has details")
    _tell(run)


def _measure(run: Run) -> Result:
    model, attempt = run.model, Attempt(run)
    with model.file.open("rb") as file, model.dataset_file.open("rb") as data:
        content = file.read()
        described = dataset.load(data.read(), model.dataset["description"].encode())
    level = policy.level_for(model.digest, allow_basic=settings.ALLOW_BASIC_SANDBOX)
    if onnx.digest(content) != model.digest:
        raise RobustnessError("model: its file has changed since it was uploaded; upload it again")
    call_s = float(settings.MODEL_CALL_SECONDS)
    source = onnx.OnnxFile(content, level, call_s=call_s)
    request = runner.Request(source, described, run.test, run.params)
    return runner.run(request, attempt.progress, attempt.cancelled)


def _finish(run: Run, result: Result) -> None:
    """The run's end, its evidence and what follows from that: in one transaction."""
    by = Person(run.created_by) if run.created_by else None

    def work(turn: Turn) -> None:
        told = result.to_json()
        jobs.end(run, JobState.SUCCEEDED, result.headline, progress=1, result=told)
        value = result.evidence(
            id=str(run.pk),
            element=run.element_id,
            taken_on=timezone.now().date(),
            controls_on=controls_on(turn, run.element_id),
        )
        evidence.keep(turn, by, value, run)

    live.write(run.system_id, work)


def controls_on(turn: Turn, element: str) -> tuple[str, ...]:
    """Controls inside the model itself: a test of the model alone has met those and no others."""
    component = turn.document.components.get(element)
    if component is None:
        return ()
    facts = {**turn.catalog.implied(component.type), **component.attributes}
    tracked = MitigationRow.objects.filter(
        system=turn.system,
        deleted_at=None,
        status__in=("implemented", "verified"),
        findings__finding__endswith=f"@{element}",
    )
    implemented = set(tracked.values_list("control", flat=True))
    return tuple(
        control.id
        for control in turn.catalog.controls.values()
        if control.mechanism in INSIDE_THE_MODEL
        and (control.id in implemented or _established(control, facts))
    )


def _established(control: Control, facts: Mapping[str, object]) -> bool:
    wanted = control.establishes.items()
    return bool(wanted) and all(facts.get(name) == value for name, value in wanted)


def _tell(run: Run) -> None:
    run.refresh_from_db()
    events.publish(str(run.system_id), frame(run))


def sweep() -> None:
    """Send again what was lost, and end what keeps killing its workers."""
    for run in jobs.sweep(Run, TASK, WAITING, "run: its worker was lost three times"):
        _tell(run)


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


def frame(run: Run) -> dict[str, Any]:
    return {"t": "run", "run": row(run)}


def row(one: Run) -> dict[str, Any]:
    """A run as REST and the room show it; its samples are shown on its own page."""
    return {
        "id": str(one.pk),
        "system": str(one.system_id),
        "model": str(one.model_id),
        "component": one.element_id,
        "test": one.test,
        "state": str(one.state),
        "progress": round(one.progress, 4),
        "message": one.message,
        "created_by": one.created_by_name,
        "created_at": one.created_at,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "params": one.params,
        "result": one.result["summary"] if one.result else None,
    }


def detail(one: Run) -> dict[str, Any]:
    return row(one) | {"samples": one.result["samples"] if one.result else []}
