"""The end of a run: its chunks joined, the result kept, its evidence moving the findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from catalog.types import Control
from threatmodel import live
from threatmodel.core.inputs import IN_PLACE
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import Chunk, MitigationRow, Run
from threatmodel.models.job import JobState
from threatmodel.robustness import chunks, runner
from threatmodel.robustness.chunks import ChunkResult, Planned
from threatmodel.robustness.results import Result

from . import evidence, jobs, pairs

INSIDE_THE_MODEL = frozenset(
    {"augmentation", "fresh-training", "memorisation-limits", "robust-learning"}
)
# What stands between somebody who asks and the model: asked where it is deployed, it is met too.
BEFORE_THE_MODEL = frozenset(
    {
        "ensemble",
        "gradient-smoothing",
        "input-detection",
        "input-transformation",
        "input-validation",
        "output-filtering",
        "output-minimisation",
        "prompt-filtering",
        "query-limiting",
        "query-monitoring",
    }
)
DEPLOYED = "endpoint"  # the walls around a model that is asked where it runs


def is_ready(run: Run) -> bool:
    """Planned, under way, and nothing left to do."""
    current = Run.objects.filter(pk=run.pk, state=JobState.RUNNING, plan__isnull=False)
    return current.exists() and not run.chunks.exclude(state=JobState.SUCCEEDED).exists()


def gather(run: Run, request: runner.Request) -> None:
    """Join what the chunks found; of several that try, one writes.

    Raises
    ------
    Lost
        When the run has ended.
    """
    planned = Planned.from_json(run.plan or {})
    found = [_result(one) for one in run.chunks.order_by("number")]
    if not found:
        raise jobs.Lost
    begun = run.started_at or timezone.now()
    seconds = max(timezone.now() - begun, timedelta()).total_seconds()
    _finish(run, runner.gather(request, planned, found, seconds))


def _result(one: Chunk) -> ChunkResult:
    found = chunks.from_json(one.found or {})
    return ChunkResult(found, one.rows, one.calls, notes=tuple(one.notes))


def _finish(run: Run, result: Result) -> None:
    """The run's end, its evidence and what follows from that: in one transaction."""
    by = Person(run.created_by) if run.created_by else None

    def work(turn: Turn) -> None:
        _end(run, result)
        value = result.evidence(
            id=str(run.pk),
            element=run.element_id,
            taken_on=timezone.now().date(),
            controls_on=controls_on(turn, run.element_id, deployed=result.sandbox == DEPLOYED),
        )
        evidence.keep(turn, by, value, run)
        pairs.judge(turn, run)

    live.write(run.system_id, work)


def _end(run: Run, result: Result) -> None:
    attempt = run.chunks.aggregate(most=Max("attempt"))["most"] or run.attempt
    ended = Run.objects.filter(pk=run.pk, state=JobState.RUNNING).update(
        state=JobState.SUCCEEDED,
        message=result.headline,
        ended_at=Now(),
        lease_until=None,
        progress=1,
        attempt=max(attempt, run.attempt),
        rows=result.rows,
        calls=result.calls,
        result=result.to_json(),
    )
    if not ended:
        raise jobs.Lost
    run.chunks.all().delete()


def controls_on(turn: Turn, element: str, *, deployed: bool = False) -> tuple[str, ...]:
    """What a run has met: of a model's file the controls inside the model itself, of an endpoint,
    where it is asked as `deployed`, those in front of it as well."""
    met = INSIDE_THE_MODEL | (BEFORE_THE_MODEL if deployed else frozenset())
    component = turn.document.components.get(element)
    if component is None:
        return ()
    facts = {**turn.catalog.implied(component.type), **component.attributes}
    tracked = MitigationRow.objects.filter(
        system=turn.system,
        deleted_at=None,
        status__in=IN_PLACE,
        findings__finding__endswith=f"@{element}",
    )
    implemented = set(tracked.values_list("control", flat=True))
    return tuple(
        control.id
        for control in turn.catalog.controls.values()
        if control.mechanism in met and (control.id in implemented or _established(control, facts))
    )


def _established(control: Control, facts: Mapping[str, object]) -> bool:
    wanted = control.establishes.items()
    return bool(wanted) and all(facts.get(name) == value for name, value in wanted)
