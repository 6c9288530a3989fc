"""The only door to a model: counts before it asks, and never asks beyond a budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sized
from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from .errors import BudgetSpent, Cancelled, ModelError, TimedOut
from .talk import Question, Reply

# Larger batches are slower on a processor, as they fall out of its cache, and what a model computes
# from wide rows has to fit into the box.
BATCH, NUMBERS = 2048, 2**22


class Model(Protocol):
    def labels(self, rows: NDArray[np.float32]) -> NDArray[np.int64]: ...

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]: ...


@runtime_checkable
class Talker(Protocol):
    """A model that is talked to: questions are its rows."""

    def reply(self, question: Question) -> Reply: ...


class Opened(Model, Protocol):
    """A model that stands open, in a child of ours or behind an address."""

    @property
    def identity(self) -> str:
        """What evidence names it by: other bytes or other behaviour, another identity."""

    @property
    def level(self) -> str:
        """How it is kept apart: a level of the sandbox, or 'endpoint'."""

    def restart(self) -> None:
        """Open it once more after `ModelDied`."""


class Source(Protocol):
    """A model that can be opened for rows of one shape; `watch` is called while it is waited for,
    and raises to stop."""

    def open(
        self, row: tuple[int, ...], watch: Callable[[], None]
    ) -> AbstractContextManager[Opened]: ...


class Oracle:
    """Asks `model` for labels on behalf of numbered targets.

    Parameters
    ----------
    budget
        Rows that may be asked for one target.
    targets
        How many targets there are; they are numbered from 0.
    deadline
        In seconds of `time.monotonic`.
    cancelled
        Asked before every call.
    told
        Called after every call with the rows asked so far.

    Notes
    -----
    `rows` and `calls` are counted before a call is made, so a call that fails has been counted.
    """

    def __init__(
        self,
        model: Model,
        *,
        budget: int,
        targets: int,
        deadline: float,
        cancelled: Callable[[], bool] = lambda: False,
        told: Callable[[int], None] = lambda rows: None,
    ) -> None:
        self._model, self._deadline = model, deadline
        self._cancelled, self._told = cancelled, told
        self.budget = budget
        self.spent = np.zeros(targets, dtype=np.int64)
        self.rows = self.calls = 0

    def left(self, targets: NDArray[np.intp]) -> NDArray[np.int64]:
        """Rows that each of these targets may still ask."""
        left: NDArray[np.int64] = self.budget - self.spent[targets]
        return left

    def spare(self) -> int:
        """Rows that a test of the model as a whole, which is one payer, may still ask."""
        return int(self.left(np.zeros(1, dtype=np.intp))[0])

    def labels(self, rows: NDArray[np.float32], targets: NDArray[np.intp]) -> NDArray[np.int64]:
        """Labels of `rows`, each paid for by the target of the same position.

        Raises
        ------
        BudgetSpent
            When a target would pass its budget; then nothing is asked and nothing counted.
        Cancelled, TimedOut
            Between two calls.
        """
        parts = self._answers(self._model.labels, rows, targets)
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def scores(self, rows: NDArray[np.float32], targets: NDArray[np.intp]) -> NDArray[np.float64]:
        """What the model gives each class, counted and limited as labels are."""
        parts = self._answers(self._model.scores, rows, targets)
        return np.concatenate(parts) if parts else np.empty((0, 0))

    def reply(self, question: Question) -> Reply:
        """What is said to one question, counted and limited as a row is.

        Raises
        ------
        ModelError
            Where the model is not one that is talked to.
        """
        model = self._model
        if not isinstance(model, Talker):
            raise ModelError("model: it answers numbers, it cannot be talked to")
        if self.spent[0] + 1 > self.budget:
            raise BudgetSpent(f"budget: more than {self.budget} queries")
        self.spent[0] += 1
        answer: Reply = self._call(lambda asked: model.reply(asked[0]), [question])
        return answer

    def _answers(
        self,
        ask: Callable[[NDArray[np.float32]], Any],
        rows: NDArray[np.float32],
        targets: NDArray[np.intp],
    ) -> list[Any]:
        cost = np.bincount(targets, minlength=len(self.spent))
        if (self.spent + cost > self.budget).any():
            raise BudgetSpent(f"budget: more than {self.budget} queries for one target")
        self.spent += cost
        batch = max(1, min(BATCH, NUMBERS // rows[0].size)) if len(rows) else 1
        return [self._call(ask, rows[at : at + batch]) for at in range(0, len(rows), batch)]

    def _call(self, ask: Callable[[Any], Any], rows: Sized) -> Any:
        if self._cancelled():
            raise Cancelled("run: cancelled")
        if time.monotonic() > self._deadline:
            raise TimedOut("run: it took longer than a run may take")
        self.rows += len(rows)
        self.calls += 1
        answer = ask(rows)
        self._told(self.rows)
        return answer
