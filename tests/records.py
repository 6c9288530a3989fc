"""Records of people with one column that nobody tells, and a model that gives it away.

A record's label is whether an odd number of its columns is 1. Nobody learns that from a few hundred
records; a model that knows it gives the true label for the true value alone.
"""

from __future__ import annotations

import io

import numpy as np
from onnx import TensorProto, helper, numpy_helper

COLUMNS = ("ill", *(f"q{number}" for number in range(1, 10)))
DESCRIPTION = "role: holdout\nsensitive: ill\nfeatures:\n" + "".join(
    f"  - {{name: {name}, range: [0, 1], integer: true}}\n" for name in COLUMNS
)


def npz(rows: int = 300) -> bytes:
    x = np.random.default_rng(0).integers(0, 2, (rows, len(COLUMNS)))
    packed = io.BytesIO()
    np.savez(packed, x=x.astype(np.float32), y=x.sum(axis=1) % 2)
    return packed.getvalue()


def onnx() -> bytes:
    """How far the sum of the columns is from an even number, made a chance."""
    nodes = [
        helper.make_node("ReduceSum", ["x", "across"], ["sum"]),
        helper.make_node("Mod", ["sum", "two"], ["odd"], fmod=1),
        helper.make_node("Mul", ["odd", "eight"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "four"], ["lead"]),
        helper.make_node("Sigmoid", ["lead"], ["y"]),
    ]
    numbers = {"two": 2, "eight": 8, "four": 4}
    weights = [
        numpy_helper.from_array(np.array(of, np.float32), name) for name, of in numbers.items()
    ]
    graph = helper.make_graph(
        nodes,
        "odd",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", len(COLUMNS)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])],
        initializer=[*weights, numpy_helper.from_array(np.array([1]), "across")],
    )
    opset = [helper.make_opsetid("", 20)]
    return helper.make_model(graph, ir_version=9, opset_imports=opset).SerializeToString()
