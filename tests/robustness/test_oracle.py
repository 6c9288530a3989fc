"""The one door to a model."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.robustness.known import Linear
from threatmodel.robustness.errors import BudgetSpent, Cancelled, TimedOut
from threatmodel.robustness.oracle import BATCH, Oracle

SOON = 100.0


def door(model, **more):
    settled = {"budget": 10, "targets": 2, "deadline": time.monotonic() + SOON} | more
    return Oracle(model, **settled)


def ask(oracle: Oracle, *targets: int):
    return oracle.labels(
        np.zeros((len(targets), 3), dtype=np.float32), np.array(targets, dtype=np.intp)
    )


@pytest.fixture
def model() -> Linear:
    return Linear(np.ones(3))


def test_a_target_past_its_budget_asks_nothing(model):
    oracle = door(model)
    ask(oracle, *[0] * 9)
    with pytest.raises(BudgetSpent):
        ask(oracle, 0, 1, 0)
    assert model.rows == oracle.rows == 9
    assert oracle.spent.tolist() == [9, 0]
    assert oracle.left(np.array([0, 1])).tolist() == [1, 10]
    assert oracle.spare() == 1


def test_rows_are_counted_before_the_call_so_a_failing_call_counts(model):
    class Failing:
        def labels(self, rows):
            raise RuntimeError

    oracle = door(Failing())
    with pytest.raises(RuntimeError):
        ask(oracle, 0, 1)
    assert (oracle.rows, oracle.calls) == (2, 1)


def test_nothing_is_asked_once_cancelled_or_late(model):
    with pytest.raises(Cancelled):
        ask(door(model, cancelled=lambda: True), 0)
    with pytest.raises(TimedOut):
        ask(door(model, deadline=time.monotonic() - 1), 0)
    assert model.calls == 0


def test_large_questions_go_in_batches_and_wide_rows_in_smaller_ones(model):
    oracle = door(model, budget=10_000)
    ask(oracle, *[0] * (2 * BATCH + 1))
    assert model.calls == 3
    wide = Linear(np.ones(2**20))
    door(wide).labels(np.zeros((9, 2**20), dtype=np.float32), np.zeros(9, dtype=np.intp))
    assert [len(rows) for rows in wide.seen] == [4, 4, 1]


def test_no_rows_are_no_call(model):
    assert len(ask(door(model))) == 0
    assert model.calls == 0
