"""What a run will cost: rows, calls and time, from how the same model answered before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from threatmodel.models import Endpoint, LinkedModel, Run
from threatmodel.models.job import JobState
from threatmodel.robustness import attacks, settling
from threatmodel.robustness.attacks import Test
from threatmodel.robustness.chunks import OUTSIDE
from threatmodel.robustness.errors import RobustnessError
from threatmodel.robustness.oracle import BATCH

from . import models

Values = Mapping[str, float | int | str]
LOOKED_BACK = 100
# From here on a run is asked about once more before it begins.
LARGE_ROWS, LARGE_S = 250_000, 120.0


@dataclass(frozen=True, slots=True)
class Cost:
    """`rows` is the most it may ask, `calls` about how many calls that is, `seconds` about how
    long one worker takes: None as long as nobody has seen this test, or this model answer."""

    rows: int
    calls: int | None
    seconds: float | None

    @property
    def large(self) -> bool:
        return self.rows > LARGE_ROWS or (self.seconds or 0.0) > LARGE_S

    @property
    def words(self) -> str:
        """The same to a person."""
        asked = f"at most {self.rows:,} queries"
        if self.calls is not None:
            asked += f" in about {self.calls:,} {'call' if self.calls == 1 else 'calls'}"
        return f"{asked}, {self.time}"

    @property
    def time(self) -> str:
        return "time unknown until its first run" if self.seconds is None else _long(self.seconds)

    def row(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "calls": self.calls,
            "seconds": self.seconds,
            "large": self.large,
            "words": self.words,
        }


def _long(seconds: float) -> str:
    """How long something takes, as roughly as it is known."""
    if seconds < 90:
        return f"about {max(round(seconds), 1)} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


@dataclass(frozen=True, slots=True)
class Seen:
    """How a model answered in its runs: rows a second and rows a call by test, and when asked
    about rows as they are. An endpoint takes `batch` rows a call and `per_second` calls at most."""

    speeds: Mapping[str, float]
    batches: Mapping[str, float]
    plain: float | None
    batch: int = BATCH
    per_second: float | None = None

    def cost(self, test: Test, values: Values, rows: int) -> Cost:
        """The cost of one run on a data set of so many rows."""
        targets = min(settling.wanted(values), rows)
        first = settling.beforehand(test, values, rows)
        asked = first + settling.expected(test, values, targets)
        speed = self.speeds.get(test.id) or (self.plain / OUTSIDE if self.plain else None)
        calls = math.ceil(asked / min(self.batches.get(test.id, BATCH), self.batch))
        waits = calls / self.per_second if self.per_second else 0.0
        seconds = max(asked / speed, waits) if speed else waits or None
        # How many rows a test asks at a time is its own; an endpoint's batch bounds it from above.
        known = test.id in self.batches or self.per_second is not None
        return Cost(asked, calls if known else None, round(seconds, 1) if seconds else None)


def seen(model: LinkedModel) -> Seen:
    """What the last runs of this model tell of its speed."""
    done = Run.objects.filter(model=model, state=JobState.SUCCEEDED, rows__gt=0, calls__gt=0)
    speeds: dict[str, float] = {}
    batches: dict[str, float] = {}
    plain = None
    for run in done.order_by("-ended_at").defer("result")[:LOOKED_BACK]:
        if run.started_at and run.ended_at:
            seconds = max((run.ended_at - run.started_at).total_seconds(), 1e-3)
            speeds.setdefault(run.test, run.rows / seconds)
        batches.setdefault(run.test, run.rows / run.calls)
        plain = plain or (run.plan or {}).get("speed")
    reached = Endpoint.objects.filter(pk=model.pk).first()
    if reached is None:
        return Seen(speeds, batches, plain)
    batch = int(reached.options.get("batch", 1))
    return Seen(speeds, batches, plain, batch, reached.per_second)


def of(model: LinkedModel, test_id: str, values: Values) -> Cost:
    """The cost of one run of a test on a model."""
    return seen(model).cost(attacks.get(test_id), values, int(model.dataset.get("rows", 0)))


def every(model: LinkedModel) -> dict[str, Cost]:
    """The cost of each test that can be run on a model, with its defaults, by the test's id."""
    known, rows = seen(model), int(model.dataset.get("rows", 0))
    return {test.id: known.cost(test, values, rows) for test, values in runnable(model)}


def runnable(model: LinkedModel) -> Iterator[tuple[Test, dict[str, Any]]]:
    """Every test that can be run on a model as it is, and the parameters it then has."""
    offers, eps = model.dataset.get("offers", ()), models.eps_of(model)
    for test in attacks.load().values():
        try:
            yield test, dict(settling.settle(test, {}, offers=offers, eps=eps))
        except RobustnessError:  # not testable here; `batches.why_not` says why
            continue
