"""How likely a finding is as a step of an attack, and how controls would change that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from catalog.types import Control, Level, Pair

from .. import controls
from ..belief import expected
from ..controls import Standing
from ..findings import Finding
from ..posterior import Chance
from ..reckoning import Reckoning
from .moves import CHANCES

# Days of one person; ours, to compare baskets by (docs/scoring.md, section 10).
EFFORT_DAYS = {"small": 1, "medium": 5, "large": 20}

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A control that does not stand yet, put in one place; `answers` are its findings' numbers."""

    control: Control
    place: str
    answers: dict[int, Pair] = field(default_factory=dict)

    @property
    def days(self) -> int:
        return EFFORT_DAYS[self.control.effort]

    @property
    def key(self) -> Place:
        return self.control.id, self.place


class Strength:
    """The chance of one applying finding, with what stands and with what might."""

    __slots__ = ("_base", "expected", "finding", "reckoning")

    def __init__(self, finding: Finding, reckoning: Reckoning) -> None:
        self.finding = finding
        self.reckoning = reckoning
        self.expected: Chance = expected(reckoning.case.threat, reckoning.belief)
        self._base = self._factor(())

    @property
    def chance(self) -> float:
        """P as expected, times what the controls that stand leave of it."""
        return self.expected.p * self._base

    @property
    def ends(self) -> tuple[float, float]:
        """The same for both ends of the range of P."""
        return self.expected.low * self._base, self.expected.high * self._base

    @property
    def standing(self) -> tuple[Standing, ...]:
        """Controls in place that lower the chance now."""
        return tuple(
            one
            for one in self.reckoning.standing
            if one.acts("success", planned=False) or one.acts("access", planned=False)
        )

    def with_remedies(self, remedies: Iterable[Remedy], number: int) -> float:
        """The chance once these are verified too; `number` is the finding's among theirs."""
        return self.expected.p * self._factor(added(remedies, number))

    def without(self, control: str) -> float:
        """The chance if a control that stands did not."""
        return self.expected.p * self._factor((), without={control})

    def _factor(self, further: Sequence[Standing], without: Collection[str] = frozenset()) -> float:
        present = [
            one
            for one in self.reckoning.standing
            if one.state != "planned" and one.control.id not in without
        ]
        standing = (*present, *further)
        off = controls.levels_off(standing, "access", planned=True)
        best = Level.VERY_HIGH
        access = CHANCES[best.shift(-off)] / CHANCES[best]
        return access * controls.factor(self.reckoning.belief, standing, planned=True)


def added(remedies: Iterable[Remedy], number: int) -> tuple[Standing, ...]:
    """The remedies as controls planned for one finding, those that do not answer it left out."""
    return tuple(
        Standing(one.answers[number], one.control, "planned")
        for one in remedies
        if number in one.answers
    )


def remedies(strengths: Sequence[Strength], controls_by_id: dict[str, Control]) -> list[Remedy]:
    """What could be put in place against these findings, in their order.

    A control that must stand at the entry is put there, where the finding has a single one; else
    at the element that the finding strikes.
    """
    found: dict[Place, Remedy] = {}
    for number, one in enumerate(strengths):
        case = one.reckoning.case
        stands = {s.control.id for s in one.reckoning.standing if s.state != "planned"}
        for pair in case.threat.answered_by:
            if pair.control in stands:
                continue
            at_entry = pair.at == "entry" and len(case.entries) == 1
            place = case.entries[0] if at_entry else case.element
            control = controls_by_id[pair.control]
            remedy = found.setdefault((control.id, place), Remedy(control, place))
            remedy.answers[number] = pair
    return list(found.values())
