"""Votes of a room: medians, spread, outliers, and the decision that follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.types import Level
from threatmodel.core import scoring
from threatmodel.core.votes import (
    DISCIPLINES,
    Ballot,
    Computed,
    Estimate,
    decide,
    median,
    missing,
    spread,
    spreads,
)

SCORING = Path(__file__).parents[2] / "docs/scoring.md"
VL, L, M, H, VH = Level
LEVELS = st.sampled_from(Level)
ESTIMATES = st.lists(LEVELS, min_size=3, max_size=3).map(lambda them: Estimate(*sorted(them)))
NAMED = st.lists(ESTIMATES, min_size=1, max_size=30).map(
    lambda them: [(f"p{number}", one) for number, one in enumerate(them)]
)
BALLOTS = st.lists(st.tuples(ESTIMATES, ESTIMATES), min_size=1, max_size=30).map(
    lambda them: [Ballot(f"p{number}", *one) for number, one in enumerate(them)]
)
COMPUTED = st.tuples(LEVELS, LEVELS, LEVELS).map(
    lambda them: Computed(them[0], them[1], scoring.likelihood(them[0], them[1]), them[2])
)


def even(level: Level) -> Estimate:
    return Estimate(level, level, level)


def ballot(by: str, tried: Level, harm: Level, reason: str = "") -> Ballot:
    return Ballot(by, even(tried), even(harm), reason)


@pytest.mark.parametrize("levels", [(M, L, H), (L, H, M), (M, H, L), (H, H, M)])
def test_an_estimate_out_of_order_is_none(levels):
    with pytest.raises(ValueError, match="low may not lie above best"):
        Estimate(*levels)


def test_of_two_in_the_middle_the_higher_is_taken():
    assert median([L, M, H, VH]) == H
    assert median([VL, VL, VH]) == VL


@given(NAMED)
def test_the_median_has_half_of_the_room_on_each_side(named):
    found = spread(named)
    bests = [one.best for _, one in named]
    assert sum(best <= found.median for best in bests) * 2 >= len(bests)
    assert sum(best >= found.median for best in bests) * 2 >= len(bests)
    assert found.low <= min(bests) <= found.median <= max(bests) <= found.high
    assert sum(found.counts) == len(named)


@given(NAMED, st.randoms())
def test_the_spread_does_not_depend_on_who_voted_first(named, random):
    other = list(named)
    random.shuffle(other)
    one, two = spread(named), spread(other)
    assert (one.median, one.low, one.high, one.counts) == (
        two.median,
        two.low,
        two.high,
        two.counts,
    )
    assert sorted(one.outliers) == sorted(two.outliers)


def test_an_outlier_is_far_from_the_median_or_leaves_it_out():
    named = [("a", even(M)), ("b", even(M)), ("c", Estimate(L, H, VH)), ("d", Estimate(VL, L, L))]
    assert spread([*named, ("e", Estimate(VL, VL, VH))]).outliers == ("d", "e")


def test_a_room_agrees_when_the_bests_are_one():
    assert spread([("a", Estimate(L, M, H)), ("b", even(M))]).agreed
    assert not spread([("a", even(L)), ("b", even(M))]).agreed


def test_the_decision_takes_the_medians_and_table_g5():
    computed = Computed(initiation=L, harm=H, likelihood=M, impact=M)
    found = decide([ballot("a", VH, H), ballot("b", H, H), ballot("c", H, M)], computed)
    assert (found.initiation, found.impact) == (H, H)
    assert (found.likelihood_set, found.impact_set) == (scoring.likelihood(H, H), H)
    assert found.dissent == ("a", "c")
    assert found.reason.startswith("3 voted: will someone try, high (high to very high)")


def test_a_level_that_stays_as_computed_is_not_set():
    computed = Computed(initiation=H, harm=M, likelihood=M, impact=L)
    found = decide([ballot("a", H, M)], computed)
    assert (found.likelihood_set, found.impact_set) == (None, M)
    found = decide([ballot("a", H, L)], computed)
    assert (found.likelihood_set, found.impact_set) == (None, None)


def test_a_likelihood_that_people_set_before_is_set_back():
    computed = Computed(initiation=L, harm=H, likelihood=VH, impact=M)
    assert decide([ballot("a", L, M)], computed).likelihood_set == M


def test_a_chosen_level_makes_the_rest_of_the_room_dissent_with_its_reason():
    computed = Computed(initiation=L, harm=H, likelihood=M, impact=M)
    votes = [ballot("Ann", H, H, "They tried it in May."), ballot("Bo", L, H)]
    found = decide(votes, computed, initiation=L, impact=H, reason="Bo runs it")
    assert found.dissent == ("Ann",)
    assert "The room's reason: Bo runs it." in found.reason
    told = "Ann dissents (will someone try, high; impact, high), because: They tried it in May."
    assert found.reason.endswith(told)


@given(BALLOTS, COMPUTED)
def test_nobody_dissents_whose_range_holds_what_was_chosen(ballots, computed):
    found = decide(ballots, computed)
    tried, harmed = spreads(ballots)
    assert (found.initiation, found.impact) == (tried.median, harmed.median)
    for one in ballots:
        inside = one.initiation.allows(found.initiation) and one.impact.allows(found.impact)
        assert inside == (one.by not in found.dissent)


@given(BALLOTS, COMPUTED)
def test_the_finding_then_says_what_was_decided(ballots, computed):
    found = decide(ballots, computed)
    likely = computed.likelihood if found.likelihood_set is None else found.likelihood_set
    assert likely == scoring.likelihood(found.initiation, computed.harm)
    assert found.impact == (computed.impact if found.impact_set is None else found.impact_set)


def test_the_example_of_the_documentation_is_what_follows():
    ballots = [ballot("a", M, L), ballot("b", H, M), ballot("c", H, VH)]
    found = decide(ballots, Computed(initiation=L, harm=M, likelihood=L, impact=VH))
    assert (found.initiation, found.impact, found.likelihood_set) == (H, M, M)
    told = " ".join(SCORING.read_text().split())
    assert "moderate, high and high likeliest for the one, low, moderate and very high" in told
    assert "The medians are high and moderate;" in told
    assert "computed as moderate, table G-5 makes the likelihood moderate" in told


def test_a_missing_discipline_is_told_kindly():
    assert missing([]) == missing([""]) == missing(list(DISCIPLINES)) == ""
    assert missing(["security"]).startswith("Nobody speaks for data science, operations, ")
