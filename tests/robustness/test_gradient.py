"""Slopes felt by asking: exact on linear models, never below what is certified on a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import minmax_scale

from tests.robustness.known import Constant, attack, dataset, linear_case, oracle, plan
from threatmodel.robustness.attacks import gradient
from threatmodel.robustness.errors import RobustnessError

METHODS = ("fgsm", "pgd", "apgd")


def broken(found) -> np.ndarray:
    return np.array([sample.state == "broken" for sample in found])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("norm", ["l2", "linf"])
@pytest.mark.parametrize("eps", [0.05, 0.3])
def test_on_a_line_exactly_the_targets_within_reach_fall(method, norm, eps):
    model, data, made = linear_case(30, targets=100, norm=norm, eps=eps, method=method)
    found, _ = attack(model, made, gradient.run)
    exact = model.margins(data.x[list(made.targets)], norm)
    clear = np.abs(exact - eps) > 1e-3  # a slope that was felt is not exact
    assert 0 < (exact < eps).sum() < 100
    assert (broken(found) == (exact < eps))[clear].all()


def test_what_falls_is_drawn_back_to_the_margin():
    model, data, made = linear_case(30, targets=100, norm="l2", eps=1.0, method="apgd")
    found, _ = attack(model, made, gradient.run)
    exact = model.margins(data.x[list(made.targets)], "l2")
    for sample, least in zip(found, exact, strict=True):
        if sample.distance is not None:
            assert least * (1 - 1e-4) <= sample.distance <= 1.0


class Network:
    """One hidden layer, with bounds on its answers over a box (interval bound propagation)."""

    def __init__(self, rows: np.ndarray, labels: np.ndarray) -> None:
        self.fitted = MLPClassifier((16,), max_iter=1000, random_state=0).fit(rows, labels)

    def scores(self, rows: np.ndarray) -> np.ndarray:
        return self.fitted.predict_proba(rows.astype(np.float64))

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.scores(rows).argmax(axis=1)

    def certified(self, row: np.ndarray, label: int, eps: float) -> bool:
        """Whether no input within eps (linf) can change the answer."""
        low, high = row - eps, row + eps
        for at, (kernel, bias) in enumerate(
            zip(self.fitted.coefs_, self.fitted.intercepts_, strict=True)
        ):
            middle, reach = (low + high) / 2 @ kernel + bias, (high - low) / 2 @ np.abs(kernel)
            low, high = middle - reach, middle + reach
            if at == 0:
                low, high = np.maximum(low, 0), np.maximum(high, 0)
        return bool(low[0] > 0) if label == 1 else bool(high[0] < 0)


@pytest.fixture(scope="module")
def network():
    rows, labels = load_breast_cancer(return_X_y=True)
    rows = minmax_scale(rows).astype(np.float32)
    model = Network(rows[::2], labels[::2])
    return model, dataset(rows[1::2], labels[1::2].astype(np.int64), low=-5.0, high=5.0)


def test_nothing_falls_that_is_certified_and_more_falls_the_farther_it_may_move(network):
    model, data = network
    fallen = []
    for eps in (0.01, 0.05, 0.2):
        made = plan(data, model, 60, norm="linf", eps=eps, method="apgd", budget=1000)
        found, _ = attack(model, made, gradient.run)
        safe = [model.certified(data.x[one.index].astype(float), one.label, eps) for one in found]
        assert not (broken(found) & np.array(safe)).any()
        fallen.append(broken(found).sum())
    assert fallen == sorted(fallen) and fallen[0] < fallen[-1]


def test_many_steps_find_no_less_than_one(network):
    model, data = network
    counts = {}
    for method in METHODS:
        made = plan(data, model, 60, norm="linf", eps=0.08, method=method, budget=2000)
        counts[method] = broken(attack(model, made, gradient.run)[0]).sum()
    assert counts["apgd"] >= counts["fgsm"] > 0


def test_the_books_balance_within_the_budget():
    model, _, made = linear_case(30, norm="l2", eps=0.3, method="apgd", budget=500)
    before = model.rows
    found, door = attack(model, made, gradient.run)
    assert door.rows == model.rows - before == sum(sample.queries for sample in found)
    assert max(sample.queries for sample in found) <= 500


def test_a_budget_below_one_slope_is_refused_with_what_it_takes():
    model, _, made = linear_case(100, norm="l2", method="apgd", budget=60)
    with pytest.raises(RobustnessError, match=r"params.budget: one slope takes 112 queries"):
        attack(model, made, gradient.run)


def test_the_result_does_not_depend_on_who_walks_beside(network):
    model, data = network
    made = plan(data, model, 20, norm="linf", eps=0.08, method="apgd", budget=600)
    together, _ = attack(model, made, gradient.run)
    alone = [
        attack(model, replace(made, targets=(index,)), gradient.run)[0][0]
        for index in made.targets[:4]
    ]
    assert alone == together[:4]


def test_where_there_is_no_slope_a_target_is_unknown_and_never_held():
    rows = np.random.default_rng(0).standard_normal((20, 5)).astype(np.float32)
    data = dataset(rows, np.zeros(20, dtype=np.int64))
    made = plan(data, Constant(), 10, norm="l2", method="apgd", budget=200)
    found = gradient.run(oracle(Constant(), made), made)
    assert {sample.state for sample in found} == {"unknown"}


def test_steps_are_judged_ever_more_often():
    judged = gradient.checkpoints(100)
    assert judged[:3] == [22, 41, 57] and judged[-1] < 100
    gaps = np.diff(judged)
    assert (np.diff(gaps) <= 1).all()
