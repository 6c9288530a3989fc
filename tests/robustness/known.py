"""Models whose answers are known in closed form, asked without a sandbox."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from threatmodel.robustness.attacks import Plan, hopskipjump
from threatmodel.robustness.dataset import Dataset
from threatmodel.robustness.oracle import Oracle


class Linear:
    """Says 1 where x.w + b > 0. Counts by itself what it is asked."""

    def __init__(self, weights: np.ndarray, bias: float = 0.3) -> None:
        self.weights, self.bias = weights.astype(np.float64), bias
        self.rows = self.calls = 0
        self.seen: list[np.ndarray] = []

    def labels(self, rows: np.ndarray) -> np.ndarray:
        self.rows += len(rows)
        self.calls += 1
        self.seen.append(rows)
        return (rows.astype(np.float64) @ self.weights + self.bias > 0).astype(np.int64)

    def scores(self, rows: np.ndarray) -> np.ndarray:
        self.rows += len(rows)
        self.calls += 1
        self.seen.append(rows)
        lead = rows.astype(np.float64) @ self.weights + self.bias
        return np.stack((-lead, lead), axis=1)

    def margins(self, rows: np.ndarray, norm: str) -> np.ndarray:
        """The distance to the boundary, exactly: |x.w + b| over the dual norm of w."""
        size = np.linalg.norm(self.weights) if norm == "l2" else np.abs(self.weights).sum()
        return np.abs(rows.astype(np.float64) @ self.weights + self.bias) / size


class Constant:
    """Never says anything else."""

    def labels(self, rows: np.ndarray) -> np.ndarray:
        return np.zeros(len(rows), dtype=np.int64)

    def scores(self, rows: np.ndarray) -> np.ndarray:
        return np.tile([1.0, 0.0], (len(rows), 1))


def dataset(x: np.ndarray, y: np.ndarray, **more: Any) -> Dataset:
    values = {"low": -10.0, "high": 10.0, "image": True} | more
    return Dataset(x=x, y=y, shape=(1, *x.shape[1:]), digest="", **values)


def plan(data: Dataset, model, targets: int, **values: Any) -> Plan:
    predicted = model.labels(data.x)
    chosen = tuple(int(row) for row in np.flatnonzero(predicted == data.y)[:targets])
    everything = tuple(range(len(data.x)))
    settled: dict[str, Any] = {"eps": 1.0, "norm": "l2", "budget": 1000} | values
    known = dict(enumerate(predicted.tolist()))
    return Plan(data, chosen, everything, known, settled, int(values.get("seed", 0)))


def oracle(model, made: Plan) -> Oracle:
    return Oracle(
        model,
        budget=int(made.values["budget"]),
        targets=len(made.targets),
        deadline=time.monotonic() + 100,
    )


def alone(model, made: Plan) -> Oracle:
    """The door for a test of the model as a whole: one payer."""
    return oracle(model, replace(made, targets=made.targets[:1]))


def attack(model, made: Plan, run=hopskipjump.run):
    """Run an attack; the results and the oracle with its books."""
    door = oracle(model, made)
    return run(door, made), door


def linear_case(width: int, targets: int = 40, **values: Any):
    """A linear model, rows on both sides of it, and a plan against it."""
    random = np.random.default_rng(width)
    model = Linear(random.standard_normal(width))
    rows = random.standard_normal((200, width)).astype(np.float32)
    data = dataset(rows, model.labels(rows))
    return model, data, plan(data, model, targets, **values)
