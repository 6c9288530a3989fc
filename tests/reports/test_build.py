"""A report says everything that the assessment says, and forgets nothing that was decided."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from catalog import load
from catalog.blueprint import blueprints
from catalog.types import Level
from tests.conftest import ROOT
from tests.reports.cases import DAY, SYSTEMS, assessed, drawn, entered, parsed, read, two_parts
from tests.reports.large import side_by_side
from threatmodel.blueprints import read as drawn_from
from threatmodel.core import plan_wire
from threatmodel.core.assessment import Engine
from threatmodel.core.inputs import Decision, Inputs, Mitigation
from threatmodel.core.naming import full_name
from threatmodel.core.paths import Attack, attack_paths
from threatmodel.core.paths.wire import to_json
from threatmodel.core.plan import plan
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.reports.sections import SECTIONS
from threatmodel.reports.threats import worst_levels
from threatmodel.reports.tiles import MOST_TILES

FILES = pytest.mark.parametrize("file", SYSTEMS, ids=lambda file: file.stem)


def made(document, inputs=None):
    inputs = inputs or Inputs()
    return build(document, assessed(document, inputs), load(), inputs)


@FILES
def test_every_finding_stands_in_exactly_one_group(file):
    document = read(file)
    report = made(document)
    lines = [line.finding.key for t in (*report.threats, *report.conditional) for line in t.lines]
    assert sorted(lines) == sorted(f.key for f in report.assessment.findings)


@FILES
def test_groups_come_in_the_order_of_their_worst_finding(file):
    worst = [group.worst.level for group in made(read(file)).threats]
    assert worst == sorted(worst, reverse=True)


@FILES
def test_the_same_input_gives_the_same_report(file):
    assert made(read(file)) == made(read(file))


@FILES
def test_a_report_is_the_same_from_the_engine_that_made_its_assessment(file):
    document = read(file)
    inputs = entered(document)
    engine = Engine(document, load(), inputs, DAY)
    about = (document, engine.assessment, load(), inputs)
    assert build(*about, engine=engine) == build(*about)


@FILES
def test_at_most_five_things_come_first(file):
    assert 1 <= len(made(read(file)).todo) <= 5


@FILES
def test_every_component_is_told_in_words(file):
    document = read(file)
    named = [part[0] for part in made(document).parts]
    assert named == [component.name for component in document.components.values()]


def test_an_accepted_finding_is_never_forgotten():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    report = made(document, inputs)
    key = inputs.decisions[0].finding
    ((treatment, (line,)),) = report.decided
    assert (treatment, line.finding.key) == ("accepted", key)
    assert line.decision.reason == "The loss is insured."
    assert key in [line.finding.key for group in report.threats for line in group.lines]


def test_risk_above_the_appetite_that_was_accepted_is_said_in_the_answer():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    lowest = replace(document, system=replace(document.system, appetite=Level.VERY_LOW))
    assert "1 finding above it" in made(lowest, inputs).answer
    assert "above it" not in made(lowest).answer


def test_a_mitigation_past_its_day_is_overdue_until_it_is_done():
    document = read(SYSTEMS[0])
    assert made(document, entered(document)).mitigations[0].overdue


def test_what_was_measured_is_said_on_the_first_page():
    document = read(SYSTEMS[0])
    (sentence,) = made(document, entered(document)).proven
    assert "7 of 40 samples fell within 1,000 queries each" in sentence


SAMPLES = os.environ.get("BARTIZAN_SAMPLES", "")
DRAWINGS = {
    "demo": lambda: read(ROOT / "demo/digit-reading.yaml"),
    "blueprint": lambda: drawn_from(blueprints()["mlops-pipeline"], load()),
} | ({"husky-ai": lambda: read(Path(SAMPLES) / "husky-ai.tm-library.json")} if SAMPLES else {})


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_first_page_names_the_first_controls_of_the_plan_in_its_order(name):
    document = DRAWINGS[name]()
    document = replace(document, system=replace(document.system, appetite=Level.LOW))
    report = made(document)
    engine = Engine(document, load(), Inputs(), DAY)
    attack = Attack(engine.graph, load(), engine.reckonings())
    picks = plan_wire.to_json(plan(attack, Level.LOW), attack)["picks"]
    first = [f"{one['title']} at {one['place_name']}" for one in picks[:4]]
    assert len(first) > 1
    assert [one.act for one in report.todo][: len(first)] == first
    printed = [f"{one['title']} at {one['place_name']}" for one in report.ways.plan["picks"]]
    assert printed[:4] == first


def test_what_is_planned_already_is_still_to_be_done_first_and_says_so():
    document = read(SYSTEMS[0])
    lowest = replace(document, system=replace(document.system, appetite=Level.VERY_LOW))
    pick = made(lowest).ways.plan["picks"][0]
    tracked = Mitigation("m", "Ours", tuple(pick["findings"]), "planned", control=pick["control"])
    before, after = made(lowest).todo, made(lowest, Inputs(mitigations=(tracked,))).todo
    assert [one.act for one in before] == [one.act for one in after]
    assert after[0].why == f"Planned already. {before[0].why}"
    standing = replace(tracked, status="implemented")
    assert pick["title"] not in made(lowest, Inputs(mitigations=(standing,))).todo[0].act


def test_the_first_page_is_the_same_whichever_sections_are_printed():
    document = read(SYSTEMS[0])
    short = Edition(sections=frozenset({"findings"}))
    some = build(document, assessed(document), load(), Inputs(), short)
    assert (some.todo, some.asked) == (made(document).todo, made(document).asked)
    assert some.ways.assets == ()


def test_a_measurement_says_which_controls_were_on():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    (taken,) = inputs.evidence
    both = (taken, replace(taken, id="e-2", controls_on=("adversarial-training",)))
    report = made(document, replace(inputs, evidence=both))
    title = load().controls["adversarial-training"].title
    assert [title in sentence for sentence in report.proven] == [True, False]
    assert [line.controls for line in report.evidence] == [(), (title,)]
    assert report.measured is not None and title in report.measured


def test_a_system_without_findings_says_so():
    report = made(drawn())
    assert report.answer == "No threat of the catalog applies to what has been drawn."
    assert report.risk.word == "none"


def test_where_all_is_decided_the_answer_is_what_was_taken_on_and_not_that_nothing_applies():
    document = two_parts()
    keys = [one.key for one in assessed(document).findings if one.applies == "yes"]
    taken = [Decision(f"d-{n}", key, "accept", "known", "Ann", DAY) for n, key in enumerate(keys)]
    report = made(document, Inputs(decisions=tuple(taken)))
    said = f"No finding is open: all {len(keys)} that apply were decided about."
    assert report.answer.startswith(said) and f" {len(keys)} were accepted" in report.answer


def test_a_dismissed_finding_colours_no_element():
    document = two_parts()
    assessment = assessed(document)
    worst = worst_levels(assessment)
    applying = [f for f in assessment.findings if f.applies == "yes"]
    assert worst["c-b"] == max(f.residual for f in applying if f.element == "c-b")
    assert all(isinstance(level, Level) for level in worst.values())


def test_an_unnamed_flow_is_called_by_its_ends():
    document = drawn(
        components=[
            {"id": "c-a", "type": "other", "name": "A"},
            {"id": "c-b", "type": "other", "name": "B"},
        ],
        flows=[{"id": "f-1", "kind": "data", "source": "c-a", "target": "c-b"}],
    )
    assert full_name(document, "f-1") == "A to B"


def test_a_question_about_an_asset_names_the_asset():
    document = drawn(assets=[{"id": "a-cards", "name": "Card transactions", "kind": "data"}])
    assert full_name(document, "a-cards") == "Card transactions"


def test_every_section_but_the_cover_is_called_by_its_own_heading():
    for name, section in SECTIONS.items():
        text = (ROOT / "templates/report" / section.file).read_text()
        headed = f'<h1 id="s-{name}">{section.title}</h1>' in text
        assert headed or (name, section.title) == ("cover", "Cover")
    assert [one.file for one in SECTIONS.values()] == sorted(one.file for one in SECTIONS.values())
    assert {"cover", "findings", "sources"} < set(SECTIONS)


def test_only_sections_that_were_asked_for_are_made_besides_those_that_may_not_be_left_out():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    found = assessed(document, inputs)
    edition = Edition(sections=frozenset({"findings"}))
    report = build(document, found, load(), inputs, edition)
    assert [name for name, _ in report.contents] == [
        "cover", "summary", "findings", "decisions", "sources",
    ]  # fmt: skip
    assert report.ways.assets == ()


def test_the_matrix_counts_what_the_summary_counts():
    document = read(SYSTEMS[0])
    accepted = entered(document)
    dismissed = replace(accepted.decisions[0], action="dismiss")
    for inputs in (accepted, replace(accepted, decisions=(dismissed,))):
        report = made(document, inputs)
        shown = (one.text or "" for one in parsed(report.matrix).findall(".//{*}text"))
        counts = sum(int(one) for one in shown if one.isdigit())
        assert counts == sum(report.assessment.summary.by_level.values())


def test_a_drawing_too_large_for_one_page_comes_in_parts_too_and_no_card_is_only_cut():
    document = side_by_side("chatbot-translation", "recommender")
    report = made(document)
    assert made(two_parts()).tiles == ()
    windows = [tuple(map(float, parsed(tile).attrib["viewBox"].split())) for tile in report.tiles]
    assert 2 <= len(windows) <= MOST_TILES
    for component in document.components.values():
        x, y, w, h = component.box
        assert any(
            left <= x and x + w <= left + width and top <= y and y + h <= top + height
            for left, top, width, height in windows
        ), component.name


def test_the_plan_and_the_paths_are_those_of_the_application():
    document = read(SYSTEMS[0])
    found = made(document).ways
    assert found is not None
    engine = Engine(document, load(), Inputs(), DAY)
    attack = Attack(engine.graph, load(), engine.reckonings())
    told = to_json(attack_paths(attack, 2), attack)["assets"]
    assert [one["asset"] for one in found.assets] == [one["asset"] for one in told][:8]
    assert found.assets[0]["likelihood"] == told[0]["likelihood"]
