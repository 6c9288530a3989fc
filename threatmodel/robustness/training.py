"""The owner's own training: a command that is given rows and leaves a model.

It is run in a work folder that holds `train.npz` (`x`, `y`) and leaves `model.onnx` there. It is
trusted as its owner trusts it; the model that it makes is run in the sandbox.
"""

from __future__ import annotations

import io
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import sandbox
from .adapters import onnx
from .dataset import Dataset
from .errors import RobustnessError, TimedOut
from .oracle import Opened
from .scores import Scores

TRAIN_S = 3600.0

Labels = NDArray[np.int64]
Rows = NDArray[np.float32]


@dataclass(slots=True)
class Training:
    """The owner's command, and the books of what was trained and asked.

    `digest` is that of the first model, which every test trains without poison, and `clean` the
    share of the judging rows that it gets right, which the test says.
    """

    command: str
    shape: tuple[int, ...]
    level: sandbox.Level = "strong"
    train_s: float = TRAIN_S
    told: Callable[[str], None] = lambda text: None
    digest: str = ""
    clean: float = 0.0
    trained: int = 0
    rows: int = 0
    calls: int = 0

    @contextmanager
    def course(self) -> Iterator[Course]:
        """A learner whose work folder stays from one lesson to the next, then goes away."""
        with tempfile.TemporaryDirectory(prefix="bartizan-training-") as folder:
            yield Course(self, Path(folder))

    def answers(self, x: Rows, y: Labels, asked: Rows) -> Labels:
        """What a model that is trained on these rows alone says of others."""
        with self.course() as course:
            course.learn(x, y)
            return course.labels(asked)

    def scores(self, x: Rows, y: Labels, asked: Rows) -> Scores:
        """What such a model gives each class."""
        with self.course() as course:
            course.learn(x, y)
            return course.scores(asked)


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons of one learner, one after another, in the folder where its last model lies."""

    training: Training
    folder: Path

    def learn(self, x: Rows, y: Labels, seen: tuple[Rows, Labels] | None = None) -> None:
        """Call the command with these rows, and with all that it has `seen` in this course for a
        learner that starts afresh each time.

        Raises
        ------
        RobustnessError
            When the command fails or leaves no model.
        """
        self._write("train.npz", x, y)
        if seen:
            self._write("seen.npz", *seen)
        (self.folder / "model.onnx").unlink(missing_ok=True)
        _call(self.training, self.folder)
        content = self._model()
        onnx.sniff(content)
        self.training.trained += 1
        self.training.digest = self.training.digest or onnx.digest(content)

    def _write(self, name: str, x: Rows, y: Labels) -> None:
        buffer = io.BytesIO()
        np.savez(buffer, x=x.reshape(len(x), *self.training.shape), y=y)
        (self.folder / name).write_bytes(buffer.getvalue())

    def labels(self, rows: Rows) -> Labels:
        with self._opened(rows) as model:
            return model.labels(rows)

    def scores(self, rows: Rows) -> Scores:
        with self._opened(rows) as model:
            return model.scores(rows)

    @contextmanager
    def _opened(self, rows: Rows) -> Iterator[Opened]:
        self.training.rows += len(rows)
        self.training.calls += 1
        source = onnx.OnnxFile(self._model(), self.training.level)
        with source.open(self.training.shape, lambda: None) as model:
            yield model

    def _model(self) -> bytes:
        try:
            with (self.folder / "model.onnx").open("rb") as file:
                content = file.read(onnx.SIZE_LIMIT + 1)
        except OSError as error:
            raise RobustnessError("trainer: it ended and left no model.onnx") from error
        if len(content) > onnx.SIZE_LIMIT:
            raise RobustnessError("trainer: its model.onnx is larger than a model may be")
        return content


def _call(training: Training, folder: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # the owner's own command, in the owner's own place
            shlex.split(training.command),
            cwd=folder,
            timeout=training.train_s,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimedOut(f"trainer: no model within {training.train_s:g} s") from error
    except (OSError, ValueError) as error:
        raise RobustnessError(f"trainer: the command cannot be started: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        message = f"trainer: it ended with {done.returncode}: {' '.join(said)[:200]}"
        raise RobustnessError(message)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a test of training works with: the rows to train on, and those that judge.

    `values` are the test's parameters, settled.
    """

    dataset: Dataset
    inside: NDArray[np.intp]
    outside: NDArray[np.intp]
    values: Mapping[str, float | int | str]

    @property
    def seed(self) -> int:
        return int(self.values["seed"])

    @property
    def taught(self) -> tuple[Rows, Labels]:
        return self.dataset.x[self.inside], self.dataset.y[self.inside]

    @property
    def judging(self) -> tuple[Rows, Labels]:
        return self.dataset.x[self.outside], self.dataset.y[self.outside]
