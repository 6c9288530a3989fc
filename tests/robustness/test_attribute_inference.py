"""Attribute inference: what a model adds to what anybody could guess, in closed form."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from tests.robustness.known import alone, plan
from threatmodel.robustness import dataset, guessing
from threatmodel.robustness.attacks import attribute_inference
from threatmodel.robustness.dataset import Dataset, Sensitive
from threatmodel.robustness.errors import RobustnessError
from threatmodel.robustness.results import Measured

WIDTH = 12


class Answers:
    """Class 1 as surely as a function of the row says, on the scale of logits."""

    def __init__(self, lead) -> None:
        self.lead = lead
        self.rows = 0

    def scores(self, rows: np.ndarray) -> np.ndarray:
        self.rows += len(rows)
        chance = expit(self.lead(rows.astype(np.float64)))
        return np.stack((1 - chance, chance), axis=1)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.scores(rows).argmax(axis=1)


def people(x: np.ndarray, y: np.ndarray, **columns: np.ndarray) -> Dataset:
    """A table whose first column nobody tells."""
    values, held = np.unique(x[:, 0], return_inverse=True)
    hidden = Sensitive("illness", (0,), values[:, None].astype(np.float32), held)
    return Dataset(
        x=x.astype(np.float32),
        y=y.astype(np.int64),
        shape=x.shape[1:],
        digest="",
        columns=columns,
        sensitive=hidden,
    )


def measured(data: Dataset, model: Any, **values: Any) -> Measured:
    asked = {"budget": 800, "answers": "scores", **values}
    made = plan(data, model, 1, **asked)
    door = alone(model, made)
    found = attribute_inference.measure(door, made)
    assert door.rows <= door.budget
    return found


def figure(found: Measured, name: str) -> float:
    return next(one.value for one in found.figures if one.name == name)


def bits(rows: int = 400, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2, (rows, WIDTH)).astype(float)


def parity(x: np.ndarray) -> np.ndarray:
    return x.sum(axis=1) % 2


@pytest.mark.parametrize("answers", ["scores", "labels"])
def test_everything_is_guessed_where_the_answer_hangs_on_the_column_in_every_record(answers):
    """The label is the parity of all columns, which nobody learns from a few hundred records; the
    model knows it, and only the true value gives the true label."""
    x = bits()
    model = Answers(lambda rows: 8 * parity(rows) - 4)
    found = measured(people(x, parity(x)), model, answers=answers)
    for way in ("by labels", guessing.TAUGHT, *(["by scores"] if answers == "scores" else [])):
        assert figure(found, f"guessed right {way}") == 1
    without = figure(found, f"guessed right {guessing.WITHOUT}")
    assert without == pytest.approx(0.5, abs=0.1)
    assert found.metric == 1 - without and found.interval[0] > 0.3
    assert found.budget == 2 and found.repeats == 1000


def test_a_model_that_says_the_column_adds_nothing_where_the_label_says_it_too():
    x = bits()
    found = measured(people(x, x[:, 0]), Answers(lambda rows: 8 * rows[:, 0] - 4))
    assert figure(found, "guessed right by scores") == 1
    assert figure(found, f"guessed right {guessing.WITHOUT}") == 1
    assert found.metric == 0 and found.interval == (0, 0)


@pytest.mark.parametrize("answers", ["scores", "labels"])
def test_a_model_that_does_not_read_the_column_adds_exactly_nothing(answers):
    """Although others stand in for it, so that three in four are guessed all the same."""
    random = np.random.default_rng(1)
    x = np.hstack((bits(), random.normal(size=(400, 2))))
    x[:, 0] = x[:, 1] + x[:, WIDTH] + random.normal(size=400) > 0.5
    model = Answers(lambda rows: 3 * rows[:, 2] - 1 + rows[:, WIDTH + 1])
    found = measured(people(x, x[:, 2]), model, answers=answers)
    assert figure(found, f"guessed right {guessing.WITHOUT}") > 0.65
    assert found.metric == 0 and found.interval == (0, 0)


def test_a_model_that_reads_the_column_and_tells_nothing_of_it_is_never_called_broken():
    """Chance gives and takes a little; it never says that harm is there."""
    for seed in range(6):
        random = np.random.default_rng(seed)
        x = np.hstack((bits(seed=seed), random.normal(size=(400, 2))))
        model = Answers(lambda rows: 2 * rows[:, WIDTH] + 0.3 * rows[:, 0])
        y = x[:, WIDTH] + 0.3 * random.normal(size=400) > 0
        found = measured(people(x, y), model, seed=seed)
        assert found.metric is None or found.interval[1] < attribute_inference.TELLING


class Remembering:
    """Surer of the label of records that it has seen, by `more` on the scale of logits."""

    def __init__(self, seen: np.ndarray, more: float) -> None:
        self.seen, self.more = {row.tobytes() for row in seen.astype(np.float32)}, more

    def scores(self, rows: np.ndarray) -> np.ndarray:
        known = np.array([row.tobytes() in self.seen for row in rows.astype(np.float32)])
        lead = 2 * rows[:, WIDTH].astype(np.float64)
        # Seen records are answered as they were labelled, which is the sign of that column.
        chance = expit(lead + np.sign(lead) * self.more * known)
        return np.stack((1 - chance, chance), axis=1)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return self.scores(rows).argmax(axis=1)


def remembered(share: float) -> Measured:
    """Of the records that were trained on, the model remembers some."""
    random = np.random.default_rng(3)
    x = np.hstack((bits(600, 3), random.normal(size=(600, 1))))
    member = np.arange(600) % 2
    trained = x[member == 1]
    model = Remembering(trained[: round(share * len(trained))], 3.0)
    data = people(x, x[:, WIDTH] > 0, member=member)
    return measured(data, model, budget=1200)


def test_the_more_records_are_remembered_the_more_is_guessed_of_them_and_nothing_of_others():
    found = {share: remembered(share) for share in (0.0, 0.3, 0.6, 1.0)}
    gains = [one.metric or 0.0 for one in found.values()]
    assert gains == sorted(gains) and gains[0] == 0 and gains[-1] > 0.4
    for share, one in found.items():
        assert figure(one, "the same of records that were not trained on") == 0
        # Half of what is not remembered is guessed right anyway.
        assert figure(one, "guessed right by scores") == pytest.approx((1 + share) / 2, abs=0.08)


def test_without_word_of_who_was_trained_on_the_result_says_so():
    x = bits()
    found = measured(people(x, parity(x)), Answers(lambda rows: 8 * parity(rows) - 4))
    assert any("not said" in note for note in found.notes)
    assert not any("not trained on" in one.name for one in found.figures)


def test_what_few_records_cannot_tell_from_chance_judges_nobody():
    random = np.random.default_rng(5)
    x = np.hstack((bits(64, 5), random.normal(size=(64, 1))))
    model = Answers(lambda rows: np.sin(1e3 * rows @ np.arange(1, WIDTH + 2)))
    found = measured(people(x, x[:, WIDTH] > 0), model)
    assert found.metric is None and found.interval is None
    assert any("too few records" in note for note in found.notes)


def test_values_are_three_and_rare_ones_are_left_out():
    random = np.random.default_rng(2)
    x = np.hstack((bits(600), random.normal(size=(600, 1))))
    x[:, 0] = random.choice(4, 600, p=[0.4, 0.3, 0.29, 0.01])
    model = Answers(lambda rows: 8 * (rows.sum(axis=1).round() % 3 == 0) - 4)
    y = model.labels(x)
    found = measured(people(x, y), model, budget=2400)
    assert found.budget == 3 and "values left out, which too few records have: 1" in found.notes
    assert figure(found, f"guessed right {guessing.WITHOUT}") == pytest.approx(1 / 3, abs=0.12)
    data = people(x[:, [0, 1]], y)
    with pytest.raises(RobustnessError, match="two values that 10 records"):
        measured(replace(data, x=data.x[:20], y=y[:20]), model, budget=80)


def test_a_one_hot_value_is_put_in_whole():
    """Nobody is asked about with two values at once, or none."""
    random = np.random.default_rng(4)
    held = random.integers(0, 3, 300)
    x = np.hstack((np.eye(3)[held], random.normal(size=(300, 2)))).astype(np.float32)
    seen: list[np.ndarray] = []

    def lead(rows: np.ndarray) -> np.ndarray:
        seen.append(rows)
        return 4 * rows[:, 0] - 2 + 0 * rows[:, 4]

    said = "sensitive: ward\nfeatures:\n" + "".join(
        f"  - {{name: f{at}, group: ward}}\n" if at < 3 else f"  - {{name: f{at}}}\n"
        for at in range(5)
    )
    data = loaded(x, (held == 0).astype(int), said)
    assert data.sensitive.columns == (0, 1, 2) and "sensitive" in data.offers()
    found = measured(data, Answers(lead), budget=900)
    assert found.budget == 3
    for rows in seen[1:]:  # the first are the rows as they are
        assert (np.sort(rows[:, :3], axis=1) == [0, 0, 1]).all()


def test_the_same_seed_measures_the_same_whatever_the_size_of_calls(monkeypatch):
    x = bits()
    data, model = people(x, parity(x)), Answers(lambda rows: 3 * parity(rows) - 1)
    whole = measured(data, model, seed=3)
    monkeypatch.setattr("threatmodel.robustness.oracle.BATCH", 7)
    assert measured(data, model, seed=3) == whole
    assert measured(data, model, seed=4) != whole


def test_rows_are_counted_and_no_more_asked_than_the_budget_buys():
    x = bits()
    model = Answers(lambda rows: 8 * parity(rows) - 4)
    data = people(x, parity(x))
    made = plan(data, model, 1, budget=101, answers="scores")
    door, before = alone(model, made), model.rows
    attribute_inference.measure(door, made)
    assert door.rows == model.rows - before == 100


def loaded(x: np.ndarray, y: np.ndarray, description: str) -> Dataset:
    return dataset.load(packed(x, y), description.encode())


def packed(x: np.ndarray, y: np.ndarray) -> bytes:
    stored = io.BytesIO()
    np.savez(stored, x=x.astype(np.float32), y=y)
    return stored.getvalue()


TABLE = np.array([[0, 1, 0, 0.1], [1, 0, 1, 0.2], [1, 0, 1, 0.3]])
FEATURES = "features: [{name: ill}, {name: a, group: ward}, {name: b, group: ward}, {name: debt}]\n"
BAD = {
    "sensitive: [ill]\n" + FEATURES: "sensitive names one of features",
    "sensitive: ill": "sensitive names one of features",
    "sensitive: age\n" + FEATURES: "no feature and no group is named 'age'",
    "sensitive: a\n" + FEATURES: "'a' is one column of group 'ward'; name the group",
    "sensitive: ill\nfeatures: [{name: ill}, {name: ill}, {name: b}, {name: c}]": "2 features are",
}


@pytest.mark.parametrize("said", BAD)
def test_a_name_that_says_no_column_is_refused_in_a_sentence(said):
    with pytest.raises(RobustnessError, match=BAD[said]):
        loaded(TABLE, np.array([0, 1, 1]), said)


def test_a_column_of_too_many_values_or_a_broken_one_hot_value_is_refused():
    y = np.arange(20) % 2
    wide = np.hstack((np.arange(20.0)[:, None], np.eye(2)[y]))
    said = "features: [{name: debt}, {name: a, group: ward}, {name: b, group: ward}]\nsensitive: "
    with pytest.raises(RobustnessError, match="'debt' holds 20 different values"):
        loaded(wide, y, said + "debt")
    assert loaded(wide, y, said + "ward").sensitive.held.tolist() == y.tolist()
    wide[3, 1:] = 1
    with pytest.raises(RobustnessError, match="row 4 does not hold one value of group 'ward'"):
        loaded(wide, y, said + "ward")
    many = np.eye(11)[np.arange(11)]
    said = "sensitive: g\nfeatures:\n" + "".join(
        f"  - {{name: f{at}, group: g}}\n" for at in range(11)
    )
    with pytest.raises(RobustnessError, match="more than 10 columns"):
        loaded(many, np.arange(11) % 2, said)
