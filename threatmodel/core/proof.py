"""Whether measurements prove a control: the same test again with it on, and one that adapts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from catalog.types import Catalog, Control, Threat

from .controls import in_place
from .evidence import Weighed, answered, concerns, weigh
from .graph import Graph
from .inputs import Evidence, Inputs


def measured_by(control: Control, catalog: Catalog, findings: Iterable[str]) -> list[str]:
    """Of some findings those that the control's re-test measures; empty: a checklist proves it."""
    if control.verify.kind != "technical":
        return []
    tests = frozenset(control.verify.tests)
    found = []
    for key in findings:
        threat = catalog.threats.get(key.rpartition("@")[0])
        if threat is not None and not tests.isdisjoint(threat.tests):
            found.append(key)
    return found


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
        threat_id, _, element = key.rpartition("@")
        threat = graph.catalog.threats[threat_id]
        standing = in_place(graph, element, (), inputs.mitigations)
        pieces = [
            weigh(piece, threat.success, standing, on)
            for piece in inputs.evidence
            if piece.element == element and concerns(piece, threat)
        ]
        if missing := _missing(control, threat, pieces, since):
            return f"{threat.title}: {missing}"
    return ""


def _missing(control: Control, threat: Threat, pieces: Sequence[Weighed], since: date) -> str:
    held = [one for one in pieces if one.verdict == "held" and one.weight > 0]
    after = [one for one in held if _with(one.piece, control, since)]
    if not any(one.piece.test in control.verify.tests for one in after):
        tests = " or ".join(control.verify.tests)
        return f"no run of {tests} with held-out data and this control on has held since it stands"
    adaptive = frozenset(control.verify.adaptive_tests)
    if not any(one.piece.adaptive or one.piece.test in adaptive for one in after):
        return "no attack that adapts to this control has been tried against it and held"
    broken = [one for one in pieces if one.verdict == "broken" and one.weight > 0]
    if any(not answered(one, pieces) for one in broken):
        return "a run that broke it has not been answered by a re-test"
    return ""


def _with(piece: Evidence, control: Control, since: date) -> bool:
    """Taken with the control on, since it stands, on data that nobody trained with."""
    on = control.id in piece.controls_on and piece.taken_on >= since
    return on and piece.role == "holdout"
