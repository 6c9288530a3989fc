"""Assessments of real-looking systems, as they were when somebody last looked at them.

After a wanted change: `.venv/bin/python -m tests.core.test_golden`, then read the difference.
"""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from catalog import load
from threatmodel.core import assess, wire
from threatmodel.core.document import parse

ROOT = Path(__file__).parents[2]
SYSTEMS = sorted([*(ROOT / "tests/systems").glob("*.yaml"), ROOT / "demo/digit-reading.yaml"])
TOLD = ("applies", "verdict", "answered", "likelihood", "impact", "adversary")


def golden(system):
    return ROOT / "tests/golden" / f"{system.stem}.json"


def told(system):
    """Levels without texts: words may be improved freely, numbers may not move unseen."""
    document, _ = parse(yaml.safe_load(system.read_text()), load())
    assessment = assess(document, load(), as_of=date(2026, 6, 30))
    rows = [wire.finding_row(one, load(), document) for one in assessment.findings]
    return {
        "summary": wire.summary(assessment.summary),
        "findings": {row["key"]: [*(row[name] for name in TOLD), row["risk"]] for row in rows},
    }


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.stem)
def test_the_assessment_is_the_one_that_was_looked_at(system):
    expected = json.loads(golden(system).read_text())
    found = told(system)
    assert found == expected
    assert list(found["findings"]) == list(expected["findings"])


def test_no_golden_assessment_is_left_over():
    assert sorted((ROOT / "tests/golden").glob("*.json")) == sorted(map(golden, SYSTEMS))


if __name__ == "__main__":
    for path in SYSTEMS:
        golden(path).write_text(json.dumps(told(path), indent=1) + "\n")
