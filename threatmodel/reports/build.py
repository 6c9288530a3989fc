"""Gathers everything that a report says into one frozen value.

The same document, assessment, catalog and inputs give the same context. Every list is complete:
accepted, transferred, avoided and dismissed findings are listed like all others, conditional ones
stand apart behind their question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product

from catalog.types import Catalog, Level
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Document, digest
from threatmodel.core.findings import SETTLED, Assessment, Finding
from threatmodel.core.inputs import Inputs
from threatmodel.core.lints import lints
from threatmodel.core.naming import full_name
from threatmodel.core.scoring import risk

from . import charts, registers, threats
from .advice import first_things, proven
from .answer import answer, gist
from .asked import asked
from .context import Context, Edition, Mark
from .diagram import diagram_svg
from .lists import covered
from .tiles import tiles
from .ways import ways


def build(
    document: Document,
    assessment: Assessment,
    catalog: Catalog,
    inputs: Inputs,
    edition: Edition | None = None,
    engine: Engine | None = None,
) -> Context:
    """Gather a report.

    Parameters
    ----------
    engine
        The one that the assessment is of; without it the same is worked out once more.

    Notes
    -----
    O(findings + elements), apart from sorting.
    """
    edition = edition or Edition(made_on=assessment.as_of)
    applying = [finding for finding in assessment.findings if finding.applies == "yes"]
    waiting = [finding for finding in assessment.findings if finding.applies != "yes"]
    lines = {f.key: threats.line(f, document, catalog, inputs) for f in assessment.findings}
    summary = assessment.summary
    worst = threats.worst_levels(assessment)
    drawing = diagram_svg(document, catalog, levels=worst)
    engine = engine or Engine(document, catalog, inputs, assessment.as_of)
    told = ways(engine, with_paths=_asked_for(edition, "paths"))
    coverage = covered(document, assessment, catalog, inputs)
    listed = coverage if _asked_for(edition, "coverage") else ()
    tracked = registers.mitigations(document, catalog, inputs, assessment.as_of)
    return Context(
        edition=edition,
        document=document,
        assessment=assessment,
        digest=digest(document),
        risk=Mark(summary.risk),
        best=Mark(summary.range[0]),
        worst=Mark(summary.range[1]),
        appetite=Mark(document.system.appetite),
        gist=gist(document.system.description),
        answer=answer(document, assessment),
        asked=asked(document, assessment, told, tracked, lines.values()),
        levels=tuple((Mark(lv), summary.by_level.get(lv.key, 0)) for lv in reversed(Level)),
        treatments=tuple((name, summary.by_treatment.get(name, 0)) for name in threats.TREATMENTS),
        distribution=charts.distribution(summary.by_level),
        matrix=charts.matrix(_counts(applying), risk_table()),
        diagram=drawing,
        measured=registers.measured(document, catalog, inputs.evidence, edition.tests),
        todo=first_things(document, assessment, catalog, told.plan),
        proven=proven(document, catalog, inputs, edition.tests),
        lints=lints(assessment.findings, document, catalog, inputs, edition.disciplines),
        coverage=coverage,
        threats=threats.groups(applying, lines, document, catalog),
        conditional=threats.groups(waiting, lines, document, catalog),
        decided=threats.decided(applying, lines),
        mitigations=tracked,
        evidence=registers.evidence(document, assessment, catalog, inputs, edition),
        questions=tuple((full_name(document, q.element), q) for q in assessment.questions),
        adversaries=registers.adversaries(document, catalog),
        parts=registers.parts(document, catalog, worst),
        flows=registers.flows(document),
        zones=registers.zones(document, catalog),
        assets=registers.assets(document),
        elements=threats.by_element(applying, lines, document),
        top=threats.gravest(applying, lines),
        tiles=tiles(document, drawing),
        ways=told,
        out_of_scope=tuple(
            (full_name(document, left.id), left.reason) for left in document.out_of_scope.values()
        ),
        sources=registers.sources(catalog, assessment, listed),
    )


def _asked_for(edition: Edition, section: str) -> bool:
    return not edition.sections or section in edition.sections


def risk_table() -> Mapping[tuple[Level, Level], Level]:
    """Table I-2 for every pair of likelihood and impact."""
    return {pair: risk(*pair) for pair in product(Level, Level)}


def _counts(findings: Iterable[Finding]) -> Counter[tuple[Level, Level]]:
    """As the summary counts them: what was avoided or dismissed is no risk any more."""
    return Counter((one.likelihood, one.impact) for one in findings if one.treatment not in SETTLED)
