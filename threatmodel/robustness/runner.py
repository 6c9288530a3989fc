"""One run from a model to a result: choose targets, attack them in chunks, gather."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from . import attacks
from .attacks import Attack, Plan, Test, Whole
from .dataset import Dataset, Eps
from .errors import Cancelled, ModelDied, RobustnessError
from .oracle import Opened, Oracle, Source
from .results import Measured, Result, SampleResult

CLEAN_LIMIT = 2000  # rows asked before the attack: accuracy, targets, starts
# Targets that walk together: enough to fill a batch, few enough for their rows to fit in memory.
CHUNK, CHUNK_NUMBERS = 100, 2**16
RUN_S = 800.0
SCORES_CHECKED = 64
DIED = "model: its process ended each time it was attacked"

Progress = Callable[[float, str], None]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Request:
    """What to run. `params` are checked against the test's own."""

    model: Source
    dataset: Dataset
    test: str
    params: Mapping[str, object]
    run_s: float = RUN_S


@dataclass(frozen=True, slots=True)
class Clean:
    """What the model says of rows as they are."""

    rows: NDArray[np.intp]
    labels: NDArray[np.int64]
    accuracy: float
    right: tuple[int, ...]


def settle(
    test: Test, given: Mapping[str, object], *, offers: Collection[str], eps: Eps | None
) -> dict[str, float | int | str]:
    """All parameters of a run; eps and norm as the data set states them, unless given.

    Raises
    ------
    RobustnessError
        When the test cannot be run on such data, or eps is stated nowhere.
    """
    reason = test.why_not(offers)
    if reason:
        raise RobustnessError(f"test: '{test.id}' cannot be run here: {reason}")
    values = attacks.values(test, given)
    if "eps" not in {param.name for param in test.params}:
        return values
    values.setdefault("norm", eps.norm if eps else "l2")
    if "eps" not in values:
        if eps is None or eps.norm != values["norm"]:
            raise RobustnessError(
                "params.eps: say how far an input may move, here or with a reason in dataset.yaml"
            )
        values["eps"] = eps.value
    return values


def _distance(
    test: Test, dataset: Dataset, values: Mapping[str, float | int | str]
) -> tuple[Eps | None, float | None]:
    """How far inputs may move in this run, its reason if stated, and the declared one."""
    if test.declared is not None:
        used = Eps(float(values[test.size]), test.declared.norm, "")
    elif "eps" in values:
        used = Eps(float(values["eps"]), str(values["norm"]), "")
    else:
        return None, None
    declared = test.declared or dataset.eps
    if declared is None or declared.norm != used.norm:
        return used, None
    return (declared if declared.value == used.value else used), declared.value


def _feature_space_only(test: Test, dataset: Dataset) -> bool:
    """A table whose constraints are not stated, or not all kept by the test."""
    if dataset.image or not test.moves_inputs:
        return False
    stated = dataset.constraints()
    return not stated or not stated <= test.honours


def _order(rows: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).permutation(rows)


def _ask_clean(model: Opened, dataset: Dataset, seed: int, oracle: Oracle) -> Clean:
    rows = _order(len(dataset.x), seed)[:CLEAN_LIMIT]
    labels = oracle.labels(dataset.x[rows], np.zeros(len(rows), dtype=np.intp))
    right = labels == dataset.y[rows]
    return Clean(rows, labels, float(right.mean()), tuple(int(row) for row in rows[right]))


def _chunks(targets: tuple[int, ...], width: int) -> Iterator[tuple[int, ...]]:
    size = max(1, min(CHUNK, CHUNK_NUMBERS // width))
    for at in range(0, len(targets), size):
        yield targets[at : at + size]


class Run:
    """The state of one run while it goes."""

    def __init__(self, request: Request, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self.test = attacks.get(request.test)
        self.values = settle(
            self.test,
            request.params,
            offers=request.dataset.offers(),
            eps=request.dataset.eps,
        )
        self.seed = int(self.values["seed"])
        self.request, self._progress, self._cancelled = request, progress, cancelled
        self._begun = time.monotonic()
        self.rows = self.calls = 0
        self._wanted = int(self.values.get("samples", CLEAN_LIMIT))
        clean = min(len(request.dataset.x), CLEAN_LIMIT)
        self._expected = clean + self._wanted * self.test.budget(self.values)
        self.notes: list[str] = []

    def _watch(self) -> None:
        if self._cancelled():
            raise Cancelled("run: cancelled")

    def _oracle(self, model: Opened, budget: int, targets: int) -> Oracle:
        before = self.rows

        def told(rows: int) -> None:
            share = min(0.99, (before + rows) / self._expected)
            self._progress(share, f"{before + rows:,} queries")

        deadline = self._begun + self.request.run_s
        return Oracle(
            model,
            budget=budget,
            targets=targets,
            deadline=deadline,
            cancelled=self._cancelled,
            told=told,
        )

    def _close(self, oracle: Oracle) -> None:
        self.rows += oracle.rows
        self.calls += oracle.calls

    def _clean(self, model: Opened) -> Clean:
        oracle = self._oracle(model, CLEAN_LIMIT, 1)
        clean = _ask_clean(model, self.request.dataset, self.seed, oracle)
        self._close(oracle)
        if not clean.right:
            raise RobustnessError("model: it gets none of these rows right; check labels and scale")
        return clean

    def _check_scores(self, model: Opened, clean: Clean) -> None:
        """A test that reads scores takes the place of the highest one for the label."""
        asked = clean.rows[:SCORES_CHECKED]
        oracle = self._oracle(model, SCORES_CHECKED, 1)
        scores = oracle.scores(self.request.dataset.x[asked], np.zeros(len(asked), dtype=np.intp))
        self._close(oracle)
        if (scores.argmax(axis=1) != clean.labels[: len(asked)]).any():
            raise RobustnessError(
                "model: its labels are not the places of its highest scores; number the classes "
                "from 0 or use a test that asks for labels alone"
            )

    def _plan(self, clean: Clean, targets: tuple[int, ...]) -> Plan:
        known = tuple(int(row) for row in clean.rows)
        predicted = dict(zip(known, clean.labels.tolist(), strict=True))
        return Plan(self.request.dataset, targets, known, predicted, self.values, self.seed)

    def _ask(
        self,
        model: Opened,
        work: Callable[[Oracle, Plan], Answer],
        clean: Clean,
        targets: tuple[int, ...],
        payers: int,
    ) -> Answer | None:
        """What the work answers; None when the child died twice. It is started once more."""
        for _ in range(2):
            oracle = self._oracle(model, self.test.budget(self.values), payers)
            try:
                return work(oracle, self._plan(clean, targets))
            except ModelDied:
                model.restart()
            finally:
                self._close(oracle)
        return None

    def _attack(
        self,
        model: Opened,
        work: Attack,
        clean: Clean,
        targets: tuple[int, ...],
    ) -> list[SampleResult]:
        """Where the model dies twice, the targets are unknown, not held."""
        found = self._ask(model, work, clean, targets, len(targets))
        if found is not None:
            return found
        self.notes.append(f"the model's process ended twice; {len(targets)} targets are unknown")
        y = self.request.dataset.y
        return [SampleResult(index, int(y[index]), "unknown", None, 0) for index in targets]

    def _find(self, model: Opened, clean: Clean) -> Measured:
        targets = clean.right[: self._wanted]
        if isinstance(self.test.run, Whole):
            return self._measure(model, self.test.run, clean, targets)
        if len(targets) < self._wanted:
            self.notes.append(f"only {len(targets)} rows are handled correctly, not {self._wanted}")
        return Measured(samples=self._samples(model, self.test.run, clean, targets))

    def _measure(
        self, model: Opened, whole: Whole, clean: Clean, targets: tuple[int, ...]
    ) -> Measured:
        self._expected = self.rows + self.test.budget(self.values)
        measured = self._ask(model, whole.measure, clean, targets, 1)
        if measured is None:
            raise ModelDied(DIED)
        return measured

    def _samples(
        self,
        model: Opened,
        work: Attack,
        clean: Clean,
        targets: tuple[int, ...],
    ) -> tuple[SampleResult, ...]:
        self._expected = self.rows + len(targets) * self.test.budget(self.values)
        found: list[SampleResult] = []
        for chunk in _chunks(targets, self.request.dataset.x.shape[1]):
            found += self._attack(model, work, clean, chunk)
        if all(sample.state == "unknown" for sample in found):
            raise ModelDied(DIED)
        return tuple(found)

    def result(self) -> Result:
        """Run it all. The same request gives the same result, `seconds` apart."""
        request, test = self.request, self.test
        with request.model.open(request.dataset.shape, self._watch) as model:
            self._progress(0.0, "asking about the rows as they are")
            clean = self._clean(model)
            if test.reads_scores(self.values):
                self._check_scores(model, clean)
            measured = self._find(model, clean)
        return self._gather(clean, measured, model, test)

    def _gather(self, clean: Clean, measured: Measured, model: Opened, test: Test) -> Result:
        dataset, values = self.request.dataset, self.values
        used, declared = _distance(test, dataset, values)
        return Result(
            test=test.id,
            version=test.version,
            family=test.family,
            adaptive=test.adaptive,
            model_digest=model.identity,
            data_digest=dataset.digest,
            samples=measured.samples,
            eps=used.value if used else None,
            norm=used.norm if used else "",
            eps_reason=used.reason if used else "",
            declared_eps=declared,
            budget=test.budget(values) if measured.budget is None else measured.budget,
            seed=self.seed,
            role=dataset.role,
            clean_accuracy=clean.accuracy,
            clean_rows=len(clean.rows),
            rows=self.rows,
            calls=self.calls,
            sandbox=model.level,
            feature_space_only=_feature_space_only(test, dataset),
            wanted=dataset.wanted,
            measured=measured,
            searches=test.searches,
            seconds=round(time.monotonic() - self._begun, 3),
            params=values,
            notes=(*self.notes, *measured.notes),
        )


def run(
    request: Request,
    progress: Progress = lambda share, message: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Result:
    """Run one test on one model.

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
    return Run(request, progress, cancelled).result()
