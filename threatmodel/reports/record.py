"""The record of a workshop, as values: who, when, what was voted and decided, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One revealed round. `votes`, `spread`, `computed` and `outcome` are as the room saw them."""

    finding: str
    title: str
    number: int
    votes: tuple[Mapping[str, Any], ...]
    spread: Mapping[str, Any]
    computed: Mapping[str, Any]
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NoteLine:
    text: str
    by: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """`waiting` counts rounds that are not revealed: of these nobody reads more than that."""

    title: str
    leader: str
    started_at: datetime
    ended_at: datetime | None
    agenda: tuple[Mapping[str, Any], ...]
    people: tuple[tuple[str, str], ...]
    missing: str
    rounds: tuple[RoundLine, ...]
    waiting: int
    confirmed: tuple[NoteLine, ...]
    parked: tuple[NoteLine, ...]
    mitigations: tuple[str, ...]
    changed: Mapping[str, Any]

    @property
    def decided(self) -> int:
        return sum(1 for one in self.rounds if one.outcome)
