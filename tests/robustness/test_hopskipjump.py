"""HopSkipJump against models whose nearest wrong input is known in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.robustness.known import Constant, Linear, attack, dataset, linear_case, oracle, plan
from threatmodel.robustness.attacks import hopskipjump
from threatmodel.robustness.dataset import Feature

TOLERANCE = 1e-4


def ratios(model, data, made) -> np.ndarray:
    found, _ = attack(model, made)
    rows = data.x[[sample.index for sample in found]]
    distances = np.array([sample.distance for sample in found])
    return distances / model.margins(rows, str(made.values["norm"]))


@pytest.mark.parametrize(
    ("width", "norm", "budget", "median"),
    [
        (2, "l2", 1000, 1.01),
        (30, "l2", 1000, 1.05),
        (30, "l2", 10_000, 1.01),
        (2, "linf", 1000, 1.01),
        (10, "linf", 1000, 1.05),
        (30, "linf", 10_000, 1.05),
    ],
)
def test_distances_are_never_below_the_margin_and_close_to_it(width, norm, budget, median):
    model, data, made = linear_case(width, norm=norm, budget=budget)
    found = ratios(model, data, made)
    assert found.min() >= 1 - TOLERANCE
    assert np.median(found) <= median


def test_every_claim_is_in_bounds_wrong_and_as_near_as_said():
    model, data, made = linear_case(20, norm="linf")
    found, _ = attack(model, made)
    last = model.seen[-1]  # the claims, asked once more
    assert len(last) == len(found)
    for row, sample in zip(last, found, strict=True):
        assert model.labels(row[None])[0] != sample.label
        assert -10 <= row.min() and row.max() <= 10
        gap = np.abs(row.astype(np.float64) - data.x[sample.index]).max()
        assert gap == pytest.approx(sample.distance, abs=1e-9)
        assert sample.state == ("broken" if gap <= 1.0 else "held")


def test_the_books_balance():
    model, _, made = linear_case(10, budget=333)
    before = model.rows, model.calls
    found, door = attack(model, made)
    assert (door.rows, door.calls) == (model.rows - before[0], model.calls - before[1])
    assert door.rows == sum(sample.queries for sample in found) == door.spent.sum()
    assert all(sample.queries <= 333 for sample in found)


def test_many_targets_share_few_calls():
    _, _, made = linear_case(30, targets=100)
    model = Linear(np.random.default_rng(30).standard_normal(30))
    _, door = attack(model, made)
    assert door.calls <= 175


def test_the_result_does_not_depend_on_who_walks_beside():
    model, data, made = linear_case(12, targets=30)
    together, _ = attack(model, made)
    alone = [attack(model, replace(made, targets=(index,)))[0][0] for index in made.targets[:5]]
    assert alone == together[:5]


def test_the_same_seed_gives_the_same_and_another_seed_something_else():
    model, _, made = linear_case(12)
    first, again = attack(model, made)[0], attack(model, made)[0]
    other, _ = attack(model, replace(made, seed=1))
    assert first == again
    assert [one.distance for one in first] != [one.distance for one in other]


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_more_queries_never_break_less(norm):
    model, _, _ = linear_case(20)
    counts = []
    for budget in (60, 200, 1000, 5000):
        _, _, made = linear_case(20, norm=norm, budget=budget, eps=0.3)
        found, _ = attack(model, made)
        counts.append(sum(sample.state == "broken" for sample in found))
    assert counts == sorted(counts) and counts[-1] > 0


def test_a_model_that_says_one_thing_only_is_never_broken():
    rows = np.random.default_rng(0).standard_normal((20, 5)).astype(np.float32)
    data = dataset(rows, np.zeros(20, dtype=np.int64))
    model = Constant()
    found, _ = attack(model, plan(data, model, 10, budget=200))
    assert all(sample.state == "held" and sample.distance is None for sample in found)


def test_noise_finds_a_start_where_no_row_of_the_data_does():
    random = np.random.default_rng(3)
    model = Linear(np.array([1.0, 0.0]), bias=-5.0)
    rows = random.standard_normal((30, 2)).astype(np.float32)
    data = dataset(rows, np.zeros(30, dtype=np.int64))
    found, _ = attack(model, plan(data, model, 10))
    assert all(sample.distance is not None for sample in found)


FEATURES = (
    Feature("age", immutable=True, low=-10, high=10),
    Feature("orders", integer=True, low=-10, high=10),
    Feature("income", monotone="up", low=-10, high=10),
    Feature("debt", monotone="down", low=-10, high=10),
    Feature("rate", low=-1, high=1),
)


def test_what_an_attacker_cannot_change_is_never_asked():
    random = np.random.default_rng(5)
    model = Linear(np.array([0.5, 1.0, -1.0, 2.0, 1.0]))
    rows = random.uniform(-1, 1, (100, 5)).astype(np.float32)
    rows[:, 1] = np.rint(rows[:, 1])
    data = dataset(rows, model.labels(rows), image=False, low=None, high=None, features=FEATURES)
    made = plan(data, model, 20)
    asked: list[tuple[np.ndarray, np.ndarray]] = []
    door = oracle(model, made)
    real = door.labels

    def watched(given, targets):
        asked.append((given, targets))
        return real(given, targets)

    door.labels = watched
    found = hopskipjump.run(door, made)
    origins = rows[list(made.targets)]
    for given, targets in asked:
        origin = origins[targets]
        assert (given[:, 0] == origin[:, 0]).all()
        assert (given[:, 1] == np.rint(given[:, 1])).all()
        assert (given[:, 2] >= origin[:, 2]).all()
        assert (given[:, 3] <= origin[:, 3]).all()
        assert (np.abs(given[:, 4]) <= 1).all()
    assert any(sample.distance is not None for sample in found)
