"""The only place where a model's file is parsed and run: inside the sandbox.

First the file's structure is judged (no data outside it, standard operators, bounded tensors, one
input of numbers or texts), then it is loaded from bytes with one thread and no graph rewriting.
"""

from __future__ import annotations

import contextlib
import locale
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper

from .. import wire
from ..errors import ModelError

DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
TENSOR_LIMIT = 2**28  # elements of one declared tensor
NODE_LIMIT = 100_000
# Of other domains, what skl2onnx writes to cut texts into words.
ADMITTED = frozenset({("com.microsoft", "Tokenizer")})
FOREIGN = frozenset(domain for domain, _ in ADMITTED)
INPUT_TYPES = {onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.DOUBLE: np.float64}
CLASS_LIMIT = 10_000
# Numbers of one call of the runtime. What a layer makes of them stays in the processor's cache: a
# network of 28 x 28 pictures answers a row in 14 us, and in 19 us where 2,048 rows go at once.
AT_ONCE = 2**16
# Texts of one call: a model makes a number for each word that it knows out of each of them, and a
# hundred thousand words for 2,048 texts are more than the box holds.
TEXTS_AT_ONCE = 64
PLAIN_LOCALE = "C.UTF-8"


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """The graph and every graph inside its nodes. Parsing has bounded the depth (100)."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                if inner.node or inner.initializer:
                    yield from _graphs(inner)


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)


def _check_tensor(tensor: onnx.TensorProto) -> None:
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise ModelError("model: it keeps data outside its file; save it as one file")
    elements = 1
    for side in tensor.dims:
        elements *= side
        if side < 0 or elements > TENSOR_LIMIT:
            raise ModelError("model: one of its tensors has an impossible size")


def _check_nodes(graph: onnx.GraphProto) -> None:
    for node in graph.node:
        if node.domain not in DOMAINS and (node.domain, node.op_type) not in ADMITTED:
            raise ModelError(
                f"model: operator {node.op_type[:60]!r} is not one of ONNX's own; "
                "export it with standard operators"
            )


def check(model: onnx.ModelProto) -> None:
    """Refuse what is not a plain, self-contained ONNX model.

    Raises
    ------
    ModelError
        Naming what it found.
    """
    if model.functions or model.training_info:
        raise ModelError("model: it carries functions or training of its own; export it without")
    if any(entry.domain not in DOMAINS | FOREIGN for entry in model.opset_import):
        raise ModelError("model: it needs operators that are not ONNX's own")
    nodes = 0
    for graph in _graphs(model.graph):
        nodes += len(graph.node)
        if nodes > NODE_LIMIT:
            raise ModelError(f"model: it has more than {NODE_LIMIT} operators")
        _check_nodes(graph)
        for tensor in _tensors(graph):
            _check_tensor(tensor)


def _with_plain_locale(model: onnx.ModelProto) -> bytes:
    """The model with its case changed as Unicode says: the box has no locale but the plain one."""
    for graph in _graphs(model.graph):
        for node in graph.node:
            if node.op_type == "StringNormalizer":
                kept = [one for one in node.attribute if one.name != "locale"]
                del node.attribute[:]
                node.attribute.extend([*kept, helper.make_attribute("locale", PLAIN_LOCALE)])
    return model.SerializeToString()


def _input(model: onnx.ModelProto, texts: bool) -> tuple[str, Any, tuple[int, ...]]:
    """Name, type and shape behind the batch (-1 where it is free)."""
    known = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in known]
    if len(inputs) != 1:
        raise ModelError(f"model: it takes {len(inputs)} inputs; one is expected")
    kind = inputs[0].type.tensor_type
    takes_texts = kind.elem_type == onnx.TensorProto.STRING
    if texts and not takes_texts:
        raise ModelError("model: it takes numbers, but the data set holds texts")
    if takes_texts and not texts:
        raise ModelError("model: it takes texts, but the data set holds numbers")
    if not takes_texts and kind.elem_type not in INPUT_TYPES or not len(kind.shape.dim):
        raise ModelError("model: its input must be rows of float or double numbers, or texts")
    sides = [side.dim_value if side.HasField("dim_value") else -1 for side in kind.shape.dim]
    if sides[0] not in (-1, 0):
        raise ModelError("model: its batch size is fixed; export it with a dynamic first dimension")
    dtype = object if takes_texts else INPUT_TYPES[kind.elem_type]
    return inputs[0].name, dtype, tuple(side or -1 for side in sides[1:])


def _outputs(session: Any) -> tuple[str, str]:
    """The outputs that hold labels and scores; empty where there is none, never both."""
    found = session.get_outputs()
    whole = [one.name for one in found if one.type == "tensor(int64)" and len(one.shape) <= 2]
    scores = [
        one.name
        for one in found
        if one.type in ("tensor(float)", "tensor(double)") and len(one.shape) == 2
    ]
    if not whole and not scores:
        raise ModelError(
            "model: it must answer integer labels, or one row of scores for each input"
        )
    return whole[0] if whole else "", scores[0] if scores else ""


def _check_scores(scores: NDArray[Any]) -> None:
    if not np.isfinite(scores).all():
        raise ModelError("model: it answers scores that are not numbers")
    if scores.shape[1] > CLASS_LIMIT:
        raise ModelError(f"model: it has more than {CLASS_LIMIT} classes")


def _labels(scores: NDArray[Any]) -> NDArray[np.int64]:
    _check_scores(scores)
    # A single score is the chance of class 1.
    chosen = scores[:, 0] > 0.5 if scores.shape[1] == 1 else scores.argmax(axis=1)
    return np.asarray(chosen, dtype=np.int64)


def _session(data: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError("model: the runtime refuses to load it") from error


def answers(session: Any, output: str, name: str, rows: NDArray[Any]) -> NDArray[Any]:
    """What the model says of `rows`, fed in parts as the input `name`.

    Raises
    ------
    ModelError
        Where it fails on rows of a shape that it said it takes, or does not answer each of them
        alike.
    """
    texts = rows.dtype == object
    step = TEXTS_AT_ONCE if texts else max(1, AT_ONCE // max(1, rows[:1].size))
    parts = [
        _part(session, output, {name: rows[at : at + step]})
        for at in range(0, max(1, len(rows)), step)
    ]
    if len({part.shape[1:] for part in parts}) > 1:
        raise ModelError("model: how many scores it answers depends on the rows beside each")
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _part(session: Any, output: str, feed: dict[str, NDArray[Any]]) -> NDArray[Any]:
    try:
        answer: NDArray[Any] = session.run([output], feed)[0]
    except Exception as error:
        raise ModelError("model: it fails on rows of this data set") from error
    (asked,) = map(len, feed.values())
    if len(answer) != asked or answer.size % max(asked, 1):
        raise ModelError("model: it does not answer once for each row")
    return answer


class OnnxProgram:
    """Holds one loaded model."""

    def __init__(self) -> None:
        self._session: Any = None
        self._name, self._dtype = "", np.dtype(np.float32)
        self._whole = self._scored = ""
        self._shape: tuple[int, ...] = ()
        self._texts = False

    def warm(self) -> None:
        """Load and ask a model of our own, so that every library is in memory. The locale has to
        be too: models of texts change case by it, and no file can be opened later."""
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, PLAIN_LOCALE)
        shape: list[str | int | None] = ["batch", 2]
        graph = helper.make_graph(
            [helper.make_node("Softmax", ["x"], ["y"])],
            "warm",
            [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, shape)],
        )
        opset = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, ir_version=8, opset_imports=opset)
        self.answer({"do": "load", "shape": [2]}, model.SerializeToString())
        self.answer({"do": "labels", "shape": [1, 2]}, np.zeros((1, 2), "<f4").tobytes())

    def answer(self, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        if request["do"] == "load":
            return self._load(body, tuple(request["shape"]), request.get("texts", False)), b""
        rows = self._rows(body, tuple(request["shape"]))
        if request["do"] == "scores":
            scores = self._scores(rows)
            return {"columns": scores.shape[1]}, scores.astype("<f8").tobytes()
        labels = self._ask(rows)
        return {"rows": len(labels)}, labels.astype("<i8").tobytes()

    def _rows(self, body: bytes, shape: tuple[int, ...]) -> NDArray[Any]:
        """What was sent; texts as objects of our own making, as the runtime takes them."""
        if not self._texts:
            return wire.from_bytes(body, "float32", shape)
        return np.array(wire.to_texts(body, shape[0]), dtype=object)

    def _load(self, data: bytes, row: tuple[int, ...], texts: bool) -> dict[str, Any]:
        try:
            model = onnx.ModelProto.FromString(data)
        except Exception as error:
            raise ModelError("model: this is not a readable ONNX file") from error
        check(model)
        self._name, dtype, shape = _input(model, texts)
        self._dtype, self._texts = np.dtype(dtype), texts
        self._shape = _fit_texts(shape) if texts else _fit(shape, row)
        if texts:
            data = _with_plain_locale(model)
        del model
        self._session = _session(data)
        self._whole, self._scored = _outputs(self._session)
        return {"shape": list(self._shape), "scored": bool(self._scored)}

    def _ask(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        answer = self._run(rows, self._whole or self._scored)
        if not self._whole:
            return _labels(answer)
        return np.asarray(answer.reshape(len(rows), -1)[:, 0], dtype=np.int64)

    def _scores(self, rows: NDArray[Any]) -> NDArray[Any]:
        """One column for each class; a single score is the chance of class 1."""
        if not self._scored:
            raise ModelError("model: it answers labels alone, no scores")
        answer = self._run(rows, self._scored)
        _check_scores(answer)
        return np.hstack((1 - answer, answer)) if answer.shape[1] == 1 else answer

    def _run(self, rows: NDArray[Any], output: str) -> NDArray[Any]:
        fed = rows.reshape(len(rows), *self._shape).astype(self._dtype, copy=False)
        return answers(self._session, output, self._name, fed)


def _fit_texts(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A text is one value: the model takes [rows] or [rows, 1]."""
    if any(side not in (-1, 1) for side in shape) or len(shape) > 1:
        raise ModelError("model: it takes several texts at once; one for each row is expected")
    return (1,) * len(shape)


def _fit(shape: tuple[int, ...], row: tuple[int, ...]) -> tuple[int, ...]:
    """The shape to feed: the model's where it is fixed, else the data set's."""
    width = int(np.prod(row, dtype=object))
    fixed = int(np.prod([side for side in shape if side > 0], dtype=object))
    free = [side for side in shape if side < 0]
    if not free and fixed == width:
        return shape
    if len(free) == 1 and width % fixed == 0 and (fixed > 1 or len(shape) == 1):
        return tuple(width // fixed if side < 0 else side for side in shape)
    if len(row) == len(shape) and all(s in (-1, r) for s, r in zip(shape, row, strict=True)):
        return row
    expected = " x ".join("?" if side < 0 else str(side) for side in shape)
    raise ModelError(f"data set: rows have {width} numbers, but the model takes {expected}")


PROGRAM = OnnxProgram()
