"""Gradient attacks beside ART and Foolbox, which see the network's true gradients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import minmax_scale

from bench import peer
from tests.robustness.known import attack, dataset, plan
from threatmodel.robustness.attacks import gradient

LOW, HIGH = 0.0, 1.0
SLOPES = 41  # of 40 steps, as many as theirs


class Layers:
    """A network of dense layers, asked in double precision; its weights for another framework."""

    def __init__(self, rows: np.ndarray, labels: np.ndarray) -> None:
        self.fitted = MLPClassifier((32,), max_iter=500, random_state=0).fit(rows, labels)
        if self.fitted.n_outputs_ == 1:  # a single logit of class 1: the same as these two
            self.fitted.coefs_[1] = self.fitted.coefs_[1] * np.array([-0.5, 0.5])
            self.fitted.intercepts_[1] = self.fitted.intercepts_[1] * np.array([-0.5, 0.5])

    def scores(self, rows: np.ndarray) -> np.ndarray:
        first, second = self.fitted.coefs_
        woken = np.maximum(rows.astype(np.float64) @ first + self.fitted.intercepts_[0], 0)
        return woken @ second + self.fitted.intercepts_[1]

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.scores(rows).argmax(axis=1)

    def weights(self) -> dict[str, np.ndarray]:
        named = (("k", self.fitted.coefs_), ("d", self.fitted.intercepts_))
        return {f"{k}{at}": v.astype(np.float32) for k, all in named for at, v in enumerate(all)}


def case(load, eps: float):
    """A network, what it gets right of the rows that it has not seen, and their plan."""
    rows, labels = load(return_X_y=True)
    rows = minmax_scale(rows).astype(np.float32)
    model = Layers(rows[::2], labels[::2])
    data = dataset(rows[1::2], labels[1::2].astype(np.int64), low=LOW, high=HIGH)
    budget = SLOPES * (rows.shape[1] + 1) + 40
    return model, data, plan(data, model, 100, norm="linf", eps=eps, budget=budget)


def theirs(folder: Path, model: Layers, data, made) -> dict[str, np.ndarray]:
    chosen, eps = list(made.targets), made.values["eps"]
    weights: dict[str, Any] = dict(model.weights())
    np.savez(folder / "network.npz", **weights)
    told = {"x": data.x[chosen], "y": data.y[chosen], "eps": eps, "low": LOW, "high": HIGH}
    np.savez(folder / "rows.npz", **told)
    found = peer.run_torch(folder, "gradients")
    return {name: np.array(fallen) for name, fallen in found.items()}


def ours(model: Layers, made, method: str) -> np.ndarray:
    made.values["method"] = method
    found, _ = attack(model, made, gradient.run)
    return np.array([one.state == "broken" for one in found])


@pytest.mark.long
def test_of_two_classes_one_step_deceives_exactly_the_inputs_that_art_and_foolbox_deceive(tmp_path):
    model, data, made = case(load_breast_cancer, 0.08)
    known = theirs(tmp_path, model, data, made)
    once, often = ours(model, made, "fgsm"), ours(model, made, "pgd")
    assert 20 < once.sum() < 80
    for library in ("art", "foolbox"):
        assert (once != known[f"{library} fgsm"]).sum() <= 1  # a slope that was felt, at the edge
        assert (known[f"{library} pgd"] & ~often).sum() <= 1
    assert (often != known["art pgd"]).sum() <= 1  # Foolbox's own length of a step finds fewer


@pytest.mark.long
def test_of_ten_classes_many_steps_deceive_no_fewer_inputs_than_art_and_foolbox(tmp_path):
    model, data, made = case(load_digits, 0.12)
    known = theirs(tmp_path, model, data, made)
    strongest = ours(model, made, "apgd")
    assert 20 < strongest.sum() < 95
    for name, fallen in known.items():
        assert strongest.sum() >= fallen.sum(), name
        assert (fallen & ~strongest).sum() <= 3, name
