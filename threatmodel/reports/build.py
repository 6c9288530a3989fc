"""Everything a report says, as one frozen value: templates only lay it out.

The same document, assessment, catalog and inputs give the same context. Every list is complete:
accepted, transferred, avoided and dismissed findings are listed like all others, conditional ones
stand apart behind their question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from catalog.types import Catalog, FrameworkEntry, Level, Threat
from threatmodel.core.document import Document, digest
from threatmodel.core.findings import Assessment, Finding, Question
from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation
from threatmodel.core.scoring import risk

from . import charts
from .advice import Advice, first_things, lints, proven
from .diagram import diagram_svg
from .naming import adversary_name, control_title, element_name, plural, threat_title
from .svg import Svg

TREATMENTS = ("open", "accepted", "transferred", "avoided", "dismissed")


@dataclass(frozen=True, slots=True)
class Edition:
    """What stands on the cover and in the margins besides the system itself."""

    revision: int = 0
    made_on: date | None = None
    made_by: str = ""
    classification: str = "Confidential"
    paper: str = "A4"


@dataclass(frozen=True, slots=True)
class Mark:
    """A level as a template shows it: its word and its shape."""

    level: Level | None

    @property
    def word(self) -> str:
        return "none" if self.level is None else self.level.key

    @property
    def shape(self) -> Svg:
        return charts.badge(self.level, 11)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding within its threat's group."""

    finding: Finding
    title: str
    element: str
    adversary: str
    residual: Mark
    inherent: Mark
    planned: Mark
    likelihood: Mark
    impact: Mark
    span: str
    decision: Decision | None
    questions: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Whether inherent, residual and planned risk differ at all."""
        return len({self.finding.inherent, self.finding.residual, self.finding.planned}) > 1


@dataclass(frozen=True, slots=True)
class Reference:
    """A threat in somebody's framework: the framework's title and the entries there."""

    framework: str
    entries: tuple[FrameworkEntry, ...]


@dataclass(frozen=True, slots=True)
class ThreatGroup:
    """A threat, described once, with every element it strikes."""

    id: str
    title: str
    description: str
    worst: Mark
    lines: tuple[FindingLine, ...]
    controls: tuple[str, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class MitigationLine:
    mitigation: Mitigation
    control: str
    answers: tuple[str, ...]
    overdue: bool


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    evidence: Evidence
    element: str
    verdicts: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    edition: str
    publisher: str
    url: str
    licence: str


@dataclass(frozen=True, slots=True)
class Context:
    """The whole report. Field names are what the templates in templates/report/ read."""

    edition: Edition
    document: Document
    assessment: Assessment
    digest: str
    risk: Mark
    best: Mark
    worst: Mark
    appetite: Mark
    answer: str
    levels: tuple[tuple[Mark, int], ...]
    treatments: tuple[tuple[str, int], ...]
    distribution: Svg
    matrix: Svg
    diagram: Svg
    measured: Svg | None
    todo: tuple[Advice, ...]
    proven: tuple[str, ...]
    lints: tuple[str, ...]
    threats: tuple[ThreatGroup, ...]
    conditional: tuple[ThreatGroup, ...]
    decided: tuple[tuple[str, tuple[FindingLine, ...]], ...]
    mitigations: tuple[MitigationLine, ...]
    evidence: tuple[EvidenceLine, ...]
    questions: tuple[tuple[str, Question], ...]
    adversaries: tuple[tuple[str, Mark, Mark, Mark], ...]
    parts: tuple[tuple[str, str, str, Mark], ...]
    out_of_scope: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]


def build(
    document: Document,
    assessment: Assessment,
    catalog: Catalog,
    inputs: Inputs,
    edition: Edition | None = None,
) -> Context:
    """Gather a report.

    Notes
    -----
    O(findings + elements), apart from sorting.
    """
    applying = [finding for finding in assessment.findings if finding.applies == "yes"]
    waiting = [finding for finding in assessment.findings if finding.applies != "yes"]
    lines = {f.key: _line(f, document, catalog, inputs) for f in assessment.findings}
    summary = assessment.summary
    worst = worst_levels(assessment)
    return Context(
        edition=edition or Edition(made_on=assessment.as_of),
        document=document,
        assessment=assessment,
        digest=digest(document),
        risk=Mark(summary.risk),
        best=Mark(summary.range[0]),
        worst=Mark(summary.range[1]),
        appetite=Mark(document.system.appetite),
        answer=_answer(document, assessment),
        levels=tuple((Mark(lv), summary.by_level.get(lv.key, 0)) for lv in reversed(Level)),
        treatments=tuple((name, summary.by_treatment.get(name, 0)) for name in TREATMENTS),
        distribution=charts.distribution(summary.by_level),
        matrix=charts.matrix(_counts(applying), risk_table()),
        diagram=diagram_svg(document, catalog, levels=worst),
        measured=_measured(document, inputs.evidence),
        todo=first_things(document, assessment, catalog, inputs),
        proven=proven(document, inputs),
        lints=lints(assessment, catalog, inputs),
        threats=_groups(applying, lines, document, catalog),
        conditional=_groups(waiting, lines, document, catalog),
        decided=_decided(applying, lines),
        mitigations=_mitigations(document, catalog, inputs, assessment.as_of),
        evidence=_evidence(document, assessment, inputs),
        questions=tuple((element_name(document, q.element), q) for q in assessment.questions),
        adversaries=_adversaries(document, catalog),
        parts=_parts(document, catalog, worst),
        out_of_scope=tuple(
            (element_name(document, left.id), left.reason)
            for left in document.out_of_scope.values()
        ),
        sources=_sources(catalog, assessment),
    )


def risk_table() -> Mapping[tuple[Level, Level], Level]:
    """Table I-2 for every pair of likelihood and impact."""
    return {pair: risk(*pair) for pair in product(Level, Level)}


def worst_levels(assessment: Assessment) -> dict[str, Level]:
    """The highest residual of each element over findings that apply and are not dismissed."""
    worst: dict[str, Level] = {}
    for finding in assessment.findings:
        if finding.applies == "yes" and finding.treatment not in ("dismissed", "avoided"):
            level = worst.get(finding.element, finding.residual)
            worst[finding.element] = max(finding.residual, level)
    return worst


def _answer(document: Document, assessment: Assessment) -> str:
    """The report in two sentences."""
    summary = assessment.summary
    if summary.risk is None:
        if summary.conditional:
            return f"No threat is known to apply yet. {_waiting(summary.conditional)}"
        return "No threat of the catalog applies to what has been drawn."
    appetite, above = document.system.appetite.key, summary.above_appetite
    placed = "no open finding lies" if not above else f"{plural(above, 'open finding')} lie"
    placed += "s" if above == 1 else ""
    answer = f"The residual risk is {summary.risk.key}: {placed} above the appetite ({appetite})."
    return " ".join(filter(None, (answer, _taken_on(assessment), _waiting(summary.conditional))))


def _taken_on(assessment: Assessment) -> str:
    """Risk above the appetite that somebody took on is no open finding, and no secret either."""
    taken = [
        finding
        for finding in assessment.findings
        if finding.treatment in ("accepted", "transferred") and finding.position == "above"
    ]
    if not taken:
        return ""
    worst = max(finding.residual for finding in taken)
    verb = "was" if len(taken) == 1 else "were"
    return (
        f"{plural(len(taken), 'finding')} above it, up to {worst.key}, {verb} accepted or "
        "transferred."
    )


def _waiting(conditional: int) -> str:
    if not conditional:
        return ""
    verb = "waits" if conditional == 1 else "wait"
    return f"{plural(conditional, 'more finding')} {verb} for an answer."


def _counts(findings: Iterable[Finding]) -> Counter[tuple[Level, Level]]:
    return Counter((finding.likelihood, finding.impact) for finding in findings)


def _line(finding: Finding, document: Document, catalog: Catalog, inputs: Inputs) -> FindingLine:
    low, high = finding.range
    decided = [d for d in inputs.decisions if d.finding == finding.key and d.action != "rate"]
    latest = max(decided, key=lambda d: (d.on, d.id)) if decided else None
    return FindingLine(
        finding=finding,
        title=threat_title(document, catalog, finding.threat),
        element=element_name(document, finding.element),
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


def _groups(
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
        references=_references(threat, catalog) if threat else (),
    )


def _references(threat: Threat, catalog: Catalog) -> tuple[Reference, ...]:
    found = []
    for name, ids in threat.references.items():
        framework = catalog.frameworks.get(name)
        known = framework.entries if framework else {}
        entries = tuple(known.get(id) or FrameworkEntry(id, "", "") for id in ids)
        found.append(Reference(framework.title if framework else name, entries))
    return tuple(found)


def _decided(
    findings: Iterable[Finding], lines: Mapping[str, FindingLine]
) -> tuple[tuple[str, tuple[FindingLine, ...]], ...]:
    found: dict[str, list[FindingLine]] = {}
    for finding in findings:
        if finding.treatment != "open":
            found.setdefault(finding.treatment, []).append(lines[finding.key])
    return tuple((name, tuple(found[name])) for name in TREATMENTS if name in found)


def _mitigations(
    document: Document, catalog: Catalog, inputs: Inputs, as_of: date
) -> tuple[MitigationLine, ...]:
    ordered = sorted(inputs.mitigations, key=lambda m: (m.due or date.max, m.title, m.id))
    done = ("implemented", "verified", "dropped")
    return tuple(
        MitigationLine(
            mitigation,
            control_title(catalog, mitigation.control) if mitigation.control else "",
            tuple(_finding_name(key, document, catalog) for key in mitigation.findings),
            mitigation.due is not None and mitigation.due < as_of and mitigation.status not in done,
        )
        for mitigation in ordered
    )


def _finding_name(key: str, document: Document, catalog: Catalog) -> str:
    threat, _, element = key.partition("@")
    return f"{threat_title(document, catalog, threat)} on {element_name(document, element)}"


def _evidence(
    document: Document, assessment: Assessment, inputs: Inputs
) -> tuple[EvidenceLine, ...]:
    rows = [(row, f) for f in assessment.findings for row in f.ledger]
    found = []
    for piece in sorted(inputs.evidence, key=lambda e: (e.taken_on, e.id)):
        mine = [row for row, _ in rows if row.evidence == piece.id]
        found.append(
            EvidenceLine(
                piece,
                element_name(document, piece.element),
                tuple(dict.fromkeys(row.verdict for row in mine)) or ("not counted",),
                tuple(dict.fromkeys(row.text for row in mine)),
            )
        )
    return tuple(found)


def _measured(document: Document, evidence: Iterable[Evidence]) -> Svg | None:
    rows = [_share(piece, document) for piece in evidence if piece.handled]
    return charts.intervals(rows) if rows else None


def _share(piece: Evidence, document: Document) -> charts.Interval:
    return charts.share(
        f"{piece.test}, {element_name(document, piece.element)}", piece.broken, piece.handled
    )


def _adversaries(document: Document, catalog: Catalog) -> tuple[tuple[str, Mark, Mark, Mark], ...]:
    declared = document.adversaries or catalog.adversaries
    return tuple(
        (one.name, Mark(one.capability), Mark(one.intent), Mark(one.targeting))
        for one in declared.values()
    )


def _parts(
    document: Document, catalog: Catalog, worst: Mapping[str, Level]
) -> tuple[tuple[str, str, str, Mark], ...]:
    """The diagram in words: component, type, zone, worst residual."""
    return tuple(
        (
            component.name,
            catalog.component_type(component.type).name,
            element_name(document, component.zone) if component.zone else "not placed",
            Mark(worst.get(component.id)),
        )
        for component in document.components.values()
    )


def _sources(catalog: Catalog, assessment: Assessment) -> tuple[Source, ...]:
    used = {
        name
        for finding in assessment.findings
        if finding.threat in catalog.threats
        for name in catalog.threats[finding.threat].references
    }
    return tuple(
        Source(f.title, f.edition, f.publisher, f.url, f.licence)
        for name, f in catalog.frameworks.items()
        if name in used
    )
