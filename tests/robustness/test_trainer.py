"""Attacks on training, with a small real trainer: class means, written as an ONNX file."""

from __future__ import annotations

import io
import sys
import textwrap

import numpy as np
import pytest

from threatmodel.robustness import dataset, trainer
from threatmodel.robustness.errors import RobustnessError

# Classes are told by the nearest mean: |x - m|^2 is least where 2 x m - |m|^2 is greatest.
TRAINER = """
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save
    data = np.load("train.npz")
    x, y = data["x"], data["y"]
    m = np.stack([x[y == c].mean(axis=0) for c in (0, 1)]).astype(np.float32)
    w, b = 2 * m.T, -(m**2).sum(axis=1)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["xw"]),
             helper.make_node("Add", ["xw", "b"], ["scores"])]
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, x.shape[1]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 2])],
        [numpy_helper.from_array(w, "w"), numpy_helper.from_array(b, "b")])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9),
         "model.onnx")
"""


@pytest.fixture
def rows() -> dataset.Dataset:
    """Two classes whose sizes differ, so that flips draw the means unevenly together."""
    random = np.random.default_rng(0)
    y = (np.arange(600) % 4 == 0).astype(np.int64)
    x = (random.normal(size=(600, 3)) + 1.5 * y[:, None]).astype(np.float32)
    member = np.repeat([1, 0], 300)
    file = io.BytesIO()
    np.savez(file, x=x, y=y, member=member)
    return dataset.load(file.getvalue(), b"columns: {member: member}")


def request(tmp_path, rows, code: str = TRAINER, **params: object) -> trainer.Request:
    script = tmp_path / "train.py"
    script.write_text(textwrap.dedent(code))
    command = f"{sys.executable} {script}"
    return trainer.Request(command, rows, "label-flip", params, level="basic")


def test_more_flipped_labels_cost_more_and_none_cost_nothing(tmp_path, rows, monkeypatch):
    monkeypatch.setattr(trainer, "DOSES", (0.0, 0.05, 0.40))
    result = trainer.run(request(tmp_path, rows, share=0.4))
    clean, low, high = (one.value for one in result.measured.figures)
    assert clean > 0.8 and clean > low > high and clean - high > 0.08
    assert result.broken > 20 and result.handled == round(clean * 300)
    again = trainer.run(request(tmp_path, rows, share=0.4))
    assert again.summary() | {"seconds": 0} == result.summary() | {"seconds": 0}


def test_without_poison_nothing_is_lost():
    y = np.arange(40) % 2
    found = trainer._measured({0.0: y, 0.05: y}, y, 0.05)
    assert found.counted == (0, 40) and "chance" in found.notes[0]
    few = np.where(np.arange(40) < 3, 1 - y, y)
    assert trainer._measured({0.0: y, 0.05: few}, y, 0.05).counted == (0, 40)
    many = np.where(np.arange(40) < 9, 1 - y, y)
    assert trainer._measured({0.0: y, 0.05: many}, y, 0.05).counted == (9, 40)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5])
def test_exactly_that_share_of_labels_is_flipped_and_each_to_another_class(share):
    y = np.arange(200) % 3 * 5
    found = trainer.flipped(y, share, np.random.default_rng(1))
    assert (found != y).sum() == round(share * 200)
    assert set(found) <= set(y)


@pytest.mark.parametrize(
    ("code", "words"),
    [("raise SystemExit('no such table')", "no such table"), ("1", "left no model.onnx")],
)
def test_a_trainer_that_fails_is_told_in_one_sentence(tmp_path, rows, code, words):
    with pytest.raises(RobustnessError, match=words):
        trainer.run(request(tmp_path, rows, code))


def test_a_command_that_is_not_there_is_told(rows):
    asked = trainer.Request("/no/such/program", rows, "label-flip", {})
    with pytest.raises(RobustnessError, match="cannot be started"):
        trainer.run(asked)
