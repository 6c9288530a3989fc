"""Tests of training, through the owner's own training command, in the owner's own place."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import attacks, sandbox
from .attacks import Test
from .dataset import Dataset
from .errors import RobustnessError
from .results import Measured, Result
from .settling import feature_space_only
from .training import TRAIN_S, Lesson, Training

LEAST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Request:
    """What to run: the owner's command, the rows with `member` 1 for those to train on."""

    command: str
    dataset: Dataset
    test: str
    params: Mapping[str, object]
    level: sandbox.Level = "strong"
    train_s: float = TRAIN_S


def run(request: Request, told: Callable[[str], None] = lambda text: None) -> Result:
    """Train as often as the test asks and measure what it claims.

    Raises
    ------
    RobustnessError
        When the test, the data set or the command cannot be used; nothing is left behind.
    """
    begun = time.monotonic()
    test = attacks.get(request.test)
    values = attacks.values(test, request.params)
    reason = test.why_not(request.dataset.offers() | {"trainer"})
    if test.retrain is None or reason:
        why = reason or "it attacks a model as it is; name an ONNX file instead of --trainer"
        raise RobustnessError(f"test: '{test.id}' cannot be run here: {why}")
    inside, outside = _split(request.dataset)
    training = Training(
        request.command, request.dataset.shape, request.level, request.train_s, told
    )
    lesson = Lesson(request.dataset, inside, outside, values)
    measured = test.retrain(training, lesson)
    seconds = round(time.monotonic() - begun, 3)
    return _result(request, test, lesson, training, measured, seconds)


def _split(dataset: Dataset) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    trained = dataset.columns["member"] != 0
    inside, outside = np.flatnonzero(trained), np.flatnonzero(~trained)
    if min(len(inside), len(outside)) < LEAST_ROWS or len(np.unique(dataset.y[inside])) < 2:
        message = f"data set: {LEAST_ROWS} rows of two classes to train on, as many to judge by"
        raise RobustnessError(message)
    return inside, outside


def _result(
    request: Request,
    test: Test,
    lesson: Lesson,
    training: Training,
    measured: Measured,
    seconds: float,
) -> Result:
    return Result(
        test=test.id,
        version=test.version,
        family=test.family,
        adaptive=test.adaptive,
        model_digest=training.digest,
        data_digest=request.dataset.digest,
        samples=(),
        eps=None,
        norm="",
        eps_reason="",
        budget=training.trained,
        seed=lesson.seed,
        role="holdout",
        clean_accuracy=training.clean,
        clean_rows=len(lesson.outside),
        rows=training.rows,
        calls=training.calls,
        sandbox=sandbox.require(request.level).level,
        feature_space_only=feature_space_only(test, request.dataset),
        measured=measured,
        seconds=seconds,
        params=lesson.values,
        notes=(f"trained {training.trained} times", *measured.notes),
    )
