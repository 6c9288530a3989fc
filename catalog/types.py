"""The words of the catalog as frozen values.

Nothing here reads files or knows Django. `loader` turns YAML into these types, `threatmodel.core`
reasons over them. All mappings are read-only views. The file is long because it is the one list of
what a catalog may say, each word after those that it is made of; frameworks, which say nothing of a
system, are in `framework`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from .framework import Crosswalk, Framework

Scalar = bool | str | float | int


class CatalogError(ValueError):
    """A catalog file says something that cannot be used. The message names file, id and field."""


class Level(IntEnum):
    """The five levels of NIST SP 800-30, in order. `key` is the one spelling used everywhere."""

    VERY_LOW = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3
    VERY_HIGH = 4

    @property
    def key(self) -> str:
        return self.name.lower().replace("_", " ")

    @classmethod
    def parse(cls, text: str) -> Level:
        """Read 'very low' (also 'very-low', 'Very Low').

        Raises
        ------
        ValueError
            When the text names no level; the message lists the five.

        Examples
        --------
        >>> Level.parse("very-low").key
        'very low'
        """
        try:
            return cls[text.strip().upper().replace(" ", "_").replace("-", "_")]
        except (KeyError, AttributeError):
            names = ", ".join(level.key for level in cls)
            raise ValueError(f"'{text}' is not a level; use one of {names}") from None

    def shift(self, by: int) -> Level:
        """Move by whole levels, kept within the scale."""
        return _LEVELS[min(max(self + by, 0), 4)]


_LEVELS = tuple(Level)


class Trust(IntEnum):
    """How far a zone is trusted, the least first (docs/scoring.md, section 2)."""

    HOSTILE = 0
    PUBLIC = 1
    SHARED = 2
    INTERNAL = 3
    RESTRICTED = 4

    @property
    def key(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Trust:
        try:
            return cls[text.upper()]
        except (KeyError, AttributeError):
            names = ", ".join(level.key for level in cls)
            raise ValueError(f"'{text}' is not a trust; use one of {names}") from None


AttributeKind = Literal["boolean", "choice", "number"]
AccessKind = Literal[
    "query", "content", "supply", "artefact", "admin", "network", "physical", "copy"
]
Goal = Literal["any", "given", "share", "threshold", "quantity"]
Effort = Literal["small", "medium", "large"]
VictimAction = Literal["none", "opens", "asks", "approves"]
Cause = Literal["entry", "effect"]
Point = Literal["entry", "way", "effect"]
ActsOn = Literal["success", "access", "impact"]
Function = Literal["prevent", "detect", "respond"]
VerifyKind = Literal["technical", "procedural"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact that people can state about an element.

    `question` is how a workshop is asked; `choices` in order, the safest last where there is one.
    """

    id: str
    kind: AttributeKind
    question: str
    help: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ComponentType:
    """A kind of part of an ML system. `implies` are facts that hold by being of this type."""

    id: str
    name: str
    stage: str
    description: str
    icon: str
    ancestor: str | None
    default_zone: str
    attributes: tuple[Attribute, ...]
    implies: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ZoneKind:
    id: str
    name: str
    trust: Trust
    description: str


@dataclass(frozen=True, slots=True)
class FlowKindInfo:
    """`lineage`: content of this kind ends up inside what is made of it (data, model, index)."""

    id: str
    name: str
    description: str
    lineage: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A node of an `applies` tree: `all`, `any`, `not`, or an atom with its argument.

    `op` is 'all' | 'any' | 'not' | 'atom'. For an atom, `atom` is its word and `argument` the
    plain YAML value behind it; `core.rules` gives both their meaning.
    """

    op: Literal["all", "any", "not", "atom"]
    children: tuple[Rule, ...] = ()
    atom: str = ""
    argument: object = None


@dataclass(frozen=True, slots=True)
class Side:
    """Which elements can be the entry, the way, or the effect of a threat.

    `type` is a component type (its descendants count); `flow` a flow kind for threats on flows.
    Of an entry, `but` are types that it leaves out, with their descendants; `along` are the kinds
    of flow by which what comes in there gets to the effect, all if none.
    """

    type: tuple[str, ...] = ()
    flow: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Needs:
    """Kinds of access: of `any_of` the best is taken, of `all_of` the worst."""

    any_of: tuple[AccessKind, ...] = ()
    all_of: tuple[AccessKind, ...] = ()


@dataclass(frozen=True, slots=True)
class ImpactStep:
    at_least: float
    level: Level


@dataclass(frozen=True, slots=True)
class Success:
    """What counts as success, and how likely it is thought to be before anything is measured.

    `prior` is a range of P in [0, 1]; `tries` belongs to the goal `any`; `harm` to `threshold`
    and `quantity`; `feasible` states the eps and budget an adversary can afford.
    """

    goal: Goal
    prior: tuple[float, float]
    reason: str
    relevance: str = ""
    tries: int = 10
    harm: float | None = None
    impact_by: tuple[ImpactStep, ...] = ()
    feasible: Mapping[str, float] = field(default_factory=dict)
    frequency: Level | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One dimension that suffers. `of` says over which assets (docs/scoring.md, section 4).

    `level` is for 'no-asset' alone: how bad it is where what suffers is nothing that is drawn.
    """

    dimension: str
    of: str
    reason: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What one control does against one threat (docs/scoring.md, section 6).

    `acts_on` is 'success' with a `factor` range on P, or 'access' | 'impact' with whole `levels`.
    """

    control: str
    at: Point
    acts_on: ActsOn
    reason: str
    factor: tuple[float, float] | None = None
    levels: int = 0
    bypass: str = ""
    worsens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threat:
    """What can be done to one kind of element: where it applies, what it takes, what answers it.

    `effect_on` is the side of a flow or component that is hit, `entry` where an adversary stands,
    `via` what lies between.
    """

    id: str
    title: str
    description: str
    effect_on: Side
    applies: Rule
    needs: Needs
    capability: Level
    success: Success
    outcomes: tuple[Outcome, ...]
    answered_by: tuple[Pair, ...]
    references: Mapping[str, tuple[str, ...]]
    entry: Side = Side()
    via: Side = Side()
    gains: tuple[str, ...] = ()
    victim_action: VictimAction = "none"
    detected_by: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    stride: tuple[str, ...] = ()
    linddun: tuple[str, ...] = ()
    cause: Cause = "effect"
    adversarial: bool = True
    examples: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Verify:
    """How a control is proven: a test to run again with an adaptive one, or a checklist."""

    kind: VerifyKind
    tests: tuple[str, ...] = ()
    adaptive_tests: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """What can be done about threats; `establishes` are the facts of an element that state it."""

    id: str
    title: str
    description: str
    function: Function
    stages: tuple[str, ...]
    effort: Effort
    mechanism: str
    verify: Verify
    references: Mapping[str, tuple[str, ...]]
    establishes: Mapping[str, Scalar] = field(default_factory=dict)
    worsens: tuple[str, ...] = ()
    saif: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdversaryProfile:
    """Who attacks; footholds are zone kinds and component types. `accident` has no intent."""

    id: str
    name: str
    description: str
    capability: Level
    intent: Level
    targeting: Level
    footholds: tuple[str, ...]
    accident: bool = False


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything known, cross-checked. `digest` is the SHA-256 of all its files in order.

    `own` are the entries that a workspace added to the shipped ones, as they were written, by
    names such as 'threats/meter-replay'. `tests` are the robustness tests that entries may name.
    """

    digest: str
    stages: Mapping[str, str]
    zone_kinds: Mapping[str, ZoneKind]
    flow_kinds: Mapping[str, FlowKindInfo]
    flow_attributes: tuple[Attribute, ...]
    component_attributes: tuple[Attribute, ...]
    dimensions: tuple[str, ...]
    asset_kinds: tuple[str, ...]
    component_types: Mapping[str, ComponentType]
    threats: Mapping[str, Threat]
    controls: Mapping[str, Control]
    adversaries: Mapping[str, AdversaryProfile]
    frameworks: Mapping[str, Framework]
    crosswalks: Mapping[str, Crosswalk]
    tests: tuple[str, ...] = ()
    own: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def is_own(self, sort: str, entry_id: str) -> bool:
        """Whether a workspace added it; `sort` is 'components', 'threats' or 'controls'."""
        return f"{sort}/{entry_id}" in self.own

    def component_type(self, type_id: str) -> ComponentType:
        """The type of that id, or `other` for one nobody knows."""
        return self.component_types.get(type_id) or self.component_types["other"]

    def lineage_of(self, type_id: str) -> tuple[str, ...]:
        """The type and its ancestors, nearest first. O(depth)."""
        found: list[str] = []
        current: str | None = self.component_type(type_id).id
        while current is not None and current not in found:
            found.append(current)
            current = self.component_types[current].ancestor
        return tuple(found)

    def attributes_of(self, type_id: str) -> tuple[Attribute, ...]:
        """Attributes of the type, its ancestors and every component; nearest wins by id."""
        named: dict[str, Attribute] = {}
        for ancestor in self.lineage_of(type_id):
            for attribute in self.component_types[ancestor].attributes:
                named.setdefault(attribute.id, attribute)
        for attribute in self.component_attributes:
            named.setdefault(attribute.id, attribute)
        return tuple(named.values())

    def implied(self, type_id: str) -> Mapping[str, Scalar]:
        """Facts that hold by being of that type; nearest wins."""
        facts: dict[str, Scalar] = {}
        for ancestor in reversed(self.lineage_of(type_id)):
            facts.update(self.component_types[ancestor].implies)
        return facts
