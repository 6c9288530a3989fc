"""Whether measurements prove a control: the same test again with it on, and one that adapts.

The latter only where somebody attacks: an accident adapts to nothing.

What it does to the threat is then read off the same runs, and holds from there on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from catalog.types import Catalog, Control, Threat

from .controls import in_place
from .evidence import MEASURED_GOALS, Weighed, answered, concerns, weigh
from .findings import parted
from .graph import Graph
from .inputs import Evidence, Inputs
from .posterior import Count, chances

# So much of how often the model is right a control may cost and still be called verified.
MOST_ACCURACY_LOST = 0.05


def measured_by(control: Control, catalog: Catalog, findings: Iterable[str]) -> list[str]:
    """Of some findings those that the control's re-test measures; empty: a checklist proves it."""
    if control.verify.kind != "technical":
        return []
    tests = frozenset(control.verify.tests)
    found = []
    for key in findings:
        threat = catalog.threats.get(parted(key)[0])
        if threat is not None and not tests.isdisjoint(threat.tests):
            found.append(key)
    return found


def tests_of(control: Control, catalog: Catalog, findings: Iterable[str]) -> tuple[str, ...]:
    """Of the control's tests those that measure the findings, which `measured_by` names."""
    known = {test for key in findings for test in catalog.threats[parted(key)[0]].tests}
    return tuple(test for test in control.verify.tests if test in known)


def attacked(catalog: Catalog, findings: Iterable[str]) -> bool:
    """Whether somebody attacks in one of the findings, and so would adapt to the control."""
    return any(catalog.threats[parted(key)[0]].adversarial for key in findings)


def lacking(
    control: Control, graph: Graph, inputs: Inputs, findings: Iterable[str], since: date, on: date
) -> str:
    """What is missing before the control may be called verified, in a sentence; empty: nothing.

    Parameters
    ----------
    findings
        Those that `measured_by` names.
    since, on
        The day on which the control was put in place, and the day of the judgement.
    """
    for key in findings:
        threat, pieces = weighed(graph, inputs, key, on)
        if missing := _missing(control, threat, pieces, since):
            return f"{threat.title}: {missing}"
    return ""


def effects(
    control: Control, graph: Graph, inputs: Inputs, findings: Iterable[str], since: date, on: date
) -> dict[str, float]:
    """For each finding the factor on P that the re-test measured, from 0 to 1.

    Notes
    -----
    P with the control on, by the worst of the runs that held, over P by the latest run of the same
    test without it, both at the cautious end (docs/scoring.md, section 6). A finding whose test was
    never run without the control, or counts no targets, has no factor: the range of the catalog
    stands for it.
    """
    found = {}
    for key in findings:
        threat, pieces = weighed(graph, inputs, key, on)
        before, after = without(control, pieces), _since(control, pieces, since)
        if before is None or threat.success.goal in MEASURED_GOALS:
            continue
        worst = max((_p(threat, one) for one in after if one.piece.handled), default=None)
        if worst is not None:
            found[key] = round(min(1.0, worst / _p(threat, before)), 4)
    return found


def _p(threat: Threat, one: Weighed) -> float:
    (chance,) = chances(threat.success, [Count(one.fell, one.piece.handled)])
    return chance.p


def weighed(graph: Graph, inputs: Inputs, key: str, on: date) -> tuple[Threat, list[Weighed]]:
    """The finding's threat, and what was measured about it on its element."""
    threat_id, element = parted(key)
    threat = graph.catalog.threats[threat_id]
    standing = in_place(graph, element, (), inputs.mitigations)
    return threat, [
        weigh(piece, threat.success, standing, on)
        for piece in inputs.evidence
        if piece.element == element and concerns(piece, threat)
    ]


def _missing(control: Control, threat: Threat, pieces: Sequence[Weighed], since: date) -> str:
    after = _since(control, pieces, since)
    again = [one.piece for one in after if one.piece.test in control.verify.tests]
    if not again:
        return "no run of its test with held-out data and this control on has held yet"
    if threat.adversarial and not any(_adapts_beside(one.piece, again, control) for one in after):
        return "no attack that adapts to this control has been tried against it and held"
    before = without(control, pieces)
    if before and (short := _falls_short(before.piece, again)):
        return short
    broken = [one for one in pieces if one.verdict == "broken" and one.weight > 0]
    if any(not answered(one, pieces, adversarial=threat.adversarial) for one in broken):
        return "a run that broke it has not been answered by a re-test"
    return ""


def _adapts_beside(piece: Evidence, again: Sequence[Evidence], control: Control) -> bool:
    """Whether it adapts to the control, beside a re-test: one run is never both of the two."""
    if not piece.adaptive and piece.test not in control.verify.adaptive_tests:
        return False
    return any(one is not piece and (piece.adaptive or one.test != piece.test) for one in again)


def _falls_short(before: Evidence, again: Sequence[Evidence]) -> str:
    """Why none of the runs answers the one without the control; empty: one does.

    As long and as hard a test with another seed, on a model that is about as often right: one that
    only guesses holds, too.
    """
    whole = [one for one in again if (one.budget or 0) >= (before.budget or 0)]
    if not whole:
        return (
            f"the re-test tried less than the run without it, which had {before.budget:,} queries"
        )
    whole = [one for one in whole if not _is_milder(one, before)]
    if not whole:
        return f"the re-test changed inputs by less than the run without it, {before.eps:g}"
    if not any(one.seed != before.seed for one in whole):
        return "the re-test has the seed of the run without it; take a fresh one"
    fresh = [one for one in again if one.seed != before.seed]
    return _accuracy_lost(before.clean_accuracy, [one.clean_accuracy for one in fresh])


def _is_milder(later: Evidence, before: Evidence) -> bool:
    same = later.test == before.test and later.norm == before.norm
    return same and (later.eps or 0.0) < (before.eps or 0.0)


def _accuracy_lost(was: float | None, now: Sequence[float | None]) -> str:
    known = [one for one in now if one is not None]
    if was is None:
        return ""
    if len(known) < len(now):
        return "the re-test does not tell how often the model is right without an attack"
    if min(known) < was - MOST_ACCURACY_LOST:
        return f"the model is right {min(known):.0%} of the time with it, and {was:.0%} without"
    return ""


def _since(control: Control, pieces: Iterable[Weighed], since: date) -> list[Weighed]:
    """What held with the control on since it stands."""
    held = [one for one in pieces if one.verdict == "held" and one.weight > 0]
    return [one for one in held if stood_on(one.piece, control, since)]


def without(control: Control, pieces: Iterable[Weighed]) -> Weighed | None:
    """The latest run of the control's own tests that was made without it."""
    found = [
        one
        for one in pieces
        if one.piece.test in control.verify.tests
        and control.id not in one.piece.controls_on
        and one.piece.handled
        and (one.piece.adopted or one.piece.origin not in ("imported", "carried"))
    ]
    return max(found, key=lambda one: (one.piece.taken_on, one.piece.id), default=None)


def stood_on(piece: Evidence, control: Control, since: date) -> bool:
    """Taken with the control on, since it stands, on data that nobody trained with."""
    on = control.id in piece.controls_on and piece.taken_on >= since
    return on and piece.role == "holdout"
