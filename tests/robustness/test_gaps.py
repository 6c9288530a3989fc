"""Groups and times: nothing where they mean nothing, the gap where there is one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import energy_distance, ks_2samp

from tests.robustness.known import dataset, oracle, plan
from threatmodel.robustness import gaps
from threatmodel.robustness.attacks import drift, fairness
from threatmodel.robustness.errors import RobustnessError


class Sloppy:
    """Wrong on exactly the rows that say so in their second column."""

    def labels(self, rows: np.ndarray) -> np.ndarray:
        right = rows[:, 0] > 0
        return np.where(rows[:, 1] > 0, ~right, right).astype(np.int64)


def case(wrong: np.ndarray, moved: float = 0.0, wanted: int | None = None, **columns):
    random = np.random.default_rng(0)
    x = random.standard_normal((len(wrong), 3)).astype(np.float32)
    x[:, 1] = np.where(wrong, 1, -1)
    if moved:
        x[:, 2] += moved * (columns["time"] >= np.median(columns["time"]))
    data = dataset(x, (x[:, 0] > 0).astype(np.int64), columns=columns, wanted=wanted)
    return plan(data, Sloppy(), 5, samples=len(wrong), budget=len(wrong), since=0.5)


def measured(test, made):
    return test.measure(oracle(Sloppy(), made), made)


def figures(found) -> dict[str, float]:
    return {one.name: one.value for one in found.figures}


def shares(*rates: float, rows: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Groups of `rows`, with exactly that share wrong in each."""
    wrong = [np.arange(rows) < round(rate * rows) for rate in rates]
    return np.concatenate(wrong), np.repeat(np.arange(len(rates)), rows)


def test_a_gap_between_groups_is_counted_in_the_worst_one():
    wrong, group = shares(0.05, 0.25, 0.10)
    found = measured(fairness, case(wrong, group=group))
    assert found.counted == (40, 200)
    assert figures(found)["group 1: wrong"] == 0.25
    assert figures(found)["widest gap between error rates"] == pytest.approx(0.20)


def test_groups_that_mean_nothing_count_nothing():
    random = np.random.default_rng(1)
    counts = [
        measured(fairness, case(random.random(600) < 0.1, group=random.integers(3, size=600)))
        for _ in range(10)
    ]
    assert sum(found.counted[0] > 0 for found in counts) <= 2
    assert sum(found.counted[1] >= 30 for found in counts) >= 5


def test_a_gap_that_may_be_chance_judges_nobody():
    wrong, group = shares(0.0, 0.1, rows=20)
    found = measured(fairness, case(wrong, group=group))
    assert found.counted == (0, 0)
    assert "more rows are needed" in found.notes[0]


def test_the_wanted_answer_is_compared_too():
    wrong, group = shares(0.0, 0.3)
    said = figures(measured(fairness, case(wrong, group=group, wanted=1)))
    assert said["group 0: answered 1 where it is true"] == 1.0
    assert said["group 1: answered 1 where it is true"] < 0.8
    assert 0.5 < said["answered 1: least over greatest rate"] < 1.2


def test_small_groups_are_told_and_not_judged():
    wrong, group = shares(0.0, 0.0, rows=100)
    wrong, group = np.append(wrong, [True] * 5), np.append(group, [7] * 5)
    found = measured(fairness, case(wrong, group=group))
    assert found.counted == (0, 100)
    assert any("1 groups of under 10" in note for note in found.notes)


def test_one_group_is_no_comparison():
    with pytest.raises(RobustnessError, match="two groups"):
        measured(fairness, case(np.zeros(50, dtype=bool), group=np.zeros(50)))


def test_a_model_that_got_worse_is_counted_in_the_later_rows():
    wrong, time = shares(0.05, 0.25)
    found = measured(drift, case(wrong, time=time + np.arange(400) / 1000))
    assert found.counted == (40, 200)
    assert figures(found)["wrong before"] == 0.05 and figures(found)["wrong after"] == 0.25


def test_a_model_that_got_better_has_not_drifted():
    wrong, time = shares(0.25, 0.05)
    assert measured(drift, case(wrong, time=time + np.arange(400) / 1000)).counted == (0, 200)


class Fitted:
    """A line through the rows that it learned from."""

    def __init__(self, rows: np.ndarray, labels: np.ndarray) -> None:
        self.weights = np.linalg.lstsq(rows, 2.0 * labels - 1, rcond=None)[0]

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return (rows @ self.weights > 0).astype(np.int64)


def test_training_again_on_later_rows_ends_what_the_drift_test_measures():
    x = np.random.default_rng(4).standard_normal((800, 3)).astype(np.float32)
    late = np.arange(800) >= 400
    y = (x[:, 0] + late * x[:, 1] > 0).astype(np.int64)
    kept = np.arange(800) % 2 == 0  # what neither model learned from
    data = dataset(x[kept], y[kept], columns={"time": np.arange(800.0)[kept]})
    found = []
    for learned in (~kept & ~late, ~kept & late):
        model = Fitted(x[learned], y[learned])
        made = plan(data, model, 5, samples=400, budget=400, since=0.5)
        found.append(drift.measure(oracle(model, made), made).counted)
    assert found[0][0] >= 30 and found[1] == (0, 200)


def test_moved_inputs_are_told_and_alone_count_nothing():
    wrong, time = shares(0.1, 0.1)
    time = time + np.arange(400) / 1000
    still, moved = (measured(drift, case(wrong, move, time=time)) for move in (0.0, 3.0))
    assert still.counted == moved.counted == (0, 200)
    name = "inputs: how often chance gives such a distance"
    assert figures(moved)[name] < 0.01 < figures(still)[name]
    for name in ("inputs: stability index of the worst column", "inputs: energy distance"):
        assert figures(moved)[name] > figures(still)[name]


def test_distances_are_those_of_the_textbook():
    random = np.random.default_rng(2)
    one, other = random.normal(size=(200, 1)), random.normal(0.7, size=(150, 1))
    assert drift.furthest(one, other) == pytest.approx(ks_2samp(one[:, 0], other[:, 0]).statistic)
    both = np.concatenate((one, other)) / np.concatenate((one, other)).std()
    late = np.arange(350) >= 200
    squared, _ = drift._energy(both.astype(np.float32), late, 0)
    assert squared == pytest.approx(energy_distance(both[:200, 0], both[200:, 0]) ** 2, rel=1e-3)
    assert drift.stability(np.array([50, 50]), np.array([50, 50])) == 0
    assert drift.stability(np.array([50, 50]), np.array([90, 10])) == pytest.approx(
        0.8789, abs=1e-4
    )


def test_chance_knows_that_the_widest_gap_was_chosen_afterwards():
    random = np.random.default_rng(3)
    found = [
        gaps.widest(random.random(400) < 0.2, random.integers(8, size=400), seed).chance
        for seed in range(20)
    ]
    assert sum(one <= 0.05 for one in found) <= 3
