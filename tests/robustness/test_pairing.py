"""Two runs on the same targets: what became worse, and when that is no chance."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threatmodel.robustness.pairing import SURE, holm, pair

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
