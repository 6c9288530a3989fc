"""Everyday damage: the same for the same seed, worse with severity, fair to every layout."""

from __future__ import annotations

import numpy as np
import pytest

from tests.robustness.known import Linear, dataset, oracle, plan
from threatmodel.robustness.attacks import corruption

SHAPE = (12, 10)


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(0).random((6, 120), dtype=np.float32)


def data(pictures: np.ndarray, shape: tuple[int, ...] = SHAPE, high: float = 1.0):
    from dataclasses import replace

    made = dataset(pictures, np.zeros(len(pictures), dtype=np.int64), low=0.0, high=high)
    return replace(made, shape=shape)


def change(pictures: np.ndarray, kind: str, severity: int) -> float:
    """How far that damage moves the pictures on average."""
    row = list(corruption.KINDS).index(kind)
    damaged = [corruption.damaged(data(pictures), i, severity, 0)[row] for i in range(6)]
    return float(np.linalg.norm(np.stack(damaged) - pictures, axis=1).mean())


@pytest.mark.parametrize("kind", corruption.KINDS)
def test_damage_grows_with_severity(pictures, kind):
    moved = [change(pictures, kind, severity) for severity in (1, 3, 5)]
    assert 0 < moved[0] < moved[1] < moved[2]


def test_damage_stays_within_the_range_and_repeats_itself(pictures):
    for severity in corruption.SEVERITIES:
        first = corruption.damaged(data(pictures), 2, severity, seed=4)
        assert first.shape == (len(corruption.KINDS), 120)
        assert first.dtype == np.float32 and 0 <= first.min() and first.max() <= 1
        assert (first == corruption.damaged(data(pictures), 2, severity, seed=4)).all()
    other = corruption.damaged(data(pictures), 2, 5, seed=5)
    assert (first != other).any()


def test_a_picture_of_0_to_255_is_damaged_alike(pictures):
    plain = corruption.damaged(data(pictures), 0, 3, seed=0)
    scaled = corruption.damaged(data(pictures * 255, high=255.0), 0, 3, seed=0)
    np.testing.assert_allclose(scaled, plain * 255, atol=1e-2)


def test_channels_may_stand_first_or_last():
    last = np.random.default_rng(1).random((8, 6, 3), dtype=np.float32)
    first = last.transpose(2, 0, 1)
    of_last = corruption.damaged(data(last.reshape(1, -1), (8, 6, 3)), 0, 2, 0)
    of_first = corruption.damaged(data(first.reshape(1, -1), (3, 8, 6)), 0, 2, 0)
    back = of_first.reshape(-1, 3, 8, 6).transpose(0, 2, 3, 1).reshape(len(of_last), -1)
    np.testing.assert_allclose(back, of_last, atol=1e-6)


def test_a_target_falls_where_any_kind_changes_its_answer(pictures):
    bright = Linear(np.ones(120), bias=-0.62 * 120)  # says 1 when a picture is bright on average
    made = plan(data(pictures), bright, 6, severity=3, budget=30)
    found = corruption.run(oracle(bright, made), made)
    assert all(sample.queries == 30 for sample in found)
    for sample in found:
        least = [
            severity
            for severity in corruption.SEVERITIES
            if bright.labels(corruption.damaged(data(pictures), sample.index, severity, 0)).any()
        ]
        assert sample.distance == (least[0] if least else None)
        assert sample.state == ("broken" if least and least[0] <= 3 else "held")
    assert {kind for sample in found for kind in sample.detail["kinds"]} >= {"brightness"}
