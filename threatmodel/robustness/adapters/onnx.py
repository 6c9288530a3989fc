"""A model in ONNX format, asked through the sandbox. Its file is never parsed on this side."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import sandbox, wire
from ..errors import ModelError
from ..lockdown import Limits, Mechanisms

SIZE_LIMIT = 200 * 1024**2
GRAPH_FIELD, OPSET_FIELD = 7, 8
FIELDS = {1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2}
OTHERS = {
    b"\x80": "a Python pickle",
    b"PK\x03\x04": "a zip archive (PyTorch and Keras save so)",
    b"\x89HDF": "an HDF5 file (Keras saves so)",
    b"\x1f\x8b": "a gzip file",
    b"\x93NUMPY": "a NumPy array",
    b"{": "text",
    b"<": "text",
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("no end")


def _outer_fields(data: bytes) -> set[int]:
    """Numbers of the outermost fields; ValueError where the lengths do not add up to the file."""
    found, at = set(), 0
    while at < len(data):
        tag, at = _varint(data, at)
        field, kind = tag >> 3, tag & 7
        value, at = _varint(data, at)
        at += value if kind == 2 else 0
        if FIELDS.get(field) != kind or at > len(data):
            raise ValueError("not a field of a model")
        found.add(field)
    return found


def sniff(data: bytes) -> None:
    """Refuse what cannot be ONNX, from the lengths of its outermost fields alone.

    Raises
    ------
    ModelError
        Naming what the file seems to be. Nothing has been opened.
    """
    if len(data) > SIZE_LIMIT:
        raise ModelError(f"model: larger than {SIZE_LIMIT // 1024**2} MiB")
    try:
        fields = _outer_fields(data)
    except (ValueError, IndexError):
        fields = set()
    if not {GRAPH_FIELD, OPSET_FIELD} <= fields:
        kind = next((name for start, name in OTHERS.items() if data.startswith(start)), "not ONNX")
        raise ModelError(f"model: this is {kind}; export the model to ONNX")


class OnnxModel:
    """One model in one child; a child that dies by itself is started once more."""

    def __init__(
        self,
        data: bytes,
        row: tuple[int, ...],
        found: sandbox.Survey,
        *,
        timeout_s: float = 60.0,
        limits: Limits = Limits(),  # noqa: B008  # a frozen value
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        sniff(data)
        self._data, self._row, self._found = data, row, found
        self._timeout_s, self._limits, self._watch = timeout_s, limits, watch
        self._child = self._open()

    @property
    def identity(self) -> str:
        return digest(self._data)

    @property
    def level(self) -> str:
        return self._found.level

    def _open(self) -> sandbox.Child:
        child = sandbox.start("onnx", self._found, limits=self._limits, watch=self._watch)
        try:
            request = {"do": "load", "shape": list(self._row), "texts": not self._row}
            child.ask(request, self._data, self._timeout_s)
        except BaseException:
            child.close()
            raise
        return child

    def labels(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """The model's answer to each row."""
        request = {"do": "labels", "shape": list(rows.shape)}
        _, answered = self._child.ask(request, self._body(rows), self._timeout_s)
        try:
            return wire.from_bytes(answered, "int64", (len(rows),))
        except ValueError as error:
            raise ModelError("model: it does not answer once for each row") from error

    def scores(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """What the model gives each class, row by row; ModelError where it answers labels alone."""
        request = {"do": "scores", "shape": list(rows.shape)}
        said, answered = self._child.ask(request, self._body(rows), self._timeout_s)
        try:
            return wire.from_bytes(answered, "float64", (len(rows), int(said["columns"])))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError("model: it does not answer once for each row") from error

    def _body(self, rows: NDArray[Any]) -> bytes:
        if not self._row:
            return wire.from_texts(rows.reshape(-1).tolist())
        return np.ascontiguousarray(rows, dtype="<f4").tobytes()

    def restart(self) -> None:
        """A fresh child with the same model, after the old one died."""
        self._child.close()
        self._child = self._open()

    def close(self) -> None:
        self._child.close()

    def __enter__(self) -> OnnxModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """An ONNX file that can be opened, and the box that it needs."""

    content: bytes
    level: sandbox.Level = "strong"
    allowed: Mechanisms = Mechanisms()
    limits: Limits = Limits()
    call_s: float = 60.0

    def open(self, row: tuple[int, ...], watch: Callable[[], None]) -> OnnxModel:
        """Refuse what is no ONNX before a box is built, and start the model in one.

        Raises
        ------
        RobustnessError
            When the file is refused or this machine has no box of that level.
        """
        sniff(self.content)
        found = sandbox.require(self.level, self.allowed)
        return OnnxModel(
            self.content, row, found, timeout_s=self.call_s, limits=self.limits, watch=watch
        )
