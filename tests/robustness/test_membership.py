"""Membership: nothing on a random split, everything on a model that remembers."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from tests.robustness.known import alone, dataset, oracle, plan
from tests.robustness.learners import InProcess, lesson
from threatmodel.robustness import members
from threatmodel.robustness.attacks import membership, shadow_membership
from threatmodel.robustness.dataset import Dataset
from threatmodel.robustness.errors import RobustnessError


class Remembering:
    """Surer of rows that it has seen, by `more` on the scale of logits."""

    def __init__(self, seen: np.ndarray, more: float) -> None:
        self.seen, self.more = {row.tobytes() for row in seen}, more

    def scores(self, rows: np.ndarray) -> np.ndarray:
        extra = np.array([self.more if row.tobytes() in self.seen else 0.0 for row in rows])
        chance = expit(3 * rows[:, 0].astype(float) + np.sign(rows[:, 0]) * extra)
        return np.stack((1 - chance, chance), axis=1)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.scores(rows).argmax(axis=1)


@functools.cache
def measured(more: float, rows: int = 2000, seed: int = 0):
    random = np.random.default_rng(seed)
    x = random.standard_normal((rows, 3)).astype(np.float32)
    inside = random.random(rows) < 0.5
    model = Remembering(x[inside], more)
    y = (x[:, 0] > 0).astype(np.int64)
    data = dataset(x, y, columns={"member": inside.astype(np.int64)})
    made = plan(data, model, rows, samples=rows, budget=rows)
    return membership.measure(oracle(model, made), made)


def figure(found, words: str) -> float:
    return next(one.value for one in found.figures if words in one.name)


def test_a_random_split_tells_nothing():
    found = measured(0.0)
    assert figure(found, "loss: area") == pytest.approx(0.5, abs=0.04)
    assert found.metric < 0.01 and found.interval[1] < 0.01


def test_a_model_that_remembers_gives_its_members_away():
    found = measured(60.0)
    assert found.metric > 0.95 and found.interval[0] > 0.01
    assert figure(found, "loss: area") > 0.95


def test_the_more_it_remembers_the_more_are_found():
    areas = [figure(measured(more, rows=600), "loss: area") for more in (0.0, 1.0, 4.0, 16.0)]
    assert areas == sorted(areas) and areas[0] < areas[-1]


def test_a_reference_helps_where_rows_differ_in_difficulty():
    found = measured(2.0)
    plain = figure(found, "loss: members found with 1.0%")
    against = figure(found, "reference: members found with 1.0%")
    assert against > plain


def test_few_rows_say_nothing_unless_chance_cannot_explain_them():
    few = measured(0.0, rows=120)
    assert few.metric is None and any("too few rows" in note for note in few.notes)
    assert measured(60.0, rows=120).metric > 0.5


def test_counting_at_so_many_alarms_is_exact():
    outsiders = np.arange(1000.0)
    inside = np.array([998.5, 999.5, 2000.0, 5.0])
    assert members.found(inside, outsiders, 0.001) == 3
    assert members.found(inside, outsiders[:999], 0.001) == 3
    assert members.found(inside, outsiders, 0.0) == 2
    assert members.area(inside, outsiders) == pytest.approx((999 + 1000 + 1000 + 5.5) / 4000)


def test_both_kinds_of_rows_are_needed():
    x = np.zeros((50, 2), dtype=np.float32)
    data = dataset(x, np.zeros(50, dtype=np.int64), columns={"member": np.ones(50)})
    model = Remembering(x, 0.0)
    made = plan(data, model, 50, samples=50, budget=50)
    with pytest.raises(RobustnessError, match="20 members"):
        membership.measure(oracle(model, made), made)


def test_a_class_that_the_model_does_not_know_is_refused():
    x = np.random.default_rng(0).standard_normal((60, 2)).astype(np.float32)
    inside = np.arange(60) % 2
    data = dataset(x, np.full(60, 7), columns={"member": inside})
    model = Remembering(x, 0.0)
    made = plan(data, model, 60, samples=60, budget=60)
    with pytest.raises(RobustnessError, match="no score"):
        membership.measure(alone(model, made), made)


def test_a_half_is_inside_the_area_s_interval_when_nothing_is_remembered():
    missed = 0
    for seed in range(5):
        found = measured(0.0, rows=400, seed=seed)
        areas = [one for one in found.figures if "area" in one.name]
        assert len(areas) == 3
        missed += sum(not one.low <= 0.5 <= one.high for one in areas)
    assert missed <= 3  # of 15 at 95 %, three of a kind


def test_shadows_help_where_rows_differ_in_difficulty():
    found = measured(2.0)
    plain = figure(found, "loss: members found with 1.0%")
    assert figure(found, "shadows: members found with 1.0%") > plain


def wide(columns: int, rows: int = 1000):
    """Labels that mean nothing: whoever gets them right has learned them by heart."""
    random = np.random.default_rng(0)
    x = random.normal(size=(rows, columns)).astype(np.float32)
    member = (random.random(rows) < 0.5).astype(np.int64)
    y = random.integers(2, size=rows)
    return Dataset(x=x, y=y, shape=(columns,), digest="", columns={"member": member})


def shadowed(columns: int):
    made = lesson(wide(columns), shadows=16)
    training = InProcess()
    return shadow_membership.measure(training, made), training


def test_shadow_models_find_who_was_learned_by_heart_and_nobody_else():
    found = {columns: shadowed(columns) for columns in (1, 150, 300)}
    nothing, training = found[1]
    area = next(one for one in nothing.figures if one.name == "shadow models: area under the curve")
    assert area.low <= 0.5 <= area.high and training.trained == 17
    assert nothing.metric < 0.02
    areas = [figure(one, "shadow models: area") for one, _ in found.values()]
    assert areas == sorted(areas) and areas[-1] > 0.75
    much, words = found[300][0], "members found with 1.0%"
    assert figure(much, f"shadow models: {words}") > 0.03 > figure(much, f"loss: {words}")


def test_a_likelihood_is_that_of_two_bells():
    random = np.random.default_rng(0)
    taught = shadow_membership.halves(random, 200, 50)
    assert (taught.sum(axis=0) == 100).all()
    shadows = np.where(taught, 3.0, 1.0) + random.normal(size=taught.shape) * np.where(taught, 2, 1)
    signal = np.linspace(-2, 6, 50)
    want = norm.logpdf(signal, 3, 2) - norm.logpdf(signal, 1, 1)
    found = shadow_membership.likelihood(signal, shadows, taught)
    assert np.abs(found - want).max() < 2 and np.corrcoef(found, want)[0, 1] > 0.99
