"""Runs of the same test on the same targets: compared, and an alert where one came out worse."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from threatmodel.core.pairing import SURE, Paired, holm, pair
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import Alert, EvidenceRow, Run
from threatmodel.models.job import JobState

from . import audit
from .refusal import Refusal

log = logging.getLogger(__name__)

MOST_OFFERED = 30
# What has to be the same for two runs to have asked the same question.
ALIKE = ("data", "seed", "eps", "norm", "role", "budget", "version")


def comparable(run: Run) -> list[Run]:
    """Other runs that asked the same question, the newest first."""
    if not run.result:
        return []
    others = _of_test(run).exclude(pk=run.pk).order_by("-ended_at")[:MOST_OFFERED]
    return [one for one in others if _alike(one, run)]


def _of_test(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(
        system=run.system_id, element_id=run.element_id, test=run.test, state=JobState.SUCCEEDED
    ).select_related("model")


def _alike(one: Run, other: Run) -> bool:
    if not (one.result and other.result):
        return False
    mine, theirs = one.result["summary"], other.result["summary"]
    return all(mine.get(name) == theirs.get(name) for name in ALIKE)


def compare(before: Run, now: Run) -> dict[str, Any]:
    """Both runs and what changed between them, target by target.

    Raises
    ------
    Refusal
        When they asked different questions, or have no target in common.
    """
    if before.pk == now.pk or not _alike(before, now) or before.test != now.test:
        message = "Compare two runs of one test with the same data, seed, eps and budget"
        raise Refusal(message, field="with")
    found = pair(_fell(before), _fell(now))
    if not found.targets:
        raise Refusal("The two runs have no target in common to compare", field="with")
    controls = {"controls_before": controls_on(before), "controls_now": controls_on(now)}
    return told(before, now, found) | controls | {"targets": _targets(before, now)}


def controls_on(run: Run) -> list[str]:
    """The controls inside the model that stood when the run was made, by their ids."""
    taken = EvidenceRow.objects.filter(run=run).first()
    return list(taken.data.get("controls_on", ())) if taken else []


def told(before: Run, now: Run, found: Paired, chance: float | None = None) -> dict[str, Any]:
    """A comparison as plain data; `chance` is that after Holm, where several were asked."""
    return {
        "before": str(before.pk),
        "now": str(now.pk),
        "test": now.test,
        "component": now.element_id,
        "targets_in_both": found.targets,
        "fell_before": found.fell_before,
        "fell_now": found.fell_now,
        "worse": found.worse,
        "better": found.better,
        "difference": round(found.difference, 6),
        "interval": [round(found.low, 6), round(found.high, 6)],
        "chance": found.chance if chance is None else chance,
        "accuracy_before": (before.result or {})["summary"]["clean_accuracy"],
        "accuracy_now": (now.result or {})["summary"]["clean_accuracy"],
        "same_model": before.model_id == now.model_id,
    }


def _fell(run: Run) -> dict[int, bool]:
    samples = (run.result or {}).get("samples", ())
    return {one["index"]: one["success"] for one in samples if one["success"] is not None}


def _targets(before: Run, now: Run) -> list[dict[str, Any]]:
    """Targets that fell in one of the two and not in the other."""
    first, second = _fell(before), _fell(now)
    shared = sorted(first.keys() & second.keys())
    return [
        {"index": at, "change": "worse" if second[at] else "better"}
        for at in shared
        if first[at] != second[at]
    ]


def judge(turn: Turn, run: Run) -> None:
    """Compare a run that just ended, and those of its batch, with the ones before them."""
    batch = Run.objects.filter(batch=run.batch) if run.batch else Run.objects.filter(pk=run.pk)
    pairs = [(one, former) for one in batch.select_related("model") if (former := _former(one))]
    found = [pair(_fell(former), _fell(one)) for one, former in pairs]
    chances = holm([one.chance for one in found], asked=batch.count())
    for (one, former), paired, chance in zip(pairs, found, chances, strict=True):
        if chance < SURE and not Alert.objects.filter(run=one).exists():
            _alert(turn, one, told(former, one, paired, chance))


def _former(run: Run) -> Run | None:
    """The last run before it that asked the same question."""
    if not run.result:
        return None
    earlier = _of_test(run).filter(created_at__lt=run.created_at).order_by("-created_at")
    return next((one for one in earlier[:MOST_OFFERED] if _alike(one, run)), None)


def _alert(turn: Turn, run: Run, found: dict[str, Any]) -> None:
    Alert.objects.create(system=turn.system, run=run, earlier_id=found["before"], told=found)
    entry = {"evidence": str(run.pk), "element": run.element_id, "test": run.test}
    turn.note("evidence", None, told=[{**entry, "what": "worse than before"}])
    log.warning(
        "%s on %s of %s came out worse: %d fell, %d before",
        run.test, run.element_id, turn.system.pk, found["fell_now"], found["fell_before"],
    )  # fmt: skip


def row(one: Alert) -> dict[str, Any]:
    """An alert as REST shows it."""
    return {
        "id": str(one.pk),
        "run": str(one.run_id),
        "earlier": str(one.earlier_id),
        "told": one.told,
        "created_at": one.created_at,
        "seen_at": one.seen_at,
        "seen_by": one.seen_by_name,
    }


def unseen(systems: QuerySet[Any]) -> QuerySet[Alert]:
    """Alerts that nobody has taken note of."""
    return Alert.objects.filter(system__in=systems, seen_at=None).select_related("system", "run")


def take_note(alert: Alert, by: Person) -> None:
    """Somebody has seen it; it is no longer shown on Home."""
    seen = Alert.objects.filter(pk=alert.pk, seen_at=None)
    if seen.update(seen_at=timezone.now(), seen_by_name=by.name):
        what = audit.measured(alert.system, alert.run.test, alert.run.element_id)
        audit.note(alert.system.workspace, by, "alert seen", what)
