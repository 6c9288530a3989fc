"""Findings as a report lists them: one line each, gathered by threat or by what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from catalog.types import Catalog, Level
from threatmodel.core.document import Document
from threatmodel.core.findings import SETTLED, Assessment, Finding
from threatmodel.core.inputs import Inputs
from threatmodel.core.naming import adversary_name, control_title, full_name, threat_title

from .context import FindingLine, Mark, ThreatGroup
from .references import references

MOST_GRAVE = 6
TREATMENTS = ("open", "accepted", "transferred", "avoided", "dismissed")


def worst_levels(assessment: Assessment) -> dict[str, Level]:
    """The highest residual of each element over findings that apply and are not dismissed."""
    worst: dict[str, Level] = {}
    for finding in assessment.findings:
        if finding.applies == "yes" and finding.treatment not in SETTLED:
            level = worst.get(finding.element, finding.residual)
            worst[finding.element] = max(finding.residual, level)
    return worst


def line(finding: Finding, document: Document, catalog: Catalog, inputs: Inputs) -> FindingLine:
    """A finding with the names of what it is about, and what was decided of it last."""
    low, high = finding.range
    made = [d for d in inputs.decisions if d.finding == finding.key and d.action != "rate"]
    latest = max(made, key=lambda d: (d.on, d.id)) if made else None
    return FindingLine(
        finding=finding,
        title=threat_title(document, catalog, finding.threat),
        element=full_name(document, finding.element),
        adversary=adversary_name(document, catalog, finding.adversary),
        residual=Mark(finding.residual),
        inherent=Mark(finding.inherent),
        planned=Mark(finding.planned),
        likelihood=Mark(finding.likelihood),
        impact=Mark(finding.impact),
        span="" if low == high else f"{low.key} to {high.key}",
        decision=latest if finding.treatment != "open" else None,
        questions=tuple(question.text for question in finding.questions),
    )


def groups(
    findings: Iterable[Finding],
    lines: Mapping[str, FindingLine],
    document: Document,
    catalog: Catalog,
) -> tuple[ThreatGroup, ...]:
    """Grouped by threat, in the order of each group's most severe finding."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.threat, []).append(finding)
    return tuple(
        _group(threat, tuple(found), lines, document, catalog) for threat, found in grouped.items()
    )


def _group(
    threat_id: str,
    findings: tuple[Finding, ...],
    lines: Mapping[str, FindingLine],
    document: Document,
    catalog: Catalog,
) -> ThreatGroup:
    threat = catalog.threats.get(threat_id)
    scenario = document.scenarios.get(threat_id)
    description = threat.description if threat else scenario.description if scenario else ""
    controls = dict.fromkeys(control for finding in findings for control in finding.controls)
    return ThreatGroup(
        id=threat_id,
        title=threat_title(document, catalog, threat_id),
        description=description,
        worst=Mark(max(finding.residual for finding in findings)),
        lines=tuple(lines[finding.key] for finding in findings),
        controls=tuple(control_title(catalog, control) for control in controls),
        references=references(catalog, threat.references) if threat else (),
        own=scenario is None and catalog.is_own("threats", threat_id),
    )


def by_element(
    findings: Iterable[Finding], lines: Mapping[str, FindingLine], document: Document
) -> tuple[tuple[str, tuple[FindingLine, ...]], ...]:
    """Every element that has findings, the most severe first, under its name."""
    found: dict[str, list[FindingLine]] = {}
    for finding in findings:
        found.setdefault(finding.element, []).append(lines[finding.key])
    return tuple((full_name(document, id), tuple(group)) for id, group in found.items())


def gravest(
    findings: Iterable[Finding], lines: Mapping[str, FindingLine]
) -> tuple[FindingLine, ...]:
    """What a board reads besides the table: the first that are a risk still."""
    still = (one for one in findings if one.treatment not in SETTLED)
    return tuple(lines[one.key] for one in islice(still, MOST_GRAVE))


def decided(
    findings: Iterable[Finding], lines: Mapping[str, FindingLine]
) -> tuple[tuple[str, tuple[FindingLine, ...]], ...]:
    """What is not open any more, by what was decided."""
    found: dict[str, list[FindingLine]] = {}
    for finding in findings:
        if finding.treatment != "open":
            found.setdefault(finding.treatment, []).append(lines[finding.key])
    return tuple((name, tuple(found[name])) for name in TREATMENTS if name in found)
