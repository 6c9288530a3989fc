"""What holds of beliefs whatever was measured; the Beta figures against scipy's distribution."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from catalog.types import Level
from tests.core.test_evidence import ANY, GIVEN, PIECES, SHARE, SUCCESSES, TODAY, belief, piece
from threatmodel.core import posterior
from threatmodel.core.posterior import Count

STANDING = ("filter", "limit")


@given(SUCCESSES, st.lists(PIECES, max_size=3), st.integers(1, 60), st.data())
def test_one_failure_turned_into_a_success_never_lowers_a_level(success, pieces, handled, data):
    broken = data.draw(st.integers(0, handled - 1))
    one = piece("counted", handled=handled, broken=broken)
    before = belief(*pieces, one, success=success, standing=STANDING)
    after = belief(*pieces, replace(one, broken=broken + 1), success=success, standing=STANDING)
    assert after.odds.level >= before.odds.level


@given(
    SUCCESSES.map(lambda found: replace(found, goal="any")),
    st.lists(PIECES, max_size=4),
    st.integers(1, 500),
)
def test_one_success_with_what_stands_now_is_high_whatever_else_held(success, pieces, handled):
    fell = piece("fell", handled=handled, broken=1, controls_on=STANDING, taken_on=TODAY)
    found = belief(*pieces, fell, success=success, standing=STANDING)
    assert found.odds.level >= Level.HIGH
    assert found.verdict == "broken"


@settings(max_examples=25)
@given(st.integers(0, 400), st.integers(1, 400))
def test_quantiles_are_those_of_scipys_beta_distribution(broken, handled):
    broken = min(broken, handled)
    for success in (ANY, GIVEN, SHARE):
        count = Count(broken, handled)
        drawn = beta(*posterior.parameters(success, count))
        (chance,) = posterior.chances(success, [count])
        assert chance.share == pytest.approx(drawn.ppf(0.8), abs=1e-9)
        if success.goal == "share":
            assert chance.p == pytest.approx(drawn.sf(0.01), abs=1e-9)
        if success.goal == "given":
            assert (chance.low, chance.high) == pytest.approx(drawn.interval(0.8), abs=1e-9)
            assert posterior.mean(success, count) == pytest.approx(drawn.mean())
        if success.goal == "any":
            fell = drawn.expect(lambda q: 1 - (1 - q) ** ANY.tries)
            assert posterior.mean(success, count) == pytest.approx(fell, abs=1e-6)
