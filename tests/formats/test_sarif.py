"""SARIF: one rule per threat, one result per finding, and nothing lost on the way."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.conftest import ROOT
from tests.formats.samples import CATALOG, ENTERED, SYSTEMS, fraud
from threatmodel.core.assessment import assess
from threatmodel.core.document import parse, to_data
from threatmodel.formats import read_any, sarif

# OASIS publishes the schema; the package of that name carries it as it is.
SCHEMA = ROOT / "editor/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
PUBLISHED = Draft4Validator(json.loads(SCHEMA.read_text()))
ASSESSMENT = assess(fraud(), CATALOG, as_of=date(2026, 3, 1))


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    whole = json.loads(sarif.write(ASSESSMENT, CATALOG, fraud()))
    assert whole["version"] == "2.1.0"
    return whole["runs"][0]


def test_every_finding_is_a_result_with_its_key(run: dict[str, Any]):
    keys = [one["partialFingerprints"]["bartizanFinding/v1"] for one in run["results"]]
    assert keys == [finding.key for finding in ASSESSMENT.findings]
    assert keys


def test_every_result_names_its_rule(run: dict[str, Any]):
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_only_what_is_decided_fails(run: dict[str, Any]):
    for finding, result in zip(ASSESSMENT.findings, run["results"], strict=True):
        if finding.applies == "conditional":
            assert (result["kind"], result["level"]) == ("open", "none")
        else:
            assert result["kind"] == "fail"
            assert result["level"] in ("error", "warning", "note")


def test_a_result_points_at_the_element(run: dict[str, Any]):
    where = {one["locations"][0]["logicalLocations"][0]["name"] for one in run["results"]}
    assert "Scoring service" in where


def test_a_scenario_is_a_rule_by_its_own_title(run: dict[str, Any]):
    titles = [rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]]
    assert "Rings learn the limit by many small payments" in titles


@pytest.mark.parametrize("file", SYSTEMS, ids=lambda file: file.stem)
def test_what_we_write_is_valid_against_the_published_schema(file: Path):
    document = read_any(file.read_bytes(), file.name, CATALOG).document
    found = assess(document, CATALOG, ENTERED, as_of=date(2026, 3, 1))
    whole = json.loads(sarif.write(found, CATALOG, document))
    assert [error.message for error in PUBLISHED.iter_errors(whole)] == []
    assert not PUBLISHED.is_valid({**whole, "extra": 1})
    whole["runs"][0]["results"][0]["kind"] = "maybe"
    assert not PUBLISHED.is_valid(whole)


@pytest.mark.parametrize("text", ["<script>", "\u202e{0} {{x}}", "a\tb\nc", "x" * 200])
def test_whatever_things_are_called_it_stays_valid(text: str):
    data: dict[str, Any] = to_data(fraud())
    data["system"]["name"] = text
    for row in (*data["components"], *data["flows"]):
        row["name"] = text
    for row in data["scenarios"]:
        row["title"] = text
    document, _ = parse(data, CATALOG)
    found = assess(document, CATALOG, as_of=date(2026, 3, 1))
    whole = json.loads(sarif.write(found, CATALOG, document))
    assert [error.message for error in PUBLISHED.iter_errors(whole)] == []
