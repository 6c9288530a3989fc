"""What a report says, as frozen values: templates only lay them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from catalog.framework import Framework, FrameworkEntry
from catalog.types import Level
from threatmodel.core.coverage import Share
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment, Finding, Question
from threatmodel.core.inputs import Decision, Evidence, Mitigation
from threatmodel.core.lints import Lint

from . import charts
from .advice import Advice
from .measurement import Measurement
from .record import Record
from .references import Reference
from .sections import SECTIONS, chosen
from .svg import Svg
from .tiles import MOST_COMPONENTS
from .ways import Ways

if TYPE_CHECKING:  # it shows levels as the rest of the report does
    from .since import Since


@dataclass(frozen=True, slots=True)
class Edition:
    """What stands on the cover and in the margins besides the system itself.

    `sections` names those that were asked for, none at all asks for all of them; `elsewhere` says
    what record the system's file brought; `tests` are the names of tests by their ids, `runs` what
    runs found in full, by the evidence that they gave.
    """

    revision: int = 0
    made_on: date | None = None
    made_by: str = ""
    classification: str = "Confidential"
    paper: str = "A4"
    since: Since | None = None
    workshops: tuple[Record, ...] = ()
    disciplines: frozenset[str] = frozenset()
    workspace: str = ""
    logo: bytes = b""
    accent: str = ""
    sections: frozenset[str] = frozenset()
    elsewhere: str = ""
    tests: Mapping[str, str] = field(default_factory=dict)
    runs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A level as a template shows it: its word and its shape."""

    level: Level | None

    @property
    def word(self) -> str:
        return "none" if self.level is None else self.level.key

    @property
    def shape(self) -> Svg:
        return charts.badge(self.level, 11)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding within its threat's group."""

    finding: Finding
    title: str
    element: str
    adversary: str
    residual: Mark
    inherent: Mark
    planned: Mark
    likelihood: Mark
    impact: Mark
    span: str
    decision: Decision | None
    questions: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Whether inherent, residual and planned risk differ at all."""
        return len({self.finding.inherent, self.finding.residual, self.finding.planned}) > 1


@dataclass(frozen=True, slots=True)
class ThreatGroup:
    """A threat, described once, with every element it strikes."""

    id: str
    title: str
    description: str
    worst: Mark
    lines: tuple[FindingLine, ...]
    controls: tuple[str, ...]
    references: tuple[Reference, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class MitigationLine:
    """A mitigation with what it answers; `tried` says what its re-tests showed."""

    mitigation: Mitigation
    control: str
    answers: tuple[str, ...]
    overdue: bool
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A measurement: `size` is the allowed change in words, `found` what its run found, drawn,
    `controls` what was on meanwhile."""

    evidence: Evidence
    test: str
    element: str
    verdicts: tuple[str, ...]
    texts: tuple[str, ...]
    size: str = ""
    found: Measurement | None = None
    controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    edition: str
    publisher: str
    url: str
    licence: str
    notice: str


@dataclass(frozen=True, slots=True)
class CoveredEntry:
    """An entry of a list that applies here: its worst residual, and how many findings it has."""

    entry: FrameworkEntry
    worst: Mark
    findings: int
    tested: int
    controlled: int


@dataclass(frozen=True, slots=True)
class ListCoverage:
    """One list against this system: the counts, and what applies under each heading."""

    framework: Framework
    share: Share
    groups: tuple[tuple[str, tuple[CoveredEntry, ...]], ...]


@dataclass(frozen=True, slots=True)
class Context:
    """The whole report. Field names are what the templates in templates/report/ read."""

    edition: Edition
    document: Document
    assessment: Assessment
    digest: str
    risk: Mark
    best: Mark
    worst: Mark
    appetite: Mark
    gist: str
    answer: str
    asked: tuple[str, ...]
    levels: tuple[tuple[Mark, int], ...]
    treatments: tuple[tuple[str, int], ...]
    distribution: Svg
    matrix: Svg
    diagram: Svg
    measured: Svg | None
    todo: tuple[Advice, ...]
    proven: tuple[str, ...]
    lints: tuple[Lint, ...]
    coverage: tuple[ListCoverage, ...]
    threats: tuple[ThreatGroup, ...]
    conditional: tuple[ThreatGroup, ...]
    decided: tuple[tuple[str, tuple[FindingLine, ...]], ...]
    mitigations: tuple[MitigationLine, ...]
    evidence: tuple[EvidenceLine, ...]
    questions: tuple[tuple[str, Question], ...]
    adversaries: tuple[tuple[str, Mark, Mark, Mark], ...]
    parts: tuple[tuple[str, str, str, Mark], ...]
    flows: tuple[tuple[str, str], ...]
    zones: tuple[tuple[str, str, str, str], ...]
    assets: tuple[tuple[str, str, bool, tuple[tuple[str, Mark], ...]], ...]
    elements: tuple[tuple[str, tuple[FindingLine, ...]], ...]
    top: tuple[FindingLine, ...]
    tiles: tuple[Svg, ...]
    ways: Ways
    out_of_scope: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Every section that this report has, by its name and its title."""
        names = chosen(self.edition.sections, self._has)
        return tuple((name, SECTIONS[name].title) for name in names)

    @property
    def too_large(self) -> bool:
        """Whether nobody can read the drawing on its page, nor in parts."""
        return not self.tiles and len(self.parts) > MOST_COMPONENTS

    def _has(self, section: str) -> bool:
        """Whether there is anything to say: an empty list that is news has its own sentence."""
        content: dict[str, object] = {
            "since": self.edition.since,
            "workshop": self.edition.workshops or self.edition.elsewhere,
            "questions": self.questions or self.conditional,
            "lints": self.lints,
            "paths": self.ways.assets,
        }
        return bool(content.get(section, True))
