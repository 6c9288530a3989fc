"""Edits of texts by scores, on the filters of the test of edits by labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests import spam
from tests.robustness.known import Constant
from tests.robustness.test_text_edits import DATA, attack, mail, plan
from threatmodel.robustness import dataset, drafts, rewriting
from threatmodel.robustness.attacks import text_scores
from threatmodel.robustness.dataset.texts import written

SPAM = tuple(int(at) for at in np.flatnonzero(DATA.y == 1)[:6])


def by_scores(model: Any, made: Any) -> list[Any]:
    return attack(model, made, text_scores.run)


def counted(found: list[Any]) -> np.ndarray:
    """Words that were edited, of texts of twenty."""
    return np.array([round(one.distance * 20) for one in found])


def test_never_fewer_words_than_a_linear_filter_needs_and_near_that_with_fewer_queries():
    model, data = mail()
    targets = tuple(range(24))
    exact = np.array([model.fewest(str(data.x[at, 0])) for at in targets])
    made = {
        budget: plan(data, targets, budget=budget, edits="typos", eps=0.1) for budget in (60, 1000)
    }
    found = {budget: by_scores(model, one) for budget, one in made.items()}
    for few in map(counted, found.values()):
        assert (few >= exact).all()
    assert counted(found[1000]).sum() <= 1.05 * exact.sum()
    broken = [one.state == "broken" for one in found[1000]]
    assert broken == (exact <= 2).tolist() and 3 < sum(broken) < len(broken)
    by_labels = attack(model, replace(made[1000], targets=targets[:6]))
    spent = [sum(one.queries for one in some) for some in (found[1000][:6], by_labels)]
    assert spent[0] < spent[1] / 2


class Rounded(spam.Words):
    """Gives the surest answer and nothing beside it: the score of no word shows."""

    def scores(self, rows: np.ndarray) -> np.ndarray:
        return np.eye(2)[self.labels(rows)]


def test_scores_that_stand_still_until_the_label_turns_do_not_stop_it():
    found = by_scores(Rounded(), plan(DATA, SPAM, eps=0.5))
    assert all(one.state == "broken" for one in found)


@pytest.mark.parametrize("norm", drafts.NORMS)
def test_each_kind_of_edit_deceives_and_what_it_says_does_so(norm):
    for kind in rewriting.KINDS:
        found = by_scores(spam.Words(), plan(DATA, SPAM, edits=kind, norm=norm, eps=1.0))
        fell = [one for one in found if one.after]
        assert fell, kind
        assert all(spam.Words().lead(one.after[0]) <= 0 for one in fell), kind


def test_words_are_added_as_many_as_it_takes():
    data = replace(DATA, text=dataset.Wording(padding=("meeting",)))
    found = by_scores(spam.Words(), plan(data, SPAM, edits="padding"))
    for at, one in zip(SPAM, found, strict=True):
        # A meeting weighs one; at a tie of scores neither class is ahead, which is no fall yet.
        needed = int(spam.Words().lead(str(DATA.x[at, 0]))) + 1
        assert one.distance == needed / 12


def test_a_model_that_always_says_the_same_never_falls():
    data = replace(DATA, y=np.zeros(len(DATA.x), dtype=np.int64))
    found = by_scores(Constant(), plan(data, tuple(range(10)), budget=100))
    assert {(one.state, one.distance, one.after) for one in found} == {("held", None, ())}
    assert all(one.queries > 90 for one in found)  # it does not give up early


def test_neither_company_nor_order_nor_the_size_of_calls_changes_a_target(monkeypatch):
    targets = tuple(range(6))
    whole = by_scores(spam.Words(), plan(DATA, targets, budget=80))
    parts = [by_scores(spam.Words(), plan(DATA, some, budget=80)) for some in ((5,), (4, 0, 3))]
    by_index = {one.index: one for one in whole}
    shown = {one.index: one for part in parts for one in part}
    assert all(by_index[at] == one for at, one in shown.items())
    monkeypatch.setattr("threatmodel.robustness.oracle.BATCH", 5)
    assert by_scores(spam.Words(), plan(DATA, targets, budget=80)) == whole


def test_another_seed_asks_other_texts_and_the_same_one_the_same():
    asked = []
    for seed in (0, 0, 1):
        model = spam.Words()
        by_scores(model, plan(DATA, SPAM[:1], budget=60, seed=seed))
        asked.append(model.seen)
    assert asked[0] == asked[1] and set(asked[0]) != set(asked[2])


@pytest.mark.parametrize("budget", [20, 40])
def test_a_long_text_is_ranked_as_far_as_a_third_of_its_queries_go(budget):
    long = " ".join(f"word{at}" for at in range(200))
    data = replace(DATA, x=written([long] * 2), y=np.array([0, 1]))
    model = spam.Words()
    (found,) = by_scores(model, plan(data, (0,), edits="typos", budget=budget))
    taken_out = [text for text in model.seen if len(text.split()) < 200]
    assert len(taken_out) == (budget - 1) // 3 and found.queries <= budget


def test_a_text_without_a_word_to_edit_is_held():
    data = replace(DATA, x=written(["!!! ..."] * 2), y=np.array([0, 1]))
    (held,) = by_scores(spam.Words(), plan(data, (0,), edits="typos"))
    assert (held.state, held.queries) == ("held", 0)
