"""Small real servers that hold a model: linear ones whose answers are known, in four formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.strangers import Reply, Stranger

WEIGHTS, BIAS = np.array([2.0, -1.0, 0.5]), 0.1


class Holder(Stranger):
    """Serves one linear model of three columns at every format's address, and counts the rows."""

    def __init__(self, spoil: Callable[[list[float]], object] | None = None) -> None:
        self.rows = 0
        self.bias = BIAS
        self.status, self.headers = 200, dict[str, str]()
        self._spoil = spoil
        super().__init__(self.reply)

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if self.status != 200:
            return self.status, self.headers, b"no"
        asked = json.loads(body)
        rows = np.array(READ[path](asked), dtype=np.float64).reshape(-1, 3)
        self.rows += len(rows)
        chances = 1 / (1 + np.exp(-(rows @ WEIGHTS + self.bias)))
        told = self._spoil(chances.tolist()) if self._spoil else WRITE[path](chances)
        return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()


def _kserve(chances: np.ndarray) -> dict[str, Any]:
    both = np.stack((1 - chances, chances), axis=1)
    other = {"name": "other", "shape": [1], "datatype": "FP64", "data": [0]}
    found = {"shape": list(both.shape), "datatype": "FP64", "data": both.reshape(-1).tolist()}
    return {"model_name": "line", "outputs": [other, {"name": "chances", **found}]}


READ: dict[str, Callable[[Any], Any]] = {
    "/v2/models/line/infer": lambda asked: asked["inputs"][0]["data"],
    "/invocations": lambda asked: (
        asked["dataframe_split"]["data"] if "dataframe_split" in asked else asked["inputs"]
    ),
    "/v1/models/line:predict": lambda asked: asked["instances"],
    "/score": lambda asked: asked["batch"]["items"],
}
WRITE: dict[str, Callable[[np.ndarray], Any]] = {
    "/v2/models/line/infer": _kserve,
    "/invocations": lambda chances: {"predictions": (chances > 0.5).astype(int).tolist()},
    "/v1/models/line:predict": lambda chances: {
        "predictions": np.stack((1 - chances, chances), axis=1).tolist()
    },
    "/score": lambda chances: {"results": [{"risk": {"value": one}} for one in chances.tolist()]},
}
# adapter: path, options as a person would enter them
SPOKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "kserve": ("/v2/models/line/infer", {"output": "chances"}),
    "mlflow": ("/invocations", {"columns": "a, b, c"}),
    "tfserving": ("/v1/models/line:predict", {}),
    "json": (
        "/score",
        {
            "request": '{"batch": {"items": "{rows}", "trace": false}}',
            "path": "results[].risk.value",
            "answers": "chance",
        },
    ),
}
