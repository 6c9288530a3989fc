"""The program inside the box, asked without one: models of ours alone, none that needs walls."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import helper

from tests import hostile
from threatmodel.robustness import wire
from threatmodel.robustness.adapters.onnx_child import AT_ONCE, OnnxProgram, check
from threatmodel.robustness.errors import ModelError

HARMLESS = sorted(set(hostile.REFUSED) - {"160 GB"})
ROWS = np.array([[1, 2], [3, -4], [-5, 6]], dtype="<f4")


def loaded(data: bytes, row: tuple[int, ...] = (2,)) -> OnnxProgram:
    program = OnnxProgram()
    program.answer({"do": "load", "shape": list(row)}, data)
    return program


def labels(program: OnnxProgram, rows: np.ndarray = ROWS) -> list[int]:
    asked = {"do": "labels", "shape": list(rows.shape)}
    header, body = program.answer(asked, rows.tobytes())
    return wire.from_bytes(body, "int64", (header["rows"],)).tolist()


def test_it_warms_up_with_a_model_of_its_own():
    OnnxProgram().warm()


def test_the_highest_score_is_the_label():
    assert labels(loaded(hostile.linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.5]))) == [1, 0, 1]


def test_a_single_score_is_the_chance_of_class_one():
    assert labels(loaded(hostile.linear([[1.0], [0.0]], [0.0]))) == [1, 1, 0]


def test_rows_that_go_in_several_parts_are_answered_in_their_order():
    rows = np.random.default_rng(0).standard_normal((AT_ONCE, 2)).astype("<f4")
    asked = labels(loaded(hostile.linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])), rows)
    assert asked == rows.argmax(axis=1).tolist()


def test_a_model_with_as_many_scores_as_rows_is_refused_and_no_fault():
    width = AT_ONCE // 2
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[1, 0]),
        helper.make_node("MatMul", ["x", "t"], ["y"]),
    ]
    inputs, outputs = [hostile.value("x", ["n", width])], [hostile.value("y", ["n", "n"])]
    program = loaded(
        hostile.model(nodes, inputs=inputs, outputs=outputs).SerializeToString(), (width,)
    )
    with pytest.raises(ModelError, match="how many scores"):
        labels(program, np.ones((3, width), dtype="<f4"))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_refused_is_refused_with_its_reason(name):
    make, said = hostile.REFUSED[name]
    with pytest.raises(ModelError, match="model:") as refused:
        labels(loaded(make()))
    assert said in str(refused.value)


def test_bytes_that_are_no_model_are_refused():
    with pytest.raises(ModelError, match="not a readable ONNX file"):
        loaded(b"\xff" * 40)


def test_functions_and_domains_of_its_own_are_refused():
    plain = onnx.ModelProto.FromString(hostile.linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]))
    check(plain)
    opsets = [helper.make_opsetid("", 17)]
    plain.functions.append(helper.make_function("", "f", ["x"], ["y"], [], opsets))
    with pytest.raises(ModelError, match="functions or training"):
        check(plain)


@pytest.mark.parametrize(
    ("sides", "row", "fed"),
    [
        (["n", 4], (4,), [4]),
        (["n", 4], (2, 2), [4]),
        (["n", "any"], (4,), [4]),
        (["n", 1, 2, "any"], (2, 2), [1, 2, 2]),
        (["n", "h", "w"], (2, 2), [2, 2]),
    ],
)
def test_rows_are_fed_in_the_shape_that_the_model_takes(sides, row, fed):
    made = hostile.model(
        [helper.make_node("Flatten", ["x"], ["y"])],
        inputs=[hostile.value("x", sides)],
        outputs=[hostile.value("y", ["n", "m"])],
    )
    asked = {"do": "load", "shape": list(row)}
    header, _ = OnnxProgram().answer(asked, made.SerializeToString())
    assert header == {"shape": fed, "scored": True}


def test_rows_of_another_width_are_refused_naming_both():
    with pytest.raises(ModelError, match="rows have 3 numbers, but the model takes 2"):
        loaded(hostile.linear([[1.0], [0.0]], [0.0]), row=(3,))
