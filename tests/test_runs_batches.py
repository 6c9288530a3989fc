"""Costs before a run, and everything that can be tested for one budget."""

from __future__ import annotations

import pytest

from tests.linking import link
from threatmodel.models import Run
from threatmodel.services import batches, costs, runs
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db


def test_a_cost_is_the_most_that_the_run_asks_and_learns_its_time(olga, system):
    model = link(system, olga[1])
    params = {"samples": 10, "budget": 200}
    before = costs.of(model, "hopskipjump", params)
    assert (before.rows, before.calls, before.seconds) == (160 + 2 * 16 + 10 * 200, None, None)
    assert before.words == "at most 2,192 queries, time unknown until its first run"
    run = runs.start(model, olga[1], "hopskipjump", params)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert 0 < run.rows <= before.rows and 0 < run.calls
    after = costs.of(model, "hopskipjump", params)
    assert after.rows == before.rows and after.seconds > 0 and after.calls >= run.calls
    assert costs.of(model, "pointwise", {**params, "budget": 400}).seconds > 0


def test_everything_that_can_be_tested_is_started_for_one_budget(olga, system):
    link(system, olga[1])
    could = batches.options(system)
    levels = [one.worth.levels for one in could]
    assert levels == sorted(levels, reverse=True) and levels[0] > 0
    assert {"hopskipjump", "corruption"} <= {one.test.id for one in could}
    assert not {"membership", "fairness"} & {one.test.id for one in could}
    batch = batches.start(system, olga[1], 100_000)
    assert sum(costs.of(run.model, run.test, run.params).rows for run in batch.runs) <= 100_000
    assert batch.left_out and len({run.batch for run in batch.runs}) == 1
    assert len(batch.runs) + len(batch.left_out) == len(could)
    with pytest.raises(Refusal) as refused:
        batches.start(system, olga[1], 100_000)
    assert refused.value.code == "limit"


@pytest.mark.parametrize(("budget", "said"), [(0, "budget: from 1"), (5, "nothing fits")])
def test_a_budget_that_buys_nothing_is_refused(olga, system, budget, said):
    link(system, olga[1])
    with pytest.raises(Refusal, match=said):
        batches.start(system, olga[1], budget)
    assert not Run.objects.exists()


def test_without_a_model_there_is_nothing_to_test(olga, system):
    assert batches.options(system) == []
    with pytest.raises(Refusal, match="Link a model"):
        batches.start(system, olga[1], 1000)
