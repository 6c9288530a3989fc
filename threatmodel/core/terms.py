"""The terms of one finding as values: who, where, and what one reading of it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.types import Level, Threat

from . import scoring
from .access import Access
from .document import Adversary
from .findings import Question, key_of
from .inputs import Decision, Evidence, Mitigation


@dataclass(frozen=True, slots=True)
class Attempt:
    """One adversary going for one finding."""

    adversary: Adversary
    initiation: Level
    access: Access


@dataclass(frozen=True, slots=True)
class Case:
    """A threat that applies, or may apply, to an element, with all that bears on it.

    `certain` is False while an unknown fact decides whether it applies; `questions` ask for it.
    """

    threat: Threat
    element: str
    certain: bool
    entries: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    questions: tuple[Question, ...] = ()
    decisions: tuple[Decision, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> str:
        return key_of(self.threat.id, self.element)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one reading of a finding comes to. `attempt` is the worst adversary's."""

    attempt: Attempt
    access: Level
    success: Level
    harm: Level
    likelihood: Level
    impact: Level

    def by(self, attempt: Attempt) -> Terms:
        """The same of an equal attempt by another way."""
        return Terms(attempt, self.access, self.success, self.harm, self.likelihood, self.impact)

    @property
    def risk(self) -> Level:
        return scoring.risk(self.likelihood, self.impact)
