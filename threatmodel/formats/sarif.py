"""Findings for code-scanning dashboards: SARIF 2.1.0, written only.

Elements of a diagram have no files and lines, so results carry logical locations; the finding's
key is the fingerprint by which a dashboard knows it again.

References
----------
.. [1] OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json

from catalog.types import Catalog, Level, Threat
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment, Finding
from threatmodel.release import VERSION

NAME = "sarif"
TITLE = "SARIF 2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Level.VERY_HIGH: "error",
    Level.HIGH: "error",
    Level.MODERATE: "warning",
    Level.LOW: "note",
    Level.VERY_LOW: "note",
}
# What GitHub and others sort by, on the scale of CVSS; the middle of each of its bands.
_SEVERITY = {
    Level.VERY_HIGH: "9.5",
    Level.HIGH: "8.0",
    Level.MODERATE: "5.5",
    Level.LOW: "2.0",
    Level.VERY_LOW: "0.5",
}
Row = dict[str, object]


def write(assessment: Assessment, catalog: Catalog, document: Document) -> bytes:
    """One run with a rule per threat and a result per finding.

    Conditional findings are of the kind `open` (SARIF's word for: not decided), treated ones are
    suppressed with their treatment as the reason.
    """
    threats = sorted({finding.threat for finding in assessment.findings})
    rules = [_rule(key, catalog, document) for key in threats]
    numbers = {key: index for index, key in enumerate(threats)}
    results = [
        _result(finding, numbers[finding.threat], catalog, document)
        for finding in assessment.findings
    ]
    driver = {
        "name": "Bartizan",
        "semanticVersion": VERSION,
        "rules": rules,
        "properties": {"catalog": assessment.catalog},
    }
    run = {
        "tool": {"driver": driver},
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {"document": assessment.document, "as_of": assessment.as_of.isoformat()},
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _rule(key: str, catalog: Catalog, document: Document) -> Row:
    threat = catalog.threats.get(key)
    if threat is None:
        scenario = document.scenarios.get(key)
        title = scenario.title if scenario else key
        return {"id": key, "shortDescription": {"text": title or key}}
    return {
        "id": key,
        "shortDescription": {"text": threat.title},
        "fullDescription": {"text": threat.description},
        "properties": {"tags": _tags(threat, own=catalog.is_own("threats", key))},
    }


def _tags(threat: Threat, *, own: bool) -> list[str]:
    """Outside ids as tags, each with its framework; and whether only a workspace knows it."""
    named = sorted(threat.references.items())
    first = ["security", "own"] if own else ["security"]
    return first + [f"external/{name}/{entry}" for name, ids in named for entry in ids]


def _result(finding: Finding, rule: int, catalog: Catalog, document: Document) -> Row:
    conditional = finding.applies == "conditional"
    result: Row = {
        "ruleId": finding.threat,
        "ruleIndex": rule,
        "kind": "open" if conditional else "fail",
        # SARIF wants the level 'none' for every kind but 'fail'.
        "level": "none" if conditional else _LEVELS[finding.residual],
        "message": {"text": _message(finding, catalog, document)},
        "locations": [{"logicalLocations": [_location(finding.element, document)]}],
        "partialFingerprints": {"bartizanFinding/v1": finding.key},
        "properties": {
            "security-severity": _SEVERITY[finding.residual],
            "likelihood": finding.likelihood.key,
            "impact": finding.impact.key,
            "inherent": finding.inherent.key,
            "residual": finding.residual.key,
            "planned": finding.planned.key,
            "range": [finding.range[0].key, finding.range[1].key],
            "verdict": finding.verdict,
            "treatment": finding.treatment,
            "controls": list(finding.controls),
        },
    }
    if finding.treatment != "open":
        result["suppressions"] = [{"kind": "external", "justification": finding.treatment}]
    return result


def _message(finding: Finding, catalog: Catalog, document: Document) -> str:
    threat = catalog.threats.get(finding.threat)
    scenario = document.scenarios.get(finding.threat)
    title = threat.title if threat else scenario.title if scenario else finding.threat
    where = _location(finding.element, document)["name"]
    if finding.applies == "conditional":
        return (
            f"{title}: undecided for {where}; {finding.questions[0].text}"
            if (finding.questions)
            else f"{title}: undecided for {where}"
        )
    return f"{title}: {finding.residual.key} risk at {where}"


def _location(element: str, document: Document) -> Row:
    component, flow = document.components.get(element), document.flows.get(element)
    name = component.name if component else flow.name if flow else ""
    return {
        "name": name or element,
        "fullyQualifiedName": f"{document.system.name}/{element}",
        "kind": "component" if component else "flow" if flow else "element",
    }
