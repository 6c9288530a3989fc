"""What people and measurements add to a document before it is assessed.

These are entered, never derived: the database keeps them for ever, a full export carries them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, get_args

from catalog.types import Effort, Level, Scalar

Origin = Literal["run", "signed", "imported", "carried"]
Treatment = Literal["open", "accepted", "transferred", "avoided", "dismissed"]
Status = Literal["planned", "in progress", "implemented", "verified", "dropped"]
# In the order in which a mitigation moves on; what is still to be done, and what is in place.
STATUSES: tuple[Status, ...] = get_args(Status)
TO_DO: tuple[Status, ...] = ("planned", "in progress")
IN_PLACE: tuple[Status, ...] = ("implemented", "verified")


class Ground(NamedTuple):
    """One fact that a dismissal rests on, as it was; `value` None where nobody had said it."""

    element: str
    attribute: str
    value: Scalar | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one finding (`finding` is its key `threat@element`).

    `action` 'rate' overrides likelihood or impact with a reason; the others set the treatment
    until `until` (None: no end). A decision of origin 'imported' is a proposal and has no effect.
    A dismissal counts while its `grounds` stand as they did.
    """

    id: str
    finding: str
    action: Literal["accept", "transfer", "avoid", "dismiss", "rate", "reopen"]
    reason: str
    by: str
    on: date
    until: date | None = None
    likelihood: Level | None = None
    impact: Level | None = None
    origin: Literal["entered", "imported"] = "entered"
    accepted_level: Level | None = None
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Mitigation:
    """A control that somebody is putting in place for one or more findings.

    `control` is a catalog control, or empty for one of the team's own. `measured` maps a
    finding's key to the factor on P that a verifying re-test measured.
    """

    id: str
    title: str
    findings: tuple[str, ...]
    status: Status
    control: str = ""
    owner: str = ""
    due: date | None = None
    effort: Effort | None = None
    implemented_on: date | None = None
    measured: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stratum:
    """k broken of n correctly handled, within one group or true class."""

    name: str
    broken: int
    handled: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One robustness run's result on the model linked to `element`.

    `broken` of `handled` targets fell at `eps` within `budget` queries per target; `broken_half`
    and `broken_double` at eps/2 and 2 eps. `targets` maps a target's index to whether it fell
    (for the worst case over several attacks). `metric` and `interval` (80 %) belong to the goals
    threshold and quantity, over `repeats` seeds, or resamples where `bootstrap`. `declared_eps`
    is the change that the data set says an adversary can afford; None means `eps` itself where a
    reason stands with it, else the catalog's. `digest` is the model's at the time, `current`
    whether the element's linked model still has it; `dataset_digest` is that of the rows that
    `targets` counts, empty where nobody said.
    """

    id: str
    element: str
    test: str
    family: str
    adaptive: bool
    taken_on: date
    digest: str
    handled: int
    broken: int
    current: bool = True
    origin: Origin = "run"
    adopted: bool = True
    test_version: str = "1"
    eps: float | None = None
    norm: str = ""
    eps_reason: str = ""
    declared_eps: float | None = None
    budget: int | None = None
    broken_half: int | None = None
    broken_double: int | None = None
    strata: tuple[Stratum, ...] = ()
    targets: Mapping[int, bool] = field(default_factory=dict)
    declared_target_fell: bool = False
    metric: float | None = None
    interval: tuple[float, float] | None = None
    repeats: int = 0
    bootstrap: bool = False
    role: str = "holdout"
    seed: int = 0
    feature_space_only: bool = False
    controls_on: tuple[str, ...] = ()
    clean_accuracy: float | None = None
    dataset_digest: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything besides the document.

    The order of each tuple does not matter, but that decisions of one day count as given.
    """

    decisions: tuple[Decision, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
