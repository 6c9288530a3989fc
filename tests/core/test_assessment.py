"""The chain as a whole: the demonstration, incremental against full, order, and the summary."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import load
from catalog.types import Level
from tests.core.generate import random_document, random_edit
from threatmodel.core import wire
from threatmodel.core.assessment import Engine, assess, order
from threatmodel.core.candidates import Candidates
from threatmodel.core.document import Document, OutOfScope, Scenario, parse
from threatmodel.core.findings import Delta
from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation
from threatmodel.core.operations import Change, Operation, apply

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 6, 30)
DRAWN = ("adversaries", "assets", "zones", "components", "flows", "scenarios")
KEY = "evasion-query@c-reader"
CATALOG = load()
ANSWERS = [pair.control for pair in CATALOG.threats["evasion-query"].answered_by]


def demo() -> Document:
    data = yaml.safe_load((ROOT / "demo/digit-reading.yaml").read_text())
    document, remarks = parse(data, CATALOG)
    assert not remarks
    return document


DEMO = demo()


def run(identifier="e1", **changes):
    base = Evidence(
        id=identifier,
        element="c-reader",
        test="hopskipjump",
        family="decision",
        adaptive=False,
        taken_on=TODAY,
        digest="d1",
        handled=40,
        broken=0,
        eps=1.0,
        declared_eps=1.0,
        norm="l2",
        budget=1000,
    )
    return replace(base, **changes)


def finding(inputs=None, key=KEY, document=DEMO, as_of=TODAY):
    found = assess(document, CATALOG, inputs, as_of=as_of).findings
    return next(one for one in found if one.key == key)


# The demonstration


def test_the_demonstration_starts_at_moderate():
    found = finding()
    assert (found.likelihood, found.impact) == (Level.MODERATE, Level.HIGH)
    assert found.residual is Level.MODERATE
    assert found.adversary == "forger"
    assert not found.impact_assumed


@pytest.mark.parametrize("broken", [1, 10, 40])
def test_a_broken_run_raises_the_demonstration_to_high(broken):
    found = finding(Inputs(evidence=(run(broken=broken),)))
    assert (found.verdict, found.residual, found.inherent) == ("broken", Level.HIGH, Level.HIGH)


def test_two_held_families_lower_the_demonstration_to_low():
    second = run("e2", family="random search", adaptive=True)
    found = finding(Inputs(evidence=(run(), second)))
    assert (found.verdict, found.likelihood, found.residual) == ("held", Level.LOW, Level.LOW)


def test_one_held_family_leaves_it_moderate_and_says_which_table_did():
    found = finding(Inputs(evidence=(run(),)))
    assert (found.verdict, found.residual) == ("held", Level.MODERATE)
    assert "G-5" in found.note


def test_the_demonstration_is_small_enough_to_read():
    found = assess(DEMO, CATALOG, as_of=TODAY)
    assert 10 <= len(found.findings) <= 25
    assert 3 <= found.summary.questions <= 8


def test_the_boxes_of_the_demonstration_do_not_overlap():
    boxes = [one.box for one in DEMO.components.values()]
    for i, (x, y, width, height) in enumerate(boxes):
        for left, top, w, h in boxes[:i]:
            assert x >= left + w + 64 or left >= x + width + 64 or y >= top + h or top >= y + height
    for one in DEMO.components.values():
        x, y, width, height = DEMO.zones[one.zone].box
        assert x < one.box[0] and one.box[0] + one.box[2] < x + width
        assert y + 40 < one.box[1] and one.box[1] + one.box[3] < y + height


# Every finding


def test_the_same_inputs_give_the_same_assessment_byte_for_byte():
    second = run("e2", family="random search")
    one = assess(DEMO, CATALOG, Inputs(evidence=(run(), second)), as_of=TODAY)
    two = assess(DEMO, CATALOG, Inputs(evidence=(second, run())), as_of=TODAY)
    assert json.dumps(wire.to_json(one, CATALOG, DEMO)) == json.dumps(
        wire.to_json(two, CATALOG, DEMO)
    )


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_the_order_in_which_elements_were_drawn_does_not_matter(seed):
    rng = Random(seed)
    document = random_document(rng, CATALOG, components=8)
    redrawn = replace(document, **{name: shuffled(rng, document, name) for name in DRAWN})
    assert assess(redrawn, CATALOG, as_of=TODAY) == assess(document, CATALOG, as_of=TODAY)


def shuffled(rng, document, name):
    items = list(getattr(document, name).items())
    rng.shuffle(items)
    return dict(items)


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_findings_are_ordered_and_bounded_on_random_systems(seed):
    document = random_document(Random(seed), CATALOG, components=8)
    found = assess(document, CATALOG, as_of=TODAY)
    assert list(found.findings) == sorted(found.findings, key=order)
    assert len({one.key for one in found.findings}) == len(found.findings)
    for one in found.findings:
        assert one.range[0] <= one.residual <= one.range[1]
        assert one.planned <= one.residual <= one.inherent
        assert one.applies == "yes" or one.questions


def test_a_finding_survives_storage_unchanged():
    for one in assess(DEMO, CATALOG, Inputs(evidence=(run(),)), as_of=TODAY).findings:
        stored = json.loads(json.dumps(wire.finding_to_data(one)))
        assert wire.finding_from_data(stored) == one


def test_what_is_out_of_scope_has_no_findings():
    left_out = replace(DEMO, out_of_scope={"c-reader": OutOfScope("c-reader", "someone else's")})
    found = assess(left_out, CATALOG, as_of=TODAY)
    assert found.findings
    assert all(one.element != "c-reader" for one in found.findings)


def test_conditional_findings_wait_behind_a_question_and_count_nowhere():
    data = {
        "format": "bartizan/1",
        "system": {"name": "New"},
        "zones": [{"id": "z", "kind": "internet", "name": "Internet"}],
        "components": [
            {"id": "u", "type": "external-user", "name": "User", "zone": "z"},
            {"id": "m", "type": "inference-endpoint", "name": "Model"},
        ],
        "flows": [{"id": "f", "kind": "request", "source": "m", "target": "u"}],
    }
    document, _ = parse(data, CATALOG)
    found = assess(document, CATALOG, as_of=TODAY)
    waiting = [one for one in found.findings if one.applies == "conditional"]
    assert waiting
    assert found.summary.conditional == len(waiting)
    assert sum(found.summary.by_level.values()) == len(found.findings) - len(waiting)
    assert all(one.questions and one.range[0] is Level.VERY_LOW for one in waiting)


def test_a_scenario_is_a_finding_like_any_other():
    scenario = Scenario(
        "s-lost", "The operator loses the phone", "c-operator", prior=(0.1, 0.9), needs=()
    )
    found = finding(key="s-lost@c-operator", document=replace(DEMO, scenarios={"s-lost": scenario}))
    assert found.applies == "yes"
    assert found.verdict == "not testable here"
    assert found.likelihood is Level.VERY_HIGH
    assert wire.finding_row(found, CATALOG, replace(DEMO, scenarios={"s-lost": scenario}))[
        "title"
    ] == ("The operator loses the phone")


def test_a_scenario_on_a_removed_element_is_left_alone():
    scenario = Scenario("s", "Gone", "c-gone")
    found = assess(replace(DEMO, scenarios={"s": scenario}), CATALOG, as_of=TODAY)
    assert all(one.threat != "s" for one in found.findings)


# What people enter


def decision(action="accept", **changes):
    base = Decision("d1", KEY, action, "we can bear it", "Ada", TODAY)
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("action", "treatment"),
    [
        ("accept", "accepted"),
        ("transfer", "transferred"),
        ("avoid", "avoided"),
        ("dismiss", "dismissed"),
        ("reopen", "open"),
    ],
)
def test_a_decision_sets_the_treatment(action, treatment):
    assert finding(Inputs(decisions=(decision(action),))).treatment == treatment


def test_a_row_from_what_is_stored_is_the_row_of_the_finding():
    inputs = Inputs(decisions=(decision(until=TODAY),), evidence=(run(broken=1),))
    listing = wire.Listing(CATALOG, DEMO)
    for one in assess(DEMO, CATALOG, inputs, as_of=TODAY + timedelta(1)).findings:
        row = listing.row(one.threat, one.element, one.cause, wire.listed(one))
        assert json.loads(row) == wire.finding_row(one, CATALOG, DEMO)


def test_a_decision_holds_through_its_last_day():
    until = decision(until=TODAY)
    assert finding(Inputs(decisions=(until,))).treatment == "accepted"
    later = finding(Inputs(decisions=(until,)), as_of=TODAY + timedelta(1))
    assert later.treatment == "open"
    assert "has ended" in later.note


def test_newer_evidence_that_raises_the_risk_ends_an_acceptance():
    accepted = decision(accepted_level=Level.MODERATE)
    broken = Inputs(decisions=(accepted,), evidence=(run(broken=1),))
    assert finding(broken).treatment == "open"
    high = Inputs(
        decisions=(replace(accepted, accepted_level=Level.HIGH),), evidence=(run(broken=1),)
    )
    assert finding(high).treatment == "accepted"


def test_a_risk_above_what_was_accepted_ends_an_acceptance_and_says_from_where_to_where():
    accepted = decision(accepted_level=Level.LOW)
    risen = finding(Inputs(decisions=(accepted,)))
    assert (risen.treatment, risen.residual) == ("open", Level.MODERATE)
    assert risen.lapsed == (
        "Accepted no more: the risk has risen from low to moderate since it was accepted"
    )
    stays = replace(accepted, accepted_level=Level.MODERATE)
    assert finding(Inputs(decisions=(stays,))).treatment == "accepted"


def test_an_imported_decision_is_only_proposed():
    found = finding(Inputs(decisions=(decision(origin="imported"),)))
    assert found.treatment == "open"
    assert found.proposal.startswith("Accepted by Ada")


def test_a_rating_overrides_likelihood_and_impact_with_its_reason():
    rated = decision("rate", likelihood=Level.VERY_HIGH, impact=Level.VERY_HIGH)
    found = finding(Inputs(decisions=(rated,)))
    assert (found.likelihood, found.impact, found.residual) == (Level.VERY_HIGH,) * 3
    assert found.inherent is Level.VERY_HIGH
    assert "we can bear it" in found.note
    assert found.treatment == "open"


def test_only_findings_that_people_decided_on_change():
    before = {one.key: one for one in assess(DEMO, CATALOG, as_of=TODAY).findings}
    after = assess(DEMO, CATALOG, Inputs(decisions=(decision(),)), as_of=TODAY).findings
    assert [one.key for one in after if before[one.key] != one] == [KEY]


def test_a_rating_ends_with_its_last_day():
    rated = decision("rate", likelihood=Level.VERY_HIGH, until=TODAY)
    assert finding(Inputs(decisions=(rated,))).likelihood is Level.VERY_HIGH
    later = finding(Inputs(decisions=(rated,)), as_of=TODAY + timedelta(1))
    assert later.likelihood is Level.MODERATE


def test_the_last_rating_of_each_term_counts():
    first = decision("rate", likelihood=Level.HIGH, impact=Level.LOW)
    second = decision("rate", id="d2", likelihood=Level.LOW, on=TODAY + timedelta(1))
    for given_order in ((first, second), (second, first)):
        found = finding(Inputs(decisions=given_order))
        assert (found.likelihood, found.impact) == (Level.LOW, Level.LOW)


def test_decisions_of_one_day_count_in_the_order_given():
    accepted, reopened = decision(), decision("reopen", id="d2")
    assert finding(Inputs(decisions=(accepted, reopened))).treatment == "open"
    assert finding(Inputs(decisions=(reopened, accepted))).treatment == "accepted"


@pytest.mark.parametrize(
    ("broken", "impact"), [(1, Level.VERY_LOW), (40, Level.LOW), (200, Level.MODERATE)]
)
def test_a_reliability_run_moves_the_impact_by_the_share_that_fell(broken, impact):
    damage = run(test="corruption", family="corruption", handled=300, broken=broken)
    found = finding(Inputs(evidence=(damage,)), key="corruption-reliability@c-reader")
    assert found.impact is impact
    # The same run says nothing about somebody who chooses the damage.
    assert finding(Inputs(evidence=(damage,))).verdict == "untested"


def test_what_a_control_makes_worse_is_said():
    asked = replace(DEMO, assets={**DEMO.assets})
    asked.assets["a-training"] = replace(DEMO.assets["a-training"], personal=True)
    key = "membership-inference@c-reader"
    trained = Inputs(mitigations=(mitigation("implemented"),))
    assert "Made more likely" in finding(trained, key=key, document=asked).note
    assert "Made more likely" not in finding(key=key, document=asked).note


def mitigation(status, control="adversarial-training", **changes):
    return replace(Mitigation("m1", "Train it", (KEY,), status, control), **changes)


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        ("planned", "implemented"),
        ("in progress", "implemented"),
        ("implemented", "implemented"),
        ("verified", "verified"),
        ("dropped", "implemented"),
    ],
)
def test_the_furthest_answer_is_shown(status, answered):
    # The demonstration draws a rate limit, so it is answered before anybody plans anything.
    assert finding(Inputs(mitigations=(mitigation(status),))).answered == answered


def test_planned_mitigations_lower_planned_risk_only():
    names = ("adversarial-training", "query-pattern-monitoring", "adversarial-input-detection")
    planned = tuple(mitigation("planned", name, id=name) for name in names)
    before, after = finding(), finding(Inputs(mitigations=planned))
    assert (after.residual, after.inherent) == (before.residual, before.inherent)
    # 0.5 x 0.3 x 0.5 x 0.5 is very low, two levels below the prior: G-5 gives low, and so I-2.
    assert (before.planned, after.planned) == (Level.MODERATE, Level.LOW)


def test_the_planned_risk_does_not_rise_when_a_plan_is_put_in_place():
    names = ("adversarial-training", "query-pattern-monitoring", "adversarial-input-detection")
    for broken in (None, 0, 1, 40):
        evidence = () if broken is None else (run(broken=broken),)
        at = [
            finding(
                Inputs(
                    evidence=evidence,
                    mitigations=tuple(mitigation(state, name, id=name) for name in names),
                )
            ).planned
            for state in ("planned", "in progress", "implemented")
        ]
        assert len(set(at)) == 1, (broken, at)


def test_the_planned_risk_leaves_what_was_dropped_and_what_is_only_drawn():
    before = finding()
    assert finding(Inputs(mitigations=(mitigation("dropped"),))).planned == before.planned
    # The rate limit of the demonstration is drawn: nobody is going to verify it.
    assert before.planned == before.residual


@pytest.mark.parametrize("status", ["planned", "implemented", "verified"])
@pytest.mark.parametrize("broken", [None, 0, 1, 40])
@pytest.mark.parametrize("control", [*ANSWERS, "staff-training"])
def test_a_mitigation_never_raises_risk(status, broken, control):
    evidence = () if broken is None else (run(broken=broken),)
    before = finding(Inputs(evidence=evidence))
    after = finding(Inputs(evidence=evidence, mitigations=(mitigation(status, control),)))
    assert after.residual <= before.residual
    assert after.planned <= before.planned


def test_avoided_and_dismissed_findings_are_no_risk_any_more():
    before = assess(DEMO, CATALOG, as_of=TODAY).summary
    after = assess(DEMO, CATALOG, Inputs(decisions=(decision("dismiss"),)), as_of=TODAY).summary
    assert sum(after.by_level.values()) == sum(before.by_level.values()) - 1
    assert after.by_treatment == {"dismissed": 1, "open": before.by_treatment["open"] - 1}


def test_an_accepted_finding_above_appetite_needs_nothing_more():
    broken = Inputs(evidence=(run(broken=1),))
    assert assess(DEMO, CATALOG, broken, as_of=TODAY).summary.above_appetite == 1
    accepted = replace(broken, decisions=(decision(),))
    assert assess(DEMO, CATALOG, accepted, as_of=TODAY).summary.above_appetite == 0


# The warm engine


def same(engine: Engine) -> None:
    cold = Engine(engine.document, CATALOG, engine.inputs, engine.as_of)
    assert engine.findings == cold.findings
    assert engine.summary == cold.summary
    assert engine.assessment == cold.assessment


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_following_edits_gives_what_starting_over_gives(seed):
    rng = Random(seed)
    engine = Engine(random_document(rng, CATALOG, components=6), CATALOG, Inputs(), TODAY)
    known = {one.key: one for one in engine.findings}
    for _ in range(4):
        applied = random_edit(rng, CATALOG, engine.document)
        delta = engine.update(applied.document, applied.changes)
        known.update((one.key, one) for one in delta.changed)
        for key in delta.gone:
            del known[key]
        same(engine)
    assert tuple(sorted(known.values(), key=order)) == engine.findings


def test_new_inputs_change_only_what_they_concern():
    engine = Engine(DEMO, CATALOG, Inputs(), TODAY)
    delta = engine.set_inputs(Inputs(evidence=(run(broken=1),)))
    assert [one.key for one in delta.changed] == [KEY]
    assert delta.evaluations <= sum(one.element == "c-reader" for one in engine.findings) + 5
    same(engine)
    assert [one.key for one in engine.set_inputs(Inputs()).changed] == [KEY]
    same(engine)


def test_a_later_day_ages_evidence():
    engine = Engine(DEMO, CATALOG, Inputs(evidence=(run(),)), TODAY)
    delta = engine.set_as_of(TODAY + timedelta(400))
    assert [(one.key, one.verdict) for one in delta.changed] == [(KEY, "stale")]
    same(engine)


def edited(engine, kind, identifier, **values):
    change = Change(kind, identifier, "set", values)
    applied = apply(engine.document, Operation(str(uuid4()), (change,)), CATALOG)
    return engine.update(applied.document, applied.changes)


def test_moving_and_annotating_judges_nothing():
    engine = Engine(DEMO, CATALOG, Inputs(), TODAY)
    moved = edited(engine, "component", "c-reader", box=[1200.0, 160.0, 176.0, 64.0])
    noted = edited(engine, "component", "c-reader", note="the one that matters")
    assert moved == noted == Delta()
    same(engine)


def test_answering_a_question_judges_only_what_waited_for_it():
    engine = Engine(DEMO, CATALOG, Inputs(), TODAY)
    delta = edited(engine, "component", "c-cleaner", **{"attributes.resizes_images": True})
    assert [(one.key, one.applies) for one in delta.changed] == [("image-scaling@c-cleaner", "yes")]
    assert delta.evaluations <= 10
    same(engine)


def test_an_answer_that_settles_a_question_the_other_way_takes_the_finding_away():
    engine = Engine(DEMO, CATALOG, Inputs(), TODAY)
    delta = edited(engine, "component", "c-cleaner", **{"attributes.resizes_images": False})
    assert (delta.changed, delta.gone) == ((), ("image-scaling@c-cleaner",))
    same(engine)


def test_a_level_of_an_asset_changes_the_findings_that_speak_of_it():
    engine = Engine(DEMO, CATALOG, Inputs(), TODAY)
    delta = edited(engine, "asset", "a-images", availability="very low")
    assert [one.key for one in delta.changed] == ["parser-exploit@c-cleaner"]
    assert delta.judged < len(engine.findings)
    # Every rule that speaks of what is held is asked again, and no other.
    assert delta.evaluations < Candidates(DEMO, CATALOG).columns.evaluations / 5
    same(engine)


def test_a_new_name_changes_only_findings_that_mention_it():
    engine = Engine(DEMO, CATALOG, Inputs(), TODAY)
    delta = edited(engine, "component", "c-cleaner", name="Scrubber")
    assert delta.evaluations < len(engine.findings)
    same(engine)


def test_drift_is_seen_although_an_adversary_took_the_name_accident():
    forger = replace(DEMO.adversaries["forger"], id="accident")
    document = replace(DEMO, adversaries={"accident": forger})
    found = finding(key="corruption-reliability@c-reader", document=document)
    assert found.adversary != "accident"
