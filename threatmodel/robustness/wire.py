"""Frames between a worker and the child that holds a model.

A frame is eight bytes of lengths (header, body; little endian), a JSON header and a raw body.
Never pickle: the other end may be in a stranger's hands. Both ends cap what they accept.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelDied, TimedOut

HEADER_LIMIT = 64 * 1024
BODY_LIMIT = 256 * 1024 * 1024
LENGTHS = struct.Struct("<II")
LENGTH = struct.Struct("<I")
SLICE_S = 0.2
DTYPES: dict[str, np.dtype[Any]] = {
    "float32": np.dtype("<f4"),
    "float64": np.dtype("<f8"),
    "int64": np.dtype("<i8"),
}


def pack(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """The frame's first part; the body follows it as it is."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    if len(text) > HEADER_LIMIT or len(body) > BODY_LIMIT:
        raise ValueError("frame: too large; send fewer rows at once")
    return LENGTHS.pack(len(text), len(body)) + text


def from_bytes(body: bytes, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """An array of exactly that type and shape, or ValueError."""
    array = np.frombuffer(body, dtype=DTYPES[dtype])
    if any(side < 0 for side in shape) or array.size != int(np.prod(shape, dtype=object)):
        raise ValueError("frame: body and shape do not agree")
    shaped: NDArray[Any] = array.reshape(shape)
    return shaped


def from_texts(texts: Iterable[str]) -> bytes:
    """Texts in UTF-8, each after its length."""
    parts: list[bytes] = []
    for text in texts:
        content = text.encode()
        parts += (LENGTH.pack(len(content)), content)
    return b"".join(parts)


def to_texts(body: bytes, count: int) -> list[str]:
    """Exactly so many texts, or ValueError."""
    texts, at = [], 0
    while at < len(body):
        if at + LENGTH.size > len(body):
            raise ValueError("frame: a text's length is cut off")
        (size,) = LENGTH.unpack_from(body, at)
        at += LENGTH.size + size
        if at > len(body):
            raise ValueError("frame: a text is cut off")
        texts.append(body[at - size : at].decode())
    if len(texts) != count:
        raise ValueError("frame: body and number of texts do not agree")
    return texts


class Channel:
    """One end's two pipes, with a deadline on every read and write.

    `watch` is called several times a second while waiting, so that a cancelled run does not wait
    for a model that never answers; it stops the wait by raising.
    """

    def __init__(self, read_fd: int, write_fd: int, watch: Callable[[], None]) -> None:
        self._read_fd, self._write_fd, self._watch = read_fd, write_fd, watch
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)

    def send(self, header: Mapping[str, Any], body: bytes, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        for part in (pack(header, body), body):
            rest = memoryview(part)
            while rest:
                self._wait(self._write_fd, select.POLLOUT, deadline)
                try:
                    rest = rest[os.write(self._write_fd, rest[:65536]) :]
                except BlockingIOError:
                    continue
                except BrokenPipeError:
                    raise ModelDied("model: its process ended while it was being asked") from None

    def receive(self, timeout_s: float) -> tuple[dict[str, Any], bytes]:
        """The next frame.

        Raises
        ------
        ModelDied
            When the other end is gone or speaks nonsense.
        TimedOut
            When it says nothing for `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        header_size, body_size = LENGTHS.unpack(self._read(LENGTHS.size, deadline))
        if header_size > HEADER_LIMIT or body_size > BODY_LIMIT:
            raise ModelDied("model: its process sent a frame that is too large")
        text = self._read(header_size, deadline)
        try:
            header = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ModelDied("model: its process sent a frame that cannot be read") from error
        if not isinstance(header, dict):
            raise ModelDied("model: its process sent a frame that cannot be read")
        return header, self._read(body_size, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._wait(self._read_fd, select.POLLIN, deadline)
            try:
                part = os.read(self._read_fd, min(size - len(parts), 1 << 20))
            except BlockingIOError:
                continue
            if not part:
                raise ModelDied("model: its process ended without an answer")
            parts += part
        return bytes(parts)

    def _wait(self, fd: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(fd, event)
        while True:
            self._watch()
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimedOut("model: no answer within the time it may take")
            if poll.poll(min(left, SLICE_S) * 1000):
                return


def read_exactly(fd: int, size: int) -> bytes:
    """The child's plain blocking read; an end of the stream ends the child."""
    parts = bytearray()
    while len(parts) < size:
        part = os.read(fd, min(size - len(parts), 1 << 20))
        if not part:
            raise SystemExit(0)
        parts += part
    return bytes(parts)


def read_frame(fd: int) -> tuple[dict[str, Any], bytes]:
    header_size, body_size = LENGTHS.unpack(read_exactly(fd, LENGTHS.size))
    header = json.loads(read_exactly(fd, header_size))
    return header, read_exactly(fd, body_size)


def write_frame(fd: int, header: Mapping[str, Any], body: bytes = b"") -> None:
    for part in (pack(header, body), body):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(fd, rest) :]
