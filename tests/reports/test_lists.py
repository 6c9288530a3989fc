"""The report's coverage: what applies of each list, and nothing that only a link tells."""

from __future__ import annotations

from dataclasses import replace

from catalog import load
from tests.reports.cases import SYSTEMS, assessed, drawn, entered, read
from threatmodel.core.inputs import Inputs
from threatmodel.reports.build import build
from threatmodel.reports.context import Context, Edition
from threatmodel.reports.references import references


def made(document, inputs: Inputs | None = None) -> Context:
    inputs = inputs or Inputs()
    return build(document, assessed(document, inputs), load(), inputs)


def test_every_list_that_is_shown_has_something_that_applies():
    report = made(read(SYSTEMS[0]))
    assert {"atlas", "owasp-ml-2023"} <= {one.framework.id for one in report.coverage}
    assert all(one.share.applies and one.groups for one in report.coverage)


def test_entries_stand_under_their_headings_as_often_as_the_list_has_them_there():
    report = made(read(SYSTEMS[0]))
    atlas = next(one for one in report.coverage if one.framework.id == "atlas")
    told = {each.entry.id for _, entries in atlas.groups for each in entries}
    headed = {e.id for e in atlas.framework.entries.values() if e.kind == "tactic"}
    assert len(told) <= atlas.share.applies <= len(told | headed)
    assert all(each.findings for _, entries in atlas.groups for each in entries)


def test_what_was_measured_is_told_beside_its_entry():
    document = read(SYSTEMS[0])
    (run,) = entered(document).evidence
    report = made(document, Inputs(evidence=(replace(run, element="c-score"),)))
    assert {"evasion-query@c-score"} == {
        one.key for one in report.assessment.findings if one.ledger and one.verdict != "untested"
    }
    named = load().threats["evasion-query"].references["owasp-ml-2023"]
    listed = next(one for one in report.coverage if one.framework.id == "owasp-ml-2023")
    tested = {each.entry.id for _, each_of in listed.groups for each in each_of if each.tested}
    assert tested == set(named)


def test_a_system_without_findings_covers_nothing():
    assert made(drawn()).coverage == ()


def test_the_lints_are_told_on_page_one_with_what_to_do():
    report = made(read(SYSTEMS[0]))
    assert report.lints
    assert all(one.says and one.why and one.do for one in report.lints)


def test_two_editions_of_one_list_are_told_apart_wherever_they_are_cited():
    catalog = load()
    cited = {"owasp-llm-2025": ("LLM03",), "owasp-llm-2026": ("LLM03",), "stride": ("spoofing",)}
    titles = [one.framework for one in references(catalog, cited)]
    assert titles[:2] == [
        "OWASP Top 10 for LLM Applications 2025",
        "OWASP Top 10 for LLM Applications 2026",
    ]
    assert titles[2] == "STRIDE"


def test_a_test_is_called_by_its_name_on_page_one_and_under_evidence():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    edition = Edition(tests={"hopskipjump": "Asking for labels"})
    report = build(document, assessed(document, inputs), load(), inputs, edition)
    assert report.proven[0].startswith("Asking for labels on ")
    assert [one.test for one in report.evidence] == ["Asking for labels"]
    assert "Asking for labels" in (report.measured or "")
