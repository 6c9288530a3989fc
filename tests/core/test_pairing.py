"""Two runs on the same targets: what became worse, and when that is no chance."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from threatmodel.core.pairing import SURE, holm, pair, unpaired, wilson

FELL = st.dictionaries(st.integers(0, 30), st.booleans(), max_size=30)


@given(FELL, FELL)
def test_only_targets_of_both_runs_count(before, now):
    found = pair(before, now)
    shared = before.keys() & now.keys()
    assert found.targets == len(shared)
    assert found.fell_now - found.fell_before == found.worse - found.better
    assert -1 <= found.low <= found.high <= 1
    again = pair(now, before)
    assert (again.worse, again.better) == (found.better, found.worse)
    assert again.difference == -found.difference


@given(st.integers(0, 12), st.integers(0, 12))
def test_the_chance_is_that_of_a_fair_coin(worse, better):
    before = dict.fromkeys(range(worse), False) | dict.fromkeys(range(50, 50 + better), True)
    found = pair(before, {at: not fell for at, fell in before.items()})
    tosses = worse + better
    tail = sum(comb(tosses, heads) for heads in range(worse, tosses + 1)) / 2**tosses
    assert found.chance == pytest.approx(tail)


def test_the_same_result_twice_is_nothing_to_tell():
    same = {at: at % 3 == 0 for at in range(40)}
    assert pair(same, same).chance == 1 and pair({}, {}).difference == 0


def test_five_that_fell_now_and_none_before_are_more_than_chance():
    before = dict.fromkeys(range(40), False)
    assert pair(before, before | dict.fromkeys(range(5), True)).chance < SURE
    assert pair(before, before | dict.fromkeys(range(4), True)).chance > SURE


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(0, 12))
def test_holm_never_makes_an_answer_surer_and_keeps_the_order(chances, asked):
    adjusted = holm(chances, asked)
    assert all(after >= before for before, after in zip(chances, adjusted, strict=True))
    assert all(after <= 1 for after in adjusted)
    ranked = [adjusted[at] for at in sorted(range(len(chances)), key=chances.__getitem__)]
    assert ranked == sorted(ranked)
    assert min(adjusted) <= min(1, min(chances) * max(asked, len(chances)) + 1e-12)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_is_the_one_of_scipy(counted):
    told = binomtest(*counted).proportion_ci(0.95, method="wilson")
    assert wilson(*counted) == pytest.approx((told.low, told.high), abs=1e-9)


# Newcombe 1998, table II: examples of his tenth method.
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("first", "second", "ends"), NEWCOMBE)
def test_the_difference_of_two_shares_has_the_published_intervals(first, second, ends):
    assert unpaired(first, second)[1:] == pytest.approx(ends, abs=5e-5)
