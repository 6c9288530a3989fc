"""The column-by-column attack against trees, whose nearest wrong leaf is known exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import minmax_scale
from sklearn.tree import DecisionTreeClassifier

from tests.robustness.known import Constant, attack, dataset, linear_case, plan
from threatmodel.robustness.attacks import hopskipjump, pointwise


class Tree:
    """One decision tree; each leaf is a box, so the nearest wrong input is known."""

    def __init__(self, rows: np.ndarray, labels: np.ndarray) -> None:
        self.fitted = DecisionTreeClassifier(random_state=0).fit(rows, labels)
        self.leaves = list(self._leaves(0, *self._everywhere(rows.shape[1])))

    @staticmethod
    def _everywhere(width: int) -> tuple[np.ndarray, np.ndarray]:
        return np.full(width, -np.inf), np.full(width, np.inf)

    def _leaves(self, node: int, low: np.ndarray, high: np.ndarray):
        tree = self.fitted.tree_
        if tree.children_left[node] < 0:
            yield low, high, int(tree.value[node].argmax())
            return
        column, edge = tree.feature[node], tree.threshold[node]
        left, right = high.copy(), low.copy()
        left[column], right[column] = min(high[column], edge), max(low[column], edge)
        yield from self._leaves(tree.children_left[node], low, left)
        yield from self._leaves(tree.children_right[node], right, high)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.fitted.predict(rows).astype(np.int64)

    def nearest(self, row: np.ndarray, label: int, norm: str) -> float:
        """The distance to the nearest leaf of another class within 0..1, exactly."""
        order = 2 if norm == "l2" else np.inf
        gaps = [
            np.linalg.norm(np.clip(row, np.maximum(low, 0), np.minimum(high, 1)) - row, order)
            for low, high, leaf in self.leaves
            if leaf != label and (low < 1).all() and (high > 0).all()
        ]
        return float(min(gaps))


@pytest.fixture(scope="module")
def forest():
    rows, labels = load_breast_cancer(return_X_y=True)
    rows = minmax_scale(rows).astype(np.float32)
    model = Tree(rows[::2], labels[::2])
    return model, dataset(rows[1::2], labels[1::2].astype(np.int64), low=0.0, high=1.0)


def ratios(forest, run, norm: str = "l2", budget: int = 1000) -> np.ndarray:
    model, data = forest
    made = plan(data, model, 60, norm=norm, budget=budget)
    found, _ = attack(model, made, run)
    exact = [model.nearest(data.x[one.index].astype(float), one.label, norm) for one in found]
    return np.array([one.distance for one in found]) / np.array(exact)


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_distances_are_never_below_the_nearest_leaf_and_close_to_it(forest, norm):
    found = ratios(forest, pointwise.run, norm)
    assert found.min() >= 1 - 1e-4
    assert np.median(found) <= 1.01 and np.quantile(found, 0.9) <= 1.1


def test_it_is_stronger_on_a_tree_than_walking_along_the_boundary(forest):
    ours, walked = ratios(forest, pointwise.run), ratios(forest, hopskipjump.run)
    assert walked.min() >= 1 - 1e-4
    assert np.median(ours) < np.median(walked)
    assert np.quantile(ours, 0.9) < np.quantile(walked, 0.9)


def test_on_a_line_nothing_is_nearer_than_the_margin():
    model, data, made = linear_case(10)
    found, door = attack(model, made, pointwise.run)
    gaps = np.array([sample.distance for sample in found])
    assert (gaps >= (1 - 1e-4) * model.margins(data.x[list(made.targets)], "l2")).all()
    assert door.rows == sum(sample.queries for sample in found)
    assert max(sample.queries for sample in found) <= 1000


def test_more_queries_never_end_farther_away(forest):
    model, data = forest
    gaps = []
    for budget in (100, 400, 1600):
        found, _ = attack(model, plan(data, model, 30, budget=budget), pointwise.run)
        gaps.append([one.distance for one in found])
    assert np.median(gaps[0]) >= np.median(gaps[1]) >= np.median(gaps[2])


def test_the_result_does_not_depend_on_who_walks_beside(forest):
    model, data = forest
    made = plan(data, model, 20, budget=300)
    together, _ = attack(model, made, pointwise.run)
    alone = [
        attack(model, replace(made, targets=(index,)), pointwise.run)[0][0]
        for index in made.targets[:5]
    ]
    assert alone == together[:5]


def test_a_model_that_says_one_thing_only_is_never_broken():
    rows = np.random.default_rng(0).standard_normal((20, 5)).astype(np.float32)
    data = dataset(rows, np.zeros(20, dtype=np.int64))
    found, _ = attack(Constant(), plan(data, Constant(), 10, budget=200), pointwise.run)
    assert all(sample.state == "held" and sample.distance is None for sample in found)
