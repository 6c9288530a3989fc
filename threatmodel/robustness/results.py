"""What a run found, sample by sample, and what it says as evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from threatmodel.core.inputs import Evidence, Stratum
from threatmodel.core.interval import exact

SMALL_STRATUM = 10
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)

State = Literal["broken", "held", "unknown"]


@dataclass(frozen=True, slots=True)
class SampleResult:
    """One target. `distance` is that of the nearest input found that the model gets wrong, whether
    within eps or not; None when none was found. `unknown` targets could not be attacked. `after` is
    that input, of those that are shown. `fell_after` in the detail: queries until it fell."""

    index: int
    label: int
    state: State
    distance: float | None
    queries: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[float | str, ...] = field(default=(), compare=False)

    def falls_at(self, eps: float) -> bool:
        return self.state != "unknown" and self.distance is not None and self.distance <= eps


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its interval at 95 %, in `unit` ('share' is shown in percent)."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str = "share"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a test of the model as a whole found: a metric, or a count, or samples.

    `interval` is the metric's at 80 %, over `repeats` seeds, or resamples where `bootstrap`.
    `counted` is k of n where these are not one for each sample, `outcome` says what happened to
    the k. `budget` is what an adversary would have asked, where that is less than the test did.
    """

    metric: float | None = None
    interval: tuple[float, float] | None = None
    repeats: int = 0
    bootstrap: bool = False
    counted: tuple[int, int] | None = None
    outcome: str = "fell"
    samples: tuple[SampleResult, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    budget: int | None = None


def strata(samples: tuple[SampleResult, ...]) -> tuple[Stratum, ...]:
    """Broken and handled by true class; classes of under ten are joined into one, `other`."""
    counted: dict[int, list[int]] = {}
    for sample in samples:
        if sample.state != "unknown":
            counts = counted.setdefault(sample.label, [0, 0])
            counts[0] += sample.state == "broken"
            counts[1] += 1
    large = {label: pair for label, pair in sorted(counted.items()) if pair[1] >= SMALL_STRATUM}
    small = [pair for label, pair in counted.items() if label not in large]
    found = [Stratum(str(label), broken, handled) for label, (broken, handled) in large.items()]
    if small:
        broken, handled = (sum(column) for column in zip(*small, strict=True))
        found.append(Stratum("other", broken, handled))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run: enough to repeat it and to judge it."""

    test: str
    version: str
    family: str
    adaptive: bool
    model_digest: str
    data_digest: str
    samples: tuple[SampleResult, ...]
    eps: float | None
    norm: str
    eps_reason: str
    budget: int
    seed: int
    role: str
    clean_accuracy: float
    clean_rows: int
    rows: int
    calls: int
    sandbox: str
    feature_space_only: bool
    declared_eps: float | None = None
    wanted: int | None = None
    measured: Measured = Measured()
    searches: bool = True
    seconds: float = 0.0
    params: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    worst: tuple[Mapping[str, Any], ...] = ()
    frame: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> tuple[SampleResult, ...]:
        return tuple(sample for sample in self.samples if sample.state != "unknown")

    @property
    def handled(self) -> int:
        return self.measured.counted[1] if self.measured.counted else len(self.known)

    @property
    def broken(self) -> int:
        if self.measured.counted:
            return self.measured.counted[0]
        return sum(sample.state == "broken" for sample in self.known)

    @property
    def wanted_fell(self) -> bool:
        """Whether a target was given the answer that the data set says an attacker wants."""
        return self.wanted is not None and any(
            sample.state == "broken" and sample.detail.get("answer") == self.wanted
            for sample in self.known
        )

    def broken_at(self, times: float) -> int | None:
        """How many fall at so many times eps; None where the test did not look there."""
        if self.eps is None or self.measured.counted or (times > 1 and not self.searches):
            return None
        return sum(sample.falls_at(self.eps * times) for sample in self.known)

    def distance_quantiles(self) -> dict[str, float | None]:
        """How far so many of all targets had to be moved: None where fewer gave way at all.

        A target for which nothing was found is farther than all others, not absent.
        """
        found = sorted(one.distance for one in self.known if one.distance is not None)
        if not found:
            return {}
        places = {share: math.ceil(share * len(self.known)) - 1 for share in QUANTILES}
        return {
            str(share): round(found[max(at, 0)], 6) if at < len(found) else None
            for share, at in places.items()
        }

    @property
    def headline(self) -> str:
        """The result in a few words."""
        if self.measured.metric is None:
            return f"{self.broken} of {self.handled} {self.measured.outcome}"
        low, high = self.measured.interval or (self.measured.metric, self.measured.metric)
        return f"measured {self.measured.metric:.3g} ({low:.3g} to {high:.3g})"

    def evidence(
        self,
        *,
        id: str,
        element: str,
        taken_on: date,
        controls_on: tuple[str, ...] = (),
        **more: Any,
    ) -> Evidence:
        """This run as evidence on `element`; `more` sets further fields, such as the origin."""
        return Evidence(
            id=id,
            element=element,
            test=self.test,
            family=self.family,
            adaptive=self.adaptive,
            taken_on=taken_on,
            digest=self.model_digest,
            handled=self.handled,
            broken=self.broken,
            test_version=self.version,
            eps=self.eps,
            norm=self.norm,
            eps_reason=self.eps_reason,
            declared_eps=self.declared_eps,
            budget=self.budget,
            broken_half=self.broken_at(0.5),
            broken_double=self.broken_at(2),
            metric=self.measured.metric,
            interval=self.measured.interval,
            repeats=self.measured.repeats,
            bootstrap=self.measured.bootstrap,
            strata=strata(self.samples),
            targets={sample.index: sample.state == "broken" for sample in self.known},
            declared_target_fell=self.wanted_fell,
            role=self.role,
            seed=self.seed,
            feature_space_only=self.feature_space_only,
            controls_on=controls_on,
            clean_accuracy=self.clean_accuracy,
            dataset_digest=self.data_digest,
            **more,
        )

    def summary(self) -> dict[str, Any]:
        """The short of it, as the run's row, the command and the report show it."""
        low, high = exact(self.broken, self.handled)
        unknown = len(self.samples) - self.handled
        return {
            "test": self.test,
            "version": self.version,
            "family": self.family,
            "k": self.broken,
            "n": self.handled,
            "share": self.broken / self.handled if self.handled else None,
            "interval": [low, high],
            "unknown": unknown,
            "broken_half": self.broken_at(0.5),
            "broken_double": self.broken_at(2),
            "metric": self.measured.metric,
            "metric_interval": list(self.measured.interval) if self.measured.interval else None,
            "figures": [asdict(figure) for figure in self.measured.figures],
            "headline": self.headline,
            "eps": self.eps,
            "norm": self.norm,
            "eps_reason": self.eps_reason,
            "budget": self.budget,
            "queries": max((s.queries for s in self.samples), default=self.budget),
            "rows": self.rows,
            "calls": self.calls,
            "distance_quantiles": self.distance_quantiles(),
            "clean_accuracy": self.clean_accuracy,
            "clean_rows": self.clean_rows,
            "role": self.role,
            "seed": self.seed,
            "feature_space_only": self.feature_space_only,
            "model": self.model_digest,
            "data": self.data_digest,
            "sandbox": self.sandbox,
            "seconds": self.seconds,
            "params": dict(self.params),
            "strata": [asdict(stratum) for stratum in strata(self.samples)],
            "notes": list(self.notes),
        }

    def to_json(self) -> dict[str, Any]:
        """`samples` and `summary`, JSON-able."""
        return {
            "samples": [
                {
                    "index": sample.index,
                    "success": None if sample.state == "unknown" else sample.state == "broken",
                    "distance": sample.distance,
                    "queries": sample.queries,
                    "label": sample.label,
                    **sample.detail,
                }
                for sample in self.samples
            ],
            "summary": self.summary(),
            "worst": list(self.worst),
            "frame": dict(self.frame),
        }
