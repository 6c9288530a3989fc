"""ART and Foolbox over PyTorch, in an environment of their own: run by peer.py.

`torch_run.py FOLDER CASE`: reads network.npz (weights as network.py names them) and rows.npz (x, y,
right answers only; eps, low, high; for square: seeds), and prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import foolbox
import numpy as np
import torch
from art.attacks.evasion import (
    AutoProjectedGradientDescent,
    FastGradientMethod,
    ProjectedGradientDescent,
    SquareAttack,
)
from art.estimators.classification import PyTorchClassifier
from torch import nn

ITERATIONS, STEPS = 1000, 40
Told = Mapping[str, np.ndarray]


def _layers(weights: Told) -> Iterator[nn.Module]:
    """Convolutions that halve the sides, if there are any, then dense layers: logits at the end."""
    for at in range(sum(name.startswith("w") for name in weights)):
        kernel = torch.from_numpy(weights[f"w{at}"])
        layer = nn.Conv2d(kernel.shape[1], kernel.shape[0], 3, padding=1)
        layer.weight.data, layer.bias.data = kernel, torch.from_numpy(weights[f"b{at}"])
        yield from (layer, nn.ReLU(), nn.MaxPool2d(2))
    yield nn.Flatten()
    dense = sum(name.startswith("k") for name in weights)
    for at in range(dense):
        kernel = torch.from_numpy(weights[f"k{at}"].T.copy())
        layer = nn.Linear(kernel.shape[1], kernel.shape[0])
        layer.weight.data, layer.bias.data = kernel, torch.from_numpy(weights[f"d{at}"])
        yield layer
        if at < dense - 1:
            yield nn.ReLU()


class Counted(nn.Module):
    """The network, with books of what it is asked."""

    def __init__(self, weights: Told) -> None:
        super().__init__()
        self.inside = nn.Sequential(*_layers(weights))
        self.rows = self.calls = 0

    def forward(self, asked: torch.Tensor) -> torch.Tensor:
        self.rows += len(asked)
        self.calls += 1
        answer: torch.Tensor = self.inside(asked)
        return answer


def _opened(folder: Path) -> tuple[Counted, dict[str, np.ndarray], PyTorchClassifier]:
    model = Counted(dict(np.load(folder / "network.npz"))).eval()
    told = dict(np.load(folder / "rows.npz"))
    classes = int(model.inside[-1].out_features)
    bounds = (float(told["low"]), float(told["high"]))
    art = PyTorchClassifier(
        model,
        loss=nn.CrossEntropyLoss(),
        input_shape=told["x"].shape[1:],
        nb_classes=classes,
        clip_values=bounds,
        device_type="cpu",
    )
    return model, told, art


def square(folder: Path) -> dict[str, Any]:
    """ART's Square with the paper's schedule, once for each seed."""
    model, told, classifier = _opened(folder)
    x, y = told["x"], told["y"]
    cpu, rows, calls, fell = [], [], [], []
    for seed in range(int(told["seeds"])):
        np.random.seed(seed)
        attack = SquareAttack(
            classifier, eps=float(told["eps"]), max_iter=ITERATIONS, verbose=False
        )
        model.rows = model.calls = 0
        begin = time.process_time()
        found = attack.generate(x, y)
        cpu.append(time.process_time() - begin)
        rows.append(model.rows)
        calls.append(model.calls)
        fell.append(float((classifier.predict(found).argmax(axis=1) != y).mean()))
    return {"cpu_s": cpu, "rows": rows, "calls": calls, "fell": fell}


def gradients(folder: Path) -> dict[str, Any]:
    """Which rows fall to FGSM, PGD and AutoPGD of both libraries (linf)."""
    model, told, classifier = _opened(folder)
    x, y, eps = told["x"], told["y"], float(told["eps"])
    step = 2.5 * eps / STEPS
    art = {
        "fgsm": FastGradientMethod(classifier, eps=eps),
        "pgd": ProjectedGradientDescent(
            classifier, eps=eps, eps_step=step, max_iter=STEPS, num_random_init=1, verbose=False
        ),
        "apgd": AutoProjectedGradientDescent(
            classifier, eps=eps, eps_step=2 * eps, max_iter=STEPS, nb_random_init=1,
            loss_type="cross_entropy", verbose=False,
        ),
    }  # fmt: skip
    np.random.seed(0)
    torch.manual_seed(0)
    fallen = {
        f"art {name}": classifier.predict(attack.generate(x, y)).argmax(axis=1) != y
        for name, attack in art.items()
    }
    theirs = foolbox.PyTorchModel(model, bounds=(float(told["low"]), float(told["high"])))
    rows, labels = torch.from_numpy(x), torch.from_numpy(y)
    for name, attack in (
        ("fgsm", foolbox.attacks.LinfFastGradientAttack()),
        ("pgd", foolbox.attacks.LinfPGD(steps=STEPS)),
    ):
        fallen[f"foolbox {name}"] = attack(theirs, rows, labels, epsilons=eps)[2].numpy()
    return {name: one.tolist() for name, one in fallen.items()}


CASES: Mapping[str, Callable[[Path], dict[str, Any]]] = {"square": square, "gradients": gradients}


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps(CASES[sys.argv[2]](Path(sys.argv[1]))))
