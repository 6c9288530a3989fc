"""The report's lists besides its findings: what is planned, measured, assumed and cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from catalog.types import Catalog, Level, Trust
from threatmodel.core import retest
from threatmodel.core.document import Document, Zone
from threatmodel.core.findings import Assessment, parted
from threatmodel.core.graph import Graph
from threatmodel.core.inputs import IN_PLACE, TO_DO, Evidence, Inputs, Mitigation
from threatmodel.core.naming import control_title, controls_on, finding_title, full_name, sized

from . import charts, measurement
from .context import Edition, EvidenceLine, ListCoverage, Mark, MitigationLine, Source
from .diagram import trust_of
from .measurement import Measurement
from .svg import PRINT, Svg

# Told apart from the lists: every report rests on it, whether a threat cites it or not.
METHOD = "nist-sp-800-30"
# Two charts of a run stand side by side, and the targets that took the least below them.
HALF_A_PAGE, MOST_PRINTED = 320.0, 3
MOST_TRIED = 5


def mitigations(
    document: Document, catalog: Catalog, inputs: Inputs, as_of: date
) -> tuple[MitigationLine, ...]:
    ordered = sorted(inputs.mitigations, key=lambda m: (m.due or date.max, m.title, m.id))
    graph = Graph(document, catalog)
    return tuple(
        MitigationLine(
            mitigation,
            control_title(catalog, mitigation.control) if mitigation.control else "",
            tuple(finding_title(document, catalog, key) for key in mitigation.findings),
            mitigation.due is not None and mitigation.due < as_of and mitigation.status in TO_DO,
            _tried(mitigation, graph, inputs, as_of) if mitigation.status in IN_PLACE else (),
        )
        for mitigation in ordered
    )


def _tried(mitigation: Mitigation, graph: Graph, inputs: Inputs, as_of: date) -> tuple[str, ...]:
    """What its re-tests showed, each place by its name where there are several."""
    found = retest.of_mitigation(mitigation, graph, inputs, as_of)
    named = len(found) > 1
    return tuple(
        (f"{full_name(graph.document, parted(one.findings[0])[1])}: " if named else "")
        + " ".join(retest.sentences(one))
        for one in found
        if one.attempts
    )[:MOST_TRIED]


def evidence(
    document: Document, assessment: Assessment, catalog: Catalog, inputs: Inputs, edition: Edition
) -> tuple[EvidenceLine, ...]:
    """Every measurement, with what its run found where the edition brings that."""
    rows = [(row, f) for f in assessment.findings for row in f.ledger]
    found = []
    for piece in sorted(inputs.evidence, key=lambda e: (e.taken_on, e.id)):
        mine = [row for row, _ in rows if row.evidence == piece.id]
        found.append(
            EvidenceLine(
                piece,
                edition.tests.get(piece.test, piece.test),
                full_name(document, piece.element),
                tuple(dict.fromkeys(row.verdict for row in mine)) or ("not counted",),
                tuple(dict.fromkeys(row.text for row in mine)),
                "" if piece.eps is None else sized(piece.eps, piece.norm),
                _found(edition.runs.get(piece.id)),
                controls_on(piece, catalog),
            )
        )
    return tuple(found)


def _found(result: Mapping[str, Any] | None) -> Measurement | None:
    return None if result is None else measurement.of(result, PRINT, HALF_A_PAGE, MOST_PRINTED)


def measured(
    document: Document, catalog: Catalog, evidence: Iterable[Evidence], tests: Mapping[str, str]
) -> Svg | None:
    rows = [
        _share(piece, document, catalog, tests.get(piece.test, piece.test))
        for piece in evidence
        if piece.handled
    ]
    return charts.intervals(rows) if rows else None


def _share(piece: Evidence, document: Document, catalog: Catalog, test: str) -> charts.Interval:
    named = ", ".join((test, full_name(document, piece.element), *controls_on(piece, catalog)))
    return charts.share(named, piece.broken, piece.handled)


def adversaries(document: Document, catalog: Catalog) -> tuple[tuple[str, Mark, Mark, Mark], ...]:
    declared = document.adversaries or catalog.adversaries
    return tuple(
        (one.name, Mark(one.capability), Mark(one.intent), Mark(one.targeting))
        for one in declared.values()
    )


def parts(
    document: Document, catalog: Catalog, worst: Mapping[str, Level]
) -> tuple[tuple[str, str, str, Mark], ...]:
    """The diagram in words: component, type, zone, worst residual."""
    return tuple(
        (
            component.name,
            catalog.component_type(component.type).name,
            full_name(document, component.zone) if component.zone else "not placed",
            Mark(worst.get(component.id)),
        )
        for component in document.components.values()
    )


def flows(document: Document) -> tuple[tuple[str, str], ...]:
    """Every flow by its ends, with its kind."""
    return tuple((full_name(document, one.id), one.kind) for one in document.flows.values())


def zones(document: Document, catalog: Catalog) -> tuple[tuple[str, str, str, str], ...]:
    """Name, kind, trust and surroundings of each zone."""
    return tuple(
        (
            zone.name,
            _kind(zone, catalog),
            _trust(trust_of(zone, catalog)),
            f"inside {full_name(document, zone.parent)}" if zone.parent else "",
        )
        for zone in document.zones.values()
    )


def _kind(zone: Zone, catalog: Catalog) -> str:
    known = catalog.zone_kinds.get(zone.kind or "")
    return known.name.lower() if known else zone.kind or "of no kind"


def _trust(trust: Trust | None) -> str:
    return "trust unknown" if trust is None else f"trust {trust.key}"


def assets(
    document: Document,
) -> tuple[tuple[str, str, bool, tuple[tuple[str, Mark], ...]], ...]:
    """Name, kind, whether about people, and how bad each loss would be."""
    return tuple(
        (
            asset.name,
            asset.kind,
            bool(asset.personal),
            tuple(
                (dimension.replace("-", " "), Mark(level))
                for dimension, level in sorted(asset.levels.items())
            ),
        )
        for asset in document.assets.values()
    )


def sources(
    catalog: Catalog, assessment: Assessment, covered: Iterable[ListCoverage] = ()
) -> tuple[Source, ...]:
    """The lists that findings cite or coverage shows, besides the one the method rests on."""
    used = {one.framework.id for one in covered} | {
        name
        for finding in assessment.findings
        if finding.threat in catalog.threats
        for name in catalog.threats[finding.threat].references
    }
    return tuple(
        Source(f.title, f.edition, f.publisher, f.url, f.licence, f.notice)
        for name, f in catalog.frameworks.items()
        if name in used and name != METHOD
    )
