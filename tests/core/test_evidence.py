"""Verdicts, weights, posteriors and limits, with numbers worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.types import Level, Needs, Rule, Side, Success, Threat
from threatmodel.core import posterior
from threatmodel.core.belief import believe, believe_without_controls
from threatmodel.core.evidence import concerns, read, weigh
from threatmodel.core.inputs import Evidence, Stratum
from threatmodel.core.posterior import Count
from threatmodel.core.telling import ledger

VL, L, M, H, VH = Level
TODAY = date(2026, 6, 30)
ANY = Success(goal="any", prior=(0.05, 0.5), reason="", tries=10, feasible={"budget": 1000})
GIVEN = Success(goal="given", prior=(0.2, 0.4), reason="")
SHARE = Success(goal="share", prior=(0.2, 0.5), reason="")
THRESHOLD = Success(goal="threshold", prior=(0.2, 0.5), reason="", harm=0.8)
QUANTITY = Success(goal="quantity", prior=(0.2, 0.5), reason="", harm=2.0)


def threat(success=ANY, tests=("hopskipjump", "square"), adversarial=True):
    return Threat(
        id="t",
        title="T",
        description="",
        effect_on=Side(type=("inference-endpoint",)),
        applies=Rule("all"),
        needs=Needs(any_of=("query",)),
        capability=L,
        success=success,
        outcomes=(),
        answered_by=(),
        references={},
        tests=tests,
        adversarial=adversarial,
    )


def piece(identifier="e1", **changes):
    base = Evidence(
        id=identifier,
        element="m",
        test="hopskipjump",
        family="decision",
        adaptive=False,
        taken_on=TODAY,
        digest="d1",
        handled=40,
        broken=0,
        eps=1.0,
        norm="l2",
        eps_reason="a pen stroke",
        budget=1000,
        seed=1,
    )
    return replace(base, **changes)


def belief(*pieces, success=ANY, standing=(), as_of=TODAY):
    return believe(threat(success), pieces, standing=frozenset(standing), as_of=as_of)


SECOND = piece("e2", test="square", family="random search", adaptive=True)


# Posteriors


def test_q0_makes_p_the_middle_of_the_prior():
    q0 = posterior.prior_rate(ANY)
    assert 1 - (1 - q0) ** 10 == pytest.approx(0.275)
    assert posterior.prior_rate(GIVEN) == pytest.approx(0.3)


def test_a_long_run_counts_as_thirty_samples():
    a, b = posterior.parameters(GIVEN, Count(broken=60, handled=300))
    assert (a, b) == pytest.approx((0.6 + 6, 1.4 + 24))


def test_a_short_run_counts_in_full():
    assert posterior.parameters(GIVEN, Count(2, 10)) == pytest.approx((2.6, 9.4))


def test_half_weight_halves_the_failures_only():
    assert posterior.parameters(GIVEN, Count(2, 10, weight=0.5)) == pytest.approx((2.6, 5.4))


def test_the_level_is_that_of_the_eighty_percent_quantile():
    # Beta(1, n+1) has a quantile in closed form: 1 - 0.2 ** (1 / (n + 1)).
    even = Success(goal="given", prior=(0.5, 0.5), reason="")
    (chance,) = posterior.chances(even, [Count(0, 29)])
    assert chance.p == pytest.approx(1 - 0.2 ** (1 / 30))


def test_any_takes_the_chance_over_all_tries():
    (chance,) = posterior.chances(ANY, [Count(0, 40)])
    assert chance.share is not None
    assert chance.p == pytest.approx(1 - (1 - chance.share) ** 10)


def test_share_asks_whether_one_in_a_hundred_falls():
    # Beta(1, 30): P(q >= 0.01) = 0.99 ** 30.
    even = Success(goal="share", prior=(0.5, 0.5), reason="")
    (chance,) = posterior.chances(even, [Count(0, 29)])
    assert chance.p == pytest.approx(0.99**30)


def test_a_metric_at_the_threshold_has_an_even_chance():
    assert posterior.chance_of_reaching(0.8, (0.7, 0.9), 0.8) == pytest.approx(0.5)
    assert posterior.chance_of_reaching(0.7, (0.6, 0.8), 0.8) == pytest.approx(0.1)


# Verdicts


@pytest.mark.parametrize(
    ("success", "changes", "verdict"),
    [
        (ANY, {"broken": 1}, "broken"),
        (ANY, {}, "held"),
        (ANY, {"handled": 29}, "inconclusive"),
        (ANY, {"budget": 999}, "inconclusive"),
        (ANY, {"broken": 1, "budget": 1001}, "inconclusive"),
        (ANY, {"declared_eps": 2.0}, "inconclusive"),
        (ANY, {"broken": 1, "declared_eps": 2.0}, "broken"),
        (ANY, {"broken": 1, "declared_eps": 0.4}, "inconclusive"),
        (ANY, {"broken": 5, "declared_eps": 0.5, "broken_half": 1}, "broken"),
        (ANY, {"broken": 5, "declared_eps": 0.5, "broken_half": 0}, "held"),
        (ANY, {"broken": 1, "eps_reason": ""}, "inconclusive"),
        (ANY, {"eps_reason": ""}, "inconclusive"),
        (ANY, {"broken": 40, "feature_space_only": True}, "inconclusive"),
        (GIVEN, {"broken": 1}, "broken"),
        (SHARE, {"broken": 4}, "broken"),
        (SHARE, {"handled": 1000, "broken": 1}, "held"),
        (THRESHOLD, {"metric": 0.7, "interval": (0.6, 0.8), "repeats": 5}, "broken"),
        (THRESHOLD, {"metric": 0.7, "interval": (0.65, 0.75), "repeats": 5}, "held"),
        (THRESHOLD, {"metric": 0.7, "interval": (0.65, 0.75), "repeats": 4}, "inconclusive"),
        (
            THRESHOLD,
            {"metric": 0.7, "interval": (0.65, 0.75), "repeats": 999, "bootstrap": True},
            "inconclusive",
        ),
        (THRESHOLD, {}, "inconclusive"),
        (QUANTITY, {"metric": 3.0, "interval": (2.5, 3.5), "repeats": 5}, "broken"),
        (QUANTITY, {"metric": 1.2, "interval": (1.1, 1.3), "repeats": 5}, "held"),
    ],
)
def test_the_verdict_of_one_run(success, changes, verdict):
    assert read(piece(**changes), success).verdict == verdict


def test_the_catalog_says_which_eps_is_feasible_when_the_data_set_does_not():
    success = replace(ANY, feasible={"eps_l2": 1.5, "budget": 1000})
    assert read(piece(eps=1.0, eps_reason=""), success).verdict == "inconclusive"
    assert read(piece(eps=1.5, eps_reason=""), success).verdict == "held"
    assert read(piece(eps=1.0), success).verdict == "held"
    assert read(piece(eps=1.0, eps_reason="", declared_eps=1.0), success).verdict == "held"


def test_random_corruptions_are_no_adversary():
    noise = piece(test="corruption", family="corruption", broken=40)
    assert not concerns(noise, threat(tests=("corruption",)))
    assert concerns(noise, threat(tests=("corruption",), adversarial=False))


def test_a_test_that_the_threat_does_not_name_moves_nothing():
    assert belief(piece(test="corruption", broken=40)).verdict == "untested"


# What a piece weighs


@pytest.mark.parametrize(
    ("days", "verdict", "weight"),
    [(0, "held", 1), (180, "held", 1), (181, "held", 0.5), (360, "held", 0.5), (361, "stale", 0)],
)
def test_favourable_evidence_ages(days, verdict, weight):
    found = weigh(piece(), ANY, frozenset(), TODAY + timedelta(days))
    assert (found.verdict, found.weight) == (verdict, weight)


@pytest.mark.parametrize("days", [0, 400, 4000])
def test_a_break_does_not_age(days):
    found = weigh(piece(broken=1), ANY, frozenset(), TODAY + timedelta(days))
    assert (found.verdict, found.weight) == ("broken", 1)


def test_held_is_stale_at_once_on_another_model_and_broken_is_carried():
    assert weigh(piece(current=False), ANY, frozenset(), TODAY).verdict == "stale"
    carried = weigh(piece(current=False, broken=1), ANY, frozenset(), TODAY)
    assert (carried.verdict, carried.weight) == ("broken", 1)


def test_held_is_stale_when_a_control_it_was_taken_with_is_gone():
    taken_with = piece(controls_on=("filter",))
    assert weigh(taken_with, ANY, frozenset({"filter"}), TODAY).verdict == "held"
    assert weigh(taken_with, ANY, frozenset(), TODAY).verdict == "stale"


@pytest.mark.parametrize("origin", ["imported", "carried"])
def test_foreign_evidence_weighs_nothing_until_it_is_adopted(origin):
    assert belief(piece(origin=origin, adopted=False, broken=40)).odds.level is M
    assert belief(piece(origin=origin, adopted=True, broken=40)).odds.level is VH


@pytest.mark.parametrize("origin", ["run", "signed"])
def test_runs_of_ones_own_need_no_adoption(origin):
    assert belief(piece(origin=origin, adopted=False, broken=40)).verdict == "broken"


# Beliefs


def test_without_evidence_the_level_is_that_of_the_priors_high_end():
    found = belief()
    assert (found.low.level, found.odds.level, found.high.level) == (VL, M, M)
    assert found.verdict == "untested"


def test_a_threat_that_names_no_test_is_not_testable_here():
    found = believe(threat(tests=()), (), standing=frozenset(), as_of=TODAY)
    assert found.verdict == "not testable here"


def test_one_break_of_forty_is_high_although_the_posterior_says_moderate():
    found = belief(piece(broken=1))
    assert found.chance is not None
    assert 0.2 < found.chance.p < 0.5
    assert found.odds.level is H
    assert found.verdict == "broken"


def test_many_breaks_are_very_high():
    assert belief(piece(broken=30)).odds.level is VH


def test_one_held_family_lowers_by_one_level_however_long_it_ran():
    found = belief(piece(handled=5000))
    assert found.chance is not None
    assert found.chance.p < 0.05
    assert found.odds.level is L
    assert found.verdict == "held"


def test_a_second_run_of_the_same_family_lowers_no_further():
    assert belief(piece(), replace(SECOND, family="decision")).odds.level is L


def test_two_families_without_an_adaptive_one_lower_by_one():
    assert belief(piece(), replace(SECOND, adaptive=False)).odds.level is L


def test_two_families_one_of_them_adaptive_lower_by_two():
    assert belief(piece(), SECOND).odds.level is VL


def test_three_families_lower_by_two_all_the_same():
    certain = replace(ANY, prior=(0.9, 1.0))
    third = replace(SECOND, id="e3", family="gradient")
    assert belief(piece(), SECOND, third, success=certain).odds.level is M


def test_half_weight_never_lifts_a_level_above_the_priors():
    for days in range(0, 400, 20):
        found = belief(piece(), as_of=TODAY + timedelta(days))
        assert found.odds.level <= M


def test_stale_evidence_returns_to_the_prior():
    found = belief(piece(), as_of=TODAY + timedelta(361))
    assert (found.verdict, found.odds.level) == ("stale", M)


def test_inconclusive_evidence_lowers_nothing():
    found = belief(piece(handled=10))
    assert (found.verdict, found.odds.level) == ("inconclusive", M)


def test_a_given_target_that_did_not_fall_itself_makes_it_moderate():
    low = replace(GIVEN, prior=(0.0, 0.04))
    one = piece(handled=400, broken=1)
    assert belief(one, success=low).odds.level is M
    assert belief(replace(one, declared_target_fell=True), success=low).odds.level is H


def test_given_looks_at_the_worst_stratum_and_joins_small_ones():
    strata = (
        Stratum("a", 0, 20),
        Stratum("b", 10, 20),
        Stratum("c", 9, 9),
        Stratum("d", 0, 9),
    )
    found = belief(piece(handled=58, broken=19, strata=strata), success=GIVEN)
    a0 = 2 * 0.3
    joined = posterior.betaincinv(a0 + 9, 2 - a0 + 9, 0.8)
    worst = posterior.betaincinv(a0 + 10, 2 - a0 + 10, 0.8)
    assert found.chance is not None
    assert found.chance.p == pytest.approx(max(joined, worst))


def test_several_attacks_count_the_worst_per_target():
    first = piece(handled=30, broken=10, targets={i: i < 10 for i in range(30)})
    second = piece("e2", handled=30, broken=10, targets={i: i >= 20 for i in range(30)})
    (expected,) = posterior.chances(GIVEN, [Count(20, 30)])
    assert belief(first, second, success=GIVEN).chance is not None
    anyhow = belief(first, second, success=replace(GIVEN, goal="any", tries=1))
    assert anyhow.chance is not None
    assert anyhow.chance.p == pytest.approx(expected.p)


def test_a_quantity_is_very_high_from_twice_the_normal():
    doubled = piece(metric=2.0, interval=(1.9, 2.1), repeats=5)
    assert belief(doubled, success=QUANTITY).odds.level is VH
    grown = piece(metric=1.9, interval=(1.7, 2.1), repeats=5)
    assert belief(grown, success=QUANTITY).odds.level is M


# What ends a break


BROKEN = piece("b", broken=10, taken_on=TODAY - timedelta(30))
AGAIN = piece("again", seed=2, controls_on=("filter",))
ADAPTED = piece(
    "adapted", test="square", family="random search", adaptive=True, controls_on=("filter",)
)


def test_holding_again_on_the_same_model_ends_no_break():
    assert belief(BROKEN, piece("again", seed=2), SECOND).verdict == "broken"


def test_a_verifying_re_test_with_an_adaptive_family_ends_a_break():
    found = belief(BROKEN, AGAIN, ADAPTED, standing={"filter"})
    assert (found.verdict, found.odds.level) == ("held", VL)


@pytest.mark.parametrize(
    ("again", "adapted"),
    [
        (replace(AGAIN, seed=BROKEN.seed), ADAPTED),
        (replace(AGAIN, handled=39), ADAPTED),
        (replace(AGAIN, eps=0.9, declared_eps=0.9), ADAPTED),
        (replace(AGAIN, role="train"), ADAPTED),
        (replace(AGAIN, controls_on=()), ADAPTED),
        (replace(AGAIN, taken_on=BROKEN.taken_on - timedelta(1)), ADAPTED),
        (AGAIN, replace(ADAPTED, adaptive=False)),
        (AGAIN, replace(ADAPTED, family="decision")),
        (AGAIN, replace(ADAPTED, broken=1)),
        (AGAIN, replace(ADAPTED, controls_on=())),
    ],
)
def test_a_re_test_that_falls_short_leaves_the_break_standing(again, adapted):
    assert belief(BROKEN, again, adapted, standing={"filter"}).verdict == "broken"


def by_accident(*pieces):
    """What is believed of the same runs where nobody attacks."""
    accident = threat(adversarial=False)
    return believe(accident, pieces, standing=frozenset({"filter"}), as_of=TODAY)


def test_nobody_adapts_to_what_stands_in_the_way_of_an_accident():
    found = by_accident(BROKEN, AGAIN)
    assert (found.verdict, found.odds.level) == ("held", L), "one level, as for one family"
    assert by_accident(BROKEN, AGAIN, ADAPTED).verdict == "held"
    assert belief(BROKEN, AGAIN, standing={"filter"}).verdict == "broken", "an adversary would"


@pytest.mark.parametrize(
    "short",
    [
        {"seed": BROKEN.seed},
        {"handled": 39},
        {"eps": 0.9, "declared_eps": 0.9},
        {"role": "train"},
        {"controls_on": ()},
        {"broken": 1},
        {"test": "square"},
    ],
)
def test_the_re_test_against_an_accident_is_no_smaller_for_that(short):
    assert by_accident(BROKEN, replace(AGAIN, **short)).verdict == "broken"


def test_the_break_is_back_when_the_control_goes():
    assert belief(BROKEN, AGAIN, ADAPTED, standing=()).verdict == "broken"


def test_another_control_does_not_bring_the_break_back():
    found = belief(BROKEN, AGAIN, ADAPTED, standing={"filter", "limit"})
    assert found.verdict == "held"


def test_a_new_model_alone_lowers_nothing():
    carried = replace(BROKEN, current=False)
    assert belief(carried).odds.level is belief(BROKEN).odds.level
    smaller = piece("again", handled=39, seed=2, digest="d2")
    assert belief(carried, smaller).verdict == "broken"


def test_a_carried_break_ends_with_the_same_test_held_on_the_new_model():
    carried = replace(BROKEN, current=False)
    found = belief(carried, piece("again", digest="d2"))
    assert (found.verdict, found.odds.level) == ("held", L)


def test_every_success_counts_for_inherent():
    found = believe_without_controls(threat(), [BROKEN, AGAIN, ADAPTED], as_of=TODAY)
    assert (found.verdict, found.odds.level) == ("broken", VH)


def test_evidence_taken_with_controls_says_nothing_of_inherent():
    found = believe_without_controls(threat(), [AGAIN, ADAPTED], as_of=TODAY)
    assert found.odds.level is M


# Properties

PIECES = st.builds(
    piece,
    identifier=st.uuids().map(str),
    test=st.sampled_from(["hopskipjump", "square"]),
    family=st.sampled_from(["decision", "random search", "gradient"]),
    adaptive=st.booleans(),
    handled=st.integers(1, 200),
    broken=st.just(0),
    taken_on=st.dates(TODAY - timedelta(500), TODAY),
    controls_on=st.sets(st.sampled_from(["filter", "limit"])).map(lambda s: tuple(sorted(s))),
    current=st.booleans(),
    seed=st.integers(0, 3),
)
PRIORS = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda ends: tuple(sorted(ends)))
SUCCESSES = st.builds(
    Success,
    goal=st.sampled_from(["any", "given", "share"]),
    prior=PRIORS,
    reason=st.just(""),
    tries=st.integers(1, 100),
)


@given(SUCCESSES, st.lists(PIECES, max_size=5), st.integers(0, 400))
def test_what_held_never_lifts_above_the_prior_nor_lowers_by_more_than_two(success, pieces, days):
    as_of = TODAY + timedelta(days)
    found = belief(*pieces, success=success, standing={"filter", "limit"}, as_of=as_of)
    assert found.prior - 2 <= found.odds.level <= found.prior


@given(SUCCESSES, st.lists(PIECES, max_size=4), st.integers(1, 40))
def test_one_more_break_never_lowers(success, pieces, fell):
    standing = {"filter", "limit"}
    before = belief(*pieces, success=success, standing=standing)
    broken = piece("new", broken=fell, test="hopskipjump")
    after = belief(*pieces, broken, success=success, standing=standing)
    assert after.odds.level >= before.odds.level


@given(SUCCESSES, st.lists(PIECES, max_size=4))
def test_the_range_holds_the_level(success, pieces):
    found = belief(*pieces, success=success, standing={"filter", "limit"})
    assert found.low.level <= found.odds.level <= found.high.level


COUNTS = st.integers(0, 10**9)
CLAIMS = st.builds(
    piece,
    handled=COUNTS,
    broken=COUNTS,
    eps=st.none() | st.floats(0, 1e6),
    budget=st.none() | COUNTS,
    broken_half=st.none() | COUNTS,
    broken_double=st.none() | COUNTS,
    strata=st.lists(st.builds(Stratum, st.just("s"), COUNTS, COUNTS), max_size=3).map(tuple),
    targets=st.dictionaries(st.integers(0, 9), st.booleans()),
    metric=st.none() | st.floats(-1e9, 1e9),
    interval=st.none() | st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)),
    repeats=COUNTS,
)


@given(
    st.sampled_from([ANY, GIVEN, SHARE, THRESHOLD, QUANTITY]),
    PRIORS,
    st.lists(CLAIMS, min_size=1, max_size=3),
)
def test_counts_that_do_not_add_up_still_give_a_level(success, prior, claims):
    success = replace(success, prior=prior)
    found = belief(*claims, success=success)
    assert found.odds.level in Level
    assert 0 <= found.odds.p <= 1
    assert len(ledger(threat(success), found)) == len(claims)


def test_the_ledger_tells_the_level_at_half_and_at_twice_the_change():
    run = piece(broken=30, broken_half=0, broken_double=40)
    (row,) = ledger(threat(), belief(run))
    assert row.text == (
        "30 of 40 fell. At 0.5 instead of 1: 0 fell (very low)."
        " At 2 instead of 1: 40 fell (very high)."
    )


@given(st.permutations([BROKEN, AGAIN, ADAPTED, SECOND]))
def test_the_order_of_evidence_does_not_matter(pieces):
    assert belief(*pieces, standing={"filter"}) == belief(
        BROKEN, AGAIN, ADAPTED, SECOND, standing={"filter"}
    )
