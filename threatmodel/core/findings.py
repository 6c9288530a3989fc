"""What an assessment says: findings, their terms, and the summary. Plain values, no reasoning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalog.types import Level

from .inputs import Treatment

# Findings of these treatments are no risk any more and stand in no count by level.
SETTLED = frozenset({"avoided", "dismissed"})
# Verdicts that nothing was measured for.
UNMEASURED = frozenset({"untested", "not testable here"})

Verdict = Literal["broken", "held", "inconclusive", "stale", "untested", "not testable here"]


def key_of(threat: str, element: str) -> str:
    """A finding's name. It rests on ids alone, so decisions survive every recomputation.

    Examples
    --------
    >>> key_of("evasion-query", "c-api"), parted("evasion-query@c-api")
    ('evasion-query@c-api', ('evasion-query', 'c-api'))
    """
    return f"{threat}@{element}"


def parted(key: str) -> tuple[str, str]:
    """The threat and the element of a finding's name."""
    threat, _, element = key.rpartition("@")
    return threat, element


@dataclass(frozen=True, slots=True)
class Question:
    """One unknown fact worth asking. `element` and `attribute` name where the answer is drawn.

    `attribute` is 'zone' or 'trust' when the unknown is where something stands. `settles` counts
    the findings that the answer would decide.
    """

    element: str
    attribute: str
    text: str
    kind: Literal["boolean", "choice", "number", "zone", "trust", "level", "asset"] = "boolean"
    choices: tuple[str, ...] = ()
    settles: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One term of a score, in words and as the level it led to."""

    name: str
    text: str
    level: Level | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One piece of evidence as it counted: its verdict, its weight, and why."""

    evidence: str
    test: str
    family: str
    adaptive: bool
    on: date
    verdict: Verdict
    broken: int
    handled: int
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One threat on one element. `key` is `threat@element` and survives every recomputation.

    `inherent`, `residual` and `planned` are risk levels; `range` is the residual's low and high
    end over what is unknown and uncertain; `score` orders within a level (likelihood value times
    impact value). `applies` 'conditional' findings wait behind `questions` and are not counted.
    `lapsed` says why the last decision counts no more, `until` on which day the present one ends.
    `inherent_at` and `planned_at` are likelihood and impact without controls and once every
    mitigation is verified; None where they are those of the residual.
    """

    key: str
    threat: str
    element: str
    applies: Literal["yes", "conditional"]
    treatment: Treatment
    position: Literal["within", "above"]
    answered: Literal["none", "planned", "implemented", "verified"]
    verdict: Verdict
    likelihood: Level
    impact: Level
    inherent: Level
    residual: Level
    planned: Level
    range: tuple[Level, Level]
    score: int
    adversary: str
    cause: str
    questions: tuple[Question, ...] = ()
    controls: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    ledger: tuple[LedgerRow, ...] = ()
    proposal: str = ""
    impact_assumed: bool = False
    note: str = ""
    lapsed: str = ""
    until: date | None = None
    inherent_at: tuple[Level, Level] | None = None
    planned_at: tuple[Level, Level] | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of applying findings, by residual level and by treatment.

    `risk` is the highest residual of open findings; `range` the same with every question
    answered well and every question answered badly.
    """

    risk: Level | None
    range: tuple[Level | None, Level | None]
    by_level: Mapping[str, int]
    by_treatment: Mapping[str, int]
    conditional: int
    questions: int
    above_appetite: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole chain as one value; findings the most severe first (`assessment.order`)."""

    catalog: str
    document: str
    as_of: date
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Delta:
    """What an update changed: findings that are new or differ, and keys that are gone.

    `judged` counts findings that were worked out again, `evaluations` also the answers of rules.
    """

    changed: tuple[Finding, ...] = ()
    gone: tuple[str, ...] = ()
    evaluations: int = 0
    judged: int = 0
