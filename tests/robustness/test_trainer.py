"""Attacks on training through a real command: least squares, written as an ONNX file."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from tests.robustness.learners import owner_s_place
from threatmodel.management.commands.attack import _text as as_text
from threatmodel.robustness import dataset, trainer
from threatmodel.robustness.attacks import label_flip
from threatmodel.robustness.errors import RobustnessError


@pytest.fixture
def folder(tmp_path):
    """A data set and a training script, as their owner has them."""
    return owner_s_place(tmp_path)


def request(folder, code: str = "", test: str = "label-flip", **params: object) -> trainer.Request:
    if code:
        (folder / "train.py").write_text(code)
    rows = dataset.load((folder / "data.npz").read_bytes(), (folder / "dataset.yaml").read_bytes())
    return trainer.Request(f"{sys.executable} {folder / 'train.py'}", rows, test, params, "basic")


def test_a_command_trains_at_each_dose_and_its_models_are_judged(folder, monkeypatch):
    monkeypatch.setattr(label_flip, "DOSES", ())
    told: list[str] = []
    result = trainer.run(request(folder, share=0.4), told.append)
    clean, poisoned = (one.value for one in result.measured.figures)
    assert clean > 0.8 and clean - poisoned > 0.05
    assert result.broken > 20 and result.handled == round(clean * 600)
    assert result.headline.endswith("were lost")
    assert (result.rows, result.calls, result.budget) == (1200, 2, 2)
    assert result.summary()["notes"][0] == "trained 2 times"
    assert told == [f"training with {share} % of the labels changed" for share in (0, 40)]
    assert not result.feature_space_only and len(result.model_digest) == 64
    said = as_text(result)
    assert f"{result.broken} of {result.handled} inputs were lost" in said
    assert "queries: 1200 in 2 calls" in said


# Parameters, rows that are hit at least, and how the command says so.
POISONS = {
    "label-flip": ({"share": 0.4}, 20, "were lost"),
    "backdoor-retrain": ({"share": 0.2}, 300, "obey the mark"),
    "clean-label-retrain": ({"share": 0.2}, 20, "obey the mark"),
    "paced-feed": ({"share": 0.2, "rounds": 2}, 10, "went astray"),
}


@pytest.mark.long
@pytest.mark.parametrize("test", POISONS)
def test_every_poison_is_measured_by_the_command_line(folder, settings, test):
    settings.ALLOW_BASIC_SANDBOX = True
    params, least, words = POISONS[test]
    command, out, signs = f"{sys.executable} {folder / 'train.py'}", StringIO(), StringIO()
    asked = {"trainer": command, "test": test, "format": "json"}
    call_command("attack", folder, stdout=out, stderr=signs, **asked, **params)
    assert len(signs.getvalue().splitlines()) > 1, "each training is told as it begins"
    said = json.loads(out.getvalue())["summary"]
    assert said["k"] >= least and said["headline"].endswith(words)


@pytest.mark.long
def test_the_same_training_gives_the_same_result(folder):
    first, second = (trainer.run(request(folder, share=0.05)) for _ in range(2))
    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_a_test_of_a_model_as_it_is_needs_no_trainer(folder):
    with pytest.raises(RobustnessError, match="name an ONNX file instead of --trainer"):
        trainer.run(request(folder, test="hopskipjump"))


def test_rows_to_train_on_have_to_be_told_from_those_that_judge(folder):
    (folder / "dataset.yaml").write_text("role: train")
    with pytest.raises(RobustnessError, match=r"columns\.member"):
        trainer.run(request(folder))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit('no such table')", "no such table"),
        ("1", "left no model.onnx"),
        ("open('model.onnx', 'w').write('{}')", "model:"),
    ],
)
def test_a_trainer_that_fails_is_told_in_one_sentence(folder, code, words):
    with pytest.raises(RobustnessError, match=words):
        trainer.run(request(folder, code))


def test_a_command_that_is_not_there_is_told(folder):
    rows = request(folder).dataset
    asked = trainer.Request("/no/such/program", rows, "label-flip", {})
    with pytest.raises(RobustnessError, match="cannot be started"):
        trainer.run(asked)
