"""One run from a model to a result: choose targets, attack them chunk by chunk, gather.

`run` does it all in one go. Where several workers share a run, each opens a `Session`: one of them
plans, all of them work on chunks, and `gather` joins these, with no model open.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from . import attacks, worst
from .attacks import Plan, Whole
from .chunks import FAR, ChunkResult, Planned, cut
from .errors import Cancelled, ModelDied, RobustnessError
from .oracle import Opened, Oracle
from .results import Measured, Result, SampleResult
from .settling import (
    BESIDE,
    CLEAN_LIMIT,
    SCORES_CHECKED,
    Request,
    beforehand,
    distance,
    expected,
    feature_space_only,
    settled,
    wanted,
)

MOST_DEATHS = 3  # of the model's process in one run; what is left then is unknown
MIXED = (
    "model: what it answers to a row depends on the rows beside it; export or serve it with its "
    "batch normalisation fixed, or give its endpoint the option batch: 1"
)
DIED = "model: its process ended each time it was attacked"

Progress = Callable[[float, str], None]
Told = Callable[[int, int], None]
Answer = TypeVar("Answer")


def _order(rows: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).permutation(rows)


class Session:
    """A run's model while it stands open: asked for the plan, then for one chunk after another.

    `told` hears the rows and calls of the plan or chunk under way, after every call.
    """

    def __init__(
        self,
        request: Request,
        model: Opened,
        told: Told = lambda rows, calls: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.request, self.model = request, model
        self.test, self.values = settled(request)
        self.seed = int(self.values["seed"])
        self._told, self._cancelled = told, cancelled
        self._dead = False
        self._begin()

    def _begin(self) -> None:
        self._rows = self._calls = 0
        self._deadline = time.monotonic() + self.request.run_s

    def _oracle(self, budget: int, payers: int) -> Oracle:
        rows, calls = self._rows, self._calls
        oracle = Oracle(
            self.model,
            budget=budget,
            targets=payers,
            deadline=self._deadline,
            cancelled=self._cancelled,
            told=lambda asked: self._told(rows + asked, calls + oracle.calls),
        )
        return oracle

    def _close(self, oracle: Oracle) -> None:
        self._rows += oracle.rows
        self._calls += oracle.calls

    def plan(self) -> Planned:
        """Ask about the rows as they are, and choose the targets among those that it gets right.

        Raises
        ------
        RobustnessError
            When it gets none right, a row's answer is not its own, or a test of scores cannot read
            them.
        """
        self._begin()
        rows, labels, speed = self._clean()
        right = labels == self.request.dataset.y[rows]
        if not right.any():
            raise RobustnessError("model: it gets none of these rows right; check labels and scale")
        if self.test.access != "chat":
            self._check_alone(rows, labels)
        if self.test.reads_scores(self.values):
            self._check_scores(rows, labels)
        targets = tuple(int(row) for row in rows[right][: wanted(self.values)])
        return Planned(
            asked=tuple(rows.tolist()),
            labels=tuple(labels.tolist()),
            accuracy=float(right.mean()),
            targets=targets,
            identity=self.model.identity,
            level=self.model.level,
            rows=self._rows,
            calls=self._calls,
            speed=speed,
            notes=self._few(len(targets)),
        )

    def _clean(self) -> tuple[NDArray[np.intp], NDArray[np.int64], float]:
        dataset = self.request.dataset
        rows = _order(len(dataset.x), self.seed)[:CLEAN_LIMIT]
        oracle, begun = self._oracle(CLEAN_LIMIT, 1), time.monotonic()
        labels = oracle.labels(dataset.x[rows], np.zeros(len(rows), dtype=np.intp))
        self._close(oracle)
        return rows, labels, len(rows) / max(time.monotonic() - begun, 1e-6)

    def _few(self, found: int) -> tuple[str, ...]:
        asked_for = self.values.get("samples", found)
        if isinstance(self.test.run, Whole) or found >= int(asked_for):
            return ()
        return (f"only {found} rows are handled correctly, not {asked_for}",)

    def _check_alone(self, rows: NDArray[np.intp], labels: NDArray[np.int64]) -> None:
        """Beside rows of their own class alone, rows have to be answered as before. What answers by
        chance is let through: an attack asks the model twice about all that it claims."""
        asked = np.argsort(labels, kind="stable")[:BESIDE]
        some, of = self.request.dataset.x[rows[asked]], np.zeros(len(asked), dtype=np.intp)
        oracle = self._oracle(2 * BESIDE, 1)
        said = oracle.labels(some, of)
        differ = int((said != labels[asked]).sum())
        mixed = 4 * differ >= len(asked) and bool((oracle.labels(some, of) == said).all())
        self._close(oracle)
        if mixed:
            raise RobustnessError(MIXED)

    def _check_scores(self, rows: NDArray[np.intp], labels: NDArray[np.int64]) -> None:
        """A test that reads scores takes the place of the highest one for the label."""
        asked = rows[:SCORES_CHECKED]
        oracle = self._oracle(SCORES_CHECKED, 1)
        scores = oracle.scores(self.request.dataset.x[asked], np.zeros(len(asked), dtype=np.intp))
        self._close(oracle)
        if (scores.argmax(axis=1) != labels[: len(asked)]).any():
            raise RobustnessError(
                "model: its labels are not the places of its highest scores; number the classes "
                "from 0 or use a test that asks for labels alone"
            )

    def work(self, planned: Planned, targets: tuple[int, ...], deaths: int = 0) -> ChunkResult:
        """Attack these targets; where the model dies twice, they are unknown, not held.

        Parameters
        ----------
        deaths
            How often the model has died in this run already.
        """
        self._begin()
        plan = self._plan(planned, targets)
        run = self.test.run
        if isinstance(run, Whole):
            measured, died = self._ask(run.measure, plan, 1, deaths)
            if measured is None:
                raise ModelDied(DIED)
            return ChunkResult(measured, self._rows, self._calls, died)
        found, died = self._ask(run, plan, len(targets), deaths)
        if found is None:
            return self._unknown(targets, died)
        return ChunkResult(Measured(samples=worst.keep(found)), self._rows, self._calls, died)

    def _plan(self, planned: Planned, targets: tuple[int, ...]) -> Plan:
        predicted = dict(zip(planned.asked, planned.labels, strict=True))
        return Plan(self.request.dataset, targets, planned.asked, predicted, self.values, self.seed)

    def _ask(
        self, work: Callable[[Oracle, Plan], Answer], plan: Plan, payers: int, deaths: int
    ) -> tuple[Answer | None, int]:
        """What the work answers, None when the model died too often; and how often it did."""
        tries = min(2, MOST_DEATHS - deaths)
        for died in range(tries):
            self._revive()
            oracle = self._oracle(self.test.budget(self.values), payers)
            try:
                return work(oracle, plan), died
            except ModelDied:
                self._dead = True
            finally:
                self._close(oracle)
        return None, max(tries, 0)

    def _revive(self) -> None:
        if self._dead:
            self.model.restart()
            self._dead = False

    def _unknown(self, targets: tuple[int, ...], deaths: int) -> ChunkResult:
        y = self.request.dataset.y
        samples = tuple(SampleResult(at, int(y[at]), "unknown", None, 0) for at in targets)
        note = f"the model's process ended too often; {len(targets)} targets are unknown"
        return ChunkResult(Measured(samples=samples), self._rows, self._calls, deaths, (note,))


def chunks(request: Request, planned: Planned) -> list[tuple[int, ...]]:
    """The targets of each chunk. A test of the model as a whole is one chunk."""
    test, values = settled(request)
    if isinstance(test.run, Whole):
        return [planned.targets]
    width = request.dataset.x.shape[1]
    far = planned.level == FAR
    return cut(planned.targets, width, budget=test.budget(values), speed=planned.speed, far=far)


def gather(
    request: Request, planned: Planned, found: Sequence[ChunkResult], seconds: float
) -> Result:
    """Join the chunks, in their order, to the run's result.

    Raises
    ------
    ModelDied
        When no target could be attacked.
    """
    test, values = settled(request)
    measured = _joined(test, found)
    dataset = request.dataset
    used, declared = distance(test, dataset, values)
    return Result(
        test=test.id,
        version=test.version,
        family=test.family,
        adaptive=test.adaptive,
        model_digest=planned.identity,
        data_digest=dataset.digest,
        samples=tuple(replace(one, after=()) for one in measured.samples),
        eps=used.value if used else None,
        norm=used.norm if used else "",
        eps_reason=used.reason if used else "",
        declared_eps=declared,
        budget=test.budget(values) if measured.budget is None else measured.budget,
        seed=int(values["seed"]),
        role=dataset.role,
        clean_accuracy=planned.accuracy,
        clean_rows=len(planned.asked),
        rows=planned.rows + sum(chunk.rows for chunk in found),
        calls=planned.calls + sum(chunk.calls for chunk in found),
        sandbox=planned.level,
        feature_space_only=feature_space_only(test, dataset),
        wanted=dataset.wanted,
        measured=measured,
        searches=test.searches,
        seconds=round(seconds, 3),
        params=values,
        notes=(*planned.notes, *(note for chunk in found for note in chunk.notes), *measured.notes),
        worst=tuple(worst.told(measured.samples, dataset)),
        frame=worst.frame(dataset),
    )


def _joined(test: attacks.Test, found: Sequence[ChunkResult]) -> Measured:
    if isinstance(test.run, Whole):
        return found[0].found
    samples = tuple(sample for chunk in found for sample in chunk.found.samples)
    if all(sample.state == "unknown" for sample in samples):
        raise ModelDied(DIED)
    return Measured(samples=samples)


def _worked(session: Session, planned: Planned, until: float) -> Iterator[ChunkResult]:
    """All chunks in turn, each in what is left of the run's time."""
    deaths = 0
    for targets in chunks(session.request, planned):
        session.request = replace(session.request, run_s=max(0.0, until - time.monotonic()))
        chunk = session.work(planned, targets, deaths)
        deaths += chunk.deaths
        yield chunk


def run(
    request: Request,
    progress: Progress = lambda share, message: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Result:
    """Run one test on one model, all chunks in one go.

    Parameters
    ----------
    progress
        Told a share from 0 to 1 and a short text after every call to the model.
    cancelled
        Asked several times a second.

    Raises
    ------
    Cancelled, TimedOut, ModelDied, RobustnessError
        Whatever is raised, the model's process is gone.
    """
    begun = time.monotonic()
    test, values = settled(request)
    before, first = 0, beforehand(test, values, len(request.dataset.x))
    total = first + expected(test, values, wanted(values))
    done: list[ChunkResult] = []

    def watch() -> None:
        if cancelled():
            raise Cancelled("run: cancelled")

    def told(rows: int, calls: int) -> None:
        progress(min(0.99, (before + rows) / total), f"{before + rows:,} queries")

    with request.model.open(request.dataset.shape, watch) as model:
        progress(0.0, "asking about the rows as they are")
        session = Session(request, model, told, cancelled)
        planned = session.plan()
        before = planned.rows
        total = before + expected(test, values, len(planned.targets))
        for chunk in _worked(session, planned, begun + request.run_s):
            done.append(chunk)
            before += chunk.rows
    return gather(request, planned, done, time.monotonic() - begun)


__all__ = ["Request", "Session", "chunks", "gather", "run"]
