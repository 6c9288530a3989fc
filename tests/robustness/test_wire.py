"""Frames between a worker and a child that may be in a stranger's hands."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

import numpy as np
import pytest

from threatmodel.robustness import wire
from threatmodel.robustness.errors import ModelDied, TimedOut


class Line:
    """A channel, and the two ends that the child would hold."""

    def __init__(self) -> None:
        self.asked, to_child = os.pipe()
        from_child, self.answers = os.pipe()
        self.channel = wire.Channel(from_child, to_child, watch=lambda: None)
        self._ends = [self.asked, to_child, from_child, self.answers]

    def hang_up(self, end: int) -> None:
        self._ends.remove(end)
        os.close(end)

    def close(self) -> None:
        for end in self._ends:
            os.close(end)


@pytest.fixture
def line() -> Iterator[Line]:
    found = Line()
    yield found
    found.close()


def frame(header: bytes, body: bytes = b"") -> bytes:
    return wire.LENGTHS.pack(len(header), len(body)) + header + body


def test_what_one_end_says_the_other_hears(line):
    line.channel.send({"do": "labels"}, b"rows", timeout_s=1)
    assert wire.read_frame(line.asked) == ({"do": "labels"}, b"rows")
    wire.write_frame(line.answers, {"rows": 1}, b"label")
    assert line.channel.receive(timeout_s=1) == ({"rows": 1}, b"label")


@pytest.mark.parametrize(
    "said",
    [
        frame(b"{nonsense"),
        frame(b"[1, 2]"),
        frame(b"[" * 60_000),
        wire.LENGTHS.pack(wire.HEADER_LIMIT + 1, 0),
        wire.LENGTHS.pack(2, wire.BODY_LIMIT + 1),
    ],
    ids=["no JSON", "no mapping", "nested", "long header", "long body"],
)
def test_nonsense_is_a_dead_model(line, said):
    os.write(line.answers, said)
    with pytest.raises(ModelDied):
        line.channel.receive(timeout_s=1)


def test_an_end_within_a_frame_is_a_dead_model(line):
    os.write(line.answers, frame(b'{"rows": 1}', b"label")[:-2])
    line.hang_up(line.answers)
    with pytest.raises(ModelDied, match="ended without an answer"):
        line.channel.receive(timeout_s=1)


def test_asking_a_child_that_is_gone_is_a_dead_model(line):
    line.hang_up(line.asked)
    with pytest.raises(ModelDied, match="ended while"):
        line.channel.send({}, b"", timeout_s=1)


def test_silence_and_a_full_pipe_end_with_the_deadline(line):
    with pytest.raises(TimedOut):
        line.channel.receive(timeout_s=0.05)
    with pytest.raises(TimedOut):
        line.channel.send({}, bytes(1 << 20), timeout_s=0.05)


def test_a_wait_can_be_stopped_from_outside():
    def stop() -> None:
        raise InterruptedError

    asked, answers = os.pipe()
    with pytest.raises(InterruptedError):
        wire.Channel(asked, answers, stop).receive(timeout_s=60)
    os.close(asked)
    os.close(answers)


def test_the_child_ends_when_nobody_asks_any_more(line):
    os.write(line.answers, struct.pack("<I", 1))
    line.hang_up(line.answers)
    with pytest.raises(SystemExit):
        wire.read_exactly(line.channel._read_fd, 8)


def test_what_would_be_refused_is_not_sent():
    with pytest.raises(ValueError, match="too large"):
        wire.pack({"text": "x" * wire.HEADER_LIMIT})
    with pytest.raises(ValueError, match="JSON"):
        wire.pack({"eps": float("nan")})


@pytest.mark.parametrize("shape", [(3, 3), (-1, -4), (2**40, 2**40), (0,)])
def test_a_body_of_another_shape_is_refused(shape):
    body = np.zeros((2, 2), "<f4").tobytes()
    assert wire.from_bytes(body, "float32", (2, 2)).shape == (2, 2)
    with pytest.raises(ValueError, match="do not agree"):
        wire.from_bytes(body, "float32", shape)
