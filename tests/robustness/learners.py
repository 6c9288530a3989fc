"""A learner whose working is plain: least squares onto the classes, alone or going on learning."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from threatmodel.robustness.dataset import Dataset, Feature
from threatmodel.robustness.training import Lesson, Training

# It keeps half of what it knew in its own file, so it is an online learner in one work folder and
# a plain one in an empty one.
TRAINER = """
    import os
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save
    data = np.load("train.npz")
    x, y = data["x"], data["y"]
    rows = np.hstack((x, np.ones((len(x), 1)))).astype(float)
    inner, outer = rows.T @ rows, rows.T @ np.eye(2)[y]
    if os.path.exists("known.npz"):
        known = np.load("known.npz")
        inner, outer = inner + known["inner"] / 2, outer + known["outer"] / 2
    np.savez("known.npz", inner=inner, outer=outer)
    w = np.linalg.solve(inner + 1e-3 * np.eye(len(inner)), outer).astype(np.float32)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["xw"]),
             helper.make_node("Add", ["xw", "b"], ["scores"])]
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, x.shape[1]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, 2])],
        [numpy_helper.from_array(w[:-1], "w"), numpy_helper.from_array(w[-1], "b")])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9),
         "model.onnx")
"""
DESCRIPTION = """
wanted: 1
columns: {member: member}
features:
"""


class Squares:
    """Weighs what it learned before by `kept` of what is new."""

    def __init__(self, classes: int, kept: float = 0.5) -> None:
        self.classes, self.kept = classes, kept
        self.inner: np.ndarray | float = 0.0
        self.outer: np.ndarray | float = 0.0

    def learn(self, x, y, seen=None) -> None:
        rows = np.hstack((x, np.ones((len(x), 1)))).astype(float)
        self.inner = self.kept * self.inner + rows.T @ rows
        self.outer = self.kept * self.outer + rows.T @ np.eye(self.classes)[y]
        self.weights = np.linalg.solve(self.inner + 1e-3 * np.eye(rows.shape[1]), self.outer)

    def scores(self, rows):
        return np.hstack((rows, np.ones((len(rows), 1)))) @ self.weights

    def labels(self, rows):
        return self.scores(rows).argmax(axis=1)


class InProcess(Training):
    """Trains here, without a command, a folder and a sandbox; the rest is the same."""

    def __init__(self, classes: int = 2) -> None:
        super().__init__("", ())
        self.classes = classes

    @contextmanager
    def course(self) -> Iterator[Squares]:  # type: ignore[override]
        self.trained += 1
        yield Squares(self.classes)


def table(rows: int = 1200, **more) -> Dataset:
    """Two classes of which one is rarer, half of the rows to train on."""
    random = np.random.default_rng(0)
    y = (np.arange(rows) % 4 == 0).astype(np.int64)
    x = (random.normal(size=(rows, 6)) + 1.2 * y[:, None] * (np.arange(6) < 3)).astype(np.float32)
    features = tuple(Feature(f"c{at}", low=-8, high=8) for at in range(6))
    columns = {"member": np.repeat([1, 0], rows // 2)}
    given = {"features": features, "columns": columns, "digest": "d"} | more
    return Dataset(x=x, y=y, shape=(6,), **given)


def lesson(data: Dataset, **values) -> Lesson:
    member = data.columns["member"] != 0
    usual = {"seed": 0, "share": 0.05, "area": 0.0625, "rounds": 6}
    return Lesson(data, np.flatnonzero(member), np.flatnonzero(~member), usual | values)


def owner_s_place(folder: Path) -> Path:
    """A data set and a training script in a folder."""
    made = table(1200)
    np.savez(folder / "data.npz", x=made.x, y=made.y, member=made.columns["member"])
    features = "".join(f"  - {{name: c{at}, range: [-8, 8]}}\n" for at in range(6))
    (folder / "dataset.yaml").write_text(DESCRIPTION + features)
    (folder / "train.py").write_text(textwrap.dedent(TRAINER))
    return folder
