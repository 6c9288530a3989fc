"""Edits of texts, on a filter whose weights are known: the fewest words that must go are known."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import spam
from tests.robustness.known import Constant
from threatmodel.robustness import dataset, drafts, rewriting, runner
from threatmodel.robustness.adapters.onnx import OnnxFile
from threatmodel.robustness.attacks import Attack, Plan, text_edits
from threatmodel.robustness.dataset.texts import written
from threatmodel.robustness.oracle import Oracle

DATA = dataset.load(spam.csv(spam.texts(60)), spam.DESCRIPTION)
# No single typo makes one of these words of another.
VOCABULARY = [a + b + c * 3 for a in "bdfgk" for b in "aeo" for c in "zqv"]


def plan(data: dataset.Dataset, targets: tuple[int, ...], **values: Any) -> Plan:
    settled = {"eps": 0.25, "norm": "words", "budget": 300, "edits": "all", **values}
    known = dict(enumerate(data.y.tolist()))
    return Plan(data, targets, tuple(known), known, settled, int(values.get("seed", 0)))


def attack(model: Any, made: Plan, run: Attack = text_edits.run) -> list[Any]:
    door = Oracle(
        model,
        budget=int(made.values["budget"]),
        targets=len(made.targets),
        deadline=time.monotonic() + 100,
    )
    found = run(door, made)
    assert [one.queries for one in found] == door.spent.tolist()
    assert door.spent.max() <= door.budget
    return found


def mail() -> tuple[spam.Words, dataset.Dataset]:
    """A filter of many words with weights by chance, and texts of twenty of them."""
    random = np.random.default_rng(1)
    weights = dict(zip(VOCABULARY, random.standard_normal(len(VOCABULARY)).tolist(), strict=True))
    model = spam.Words(weights, 0.1)
    texts = written([" ".join(random.choice(VOCABULARY, 20)) for _ in range(60)])
    data = dataset.Dataset(
        x=texts, y=model.labels(texts), shape=(), digest="", text=dataset.Wording()
    )
    return model, data


@dataclass(frozen=True)
class Linear:
    """What was found of a linear filter by budget, and how few words it needs, exactly."""

    found: dict[int, list[Any]]
    exact: np.ndarray


@pytest.fixture(scope="module")
def linear() -> Linear:
    model, data = mail()
    targets = tuple(range(24))
    found = {
        budget: attack(model, plan(data, targets, budget=budget, edits="typos", eps=0.1))
        for budget in (60, 600)
    }
    return Linear(found, np.array([model.fewest(str(data.x[at, 0])) for at in targets]))


def test_never_fewer_words_than_a_linear_filter_needs_and_near_that_with_a_large_budget(linear):
    shares = {}
    for budget, found in linear.found.items():
        fewest = np.array([round(one.distance * 20) for one in found])
        assert (fewest >= linear.exact).all()
        shares[budget] = fewest.sum() / linear.exact.sum()
    assert shares[600] <= 1.1 < shares[60] <= 1.6


def test_at_eps_exactly_as_many_fall_as_need_few_enough_words(linear):
    broken = [one for one in linear.found[600] if one.state == "broken"]
    assert len(broken) == (linear.exact <= 2).sum() > 3
    assert all(one.distance <= 0.1 for one in broken)
    assert all(0 < one.detail["fell_after"] <= one.queries for one in broken)


def test_of_the_only_word_that_may_be_added_exactly_as_many_are_added_as_it_takes():
    data = replace(DATA, text=dataset.Wording(padding=("meeting",)))
    targets = tuple(int(at) for at in np.flatnonzero(DATA.y == 1)[:5])
    found = attack(spam.Words(), plan(data, targets, edits="padding"))
    for at, one in zip(targets, found, strict=True):
        text = str(DATA.x[at, 0])
        needed = int(np.ceil(spam.Words().lead(text)))  # a meeting weighs one
        assert one.distance == needed / 12
        assert one.after == (text + " meeting" * needed,)


def test_each_kind_of_edit_changes_what_it_says_and_nothing_else():
    targets = tuple(int(at) for at in np.flatnonzero(DATA.y == 1)[:4])
    for kind in rewriting.KINDS:
        found = attack(spam.Words(), plan(DATA, targets, edits=kind, norm="characters", budget=80))
        assert any(one.state == "broken" or one.distance for one in found), kind
        for one in found:
            if one.after:
                before, after = str(DATA.x[one.index, 0]), str(one.after[0])
                assert LOOKS[kind](before, after), (kind, before, after)
                gap = rewriting.distance(before, after) / len(before)
                assert gap <= one.distance + 1e-9


def _shown(text: str) -> str:
    alike = {other: letter for letter, other in rewriting.ALIKE.items()}
    return "".join(alike.get(letter, letter) for letter in text if letter not in rewriting.UNSEEN)


def _synonyms(before: str, after: str) -> bool:
    listed = DATA.text.synonyms if DATA.text else {}
    pairs = zip(before.split(), after.split(), strict=True)
    return all(was == now or now in listed[was] for was, now in pairs)


LOOKS = {
    "typos": lambda before, after: len(before.split()) == len(after.split()),
    "homoglyphs": lambda before, after: _shown(after) == before != after,
    "zero-width": lambda before, after: _shown(after) == before != after,
    "synonyms": _synonyms,
    "padding": lambda before, after: after.startswith(before + " "),
}


def test_a_model_that_always_says_the_same_never_falls():
    data = replace(DATA, y=np.zeros(len(DATA.x), dtype=np.int64))
    found = attack(Constant(), plan(data, tuple(range(10)), budget=100))
    assert {(one.state, one.distance, one.after) for one in found} == {("held", None, ())}


class Chance:
    """Says what a hash of the text says: no word matters more than another."""

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return np.array([zlib.crc32(text.encode()) % 2 for text in rows[:, 0]], dtype=np.int64)


def test_a_model_of_random_labels_falls_to_one_edit():
    data = replace(DATA, y=Chance().labels(DATA.x))
    found = attack(Chance(), plan(data, tuple(range(20))))
    assert all(one.distance == 1 / 12 for one in found)


def test_neither_company_nor_order_nor_the_size_of_calls_changes_a_target(monkeypatch):
    targets = tuple(range(6))
    whole = attack(spam.Words(), plan(DATA, targets, budget=80))
    parts = [attack(spam.Words(), plan(DATA, some, budget=80)) for some in ((5,), (4, 0, 3))]
    by_index = {one.index: one for one in whole}
    shown = {one.index: one for part in parts for one in part}
    assert all(by_index[at] == one for at, one in shown.items())
    monkeypatch.setattr("threatmodel.robustness.oracle.BATCH", 5)
    assert attack(spam.Words(), plan(DATA, targets, budget=80)) == whole


def test_another_seed_asks_other_texts():
    first, second = spam.Words(), spam.Words()
    attack(first, plan(DATA, (0,), budget=60))
    attack(second, plan(DATA, (0,), budget=60, seed=1))
    assert set(first.seen) != set(second.seen)


def test_a_text_without_a_word_to_edit_is_held():
    data = replace(DATA, x=written(["!!! ..."] * 2), y=np.array([0, 1]))
    (held,) = attack(spam.Words(), plan(data, (0,), edits="typos"))
    assert (held.state, held.queries) == ("held", 0)


@given(st.text(max_size=60), st.integers(0, 2**31))
def test_a_draft_as_it_is_says_the_text_and_every_edit_counts(text, seed):
    made = drafts.draft(text, rewriting.KINDS, {"a": ("b",)}, ("more",))
    assert made.written(made.untouched()) == text
    sizes = made.sizes("characters")
    random = np.random.default_rng(seed)
    version = (random.random(len(sizes)) * ((sizes > 0).sum(axis=1) + 1)).astype(np.int16)
    cost = int(sizes[np.arange(len(sizes)), version].sum())
    assert rewriting.distance(text, made.written(version)) <= cost
    assert (cost > 0) == bool(version.any())


def test_words_that_other_rows_have_are_added_where_none_are_listed():
    data = replace(DATA, text=dataset.Wording())
    targets = tuple(int(at) for at in np.flatnonzero(DATA.y == 1)[:6])
    found = attack(spam.Words(), plan(data, targets, edits="padding"))
    assert all(one.distance is not None for one in found)


def test_in_its_box_a_run_on_texts_says_what_fell_with_before_and_after():
    request = runner.Request(
        OnnxFile(spam.onnx()), DATA, "text-edits", {"samples": 10, "budget": 60}
    )
    result = runner.run(request)
    told = result.to_json()
    assert result.sandbox == "strong" and not result.feature_space_only
    assert (result.norm, result.eps, result.handled) == ("words", 0.25, 10)
    assert result.broken and told["frame"] == {"image": False, "text": True, "columns": ["text"]}
    for one in told["worst"]:
        assert one["before"] == DATA.x[one["index"]].tolist() != one["after"]
        assert int(spam.Words().lead(one["after"][0]) > 0) == one["answer"] != one["label"]
