"""Attacks on training: nothing without poison, more with more of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.robustness.learners import InProcess, lesson, table
from threatmodel.robustness import backdoor, poison, stamps
from threatmodel.robustness.attacks import (
    backdoor_retrain,
    clean_label_retrain,
    label_flip,
    paced_feed,
)
from threatmodel.robustness.dataset import Feature
from threatmodel.robustness.errors import RobustnessError


def measured(test, **values):
    training = InProcess()
    return test.TEST.retrain(training, lesson(table(), **values)), training


def values(found, words: str) -> list[float]:
    return [one.value for one in found.figures if one.name.startswith(words)]


def test_a_backdoor_is_obeyed_the_more_rows_bear_it_and_costs_nothing_else():
    found, training = measured(backdoor_retrain, share=0.10)
    obeyed, right = values(found, "obey"), values(found, "right")
    assert obeyed == sorted(obeyed)
    assert obeyed[0] < 0.2 and obeyed[-1] > 0.95
    assert abs(right[-1] - right[0]) < 0.03
    k, n = found.counted
    assert k == round((obeyed[-1] - obeyed[0]) * n) and training.trained == 5
    one = next(one for one in found.figures if one.name.startswith("obey"))
    assert one.low <= one.value <= one.high


def test_true_labels_plant_it_more_weakly():
    found, _ = measured(clean_label_retrain, share=0.10)
    plain, _ = measured(backdoor_retrain, share=0.10)
    assert "obey" in found.outcome and found.counted[1] == plain.counted[1]
    assert values(found, "obey")[0] == values(plain, "obey")[0]
    assert 0 < found.counted[0] <= plain.counted[0]


@pytest.mark.parametrize("test", [backdoor_retrain, clean_label_retrain, label_flip, paced_feed])
def test_without_poison_nothing_is_counted(test):
    found, training = measured(test, share=0.0)
    assert found.counted[0] == 0 and found.counted[1] > 300
    assert any("chance" in note for note in found.notes)
    assert 0.8 < training.clean < 1


@pytest.mark.parametrize("wanted", [0, 1])
def test_a_feed_leads_further_astray_the_more_of_it_is_wrong(wanted):
    data = replace(table(6000), wanted=wanted)
    found = paced_feed.measure(InProcess(), lesson(data, share=0.2))
    astray = values(found, "astray after")
    assert astray == sorted(astray) and astray[-1] - astray[0] > 0.05
    k, n = found.counted
    assert 0.05 * n < k <= n
    assert "changed more answers" in found.notes[1]


def test_rounds_come_in_the_order_of_their_time():
    data = table()
    late = np.arange(len(data.x))[::-1]
    made = lesson(replace(data, columns={**data.columns, "time": late}), rounds=4)
    feed = paced_feed._feed(made)
    assert [len(x) for x, _ in feed] == [300, 75, 75, 75, 75]
    assert (np.concatenate([x for x, _ in feed]) == data.x[:600][::-1]).all()


def test_rounds_too_small_to_learn_from_are_refused():
    with pytest.raises(RobustnessError, match=r"params.rounds: fewer"):
        paced_feed._feed(lesson(table(80), rounds=10))


@given(st.floats(0, 0.5), st.none() | st.integers(0, 2))
def test_a_round_is_steered_to_one_class_only(share, wanted):
    y = np.arange(90) % 3
    found = paced_feed.steered(y, share, wanted, np.arange(3), np.random.default_rng(0))
    moved = found != y
    assert moved.sum() == min(round(share * 90), 90 if wanted is None else 60)
    assert (found[moved] == ((y[moved] + 1) % 3 if wanted is None else wanted)).all()


@given(st.floats(0, 0.5), st.integers(0, 2))
def test_marked_rows_are_as_many_as_said_and_of_the_right_class(dose, wanted):
    y, random = np.arange(90) % 3, np.random.default_rng(0)
    others = backdoor.anyone(y, wanted, dose, random)
    assert len(others) == round(dose * 90) and (y[others] != wanted).all()
    own = backdoor.truthful(y, wanted, dose, random)
    assert len(own) == min(round(dose * 90), 30) and (y[own] == wanted).all()


def test_a_mark_touches_no_column_that_an_attacker_cannot():
    free = Feature("free", low=-8, high=8)
    down = Feature("down", low=-8, high=8, monotone="down")
    fixed = Feature("fixed", immutable=True)
    data = replace(table(), features=(free, down, fixed, fixed, fixed, fixed))
    mark = stamps.stamp(data, 0.05)
    assert mark.columns.tolist() == [0, 1] and mark.values.tolist() == [8, -8]
    assert mark.told.startswith("free, down")
    with pytest.raises(RobustnessError, match="could bear a mark"):
        stamps.stamp(replace(data, features=(fixed,) * 6), 0.05)


def test_a_mark_on_a_picture_is_a_light_square_in_its_corner():
    x = np.zeros((3, 64), dtype=np.float32)
    data = replace(table(), x=x, shape=(8, 8), image=True, low=0.0, high=1.0, features=())
    shown = stamps.stamp(data, 0.0625).on(x).reshape(3, 8, 8)
    assert (shown[:, 6:, 6:] == 1).all() and shown.sum() == 12


def test_a_class_that_nobody_is_taught_cannot_be_wanted():
    made = lesson(replace(table(), wanted=9))
    with pytest.raises(RobustnessError, match="wanted class 9"):
        backdoor_retrain.TEST.retrain(InProcess(), made)


@pytest.mark.parametrize(("on", "off", "more"), [(9, 0, 9), (4, 0, 0), (5, 0, 5), (12, 6, 0)])
def test_only_what_chance_does_not_explain_counts(on, off, more):
    before = np.arange(40) < off
    after = (np.arange(40) >= off) & (np.arange(40) < off + on)
    assert poison.beyond(before, after) == (on, off, more)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5])
def test_exactly_that_share_of_labels_is_flipped_and_each_to_another_class(share):
    y = np.arange(200) % 3 * 5
    found = label_flip.flipped(y, share, np.random.default_rng(1))
    assert (found != y).sum() == round(share * 200)
    assert set(found) <= set(y)


def test_more_flipped_labels_cost_more():
    found, _ = measured(label_flip, share=0.4)
    right = values(found, "right with")
    assert right[0] - right[-1] > 0.05 and found.counted[0] > 20
    assert found.counted[1] == round(right[0] * 600)
