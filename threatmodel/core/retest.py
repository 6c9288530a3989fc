"""What testing a control again showed: every attempt, and how many fewer fell with it on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from catalog.types import Control

from .evidence import MEASURED_GOALS, Weighed
from .graph import Graph
from .inputs import Evidence, Inputs, Mitigation
from .pairing import pair, unpaired
from .proof import MOST_ACCURACY_LOST, measured_by, stood_on, weighed, without

# Two runs are compared target by target where so much of the smaller one is in both.
ENOUGH_SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Difference:
    """The share of targets that fell without the control less the share with it, at 95 %.

    `paired` compares the same `targets` in both runs, and `chance` is how often chance alone
    gives as much (McNemar, exact, one-sided); otherwise all targets of each run are compared.
    """

    value: float
    low: float
    high: float
    paired: bool
    targets: int
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run. `is_on`: with the control, since it stands, on held-out data; `counts`: it held so
    and still weighs. `against` compares it with the run without the control."""

    piece: Evidence
    verdict: str
    text: str
    is_on: bool
    counts: bool
    is_adaptive: bool
    against: Difference | None = None


@dataclass(frozen=True, slots=True)
class Retest:
    """Everything that was tried to prove a control for some findings, the oldest first.

    `before` is the run without it that the others are compared with. `floor` is how often the
    model has to be right at least, without an attack, for the control to count as proven.
    """

    findings: tuple[str, ...]
    before: Attempt | None
    attempts: tuple[Attempt, ...]
    floor: float | None

    @property
    def tried(self) -> tuple[Attempt, ...]:
        """The attempts with the control on."""
        return tuple(one for one in self.attempts if one.is_on)

    @property
    def worst(self) -> Attempt | None:
        """Of what counts the one in which the control does least."""
        compared = [one for one in self.attempts if one.counts and one.against]
        return min(compared, key=lambda one: one.against.value if one.against else 0, default=None)

    @property
    def accuracy(self) -> float | None:
        """How often the model is right with the control on, by the worst run that counts."""
        known = [one.piece.clean_accuracy for one in self.attempts if one.counts]
        return min((one for one in known if one is not None), default=None)


def retests(
    control: Control, graph: Graph, inputs: Inputs, findings: Iterable[str], since: date, on: date
) -> tuple[Retest, ...]:
    """What was tried for each finding that the control's tests measure, `proof.measured_by`.

    Findings that rest on the same runs stand together.

    Parameters
    ----------
    since, on
        The day on which the control was put in place, and the day of the judgement.
    """
    found: dict[tuple[tuple[str, str], ...], Retest] = {}
    for key in findings:
        one = _retest(control, graph, inputs, key, since, on)
        same = tuple((attempt.piece.id, attempt.verdict) for attempt in one.attempts)
        known = found.get(same)
        found[same] = replace(known, findings=(*known.findings, key)) if known else one
    return tuple(found.values())


def of_mitigation(
    mitigation: Mitigation, graph: Graph, inputs: Inputs, on: date
) -> tuple[Retest, ...]:
    """The same for one of the register; nothing where a checklist is what proves it."""
    control = graph.catalog.controls.get(mitigation.control)
    if control is None:
        return ()
    keys = measured_by(control, graph.catalog, mitigation.findings)
    return retests(control, graph, inputs, keys, mitigation.implemented_on or on, on)


def difference(before: Evidence, after: Evidence) -> Difference | None:
    """How many fewer fell in the second run; None where one of them counts no targets.

    Notes
    -----
    Each run has a seed of its own, which also draws its targets: the same are in both by chance,
    or because the data have no more. They can be told only where both runs name their data.
    """
    if not before.handled or not after.handled:
        return None
    shared = before.targets.keys() & after.targets.keys()
    smaller = min(len(before.targets), len(after.targets))
    same_data = before.dataset_digest and before.dataset_digest == after.dataset_digest
    if same_data and shared and len(shared) >= ENOUGH_SHARED * smaller:
        found = pair(after.targets, before.targets)
        return Difference(found.difference, found.low, found.high, True, len(shared), found.chance)
    counts = (before.broken, before.handled), (after.broken, after.handled)
    return Difference(*unpaired(*counts), False, after.handled)


def _retest(
    control: Control, graph: Graph, inputs: Inputs, key: str, since: date, on: date
) -> Retest:
    threat, pieces = weighed(graph, inputs, key, on)
    before = without(control, pieces)
    is_counted = threat.success.goal not in MEASURED_GOALS
    compared = before.piece if before and is_counted else None
    known = {*control.verify.tests, *control.verify.adaptive_tests}
    mine = [one for one in pieces if one.piece.test in known or one.piece.adaptive]
    mine.sort(key=lambda one: one.piece.taken_on)  # of one day in the order they were brought in
    right = before.piece.clean_accuracy if before else None
    return Retest(
        findings=(key,),
        before=_attempt(control, before, since, None) if before else None,
        attempts=tuple(_attempt(control, one, since, compared) for one in mine),
        floor=None if right is None else right - MOST_ACCURACY_LOST,
    )


def _attempt(control: Control, one: Weighed, since: date, before: Evidence | None) -> Attempt:
    is_on = stood_on(one.piece, control, since)
    return Attempt(
        piece=one.piece,
        verdict=one.verdict,
        text=one.text,
        is_on=is_on,
        counts=is_on and one.verdict == "held" and one.weight > 0,
        is_adaptive=one.piece.adaptive or one.piece.test in control.verify.adaptive_tests,
        against=difference(before, one.piece) if before and is_on else None,
    )


def sentences(found: Retest) -> tuple[str, ...]:
    """What it comes to, for people: the difference, the model's skill, and every attempt."""
    said = [_difference(found), _skill(found), _tries(found.tried)]
    return tuple(one for one in said if one)


def _difference(found: Retest) -> str:
    before, worst = found.before, found.worst
    if before is None:
        return "It was never tested without the control, so there is nothing to compare with."
    if worst is None or worst.against is None:
        return ""
    one, now = worst.against, worst.piece
    rows = (
        f"on the {one.targets} samples that both runs tried"
        if one.paired
        else "on samples of each run's own, so not compared one by one"
    )
    return (
        f"Without it {before.piece.broken} of {before.piece.handled} samples fell, with it "
        f"{now.broken} of {now.handled}: {_points(one)} {rows}.{_luck(one)}"
    )


def _points(one: Difference) -> str:
    value, low, high = (round(100 * part) for part in (one.value, one.low, one.high))
    sure = low >= 0
    ends = f"{low} to {high}" if sure else f"{_side(low)} to {_side(high)}"
    return f"{abs(value)} percentage points {'more' if value < 0 else 'fewer'} (95 %: {ends})"


def _side(points: int) -> str:
    return f"{abs(points)} {'more' if points < 0 else 'fewer'}"


def _luck(one: Difference) -> str:
    if one.chance is None:
        return ""
    share = "less than 0.1 %" if one.chance < 0.001 else f"{one.chance:.1%}".replace("%", " %")
    return f" Chance alone would do as much in {share} of cases."


def _skill(found: Retest) -> str:
    was = found.before.piece.clean_accuracy if found.before else None
    if was is None or found.accuracy is None or found.floor is None:
        return ""
    return (
        f"Without an attack the model is right {found.accuracy:.0%} of the time with it and "
        f"{was:.0%} without; {found.floor:.0%} is the least that counts."
    )


def _tries(tried: Sequence[Attempt]) -> str:
    if not tried:
        return "It was not tested with the control on yet."
    runs = "1 run" if len(tried) == 1 else f"{len(tried)} runs"
    counts = Counter(one.verdict for one in tried)
    each = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return f"{runs} with it on: {each}."


def to_json(found: Retest) -> dict[str, Any]:
    """A re-test as JSON values, each attempt with what it was and what it comes to."""
    return {
        "findings": list(found.findings),
        "said": list(sentences(found)),
        "before": found.before and found.before.piece.id,
        "worst": found.worst and found.worst.piece.id,
        "accuracy": {
            "before": found.before.piece.clean_accuracy if found.before else None,
            "now": found.accuracy,
            "floor": found.floor,
        },
        "attempts": [_row(one) for one in found.attempts],
    }


def _row(one: Attempt) -> dict[str, object]:
    piece = one.piece
    return {
        "evidence": piece.id,
        "taken_on": piece.taken_on.isoformat(),
        "test": piece.test,
        "adaptive": one.is_adaptive,
        "role": piece.role,
        "seed": piece.seed,
        "budget": piece.budget,
        "broken": piece.broken,
        "handled": piece.handled,
        "metric": piece.metric,
        "clean_accuracy": piece.clean_accuracy,
        "with_control": one.is_on,
        "verdict": one.verdict,
        "counts": one.counts,
        "difference": one.against and asdict(one.against),
    }
