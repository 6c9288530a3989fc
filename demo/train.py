"""Train the demo's two digit classifiers and write them with their data set beside this file.

The data is scikit-learn's copy of the UCI digits (8 x 8 pixels), scaled to 0..1. Needs the packages
of requirements-dev.txt. Running it again gives models of the same accuracy, not the same bytes on
every machine; digests.json names those that are committed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import harden
import numpy as np
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).parent
HOLDOUT = 160


def main() -> None:
    pixels, labels = load_digits(return_X_y=True)
    pixels = (pixels / 16).astype(np.float32)
    train_x, test_x, train_y, test_y = train_test_split(
        pixels, labels, test_size=HOLDOUT, random_state=7, stratify=labels
    )
    model = MLPClassifier((64,), alpha=1e-3, max_iter=400, random_state=7).fit(train_x, train_y)
    options = {id(model): {"zipmap": False}}
    data = to_onnx(model, train_x[:1], options=options, target_opset=17).SerializeToString()
    (HERE / "model.onnx").write_bytes(data)
    np.savez_compressed(HERE / "data.npz", x=test_x, y=test_y.astype(np.int64))
    hardened = harden.trained(train_x.astype(float), train_y)
    graph = harden.onnx(hardened)
    (HERE / "hardened.onnx").write_bytes(graph)
    files = {"model.onnx": data, "hardened.onnx": graph}
    digests = {name: hashlib.sha256(file).hexdigest() for name, file in files.items()}
    (HERE / "digests.json").write_text(json.dumps(digests, indent=2) + "\n")
    print(f"accuracy on {len(test_y)} rows not trained on: {model.score(test_x, test_y):.3f}")
    scores = hardened.bells(test_x.astype(float)) @ hardened.weights
    print(f"of the hardened one: {(scores.argmax(axis=1) == test_y).mean():.3f}")


if __name__ == "__main__":
    main()
