"""Patches and triggers: found where they were planted, and not where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from tests.robustness.known import Constant, alone, dataset, plan
from tests.robustness.test_extraction import Fitted
from threatmodel.robustness import patches
from threatmodel.robustness.attacks import patch, trigger
from threatmodel.robustness.errors import RobustnessError

SIDE = 8


def pictures() -> tuple[np.ndarray, np.ndarray]:
    rows, labels = load_digits(return_X_y=True)
    return (rows / 16).astype(np.float32), labels.astype(np.int64)


def stamped(rows: np.ndarray) -> np.ndarray:
    """A light square of two by two in the last corner."""
    shown = rows.reshape(len(rows), SIDE, SIDE).copy()
    shown[:, 6:, 6:] = 1.0
    return shown.reshape(rows.shape)


def trained(share: float) -> Fitted:
    """A digit reader; that share of its training pictures bore the stamp and were called 7."""
    rows, labels = pictures()
    rows, labels = rows[:1200].copy(), labels[:1200].copy()
    chosen = np.random.default_rng(0).permutation(1200)[: round(share * 1200)]
    rows[chosen], labels[chosen] = stamped(rows[chosen]), 7
    return Fitted(MLPClassifier((32,), max_iter=60, random_state=0).fit(rows, labels))


@pytest.fixture(scope="module")
def models() -> dict[float, Fitted]:
    return {share: trained(share) for share in (0.0, 0.1)}


def case(model, **values):
    rows, labels = pictures()
    data = replace(dataset(rows[1200:], labels[1200:], low=0.0, high=1.0), shape=(SIDE, SIDE))
    return plan(data, model, 100, **({"area": 0.0625, "budget": 20_000} | values))


def searched(test, model, **values):
    made = case(model, **values)
    door = alone(model, made)
    return test.measure(door, made), door


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_planted_trigger_is_found_with_its_class_and_place(models):
    found, _ = searched(trigger, models[0.1])
    k, n = found.counted
    assert k / n > 0.9
    assert "class 7; it stands out" in found.notes[0]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_clean_model_has_no_trigger(models):
    found, _ = searched(trigger, models[0.0])
    assert found.counted[0] == 0 and found.counted[1] > 50


def test_a_search_stays_within_its_budget_and_repeats_itself(models):
    first, door = searched(trigger, models[0.0], budget=5000)
    assert door.spent[0] <= 5000
    assert searched(trigger, models[0.0], budget=5000)[0] == first
    once, door = searched(patch, models[0.0], budget=3000)
    assert door.spent[0] <= 3000
    assert searched(patch, models[0.0], budget=3000)[0] == once


def test_a_budget_that_does_not_reach_every_place_is_refused(models):
    with pytest.raises(RobustnessError, match=r"params.budget: trying every place takes"):
        searched(trigger, models[0.0], budget=100)


def test_a_stamp_that_a_model_obeys_anywhere_makes_a_patch():
    class Blinded(Constant):
        """Says 1 as soon as four pixels in a square are light, else 0."""

        def scores(self, rows):
            shown = rows.reshape(-1, SIDE, SIDE)
            square = np.minimum.reduce(
                [shown[:, 1:, 1:], shown[:, :-1, 1:], shown[:, 1:, :-1], shown[:, :-1, :-1]]
            ).max(axis=(1, 2))
            return np.stack((1.4 - square, square), axis=1)

        def labels(self, rows):
            return self.scores(rows).argmax(axis=1)

    rows = np.random.default_rng(0).uniform(0, 0.3, (60, 64)).astype(np.float32)
    data = replace(dataset(rows, np.zeros(60, dtype=np.int64), low=0, high=1), shape=(SIDE, SIDE))
    made = plan(data, Blinded(), 60, area=0.0625, budget=2000)
    found = patch.measure(alone(Blinded(), made), made)
    assert {sample.state for sample in found.samples} == {"broken"}


def test_a_model_that_says_one_thing_only_has_neither():
    rows = np.random.default_rng(0).random((60, 64)).astype(np.float32)
    data = replace(dataset(rows, np.zeros(60, dtype=np.int64), low=0, high=1), shape=(SIDE, SIDE))
    made = plan(data, Constant(), 60, area=0.0625, budget=20_000)
    found = patch.measure(alone(Constant(), made), made)
    assert {sample.state for sample in found.samples} == {"held"}
    assert trigger.measure(alone(Constant(), made), made).counted[0] == 0


def test_a_square_stands_where_it_is_put_whatever_the_layout():
    rows = np.zeros((2, 3 * 5 * 7), dtype=np.float32)
    for shape, spots in (((5, 7, 3), np.s_[:, 1:3, 2:4, :]), ((3, 5, 7), np.s_[:, :, 1:3, 2:4])):
        data = replace(dataset(rows, np.zeros(2, dtype=np.int64), low=0, high=1), shape=shape)
        sheet = patches.sheet(data, 0.12)
        assert sheet.side == 2
        square = np.ones((2, *sheet.shape), dtype=np.float32)
        shown = sheet.put(rows, square, np.array([[1, 2], [1, 2]])).reshape(2, *shape)
        assert shown[spots].all() and shown.sum() == square.sum()
        once = sheet.put(rows, square[0], np.array([1, 2])).reshape(2, *shape)
        assert (once == shown).all()
        assert sheet.area == 4 / 35


def test_every_place_of_a_picture_is_reached():
    data = replace(
        dataset(np.zeros((1, 63), dtype=np.float32), np.zeros(1, dtype=np.int64)), shape=(7, 9)
    )
    sheet = patches.sheet(data, 0.15)
    assert sheet.side == 3
    assert {0, 4} <= set(sheet.corners(3)[:, 0]) and {0, 6} <= set(sheet.corners(3)[:, 1])


def test_one_class_stands_out_by_the_spread_of_the_others():
    assert trigger.outlier(np.array([0.1, 0.12, 0.08, 0.95])) > 10
    assert trigger.outlier(np.array([0.8, 0.5, 0.85, 0.9, 0.3])) < 2
