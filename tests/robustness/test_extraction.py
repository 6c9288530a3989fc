"""Copies: exact where the model is linear, fair where one class is common, better with queries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import minmax_scale

from tests.robustness.known import Constant, dataset, oracle, plan
from threatmodel.robustness.attacks import extraction
from threatmodel.robustness.errors import RobustnessError


class Fitted:
    """A model of scikit-learn, answering in single precision as an ONNX file does."""

    def __init__(self, fitted) -> None:
        self.fitted = fitted

    def scores(self, rows: np.ndarray) -> np.ndarray:
        return self.fitted.predict_proba(rows.astype(np.float64)).astype(np.float32).astype(float)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.fitted.predict(rows.astype(np.float64)).astype(np.int64)


def case(model, rows, labels, **values):
    data = dataset(rows, labels.astype(np.int64), low=0.0, high=1.0)
    settled = {"budget": 300, "answers": "scores"} | values
    return plan(data, model, len(rows), **settled)


def measured(model, made):
    return extraction.measure(oracle(model, made), made)


@pytest.fixture(scope="module")
def cancer():
    rows, labels = load_breast_cancer(return_X_y=True)
    rows = minmax_scale(rows).astype(np.float32)
    return Fitted(LogisticRegression().fit(rows[::2], labels[::2])), rows[1::2], labels[1::2]


@pytest.fixture(scope="module")
def digits():
    rows, labels = load_digits(return_X_y=True)
    rows = (rows / 16).astype(np.float32)
    fitted = MLPClassifier((32,), max_iter=400, random_state=0).fit(rows[:1000], labels[:1000])
    return Fitted(fitted), rows[1000:], labels[1000:]


def test_a_logistic_regression_is_copied_exactly_with_one_query_a_column_and_one_more(cancer):
    model, rows, labels = cancer
    found = measured(model, case(model, rows, labels))
    assert found.metric == 1.0 and found.interval == (1.0, 1.0)
    assert found.budget == 30 + 1 + extraction.LINE
    assert any("weights exactly" in note for note in found.notes)


def test_the_weights_found_are_those_of_the_model(cancer):
    model, rows, labels = cancer
    made = case(model, rows, labels)
    thief = extraction.Thief(oracle(model, made), True, np.arange(2), [], [])
    line = extraction._line(thief, *made.dataset.bounds())
    real = model.fitted.coef_[0]
    assert np.abs(line.weights[:, 1] - real).max() < 1e-3 * np.abs(real).max()
    assert line.bias[1] == pytest.approx(model.fitted.intercept_[0], abs=1e-2)


@pytest.mark.long
def test_a_network_is_no_line_and_its_copy_is_better_the_more_is_asked(digits):
    model, rows, labels = digits
    metrics = [
        measured(model, case(model, rows, labels, budget=budget)).metric
        for budget in (30, 100, 600)
    ]
    assert metrics == sorted(metrics)
    assert metrics[0] < 0.9 < metrics[-1]


@pytest.mark.long
def test_labels_tell_a_thief_less_than_scores(digits):
    model, rows, labels = digits
    by_scores = measured(model, case(model, rows, labels, budget=400))
    by_labels = measured(model, case(model, rows, labels, budget=400, answers="labels"))
    assert by_labels.metric < by_scores.metric


def test_labels_may_be_any_numbers(cancer):
    model, rows, labels = cancer
    shifted = Fitted(LogisticRegression().fit(rows, labels * 7 - 3))
    found = measured(shifted, case(shifted, rows, labels * 7 - 3, answers="labels"))
    assert found.metric > 0.85


def test_guessing_the_commonest_answer_is_worth_one_class_only():
    said = np.zeros(100, dtype=np.intp)
    real = np.array([0] * 95 + [1] * 5)
    assert extraction._balanced(said, real) == 0.5


def test_no_more_is_asked_than_allowed_and_the_same_seed_gives_the_same(digits):
    model, rows, labels = digits
    made = case(model, rows, labels, budget=120)
    door = oracle(model, made)
    first = extraction.measure(door, made)
    assert door.rows == door.spent[0] == first.budget == 120
    assert measured(model, made) == first
    assert measured(model, replace(made, seed=1)) != first


def test_a_copy_of_a_model_that_says_one_thing_only_agrees_always():
    rows = np.random.default_rng(0).random((60, 4)).astype(np.float32)
    found = measured(Constant(), case(Constant(), rows, np.zeros(60)))
    assert found.metric == 1.0


def test_too_few_rows_to_judge_a_copy_are_refused(cancer):
    model, rows, labels = cancer
    with pytest.raises(RobustnessError, match="needs 20 rows"):
        measured(model, case(model, rows[:10], labels[:10]))
