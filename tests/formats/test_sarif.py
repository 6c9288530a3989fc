"""SARIF: one rule per threat, one result per finding, and nothing lost on the way."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.formats.samples import CATALOG, ENTERED, SYSTEMS, fraud
from tests.formats.sarif_shape import LOG
from threatmodel.core.assessment import assess
from threatmodel.formats import read_any, sarif

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
def test_what_we_write_is_as_the_published_schema_says(file):
    document = read_any(file.read_bytes(), file.name, CATALOG).document
    found = assess(document, CATALOG, ENTERED, as_of=date(2026, 3, 1))
    whole = json.loads(sarif.write(found, CATALOG, document))
    assert [error.message for error in Draft7Validator(LOG).iter_errors(whole)] == []
    assert not Draft7Validator(LOG).is_valid({**whole, "extra": 1})
    whole["runs"][0]["results"][0]["kind"] = "maybe"
    assert not Draft7Validator(LOG).is_valid(whole)
