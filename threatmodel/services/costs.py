"""What a run will cost: rows, calls and time, from how the same model answered before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threatmodel.models import LinkedModel, Run
from threatmodel.models.job import JobState
from threatmodel.robustness import attacks, settling
from threatmodel.robustness.attacks import Test
from threatmodel.robustness.chunks import OUTSIDE
from threatmodel.robustness.oracle import BATCH

Values = Mapping[str, float | int | str]
LOOKED_BACK = 100
# From here on a run is asked about once more before it begins.
LARGE_ROWS, LARGE_S = 250_000, 120.0


@dataclass(frozen=True, slots=True)
class Cost:
    """`rows` is the most it may ask, `calls` about how many calls that is, `seconds` about how
    long one worker takes: None as long as nobody has seen this model answer."""

    rows: int
    calls: int
    seconds: float | None

    @property
    def large(self) -> bool:
        return self.rows > LARGE_ROWS or (self.seconds or 0.0) > LARGE_S

    def row(self) -> dict[str, Any]:
        return {"rows": self.rows, "calls": self.calls, "seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class Seen:
    """How a model answered in its runs: rows a second and rows a call by test, and when asked
    about rows as they are."""

    speeds: Mapping[str, float]
    batches: Mapping[str, float]
    plain: float | None

    def cost(self, test: Test, values: Values, rows: int) -> Cost:
        """The cost of one run on a data set of so many rows."""
        targets = min(settling.wanted(values), rows)
        clean = min(rows, settling.CLEAN_LIMIT)
        asked = clean + settling.expected(test, values, targets)
        speed = self.speeds.get(test.id) or (self.plain / OUTSIDE if self.plain else None)
        calls = math.ceil(asked / self.batches.get(test.id, BATCH))
        return Cost(asked, calls, round(asked / speed, 1) if speed else None)


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
    return Seen(speeds, batches, plain)


def of(model: LinkedModel, test_id: str, values: Values) -> Cost:
    """The cost of one run of a test on a model."""
    return seen(model).cost(attacks.get(test_id), values, int(model.dataset.get("rows", 0)))
