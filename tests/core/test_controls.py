"""What stands against a threat, where it must stand, and how far it lowers success."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import load
from catalog.types import Level, Pair
from tests.core.small import graph_of
from threatmodel.core import controls
from threatmodel.core.belief import Belief, Odds, believed_before_evidence
from threatmodel.core.controls import Standing
from threatmodel.core.evidence import Weighed
from threatmodel.core.inputs import Evidence, Mitigation
from threatmodel.core.scoring import level_of

VL, L, M, H, VH = Level
WORDS = load()
EVASION = WORDS.threats["evasion-query"]
KEY = "evasion-query@m"


def pair(factor=(0.1, 0.5), **changes):
    base = Pair("c", "effect", "success", "because", factor)
    return replace(base, **changes)


def standing(state, factor=(0.1, 0.5), mechanism="a", *, measured=None, **changes):
    control = replace(
        WORDS.controls["adversarial-training"], id=f"c-{mechanism}", mechanism=mechanism
    )
    control = replace(control, **changes.pop("control", {}))
    return Standing(pair(factor, **changes), control, state, measured=measured)


def belief(p, prior=None, **changes):
    odds = Odds(p, level_of(p))
    prior = odds.level if prior is None else prior
    base = Belief(
        prior=prior, odds=odds, low=odds, high=odds, floor=prior.shift(-2), verdict="untested"
    )
    return replace(base, **changes)


# How far they lower


def test_planned_controls_have_no_effect_on_what_stands():
    assert controls.lowered(belief(0.5), [standing("planned")]).level is M


def test_implemented_controls_take_the_pessimistic_end():
    # 0.3 x 0.5 = 0.15: low. The optimistic end would give 0.03.
    assert controls.lowered(belief(0.3), [standing("implemented")]) == Odds(0.15, L)


def test_verified_controls_take_the_optimistic_end_unless_measured():
    assert controls.lowered(belief(0.45), [standing("verified")]) == Odds(pytest.approx(0.045), VL)
    measured = standing("verified", measured=0.4)
    assert controls.lowered(belief(0.45), [measured]) == Odds(pytest.approx(0.18), L)


def test_planned_counts_as_verified_in_the_plan():
    assert controls.lowered(belief(0.45), [standing("planned")], planned=True).level is VL


def test_implemented_controls_lower_by_one_level_at_most_together():
    many = [standing("implemented", (0.0, 0.0), name) for name in "abc"]
    assert controls.lowered(belief(0.9), many).level is H


def test_verified_controls_lower_by_two_levels_at_most_together():
    many = [standing("verified", (0.0, 0.0), name) for name in "abc"]
    assert controls.lowered(belief(0.9), many).level is M


def test_of_one_mechanism_only_the_best_counts():
    weak, strong = standing("implemented", (0.5, 0.9)), standing("implemented", (0.5, 0.6))
    assert controls.lowered(belief(0.5), [weak, strong]).p == pytest.approx(0.3)
    other = standing("implemented", (0.5, 0.9), "b")
    assert controls.lowered(belief(0.5), [strong, other]).p == pytest.approx(0.27)


def test_evidence_and_controls_together_lower_by_two_below_the_prior():
    held = belief(0.05, prior=M, floor=VL)
    assert controls.lowered(replace(held, floor=M.shift(-2)), [standing("implemented")]).level is VL
    high = belief(0.3, prior=VH)
    assert controls.lowered(high, [standing("verified", (0.0, 0.0))]).level is M


def test_controls_take_one_level_off_a_break_until_it_is_tested_again():
    broken = belief(0.9, most=1)
    assert controls.lowered(broken, [standing("verified", (0.0, 0.0))]).level is H
    assert controls.lowered(broken, [standing("planned", (0.0, 0.0))], planned=True).level is M


def test_a_control_that_was_on_in_the_run_is_not_applied_again():
    piece = Evidence(
        id="e",
        element="m",
        test="hopskipjump",
        family="decision",
        adaptive=False,
        taken_on=date(2026, 1, 1),
        digest="d",
        handled=40,
        broken=4,
        controls_on=("c-a",),
    )
    used = belief(0.45, used=(Weighed(piece, "broken", 1.0, "", 4),))
    assert controls.lowered(used, [standing("verified")]).level is M
    assert controls.lowered(used, [standing("verified", mechanism="b")]).level is VL


def test_who_may_call_acts_through_access_only():
    signed_in = standing("implemented", (0.0, 0.0), control={"establishes": {"admits": "named"}})
    assert controls.lowered(belief(0.45), [signed_in]).level is M
    by_levels = replace(signed_in, pair=pair(None, acts_on="access", levels=1))
    assert controls.levels_off([by_levels], "access") == 1
    drawn = replace(by_levels, declared=True)
    assert controls.levels_off([drawn], "access") == 0


@pytest.mark.parametrize(
    ("states", "planned", "expected"),
    [
        (["implemented"], False, 1),
        (["implemented", "implemented"], False, 1),
        (["planned"], False, 0),
        (["planned"], True, 1),
        (["verified", "implemented"], False, 2),
        (["verified", "verified", "verified"], False, 2),
    ],
)
def test_whole_levels_stop_at_the_same_limits(states, planned, expected):
    many = [
        standing(state, None, f"m{i}", acts_on="impact", levels=1) for i, state in enumerate(states)
    ]
    assert controls.levels_off(many, "impact", planned=planned) == expected


STANDING = st.builds(
    standing,
    st.sampled_from(["planned", "implemented", "verified"]),
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda ends: tuple(sorted(ends))),
    st.sampled_from("abcd"),
    measured=st.none() | st.floats(0, 2),
)


@given(st.floats(0, 1), st.lists(STANDING, max_size=4), STANDING, st.booleans())
def test_one_more_control_never_raises_success(p, before, more, planned):
    fewer = controls.lowered(belief(p), before, planned=planned)
    assert controls.lowered(belief(p), [*before, more], planned=planned).level <= fewer.level


@given(st.floats(0, 1), st.lists(STANDING, max_size=4))
def test_the_plan_is_never_above_what_stands(p, found):
    assert controls.lowered(belief(p), found, planned=True).level <= (
        controls.lowered(belief(p), found).level
    )


# Where they stand


def serving(reader=(), gateway=(), call=(), inside=(), more=()):
    return graph_of(
        zones=[
            {"id": "z-out", "kind": "internet", "name": "Out"},
            {"id": "z-in", "kind": "production", "name": "In"},
        ],
        components=[
            {"id": "u", "name": "User", "type": "external-user", "zone": "z-out"},
            {
                "id": "g",
                "name": "Gateway",
                "type": "api-gateway",
                "zone": "z-in",
                "attributes": dict(gateway),
            },
            {
                "id": "m",
                "name": "Model",
                "type": "inference-endpoint",
                "zone": "z-in",
                "attributes": dict(reader),
            },
        ],
        flows=[
            {"id": "f", "kind": "request", "source": "u", "target": "g", "attributes": dict(call)},
            {
                "id": "i",
                "kind": "request",
                "source": "g",
                "target": "m",
                "attributes": dict(inside),
            },
            *more,
        ],
    )


def found(graph, mitigations=()):
    return controls.against(graph, EVASION, KEY, "m", ("m",), mitigations)


def names(graph, mitigations=()):
    return {(one.control.id, one.state) for one in found(graph, mitigations)}


def test_nothing_drawn_and_nothing_tracked_is_nothing():
    assert found(serving()) == ()


def test_a_fact_of_the_element_is_an_implemented_control():
    graph = serving(reader={"adversarially_trained": True})
    assert names(graph) == {("adversarial-training", "implemented")}
    assert found(graph)[0].declared


def test_a_fact_stated_as_absent_is_none():
    assert names(serving(reader={"adversarially_trained": False})) == set()


def test_a_gateway_covers_what_can_only_be_reached_through_it():
    limited = {"rate_limited": True}
    assert names(serving(call=limited)) == {("query-rate-limit", "implemented")}
    past = {"id": "p", "kind": "request", "source": "u", "target": "m"}
    assert names(serving(call=limited, more=[past])) == set()


def test_other_ways_in_than_calls_do_not_open_a_gateway():
    limited = {"rate_limited": True}
    release = {"id": "r", "kind": "deployment", "source": "u", "target": "m"}
    assert names(serving(call=limited, more=[release])) == {("query-rate-limit", "implemented")}


def test_a_limit_on_the_last_hop_counts_as_well():
    assert names(serving(inside={"rate_limited": True})) == {("query-rate-limit", "implemented")}


def mitigation(status, control="adversarial-training", **changes):
    return replace(Mitigation("1", "Do it", (KEY,), status, control), **changes)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("planned", "planned"),
        ("in progress", "planned"),
        ("implemented", "implemented"),
        ("verified", "verified"),
    ],
)
def test_a_mitigation_stands_as_far_as_it_is(status, state):
    assert names(serving(), [mitigation(status)]) == {("adversarial-training", state)}


def test_a_dropped_mitigation_and_one_for_another_finding_do_not_stand():
    other = mitigation("verified", findings=("model-extraction@m",))
    assert names(serving(), [mitigation("dropped"), other]) == set()


def test_drawing_a_fact_and_tracking_it_is_one_control():
    graph = serving(reader={"adversarially_trained": True})
    assert names(graph, [mitigation("planned")]) == {("adversarial-training", "implemented")}
    assert names(graph, [mitigation("verified")]) == {("adversarial-training", "verified")}


def test_only_a_verified_mitigation_brings_its_measurement():
    measured = {KEY: 0.3}
    assert found(serving(), [mitigation("verified", measured=measured)])[0].measured == 0.3
    assert found(serving(), [mitigation("implemented", measured=measured)])[0].measured is None


def test_a_teams_own_mitigation_answers_without_lowering():
    own = mitigation("implemented", control="")
    assert found(serving(), [own]) == ()
    assert controls.answer(KEY, (), [own]) == "implemented"


def test_in_place_is_what_a_run_could_have_had_on():
    graph = serving(reader={"adversarially_trained": True}, call={"rate_limited": True})
    elsewhere = mitigation("implemented", "input-validation", findings=("other@m",))
    planned = mitigation("planned", "model-ensemble")
    tracked = [elsewhere, planned]
    ids = controls.in_place(graph, "m", found(graph, tracked), tracked)
    assert {"adversarial-training", "query-rate-limit", "input-validation"} <= ids
    assert "model-ensemble" not in ids


def test_before_evidence_the_floor_is_two_below_the_prior():
    assert believed_before_evidence(EVASION).floor is VL
