"""Model files that must be refused or contained: small, built by hand, run in the box alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
OPSET = 17


def value(name: str, shape: Sequence[Any], kind: int = FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    nodes: list[Any],
    *,
    inputs: list[Any] | None = None,
    outputs: list[Any] | None = None,
    initializers: list[Any] | None = None,
    domains: Sequence[str] = ("",),
) -> Any:
    graph = helper.make_graph(
        nodes,
        "graph",
        [value("x", ["n", 2])] if inputs is None else inputs,
        [value("y", ["n", 2])] if outputs is None else outputs,
        initializer=initializers or [],
    )
    opsets = [helper.make_opsetid(domain, OPSET if not domain else 1) for domain in domains]
    return helper.make_model(graph, ir_version=8, opset_imports=opsets)


def linear(weights: Any, bias: Any) -> bytes:
    """Scores x.W + b: a model whose answers are known in closed form."""
    kernel = np.asarray(weights, dtype=np.float32)
    nodes = [helper.make_node("Gemm", ["x", "w", "b"], ["y"])]
    initializers = [
        numpy_helper.from_array(kernel, "w"),
        numpy_helper.from_array(np.asarray(bias, dtype=np.float32), "b"),
    ]
    return model(
        nodes,
        inputs=[value("x", ["n", kernel.shape[0]])],
        outputs=[value("y", ["n", kernel.shape[1]])],
        initializers=initializers,
    ).SerializeToString()


def endless() -> bytes:
    """A loop of 2^62 rounds."""
    rounds = numpy_helper.from_array(np.array(2**62, dtype=np.int64), "rounds")
    go = numpy_helper.from_array(np.array(True), "go")
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["c"], ["again"]),
            helper.make_node("Add", ["v", "v"], ["next"]),
        ],
        "body",
        [value("i", [], INT64), value("c", [], TensorProto.BOOL), value("v", ["n", 2])],
        [value("again", [], TensorProto.BOOL), value("next", ["n", 2])],
    )
    loop = helper.make_node("Loop", ["rounds", "go", "x"], ["y"], body=body)
    return model([loop], initializers=[rounds, go]).SerializeToString()


def greedy() -> bytes:
    """Asks for 160 GB when it is run."""
    shape = numpy_helper.from_array(np.array([200_000, 200_000], dtype=np.int64), "shape")
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["one"], keepdims=0),
        helper.make_node("Add", ["x", "one"], ["y"]),
    ]
    return model(nodes, initializers=[shape]).SerializeToString()


def outside(location: str) -> bytes:
    """Keeps its weights in another file."""
    tensor = numpy_helper.from_array(np.zeros(2, dtype=np.float32), "w")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", location
    node = helper.make_node("Add", ["x", "w"], ["y"])
    return model([node], initializers=[tensor]).SerializeToString()


def outside_within() -> bytes:
    """The same, hidden in a branch of an attribute."""
    tensor = numpy_helper.from_array(np.zeros(2, dtype=np.float32), "hidden")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    constant = helper.make_node("Constant", [], ["w"])
    attribute = constant.attribute.add()
    attribute.name, attribute.type = "value", 4
    attribute.t.CopyFrom(tensor)
    branch = helper.make_graph(
        [constant, helper.make_node("Add", ["x", "w"], ["out"])], "b", [], [value("out", ["n", 2])]
    )
    go = numpy_helper.from_array(np.array(True), "go")
    node = helper.make_node("If", ["go"], ["y"], then_branch=branch, else_branch=branch)
    return model([node], initializers=[go]).SerializeToString()


def foreign_operator() -> bytes:
    node = helper.make_node("Anything", ["x"], ["y"], domain="com.example")
    return model([node], domains=("", "com.example")).SerializeToString()


def with_dims(*dims: int) -> bytes:
    """Declares a tensor of that shape and carries no data for it."""
    tensor = TensorProto(name="w", data_type=FLOAT, dims=dims)
    node = helper.make_node("Add", ["x", "w"], ["y"])
    return model([node], initializers=[tensor]).SerializeToString()


def not_numbers() -> bytes:
    return linear(np.full((2, 2), np.nan), np.zeros(2))


def two_inputs() -> bytes:
    node = helper.make_node("Add", ["x", "z"], ["y"])
    inputs = [value("x", ["n", 2]), value("z", ["n", 2])]
    return model([node], inputs=inputs).SerializeToString()


def fixed_batch() -> bytes:
    node = helper.make_node("Identity", ["x"], ["y"])
    shapes = {"inputs": [value("x", [3, 2])], "outputs": [value("y", [3, 2])]}
    return model([node], **shapes).SerializeToString()


def one_answer_for_all() -> bytes:
    """Answers one row whatever it is asked."""
    node = helper.make_node("ReduceMean", ["x"], ["y"], axes=[0], keepdims=1)
    return model([node], outputs=[value("y", [1, 2])]).SerializeToString()


def words() -> bytes:
    node = helper.make_node("Cast", ["x"], ["y"], to=TensorProto.STRING)
    return model([node], outputs=[value("y", ["n", 2], TensorProto.STRING)]).SerializeToString()


# Each with a part of the sentence that refuses it.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "data outside, upwards": (lambda: outside("../../secret"), "outside its file"),
    "data outside, absolute": (lambda: outside("/etc/passwd"), "outside its file"),
    "data outside, in a branch": (outside_within, "outside its file"),
    "160 GB": (greedy, "model:"),
    "foreign operator": (foreign_operator, "not ONNX's own"),
    "2^40 elements": (lambda: with_dims(2**20, 2**20), "impossible size"),
    "negative size": (lambda: with_dims(-5), "impossible size"),
    "overflowing size": (lambda: with_dims(2**62, 4), "impossible size"),
    "NaN weights": (not_numbers, "not numbers"),
    "two inputs": (two_inputs, "2 inputs"),
    "fixed batch": (fixed_batch, "batch size"),
    "one answer for all": (one_answer_for_all, "once for each row"),
    "words for labels": (words, "integer labels"),
}
