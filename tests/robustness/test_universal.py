"""Universal: no more than the closed form allows, close to it, and nothing where nothing moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.robustness.known import Constant, Linear, alone, dataset, plan
from threatmodel.robustness.attacks import universal
from threatmodel.robustness.dataset import Feature
from threatmodel.robustness.errors import RobustnessError


def case(eps: float, norm: str = "linf", answers: str = "scores", **values):
    """A linear model and inputs of one side of it: one change may deceive all that are near."""
    random = np.random.default_rng(3)
    model = Linear(random.standard_normal(20))
    rows = random.standard_normal((400, 20)).astype(np.float32)
    rows = rows[model.labels(rows) == 1]
    data = dataset(rows, model.labels(rows))
    given = {"eps": eps, "norm": norm, "answers": answers, "budget": 8000, "seed": 0} | values
    return model, plan(data, model, 100, **given)


def measured(model, made):
    door = alone(model, made)
    return universal.measure(door, made), door


def broken(found) -> int:
    return sum(one.state == "broken" for one in found.samples)


@pytest.mark.parametrize("answers", ["scores", "labels"])
def test_nearly_all_within_reach_of_a_line_fall_and_none_beyond(answers):
    model, made = case(0.3, answers=answers)
    found, door = measured(model, made)
    judged = np.array([one.index for one in found.samples])
    margins = model.margins(made.dataset.x[judged], "linf")
    fell = np.array([one.state == "broken" for one in found.samples])
    assert not (fell & (margins > 0.3)).any()
    assert fell.sum() >= (0.9 if answers == "scores" else 0.7) * (margins < 0.3).sum() > 10
    assert door.spent[0] <= 8000 and door.rows == door.spent[0]
    assert set(judged) | set(made.targets[: universal.LEARNED]) == set(made.targets)


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_the_more_it_may_move_the_more_fall(norm):
    sizes = np.array([0.02, 0.1, 0.3, 0.6]) * (1 if norm == "linf" else 3)
    counts = [broken(measured(*case(eps, norm))[0]) for eps in sizes]
    assert counts == sorted(counts) and counts[0] < counts[-1]


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_what_is_found_lies_within_eps_and_deceives(norm):
    model, made = case(0.6, norm)
    found, _ = measured(model, made)
    shown = [one for one in found.samples if one.after]
    assert shown and all(one.distance <= 0.6 for one in found.samples if one.distance)
    for one in shown:
        after = np.array([one.after], dtype=np.float32)
        assert model.labels(after)[0] == one.detail["answer"] != one.label
    assert sum(one.falls_at(0.3) for one in found.samples) <= broken(found)


@pytest.mark.parametrize("answers", ["scores", "labels"])
def test_a_model_that_says_one_thing_only_is_not_deceived(answers):
    _, made = case(5.0, answers=answers)
    made = plan(replace(made.dataset, y=made.dataset.y * 0), Constant(), 60, **made.values)
    found, _ = measured(Constant(), made)
    assert broken(found) == 0 and len(found.samples) == 40


def test_the_same_seed_finds_the_same_and_constraints_are_kept():
    model, made = case(0.5)
    fixed = tuple(Feature(f"c{at}", low=-1, high=1, immutable=at < 15) for at in range(20))
    made = replace(made, dataset=replace(made.dataset, image=False, features=fixed))
    before = len(model.seen)
    found, _ = measured(model, made)
    assert measured(model, made)[0] == found
    origin = made.dataset.x[list(made.targets)]
    for rows in model.seen[before:]:
        assert all((row[:15] == origin[:, :15]).all(axis=1).any() for row in rows[:5])


def test_too_few_inputs_or_queries_are_refused():
    model, made = case(0.3)
    with pytest.raises(RobustnessError, match="30 inputs"):
        measured(model, replace(made, targets=made.targets[:25]))
    with pytest.raises(RobustnessError, match=r"params.budget"):
        measured(model, replace(made, values={**made.values, "budget": 100}))
