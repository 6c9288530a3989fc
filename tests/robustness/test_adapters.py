"""What each format asks and reads, without a server: shapes, and answers that mean nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from threatmodel.robustness import adapters
from threatmodel.robustness.errors import ModelError, RobustnessError
from threatmodel.robustness.speech import scores

ROWS = np.array([[1, 2], [3, 4]], dtype=np.float32)


def read(format: str, told: object, **options: object) -> Any:
    spoken = adapters.get(format)
    assert spoken.answers is not None
    return spoken.answers(told, spoken.settle(options))


def asked(format: str, **options: object) -> Any:
    spoken = adapters.get(format)
    assert spoken.question is not None
    return spoken.question(ROWS, spoken.settle(options))


def test_a_server_of_tensorflow_is_asked_by_the_names_of_its_input_and_output() -> None:
    named = {"input": "pixels", "output": "chance", "signature": "score"}
    told = asked("tfserving", **named)
    assert told == {
        "signature_name": "score",
        "instances": [{"pixels": [1.0, 2.0]}, {"pixels": [3.0, 4.0]}],
    }
    assert read("tfserving", {"predictions": [{"chance": 0.2}, {"chance": 0.9}]}, **named) == [
        0.2,
        0.9,
    ]


def test_a_written_request_holds_the_rows_where_it_names_them() -> None:
    rows = [[1.0, 2.0], [3.0, 4.0]]
    assert asked("json", request='{"a": [1, 2], "b": "{rows}"}') == {"a": [1, 2], "b": rows}
    each = asked("json", request='{"inputs": [{"of": ["{row}", true]}], "k": 3}')
    assert each == {"inputs": [{"of": [row, True]} for row in rows], "k": 3}


def test_of_several_outputs_the_named_one_is_read() -> None:
    outputs = [
        {"name": "label", "data": [0, 1], "shape": [2]},
        {"name": "score", "data": [0.1, 0.9], "shape": [2, 1]},
    ]
    assert read("kserve", {"outputs": outputs}, output="score").tolist() == [[0.1], [0.9]]


@pytest.mark.parametrize(
    ("format", "told", "options", "says"),
    [
        ("tfserving", {"predictions": {"chance": 1}}, {"output": "chance"}, "is no list"),
        ("tfserving", {"predictions": [{}]}, {"output": "chance"}, "chance"),
        ("kserve", {"outputs": {}}, {}, "is no list"),
        ("kserve", {"outputs": []}, {}, "no output of that name"),
        ("kserve", {"outputs": [{"name": "a"}]}, {"output": "b"}, "no output of that name"),
        ("kserve", {"outputs": [{"data": [1, 2], "shape": [3]}]}, {}, "does not have the shape"),
        ("kserve", {"outputs": [{"data": ["x"], "shape": [1]}]}, {}, "does not have the shape"),
        ("json", {"found": 1}, {"path": "found[]"}, "no list where the path says"),
        ("json", {"found": [1]}, {"path": "found[3]"}, "3"),
    ],
)
def test_an_answer_of_another_shape_is_told_in_a_sentence(
    format: str, told: object, options: dict[str, str], says: str
) -> None:
    with pytest.raises(ModelError, match="^endpoint: ") as refused:
        read(format, told, **options)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("format", "options", "says"),
    [
        ("kserve", {"batch": "many"}, "options.batch: must be a whole number"),
        ("kserve", {"batch": 0}, "options.batch: must be from 1 to 2,048"),
        ("kserve", {"datatype": "INT8"}, "options.datatype: use one of FP32, FP64"),
        ("kserve", {"input": "x" * 20_001}, "options.input: must be text"),
        ("json", {"request": "x" * 20_001}, "options.request: is longer"),
        ("json", {"request": "{"}, "options.request: is not JSON"),
        ("kserve", {"colour": "red"}, "options.colour: this adapter has no such option"),
    ],
)
def test_an_option_that_cannot_be_is_refused_by_its_name(
    format: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(RobustnessError) as refused:
        adapters.get(format).settle(options)
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("found", "reading", "says"),
    [
        (np.zeros(3), "labels", "labels alone"),
        (np.zeros((3, 2)), "chance", "one chance of class 1"),
        (np.zeros((3, 1)), "scores", "two classes or more"),
    ],
)
def test_numbers_that_are_no_scores_are_told_apart(found: Any, reading: str, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        scores(found, reading)
