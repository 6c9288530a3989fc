"""Models as strangers send them: refused by name, contained, and asked right when they are good."""

from __future__ import annotations

import time

import numpy as np
import psutil
import pytest

from tests import hostile
from threatmodel.robustness import sandbox
from threatmodel.robustness.adapters.onnx import OnnxModel, sniff
from threatmodel.robustness.errors import ModelDied, ModelError, RobustnessError, TimedOut
from threatmodel.robustness.lockdown import Limits, Mechanisms

BOXES = {
    "all": Mechanisms(),
    "without bubblewrap": Mechanisms(bwrap=False),
    "limits only": Mechanisms(False, False, False, False, False),
}
ROWS = np.array([[1, 2], [3, -4], [-5, 6]], dtype=np.float32)


def opened(data: bytes, box: str = "all", row: tuple[int, ...] = (2,), **more) -> OnnxModel:
    return OnnxModel(data, row, sandbox.survey(BOXES[box]), **more)


@pytest.mark.parametrize("box", BOXES)
def test_a_good_model_answers_the_same_in_every_box(box):
    with opened(hostile.linear([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.5]), box) as model:
        assert model.labels(ROWS).tolist() == [1, 0, 1]


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_a_hostile_model_is_refused_with_a_sentence(name):
    make, said = hostile.REFUSED[name]
    with pytest.raises(RobustnessError) as refused, opened(make()) as model:
        model.labels(ROWS)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("box", ["all", "limits only"])
def test_a_model_that_never_ends_is_ended(box):
    begun = time.monotonic()
    with opened(hostile.endless(), box, timeout_s=1.5) as model, pytest.raises(TimedOut):
        model.labels(ROWS)
    assert time.monotonic() - begun < 30


def test_a_model_that_never_ends_meets_the_limit_on_processor_time():
    with opened(hostile.endless(), limits=Limits(cpu_s=2)) as model, pytest.raises(ModelDied):
        model.labels(ROWS)


def test_waiting_for_a_model_can_be_stopped():
    calls = 0

    def watch() -> None:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), opened(hostile.endless(), watch=watch) as model:
        model.labels(ROWS)


def test_a_model_of_another_width_names_both():
    with pytest.raises(RobustnessError, match="rows have 3 numbers, but the model takes 2"):
        opened(hostile.linear(np.eye(2), np.zeros(2)), row=(3,))


def test_a_model_after_its_refusal_leaves_no_process():
    before = psutil.Process().children()
    with pytest.raises(ModelError):
        opened(b"\x80\x04 a pickle")
    with pytest.raises(RobustnessError):
        opened(hostile.two_inputs())
    assert psutil.Process().children() == before


def test_a_dead_child_can_be_replaced():
    with opened(hostile.linear(np.eye(2), np.zeros(2))) as model:
        first = model.labels(ROWS)
        model.restart()
        assert (model.labels(ROWS) == first).all()


OTHERS = {
    "pickle": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix",
    "zip": b"PK\x03\x04\x14\x00\x00\x00",
    "HDF5": b"\x89HDF\r\n\x1a\n",
    "gzip": b"\x1f\x8b\x08\x00",
    "NumPy": b"\x93NUMPY\x01\x00",
    "text": b"{}",
    "not ONNX": b"",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_formats_are_named_without_being_opened(kind):
    with pytest.raises(ModelError, match=kind):
        sniff(OTHERS[kind])


def test_truncated_and_random_bytes_are_refused_without_being_opened():
    whole = hostile.linear(np.eye(2), np.zeros(2))
    sniff(whole)
    for part in range(1, 16):
        with pytest.raises(ModelError):
            sniff(whole[: len(whole) * part // 16])
    random = np.random.default_rng(0)
    for size in (1, 10, 1000):
        for _ in range(200):
            with pytest.raises(ModelError):
                sniff(random.bytes(size))


def test_mutated_models_are_answered_or_refused_and_never_break_the_parent():
    whole = bytearray(hostile.linear(np.eye(2), np.zeros(2)))
    random = np.random.default_rng(1)
    answered = refused = 0
    for _ in range(12):
        changed = bytearray(whole)
        for at in random.integers(len(changed), size=2):
            changed[at] = int(random.integers(256))
        try:
            with opened(bytes(changed), timeout_s=5) as model:
                assert model.labels(ROWS).shape == (3,)
            answered += 1
        except RobustnessError:
            refused += 1
    assert answered + refused == 12
