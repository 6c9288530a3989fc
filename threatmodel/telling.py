"""What the surfaces tell alike: one finding in full, and a system against other people's lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.coverage import Coverage
from catalog.types import Catalog, Pair
from threatmodel import live
from threatmodel.core import wire
from threatmodel.core.coverage import SystemCoverage, standing_at
from threatmodel.core.document import Document
from threatmodel.core.findings import Finding
from threatmodel.core.inputs import Inputs
from threatmodel.core.rules import Explanation, Ruleset
from threatmodel.core.rules import explain as explain_rule
from threatmodel.gate import NotFound
from threatmodel.live import Warm, catalogs
from threatmodel.models import FindingRow, System
from threatmodel.rows import read_document, read_inputs

ORDER = ("-residual", "-score", "threat", "element")


@dataclass(frozen=True, slots=True)
class Covered:
    """A system with all that its coverage and its lints are told from."""

    catalog: Catalog
    document: Document
    inputs: Inputs
    findings: list[FindingRow]
    coverage: SystemCoverage


def covered(system: System) -> Covered:
    """A system against the lists of its catalog, in a number of queries that never grows."""
    catalog = catalogs.of(system)
    document, inputs = read_document(system, catalog), read_inputs(system)
    findings = list(system.findings.defer("data").order_by(*ORDER))
    standing = standing_at(document, catalog, inputs.mitigations)
    coverage = SystemCoverage(Coverage.of(catalog), findings, standing)
    return Covered(catalog, document, inputs, findings, coverage)


def finding(system: System, key: str) -> dict[str, Any]:
    """The row of a list, and everything that stands behind it."""
    return live.read(system, lambda warm: _finding(warm, key))


def explain(system: System, threat: str, element: str) -> dict[str, Any]:
    """Every atom with what it read, also where the threat does not apply."""
    return live.read(system, lambda warm: explanation_row(_explain(warm, threat, element)))


def _finding(warm: Warm, key: str) -> dict[str, Any]:
    catalog = warm.engine.catalog
    found = next((one for one in warm.engine.findings if one.key == key), None)
    if found is None:
        raise NotFound("There is no such finding")
    threat = catalog.threats.get(found.threat)
    scenario = warm.document.scenarios.get(found.threat)
    source = scenario or threat
    return {
        **wire.finding_row(found, catalog, warm.document),
        "description": source.description if source else "",
        "explanation": _explanation(warm, found),
        "steps": [wire.step_row(one) for one in found.steps],
        "ledger": [wire.ledger_row(one) for one in found.ledger],
        "access_text": next((one.text for one in found.steps if one.name == "access"), ""),
        "proposal": found.proposal,
        "note": found.note,
        "pairs": [pair_row(catalog, one) for one in threat.answered_by] if threat else [],
    }


def _explanation(warm: Warm, found: Finding) -> dict[str, Any] | None:
    """None for a scenario: the team said that it applies."""
    if found.threat in warm.document.scenarios:
        return None
    return explanation_row(_explain(warm, found.threat, found.element))


def _explain(warm: Warm, threat: str, element: str) -> Explanation:
    ruleset = Ruleset.compile(warm.engine.catalog)
    try:
        return explain_rule(ruleset, warm.engine.graph, threat, element)
    except LookupError:
        raise NotFound("There is no such threat or no such element") from None


def explanation_row(one: Explanation) -> dict[str, Any]:
    return {
        "op": one.op,
        "truth": one.truth,
        "text": one.text,
        "read": [
            {"element": fact.element, "attribute": fact.attribute, "value": fact.value}
            for fact in one.read
        ],
        "children": [explanation_row(child) for child in one.children],
    }


def pair_row(catalog: Catalog, one: Pair) -> dict[str, Any]:
    """A control against this threat: what it does, what gets around it."""
    control = catalog.controls[one.control]
    return {
        "control": one.control,
        "title": control.title,
        "effort": control.effort,
        "at": one.at,
        "acts_on": one.acts_on,
        "factor": list(one.factor) if one.factor else None,
        "levels": one.levels,
        "reason": one.reason,
        "bypass": one.bypass,
        "worsens": list(one.worsens),
    }
