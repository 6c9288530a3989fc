"""Stated rules: broken exactly where a model of known slope breaks them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.robustness.known import Linear, attack, dataset, plan
from tests.robustness.test_dataset import packed
from threatmodel.robustness import dataset as datasets
from threatmodel.robustness.attacks import invariants
from threatmodel.robustness.dataset import Feature
from threatmodel.robustness.relations import Relation

FEATURES = (Feature("income", low=-10, high=10), Feature("debt", low=-10, high=10))


def case(*relations: Relation, weights=(1.0, -1.0)):
    model = Linear(np.array(weights), bias=0.0)
    rows = np.random.default_rng(0).uniform(-3, 3, (200, 2)).astype(np.float32)
    data = dataset(rows, model.labels(rows), image=False, low=None, high=None, features=FEATURES)
    return model, data, plan(replace(data, relations=relations), model, 200, budget=20)


def broken(model, made) -> np.ndarray:
    found, _ = attack(model, made, invariants.run)
    return np.array([sample.state == "broken" for sample in found])


def test_a_rule_that_the_model_keeps_is_broken_by_nobody():
    model, _, made = case(
        Relation("add", 1.0, "not lower", "income"), Relation("add", 1.0, "not higher", "debt")
    )
    assert not broken(model, made).any()


def test_a_rule_is_broken_by_exactly_the_inputs_that_cross_the_line():
    model, data, made = case(Relation("add", 1.0, "same", "income"))
    lead = data.x @ model.weights
    assert (broken(model, made) == ((lead <= 0) & (lead + 1 > 0))).all()
    assert 0 < broken(model, made).sum() < 200


def test_a_rule_that_runs_the_wrong_way_is_told_with_the_inputs_that_break_it():
    model, _, made = case(Relation("times", 3.0, "not lower", "debt"))
    found, _ = attack(model, made, invariants.run)
    told = {rule for one in found for rule in one.detail.get("rules", ())}
    assert told == {"debt: times 3, answer not lower"}


def test_an_input_that_cannot_be_changed_is_unknown():
    model, data, made = case(Relation("add", 5.0, "same", "income"))
    data.x[:, 0] = 10  # at its greatest already
    found, _ = attack(model, replace(made, targets=(0, 1, 2)), invariants.run)
    assert {sample.state for sample in found} == {"unknown"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{picture: mirror, answer: same}", [[2, 1], [4, 3]]),
        ("{picture: brighter, by: 1, answer: same}", [[2, 3], [4, 5]]),
        ("{picture: shift right, by: 1, answer: same}", [[1, 1], [3, 3]]),
        ("{picture: shift down, by: -1, answer: same}", [[3, 4], [3, 4]]),
    ],
)
def test_pictures_are_changed_as_stated(text, expected):
    described = f"image: {{shape: [2, 2], range: [0, 9]}}\nrelations: [{text}]"
    x = np.array([[1, 2, 3, 4]], dtype=np.float32)
    data = datasets.load(packed(x=x, y=np.zeros(1, dtype=np.int64)), described.encode())
    assert "relations" in data.offers()
    room = invariants.space.of(data, [0])
    assert invariants.changed(data, room, data.relations[0]).reshape(2, 2).tolist() == expected
