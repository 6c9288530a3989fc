"""Square against models whose nearest wrong input is known in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.robustness.known import Constant, attack, dataset, linear_case, plan
from threatmodel.robustness import squares
from threatmodel.robustness.attacks import square


def broken(found) -> np.ndarray:
    return np.array([sample.state == "broken" for sample in found])


def margins(model, data, made) -> np.ndarray:
    return model.margins(data.x[list(made.targets)], "linf")


@pytest.mark.parametrize("eps", [0.05, 0.1, 0.3])
def test_in_linf_exactly_the_targets_within_reach_fall(eps):
    model, data, made = linear_case(10, targets=100, norm="linf", eps=eps, budget=1000)
    found, _ = attack(model, made, square.run)
    within = margins(model, data, made) < eps
    assert 0 < within.sum() < 100
    assert (broken(found) == within).all()


def test_in_l2_what_falls_lies_within_the_ball_and_is_no_nearer_than_the_margin():
    model, data, made = linear_case(10, norm="l2", eps=0.5)
    found, _ = attack(model, made, square.run)
    exact = model.margins(data.x[list(made.targets)], "l2")
    assert broken(found).any()
    for sample, least in zip(found, exact, strict=True):
        if sample.state == "broken":
            assert least - 1e-4 <= sample.distance <= 0.5


def test_every_claim_was_asked_again_is_in_bounds_and_deceives():
    model, data, made = linear_case(20, norm="linf", eps=0.2)
    found, _ = attack(model, made, square.run)
    fallen = [sample for sample in found if sample.distance is not None]
    assert fallen and len(model.seen[-1]) == len(fallen)
    for row, sample in zip(model.seen[-1], fallen, strict=True):
        assert model.labels(row[None])[0] == sample.detail["answer"] != sample.label
        gap = np.abs(row.astype(np.float64) - data.x[sample.index]).max()
        assert gap == pytest.approx(sample.distance, abs=1e-9)


def test_the_books_balance_and_no_target_passes_its_budget():
    model, _, made = linear_case(10, norm="linf", eps=0.1, budget=200)
    before = model.rows
    found, door = attack(model, made, square.run)
    assert door.rows == model.rows - before == sum(sample.queries for sample in found)
    assert max(sample.queries for sample in found) <= 200


def test_a_target_that_has_fallen_asks_no_more():
    model, data, made = linear_case(10, targets=100, norm="linf", eps=0.3)
    found, _ = attack(model, made, square.run)
    within = margins(model, data, made) < 0.3
    assert max(found[at].queries for at in np.flatnonzero(within)) < 1000


def test_the_result_does_not_depend_on_who_walks_beside():
    model, _, made = linear_case(12, targets=30, norm="linf", eps=0.15)
    together, _ = attack(model, made, square.run)
    alone = [
        attack(model, replace(made, targets=(index,)), square.run)[0][0]
        for index in made.targets[:6]
    ]
    assert alone == together[:6]


def test_a_larger_eps_and_a_larger_budget_never_break_less():
    by_eps = [
        broken(attack(*_case(eps=eps, budget=1000), square.run)[0]).sum()
        for eps in (0.02, 0.1, 0.4, 2.0)
    ]
    by_budget = [
        broken(attack(*_case(eps=0.1, budget=budget), square.run)[0]).sum()
        for budget in (50, 200, 1000)
    ]
    assert by_eps == sorted(by_eps) and by_eps[0] < by_eps[-1]
    assert by_budget == sorted(by_budget)


def _case(**values):
    model, _, made = linear_case(20, norm="linf", **values)
    return model, made


def test_a_model_that_says_one_thing_only_is_never_broken():
    rows = np.random.default_rng(0).standard_normal((20, 5)).astype(np.float32)
    data = dataset(rows, np.zeros(20, dtype=np.int64))
    found, _ = attack(Constant(), plan(data, Constant(), 10, budget=200), square.run)
    assert all(sample.state == "held" and sample.distance is None for sample in found)


def test_squares_get_smaller_as_the_budget_is_spent():
    shares = [squares.share_at(step, 1000) for step in range(1, 1000)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 0.8 and shares[-1] == pytest.approx(0.8 / 2**9)
