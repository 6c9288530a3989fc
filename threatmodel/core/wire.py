"""Findings and assessments as JSON values: for the wire, for commands, and for storage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from catalog.types import Catalog, Level

from . import grouping
from .document import Document
from .findings import Assessment, Finding, LedgerRow, Question, Step, Summary
from .naming import element_name

Json = dict[str, Any]


def to_json(assessment: Assessment, catalog: Catalog, document: Document) -> Json:
    """An assessment as `manage.py assess --format json` prints it, the most severe first."""
    return {
        "catalog": assessment.catalog,
        "document": assessment.document,
        "as_of": assessment.as_of.isoformat(),
        "findings": [finding_row(one, catalog, document) for one in assessment.findings],
        "questions": [question_row(one) for one in assessment.questions],
        "summary": summary(assessment.summary),
    }


def finding_row(finding: Finding, catalog: Catalog, document: Document) -> Json:
    """One row of a list, with the catalog's and the document's words joined in."""
    return {
        **own_row(finding),
        "element_name": element_name(document, finding.element),
        "cause_title": grouping.title(finding.cause, document, catalog),
        **_of_threat(catalog, document, finding.threat),
    }


def own_row(finding: Finding) -> Json:
    """Of a row what follows from the finding alone: no name, which may change while it stands."""
    return {
        "key": finding.key,
        "threat": finding.threat,
        "element": finding.element,
        "applies": finding.applies,
        "treatment": finding.treatment,
        "position": finding.position,
        "answered": finding.answered,
        "verdict": finding.verdict,
        "likelihood": finding.likelihood.key,
        "impact": finding.impact.key,
        "impact_assumed": finding.impact_assumed,
        "risk": {
            "inherent": finding.inherent.key,
            "residual": finding.residual.key,
            "planned": finding.planned.key,
            "range": [finding.range[0].key, finding.range[1].key],
            "score": finding.score,
        },
        "adversary": finding.adversary,
        "cause": finding.cause,
        "questions": [question_row(one) for one in finding.questions],
        "controls": list(finding.controls),
        **decided(finding),
    }


def listed(finding: Finding) -> str:
    """The same as JSON, as it is stored for lists."""
    return _json(own_row(finding))


class Listing:
    """Rows of a list as `finding_row` makes them, joined as JSON to what `listed` stored.

    Notes
    -----
    O(1) for a row. What a threat, a place and a row are called is looked up once for them all.
    """

    def __init__(self, catalog: Catalog, document: Document) -> None:
        def of_threat(id: str) -> str:
            return _json(_of_threat(catalog, document, id))[1:]

        def of_element(id: str) -> str:
            return _json(element_name(document, id))

        def of_cause(id: str) -> str:
            return _json(grouping.title(id, document, catalog))

        self._threat, self._element, self._cause = map(cache, (of_threat, of_element, of_cause))

    def row(self, threat: str, element: str, cause: str, listed: str) -> str:
        """The row as JSON; `listed` is an object that has its closing brace last."""
        place, comes = self._element(element), self._cause(cause)
        named = f'"element_name":{place},"cause_title":{comes},{self._threat(threat)}'
        return f"{listed[:-1]},{named}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _of_threat(catalog: Catalog, document: Document, id: str) -> Json:
    """What a row says of its threat alone."""
    threat, scenario = catalog.threats.get(id), document.scenarios.get(id)
    references = threat.references if threat and not scenario else {}
    return {
        "title": scenario.title if scenario else threat.title if threat else id,
        "references": {name: list(ids) for name, ids in references.items()},
        **({"own": True} if not scenario and catalog.is_own("threats", id) else {}),
    }


def question_row(question: Question) -> Json:
    """A question as lists and exports have it."""
    return {
        "element": question.element,
        "attribute": question.attribute,
        "text": question.text,
        "kind": question.kind,
        "choices": list(question.choices),
        "settles": question.settles,
    }


def summary(counted: Summary) -> Json:
    """The counts, levels by their words; None where no finding is open."""
    low, high = counted.range
    return {
        "risk": _key(counted.risk),
        "range": [_key(low), _key(high)],
        "by_level": dict(counted.by_level),
        "by_treatment": dict(counted.by_treatment),
        "conditional": counted.conditional,
        "questions": counted.questions,
        "above_appetite": counted.above_appetite,
    }


def step_row(step: Step) -> Json:
    """One term of a score; `value` is a probability in [0, 1]."""
    return {
        "name": step.name,
        "text": step.text,
        "level": _key(step.level),
        "value": step.value,
    }


def ledger_row(row: LedgerRow) -> Json:
    """A piece of evidence as it counted; `weight` is from 0 to 1."""
    return {
        "evidence": row.evidence,
        "test": row.test,
        "family": row.family,
        "adaptive": row.adaptive,
        "on": row.on.isoformat(),
        "verdict": row.verdict,
        "broken": row.broken,
        "handled": row.handled,
        "weight": row.weight,
        "text": row.text,
    }


def finding_to_data(finding: Finding) -> Json:
    """Everything of a finding as it is stored; `finding_from_data` reads it back unchanged."""
    return {
        "key": finding.key,
        "threat": finding.threat,
        "element": finding.element,
        "applies": finding.applies,
        "treatment": finding.treatment,
        "position": finding.position,
        "answered": finding.answered,
        "verdict": finding.verdict,
        "likelihood": finding.likelihood.key,
        "impact": finding.impact.key,
        "inherent": finding.inherent.key,
        "residual": finding.residual.key,
        "planned": finding.planned.key,
        "range": [finding.range[0].key, finding.range[1].key],
        "score": finding.score,
        "adversary": finding.adversary,
        "cause": finding.cause,
        "questions": [question_row(one) for one in finding.questions],
        "controls": list(finding.controls),
        "steps": [step_row(one) for one in finding.steps],
        "ledger": [ledger_row(one) for one in finding.ledger],
        "proposal": finding.proposal,
        "impact_assumed": finding.impact_assumed,
        "note": finding.note,
        **decided(finding),
        **_elsewhere(finding),
    }


def decided(finding: Finding) -> Json:
    """Why the last decision counts no more, or until when it does; nothing for most findings."""
    lapsed = {"lapsed": finding.lapsed} if finding.lapsed else {}
    return lapsed | ({"until": finding.until.isoformat()} if finding.until else {})


def _elsewhere(finding: Finding) -> Json:
    """Where it stands without controls and with the planned ones, if not at the residual's."""
    places = {"inherent_at": finding.inherent_at, "planned_at": finding.planned_at}
    return {name: [level.key for level in at] for name, at in places.items() if at}


def finding_from_data(data: Mapping[str, Any]) -> Finding:
    """A stored finding as a value again."""
    levels = ("likelihood", "impact", "inherent", "residual", "planned")
    low, high = data["range"]
    return Finding(
        **{
            **data,
            **{name: Level.parse(data[name]) for name in levels},
            "range": (Level.parse(low), Level.parse(high)),
            "until": date.fromisoformat(data["until"]) if data.get("until") else None,
            "inherent_at": _place(data.get("inherent_at")),
            "planned_at": _place(data.get("planned_at")),
            "questions": tuple(
                Question(**{**one, "choices": tuple(one["choices"])}) for one in data["questions"]
            ),
            "controls": tuple(data["controls"]),
            "steps": tuple(Step(**{**one, "level": _level(one["level"])}) for one in data["steps"]),
            "ledger": tuple(
                LedgerRow(**{**one, "on": date.fromisoformat(one["on"])}) for one in data["ledger"]
            ),
        }
    )


def _place(keys: list[str] | None) -> tuple[Level, Level] | None:
    return (Level.parse(keys[0]), Level.parse(keys[1])) if keys else None


def _key(level: Level | None) -> str | None:
    return None if level is None else level.key


def _level(key: str | None) -> Level | None:
    return None if key is None else Level.parse(key)
