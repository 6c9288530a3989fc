"""Our own threat model is a document like any other: it can be read, and it is answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from catalog import load
from catalog.types import Level
from threatmodel.core.assessment import assess
from threatmodel.core.inputs import Inputs
from threatmodel.formats import read_any

OURS = Path(__file__).parent.parent / "THREAT_MODEL.yaml"


def test_our_own_threat_model_is_read_without_loss() -> None:
    imported = read_any(OURS.read_bytes(), OURS.name, load())
    assert not imported.report.dropped
    assert len(imported.document.components) == 11
    assert len(imported.document.flows) == 11


def test_nothing_in_our_own_threat_model_stays_very_high() -> None:
    document = read_any(OURS.read_bytes(), OURS.name, load()).document
    assessment = assess(document, load(), Inputs(), as_of=date(2026, 11, 22))
    assert assessment.findings, "an empty assessment of a real system would be a bug of ours"
    certain = [finding for finding in assessment.findings if finding.applies == "yes"]
    assert not [finding.key for finding in certain if finding.residual is Level.VERY_HIGH]
