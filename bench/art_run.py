"""ART's HopSkipJump on the same model and rows, in the environment of its own: run by peer.py.

`art_run.py FOLDER`: reads model.onnx, rows.npz (x, y, right answers only) and prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from art.attacks.evasion import HopSkipJump
from art.estimators.classification import BlackBoxClassifier

# About 1,000 queries for one sample: ART has no budget, and 100 first ones, its own choice, end at
# 910.
ITERATIONS, FIRST = 5, 110


def main(folder: Path) -> dict[str, Any]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "model.onnx", options)
    told = np.load(folder / "rows.npz")
    rows, classes = told["x"], int(told["classes"])
    name, books = session.get_inputs()[0].name, {"calls": 0, "rows": 0}

    def answer(asked: np.ndarray) -> np.ndarray:
        books["calls"] += 1
        books["rows"] += len(asked)
        return session.run(None, {name: asked.astype(np.float32)})[-1]

    model = BlackBoxClassifier(answer, rows.shape[1:], classes, clip_values=(0.0, 1.0))
    attack = HopSkipJump(model, norm=2, max_iter=ITERATIONS, init_eval=FIRST, verbose=False)
    np.random.seed(0)
    begin = time.process_time()
    found = attack.generate(rows)
    spent = time.process_time() - begin
    fell = answer(found).argmax(axis=1) != told["y"]
    gaps = np.linalg.norm((found - rows).reshape(len(rows), -1), axis=1)
    median = float(np.median(gaps[fell])) if fell.any() else None
    return {**books, "cpu_s": spent, "median": median, "fell": float(fell.mean())}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
