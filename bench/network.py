"""A picture network of 105,802 parameters, made without a framework for training networks.

Its two convolutions are drawn at random and stay so; the two dense layers behind them are learned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier

Rows = NDArray[np.float32]
SIDE, CHANNELS, HIDDEN = 28, (1, 16, 32), 64


def _convolutions() -> tuple[list[Any], list[Any]]:
    """From `x` (rows) to `features` (rows), halving the sides twice."""
    random = np.random.default_rng(0)
    weights = [numpy_helper.from_array(np.array([-1, 1, SIDE, SIDE]), "shape")]
    nodes = [helper.make_node("Reshape", ["x", "shape"], ["at0"])]
    for layer, (taken, given) in enumerate(zip(CHANNELS, CHANNELS[1:], strict=False)):
        drawn = random.standard_normal((given, taken, 3, 3)) / np.sqrt(taken * 9 / 2)
        weights.append(numpy_helper.from_array(drawn.astype(np.float32), f"w{layer}"))
        weights.append(numpy_helper.from_array(np.zeros(given, np.float32), f"b{layer}"))
        nodes += [
            helper.make_node(
                "Conv", [f"at{layer}", f"w{layer}", f"b{layer}"], [f"c{layer}"], pads=[1] * 4
            ),
            helper.make_node("Relu", [f"c{layer}"], [f"r{layer}"]),
            helper.make_node(
                "MaxPool", [f"r{layer}"], [f"at{layer + 1}"], kernel_shape=[2, 2], strides=[2, 2]
            ),
        ]
    return [*nodes, helper.make_node("Flatten", ["at2"], ["features"])], weights


def _dense(fitted: MLPClassifier) -> tuple[list[Any], list[Any]]:
    """From `features` to `scores`."""
    weights = [
        numpy_helper.from_array(value.astype(np.float32), f"{name}{at}")
        for name, values in (("k", fitted.coefs_), ("d", fitted.intercepts_))
        for at, value in enumerate(values)
    ]
    nodes = [
        helper.make_node("Gemm", ["features", "k0", "d0"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["woken"]),
        helper.make_node("Gemm", ["woken", "k1", "d1"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
    ]
    return nodes, weights


def _model(nodes: list[Any], weights: list[Any], output: str) -> bytes:
    ends = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])]
        for name, width in (("x", SIDE**2), (output, None))
    ]
    graph = helper.make_graph(nodes, "network", ends[0], ends[1], initializer=weights)
    opset = [helper.make_opsetid("", 17)]
    made: bytes = helper.make_model(graph, ir_version=8, opset_imports=opset).SerializeToString()
    return made


def session(model: bytes) -> Any:
    """One thread, as everything here is measured."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options)


def trained(rows: Rows, labels: NDArray[np.int64]) -> bytes:
    """The network in ONNX, its dense layers learned from those rows."""
    nodes, weights = _convolutions()
    features = session(_model(nodes, weights, "features")).run(None, {"x": rows})[0]
    fitted = MLPClassifier((HIDDEN,), max_iter=40, random_state=0).fit(features, labels)
    behind = _dense(fitted)
    return _model(nodes + behind[0], weights + behind[1], "scores")


def weights(model: bytes) -> dict[str, NDArray[np.float32]]:
    """What it has learned, for another framework: w, b of convolutions, k, d of dense layers."""
    kept = onnx.ModelProto.FromString(model).graph.initializer
    return {one.name: numpy_helper.to_array(one) for one in kept if one.name[0] in "wbkd"}
