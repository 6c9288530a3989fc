"""Attacks on training, through the owner's own training command, in the owner's own place.

The command is run in a work folder that holds `train.npz` (`x`, `y`), and leaves `model.onnx`
there. It is trusted as its owner trusts it; the model that it makes is run in the sandbox.
"""

from __future__ import annotations

import io
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from . import attacks, sandbox
from .adapters import onnx
from .dataset import Dataset
from .errors import RobustnessError, TimedOut
from .results import Figure, Measured, Result, interval

DOSES = (0.0, 0.01, 0.03, 0.05, 0.10, 0.20, 0.40)
TRAIN_S = 3600.0
CHANCE = 0.05
LEAST_ROWS = 20

Labels = NDArray[np.int64]
Poison = Callable[[Labels, float, np.random.Generator], Labels]


@dataclass(frozen=True, slots=True)
class Request:
    """What to run: the owner's command, the rows with `member` 1 for those to train on."""

    command: str
    dataset: Dataset
    test: str
    params: Mapping[str, object]
    level: sandbox.Level = "strong"
    train_s: float = TRAIN_S


def flipped(y: Labels, share: float, random: np.random.Generator) -> Labels:
    """The labels with that share of them changed to another class."""
    classes = np.unique(y)
    chosen = random.permutation(len(y))[: round(share * len(y))]
    found = y.copy()
    steps = random.integers(1, len(classes), len(chosen))
    found[chosen] = classes[(np.searchsorted(classes, y[chosen]) + steps) % len(classes)]
    return found


def run(request: Request, told: Callable[[str], None] = lambda text: None) -> Result:
    """Train at each dose and count what the poison costs.

    Raises
    ------
    RobustnessError
        When the data set or the command cannot be used; nothing is left behind.
    """
    begun = time.monotonic()
    test = attacks.get(request.test)
    values = attacks.values(test, request.params)
    inside, outside = _split(request.dataset)
    seed, share = int(values["seed"]), float(values["share"])
    answers: dict[float, Labels] = {}
    digest, asked = "", 0
    for dose in sorted({*DOSES, share}):
        told(f"training with {dose:.0%} of the labels changed")
        random = np.random.default_rng([seed, round(dose * 10_000)])
        y = flipped(request.dataset.y[inside], dose, random)
        content = _train(request, request.dataset.x[inside], y)
        digest = digest or onnx.digest(content)
        answers[dose] = _answers(content, request, outside)
        asked += len(outside)
    y = request.dataset.y[outside]
    return Result(
        test=test.id,
        version=test.version,
        family=test.family,
        adaptive=test.adaptive,
        model_digest=digest,
        data_digest=request.dataset.digest,
        samples=(),
        eps=None,
        norm="",
        eps_reason="",
        budget=len(answers),
        seed=seed,
        role="holdout",
        clean_accuracy=float((answers[0.0] == y).mean()),
        clean_rows=len(y),
        rows=asked,
        calls=len(answers),
        sandbox=sandbox.require(request.level).level,
        feature_space_only=False,
        measured=_measured(answers, y, share),
        seconds=round(time.monotonic() - begun, 3),
        params=values,
    )


def _split(dataset: Dataset) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if "member" not in dataset.columns:
        message = "dataset.yaml: columns.member says which rows are trained on, by 1 and 0"
        raise RobustnessError(message)
    trained = dataset.columns["member"] != 0
    inside, outside = np.flatnonzero(trained), np.flatnonzero(~trained)
    if min(len(inside), len(outside)) < LEAST_ROWS or len(np.unique(dataset.y[inside])) < 2:
        message = f"data set: {LEAST_ROWS} rows of two classes to train on, as many to judge by"
        raise RobustnessError(message)
    return inside, outside


def _train(request: Request, x: NDArray[np.float32], y: Labels) -> bytes:
    """The model that the command makes of these rows, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="bartizan-training-") as folder:
        buffer = io.BytesIO()
        np.savez(buffer, x=x.reshape(len(x), *request.dataset.shape), y=y)
        Path(folder, "train.npz").write_bytes(buffer.getvalue())
        _call(request, folder)
        try:
            content = Path(folder, "model.onnx").read_bytes()
        except OSError as error:
            raise RobustnessError("trainer: it ended and left no model.onnx") from error
    onnx.sniff(content)
    return content


def _call(request: Request, folder: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # the owner's own command, in the owner's own place
            shlex.split(request.command),
            cwd=folder,
            timeout=request.train_s,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimedOut(f"trainer: no model within {request.train_s:g} s") from error
    except (OSError, ValueError) as error:
        raise RobustnessError(f"trainer: the command cannot be started: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        message = f"trainer: it ended with {done.returncode}: {' '.join(said)[:200]}"
        raise RobustnessError(message)


def _answers(content: bytes, request: Request, rows: NDArray[np.intp]) -> Labels:
    source = onnx.OnnxFile(content, request.level)
    with source.open(request.dataset.shape, lambda: None) as model:
        return model.labels(request.dataset.x[rows])


def _measured(answers: Mapping[float, Labels], y: Labels, share: float) -> Measured:
    """Rows lost to the poison at the attacker's share, where chance does not explain them.

    A changed training set always moves some answers; only a loss that outweighs the gains counts
    (one-sided sign test).
    """
    clean, poisoned = answers[0.0] == y, answers[share] == y
    lost, gained = int((clean & ~poisoned).sum()), int((~clean & poisoned).sum())
    beyond = lost > gained and binom.sf(lost - 1, lost + gained, 0.5) < CHANCE
    k = lost - gained if beyond else 0
    note = f"{lost} rows lost and {gained} gained with {share:.0%} of the labels changed"
    return Measured(
        counted=(k, int(clean.sum())),
        figures=tuple(_figure(dose, found == y) for dose, found in sorted(answers.items())),
        notes=(note if beyond else f"{note}: no more than chance explains",),
    )


def _figure(dose: float, right: NDArray[np.bool_]) -> Figure:
    low, high = interval(int(right.sum()), len(right))
    return Figure(f"right with {dose:.0%} changed", float(right.mean()), low, high)
