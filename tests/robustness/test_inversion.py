"""Drawings of classes: those of a model that holds averages, and nothing of one that holds none."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.robustness.known import Constant, alone, dataset, plan
from threatmodel.robustness.attacks import inversion
from threatmodel.robustness.errors import RobustnessError


class Averages:
    """Surest of the class whose row of `averages` is nearest."""

    def __init__(self, averages: np.ndarray) -> None:
        self.averages = averages.astype(np.float64)

    def scores(self, rows: np.ndarray) -> np.ndarray:
        lead = 2 * rows.astype(np.float64) @ self.averages.T - (self.averages**2).sum(axis=1)
        powers = np.exp(lead - lead.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.scores(rows).argmax(axis=1)


@pytest.fixture(scope="module")
def digits():
    rows, labels = load_digits(return_X_y=True)
    rows, labels = (rows / 16).astype(np.float32)[:600], labels.astype(np.int64)[:600]
    return rows, labels, np.stack([rows[labels == one].mean(axis=0) for one in range(10)])


def fallen(model, rows, labels, budget: int = 8000):
    data = dataset(rows, labels, low=0.0, high=1.0)
    made = plan(data, model, len(rows), likeness=0.5, budget=budget)
    door = alone(model, made)
    found = inversion.measure(door, made)
    assert door.spent[0] <= budget
    return [sample.state for sample in found.samples], found


def test_a_model_that_holds_averages_gives_them_away(digits):
    rows, labels, averages = digits
    states, found = fallen(Averages(averages), rows, labels)
    assert states.count("broken") >= 9
    assert min(one.value for one in found.figures) > 0.4


def test_a_model_that_holds_something_else_gives_nothing_away(digits):
    rows, labels, averages = digits
    noise = np.random.default_rng(0).random(averages.shape)
    assert fallen(Averages(noise), rows, labels)[0].count("broken") == 0


def test_a_model_that_says_one_thing_only_has_nothing_to_draw(digits):
    rows, labels, _ = digits
    with pytest.raises(RobustnessError, match="two classes"):
        fallen(Constant(), rows, labels)


def test_an_average_is_like_itself_and_unlike_the_others(digits):
    _, _, averages = digits
    alike = inversion.likeness(averages.astype(float), averages.astype(float))
    assert np.diag(alike) == pytest.approx(np.ones(10))
    assert (alike - 2 * np.eye(10)).max() < 0.8


def test_a_budget_of_under_three_steps_is_refused(digits):
    rows, labels, averages = digits
    with pytest.raises(RobustnessError, match="1,950 queries"):
        fallen(Averages(averages), rows, labels, budget=1000)
