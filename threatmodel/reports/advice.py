"""Page one of a report: what to do first, and what was proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.types import Catalog, Level
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment, Finding
from threatmodel.core.inputs import Evidence, Inputs

from .naming import control_title, element_name, plural, sized, threat_title

MOST = 5


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: the act, and why it comes first."""

    act: str
    why: str
    level: Level | None = None


def open_findings(assessment: Assessment) -> tuple[Finding, ...]:
    """Findings that count: applying and not yet decided, the most severe first."""
    return tuple(f for f in assessment.findings if f.applies == "yes" and f.treatment == "open")


def first_things(
    document: Document, assessment: Assessment, catalog: Catalog, inputs: Inputs
) -> tuple[Advice, ...]:
    """At most five things to do, those that answer the most risk first.

    Controls come first, greedily by the score of the findings above appetite that they answer
    and nothing answers yet; then tests not yet run; then questions.
    """
    found = list(_controls(document, assessment, catalog, inputs))
    found += _tests(document, assessment, catalog)
    found += [
        Advice(
            f"Answer: {question.text}",
            f"It settles {plural(question.settles, 'finding')}."
            if question.settles
            else f"It decides what applies to {element_name(document, question.element)}.",
        )
        for question in assessment.questions
    ]
    return tuple(found[:MOST])


def _controls(
    document: Document, assessment: Assessment, catalog: Catalog, inputs: Inputs
) -> list[Advice]:
    tracked = {
        (mitigation.control, key)
        for mitigation in inputs.mitigations
        if mitigation.status != "dropped"
        for key in mitigation.findings
    }
    waiting = {
        finding.key: finding for finding in open_findings(assessment) if finding.position == "above"
    }
    found: list[Advice] = []
    while waiting and len(found) < MOST - 1:
        answers: dict[str, list[Finding]] = {}
        for finding in waiting.values():
            for control in finding.controls:
                if (control, finding.key) not in tracked:
                    answers.setdefault(control, []).append(finding)
        if not answers:
            break
        best = min(answers, key=lambda control: (-_weight(answers[control]), control))
        found.append(_advise(document, catalog, best, answers[best]))
        for finding in answers[best]:
            del waiting[finding.key]
    return found


def _weight(findings: Iterable[Finding]) -> int:
    return sum((finding.residual + 1) * 1000 + finding.score for finding in findings)


def _advise(
    document: Document, catalog: Catalog, control: str, findings: Sequence[Finding]
) -> Advice:
    worst = findings[0]
    title = threat_title(document, catalog, worst.threat)
    where = element_name(document, worst.element)
    others = f" and {plural(len(findings) - 1, 'more finding')}" if len(findings) > 1 else ""
    why = f"Answers “{title}” on {where}{others}."
    return Advice(control_title(catalog, control), why, worst.residual)


def _tests(document: Document, assessment: Assessment, catalog: Catalog) -> list[Advice]:
    found = []
    for finding in open_findings(assessment):
        threat = catalog.threats.get(finding.threat)
        if finding.verdict == "untested" and threat and threat.tests:
            where = element_name(document, finding.element)
            act = f"Measure on {where}: {threat.title}"
            why = "So far it is an estimate; a robustness test can tell."
            found.append(Advice(act, why, finding.residual))
    return found[:2]


def proven(document: Document, inputs: Inputs, tests: Mapping[str, str]) -> tuple[str, ...]:
    """What measurements showed, one sentence a run, the newest first."""
    runs = sorted(inputs.evidence, key=lambda piece: (piece.taken_on, piece.id), reverse=True)
    measured = (piece for piece in runs if piece.handled or piece.metric)
    return tuple(
        _sentence(document, piece, tests.get(piece.test, piece.test)) for piece in measured
    )


def _sentence(document: Document, piece: Evidence, test: str) -> str:
    where = element_name(document, piece.element)
    if piece.metric is not None and not piece.handled:
        day = f"{piece.taken_on.day} {piece.taken_on:%B %Y}"
        return f"{test} on {where}: measured {piece.metric:g} on {day}."
    within = f" within {piece.budget} queries each" if piece.budget else ""
    change = f", changed by at most {sized(piece.eps, piece.norm)}" if piece.eps else ""
    old = "" if piece.current else " The model has changed since."
    return (
        f"{test} on {where}: {piece.broken} of {piece.handled} samples fell{within}{change}.{old}"
    )
