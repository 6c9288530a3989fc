"""Dear inputs: told apart where they are dear, by work that is counted and not by chance."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.robustness.known import alone, dataset, plan
from threatmodel.robustness.attacks import exhaustion


class Busy:
    """Takes a millisecond for a call, and as many more as its mean says."""

    def __init__(self, most: int) -> None:
        self.most = most

    def labels(self, rows: np.ndarray) -> np.ndarray:
        time.sleep(0.001 * (1 + round(float(rows.mean()) * self.most)))
        return np.zeros(len(rows), dtype=np.int64)


def measured(model):
    rows = np.random.default_rng(0).uniform(0, 0.1, (50, 4)).astype(np.float32)
    data = dataset(rows, np.zeros(50, dtype=np.int64), low=0.0, high=1.0)
    made = plan(data, model, 1, rows=16, budget=exhaustion.TEST.budget({"rows": 16}))
    door = alone(model, made)
    found = exhaustion.measure(door, made)
    assert door.spent[0] == made.values["budget"]
    return found


def test_a_model_that_works_longer_on_some_inputs_is_found_out_with_their_kind():
    found = measured(Busy(20))
    assert found.metric > 4 and found.interval[0] > 2 and found.repeats == 5
    assert "all at their greatest" in found.notes[0]


def test_every_kind_stays_in_range():
    low, high = np.float32([0, -1, 5]), np.float32([1, 1, 6])
    made = exhaustion.kinds(low, high, 40, seed=1)
    assert len(made) == exhaustion.KINDS
    for rows in made.values():
        assert rows.shape == (40, 3) and (rows >= low).all() and (rows <= high).all()
    assert (made["next to nothing"][:, 0] == np.float32(exhaustion.TINY)).all()
    assert made["anywhere"] == pytest.approx(exhaustion.kinds(low, high, 40, seed=1)["anywhere"])
