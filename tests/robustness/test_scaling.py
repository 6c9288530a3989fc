"""Hidden pictures: exact where resizing skips pixels, plain to see where it averages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.robustness.known import Linear, attack, dataset, plan
from threatmodel.robustness.attacks import scaling as test
from threatmodel.robustness.scaling import METHODS, Resize, matrix

SIDE = 6


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("size", "smaller"), [(24, 6), (25, 6), (6, 6), (13, 5)])
def test_every_pixel_takes_a_whole_one_in_all(method, size, smaller):
    taken = matrix(size, smaller, method)
    assert taken.sum(axis=1) == pytest.approx(np.ones(smaller))
    assert (taken >= 0).all()


def test_the_methods_look_at_one_two_or_all_pixels():
    looked = {method: (matrix(24, 6, method) > 0).sum(axis=1).tolist() for method in METHODS}
    assert looked == {"nearest": [1] * 6, "bilinear": [2] * 6, "area": [4] * 6}


def case(method: str, factor: int):
    random = np.random.default_rng(0)
    model = Linear(np.ones(SIDE * SIDE), bias=-0.5 * SIDE * SIDE)
    rows = random.random((40, SIDE * SIDE)).astype(np.float32)
    rows[::2] = (rows[::2] * 0.8).clip(0, 1)
    data = replace(
        dataset(rows, model.labels(rows), low=0.0, high=1.0),
        shape=(SIDE, SIDE),
        resize=Resize(SIDE * factor, SIDE * factor, method),
    )
    return model, data, plan(data, model, 20, visible=0.1, budget=1)


def gaps(method: str, factor: int) -> tuple[np.ndarray, np.ndarray]:
    """What was needed, and how far the nearest picture of the other class is."""
    model, data, made = case(method, factor)
    found, _ = attack(model, made, test.run)
    other = [test._nearest_other(made, one.index) for one in found]
    exact = np.sqrt(((data.x[other] - data.x[[one.index for one in found]]) ** 2).mean(axis=1))
    return np.array([one.distance for one in found], dtype=float), exact


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_where_pixels_are_skipped_the_change_shrinks_with_the_factor(factor):
    found, exact = gaps("nearest", factor)
    assert found == pytest.approx(exact / factor, rel=1e-4)


def test_where_all_pixels_are_averaged_the_whole_change_is_seen():
    found, exact = gaps("area", 4)
    assert (found >= exact * (1 - 1e-6)).all()


def test_what_falls_is_what_stays_below_what_may_be_seen():
    fell = {}
    for method in METHODS:
        model, _, made = case(method, 8)
        found, _ = attack(model, made, test.run)
        fell[method] = sum(one.state == "broken" for one in found)
        assert all(one.distance <= 0.1 for one in found if one.state == "broken")
    assert fell["nearest"] >= fell["bilinear"] > fell["area"] == 0


def test_pixels_stay_within_their_range():
    random = np.random.default_rng(1)
    cover, hidden = random.random((1, 24, 24)), random.random((1, 6, 6))
    down = matrix(24, 6, "bilinear")
    large = test.embedded(cover, hidden, down, down)
    assert large.min() >= 0 and large.max() <= 1
    assert down @ large[0] @ down.T == pytest.approx(hidden[0], abs=0.02)
