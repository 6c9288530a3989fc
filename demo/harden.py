"""Train a second reader on attacked examples and write it beside the first, as `hardened.onnx`.

It weighs how near a picture is to each training picture (bells around them), so its answer changes
slowly; the weights are learned by least squares from pictures as they are and as attacks on the
reader's earlier state left them (Madry et al. 2018). Of the 160 digits of data.npz it gets two
fewer right than the first, and a change of 0.25 (dataset.yaml) leads it astray on none of them; at
twice that it fails on some. How wide the bells are and how far the attacks go was chosen on these
same digits: that it holds on others does not follow from them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Numbers = NDArray[np.float64]
HERE = Path(__file__).parent
NARROW, RIDGE = 1.3, 1.0
EPS, STEPS, ROUNDS = 0.8, 10, 3  # of the attacks in training
SHARP = 10.0  # scores lie close together; so stretched, the slope follows the nearest rival


class Bells:
    """Scores by class: weights of bells around the training pictures."""

    def __init__(self, centres: Numbers) -> None:
        self.centres = centres
        self.weights: Numbers = np.zeros((len(centres), 10))

    def bells(self, x: Numbers) -> Numbers:
        sizes = (x**2).sum(axis=1)[:, None] + (self.centres**2).sum(axis=1)
        gaps: Numbers = np.maximum(sizes - 2 * x @ self.centres.T, 0)
        return np.exp(-NARROW * gaps)

    def learn(self, x: Numbers, labels: NDArray[np.int64]) -> None:
        bells, wanted = self.bells(x), 2 * np.eye(10)[labels] - 1
        smooth = RIDGE * self.bells(self.centres) + 1e-4 * np.eye(len(self.centres))
        self.weights = np.linalg.solve(bells.T @ bells + smooth, bells.T @ wanted).astype(float)

    def slope(self, x: Numbers, labels: NDArray[np.int64]) -> Numbers:
        """How the loss grows with each pixel."""
        bells = self.bells(x)
        powers = np.exp(SHARP * (bells @ self.weights))
        wrong = powers / powers.sum(axis=1, keepdims=True) - np.eye(10)[labels]
        pulls = bells * (wrong @ self.weights.T)
        found: Numbers = pulls @ self.centres - x * pulls.sum(axis=1, keepdims=True)
        return found


def attacked(model: Bells, x: Numbers, labels: NDArray[np.int64]) -> Numbers:
    """Every picture moved up the slope, within EPS of where it was."""
    gone = np.zeros_like(x)
    for _ in range(STEPS):
        slope = model.slope(x + gone, labels)
        slope /= np.linalg.norm(slope, axis=1, keepdims=True) + 1e-12
        gone = np.clip(x + gone + 2.5 * EPS / STEPS * slope, 0, 1) - x
        gone *= np.minimum(1, EPS / np.maximum(np.linalg.norm(gone, axis=1, keepdims=True), EPS))
    return x + gone


def trained(x: Numbers, labels: NDArray[np.int64]) -> Bells:
    model = Bells(x)
    model.learn(x, labels)
    seen = [x]
    for _ in range(ROUNDS):
        seen.append(attacked(model, x, labels))
        model.learn(np.concatenate(seen), np.tile(labels, len(seen)))
    return model


def onnx(model: Bells) -> bytes:
    """The same as a graph of plain operators."""
    stored = {
        "centres": model.centres.T,
        "sizes": (model.centres**2).sum(axis=1),
        "weights": model.weights,
        "two": np.array(2.0),
        "narrow": np.array(-NARROW),
    }
    nodes = [
        helper.make_node("ReduceSumSquare", ["x", "across"], ["own"], keepdims=1),
        helper.make_node("MatMul", ["x", "centres"], ["products"]),
        helper.make_node("Mul", ["products", "two"], ["twice"]),
        helper.make_node("Add", ["own", "sizes"], ["both"]),
        helper.make_node("Sub", ["both", "twice"], ["gaps"]),
        helper.make_node("Relu", ["gaps"], ["squares"]),
        helper.make_node("Mul", ["squares", "narrow"], ["depth"]),
        helper.make_node("Exp", ["depth"], ["bells"]),
        helper.make_node("MatMul", ["bells", "weights"], ["scores"]),
    ]
    numbers = [numpy_helper.from_array(of.astype(np.float32), name) for name, of in stored.items()]
    graph = helper.make_graph(
        nodes,
        "bells",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 64])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["rows", 10])],
        initializer=[*numbers, numpy_helper.from_array(np.array([1]), "across")],
    )
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, ir_version=9, opset_imports=opset).SerializeToString()
