"""Page one of a report: what to do first, and what was proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.types import Catalog, Level
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment, Finding
from threatmodel.core.inputs import Evidence, Inputs
from threatmodel.core.naming import controls_on, full_name, plural, sized

MOST = 5


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: the act, and why it comes first."""

    act: str
    why: str


def open_findings(assessment: Assessment) -> tuple[Finding, ...]:
    """Findings that count: applying and not yet decided, the most severe first."""
    return tuple(f for f in assessment.findings if f.applies == "yes" and f.treatment == "open")


def first_things(
    document: Document, assessment: Assessment, catalog: Catalog, plan: Mapping[str, Any]
) -> tuple[Advice, ...]:
    """At most five things to do: the first controls of the plan, in its order, so that both name
    the same ones; then tests not yet run; then questions.

    `plan` is what `core.plan_wire` tells of the basket that brings the findings within the
    appetite.
    """
    found = [_control(pick) for pick in plan["picks"][: MOST - 1]]
    found += _tests(document, assessment, catalog)
    found += [
        Advice(
            f"Answer: {question.text}",
            f"It settles {plural(question.settles, 'finding')}."
            if question.settles
            else f"It decides what applies to {full_name(document, question.element)}.",
        )
        for question in assessment.questions
    ]
    return tuple(found[:MOST])


def _control(pick: Mapping[str, Any]) -> Advice:
    begun = "Planned already. " if pick["planned"] else ""
    cost = f"({plural(pick['days'], 'day')} of work)"
    return Advice(f"{pick['title']} at {pick['place_name']}", f"{begun}{_bought(pick)} {cost}.")


def _bought(pick: Mapping[str, Any]) -> str:
    """What it lowers on top of those before it, the gravest by name."""
    buys = sorted(pick["buys"], key=lambda one: -Level.parse(one["before"]))
    if not buys:
        return "The plan needs it beside the others"
    one, more = buys[0], len(buys) - 1
    others = f", and {plural(more, 'more finding')} with it" if more else ""
    where = f"“{one['title']}” on {one['element_name']}"
    return f"Brings {where} from {one['before']} to {one['after']}{others}"


def _tests(document: Document, assessment: Assessment, catalog: Catalog) -> list[Advice]:
    found = []
    for finding in open_findings(assessment):
        threat = catalog.threats.get(finding.threat)
        if finding.verdict == "untested" and threat and threat.tests:
            where = full_name(document, finding.element)
            act = f"Measure on {where}: {threat.title}"
            why = "So far it is an estimate; a robustness test can tell."
            found.append(Advice(act, why))
    return found[:2]


def proven(
    document: Document, catalog: Catalog, inputs: Inputs, tests: Mapping[str, str]
) -> tuple[str, ...]:
    """What measurements showed, one sentence a run, the newest first."""
    runs = sorted(inputs.evidence, key=lambda piece: (piece.taken_on, piece.id), reverse=True)
    measured = (piece for piece in runs if piece.handled or piece.metric)
    return tuple(
        _sentence(document, catalog, piece, tests.get(piece.test, piece.test)) for piece in measured
    )


def _sentence(document: Document, catalog: Catalog, piece: Evidence, test: str) -> str:
    where = full_name(document, piece.element)
    if controls := controls_on(piece, catalog):
        where += f" with “{'”, “'.join(controls)}” on"
    if piece.metric is not None and not piece.handled:
        day = f"{piece.taken_on.day} {piece.taken_on:%B %Y}"
        return f"{test} on {where}: measured {piece.metric:g} on {day}."
    within = f" within {piece.budget:,} queries each" if piece.budget else ""
    change = f", changed by at most {sized(piece.eps, piece.norm)}" if piece.eps else ""
    old = "" if piece.current else " The model has changed since."
    return (
        f"{test} on {where}: {piece.broken} of {piece.handled} samples fell{within}{change}.{old}"
    )
