"""What a mitigation buys: the findings reckoned with it in place, before anybody commits to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from catalog.types import Level
from threatmodel import live
from threatmodel.core.controls import Standing
from threatmodel.core.findings import Finding, parted
from threatmodel.core.inputs import IN_PLACE, Inputs, Mitigation
from threatmodel.core.reckoning import Reckoning
from threatmodel.live import Warm
from threatmodel.models import System

NEW = "new"
# What is in place counts for the residual risk; what is not, only once it is.


@dataclass(frozen=True, slots=True)
class Bought:
    """One finding: its residual risk as it is, with the mitigation in place, and once verified.

    `answers` is whether the mitigation names it; one that it makes worse need not be named.
    """

    finding: str
    threat: str
    element: str
    now: Level
    implemented: Level
    verified: Level
    answers: bool

    @property
    def falls(self) -> bool:
        return self.verified < self.now or self.implemented < self.now

    @property
    def rises(self) -> bool:
        return self.implemented > self.now or self.verified > self.now


@dataclass(frozen=True, slots=True)
class Benefit:
    """`falling` and `rising` change level, `staying` are answered and do not; `says` is why."""

    falling: tuple[Bought, ...]
    rising: tuple[Bought, ...]
    staying: tuple[Bought, ...]
    stands: bool


def of(system: System, mitigation: Mitigation) -> Benefit:
    """What follows if this mitigation stood, in place of the one with its id if there is one.

    Notes
    -----
    The warm engine takes the inputs, tells what differs and is given its own back: only findings
    on the elements that the mitigation answers are judged again, three times.
    """

    def look(warm: Warm) -> Benefit:
        try:
            return _look(warm, mitigation)
        except BaseException:
            live.forget(system.pk)  # it may have stopped between the two
            raise

    return live.read(system, look)


def _look(warm: Warm, mitigation: Mitigation) -> Benefit:
    entered = warm.engine.inputs
    without = _with(entered, mitigation.id, ())
    now = _found(warm, without, mitigation)
    implemented = _found(warm, _as(without, mitigation, "implemented"), mitigation)
    verified = _verified(warm, without, mitigation)
    warm.engine.set_inputs(entered)
    rows = [_bought(one, implemented, verified, mitigation) for one in now.values()]
    rows.sort(key=lambda one: (-one.now, one.verified, one.finding))
    return Benefit(
        falling=tuple(one for one in rows if one.falls),
        rising=tuple(one for one in rows if one.rises),
        staying=tuple(one for one in rows if one.answers and not one.falls and not one.rises),
        stands=mitigation.status in IN_PLACE,
    )


def _bought(
    one: Finding, implemented: dict[str, Finding], verified: dict[str, Level], by: Mitigation
) -> Bought:
    """One finding of what it concerns.

    A word that it is verified makes nothing worse than it stands: re-tests that held with it on
    may have lowered the finding already, further than the word alone would.
    """
    stands = implemented.get(one.key, one).residual
    proven = min(verified.get(one.key, stands), stands)
    answers = one.key in by.findings
    return Bought(one.key, one.threat, one.element, one.residual, stands, proven, answers)


def _verified(warm: Warm, without: Inputs, mitigation: Mitigation) -> dict[str, Level]:
    """The levels once it is verified, which it is by a re-test where there was a break.

    So what is not verified yet is reckoned beside what stands, each of that as it is: a control
    that is merely marked verified keeps all but one level of a break, and the planned risk of a
    finding counts what others would buy, too.
    """
    if mitigation.status == "verified":
        found = _found(warm, _as(without, mitigation, "verified"), mitigation)
        return {key: one.residual for key, one in found.items()}
    warm.engine.set_inputs(without)
    return {
        one.key: reckoning.with_controls(_added(warm, reckoning, mitigation)).risk
        for one, reckoning in warm.engine.reckonings(_elements(mitigation))
        if one.key in mitigation.findings
    }


def _added(warm: Warm, reckoning: Reckoning, mitigation: Mitigation) -> list[Standing]:
    """The mitigation's control against one finding, where the catalog says what it does there."""
    pairs = reckoning.case.threat.answered_by
    control = warm.engine.catalog.controls.get(mitigation.control)
    return [
        Standing(one, control, "planned") for one in pairs if control and one.control == control.id
    ]


def _found(warm: Warm, inputs: Inputs, mitigation: Mitigation) -> dict[str, Finding]:
    """The findings on the elements that it concerns, with these inputs."""
    warm.engine.set_inputs(inputs)
    elements = _elements(mitigation)
    applying = (one for one in warm.engine.findings if one.applies == "yes")
    return {one.key: one for one in applying if one.element in elements}


def _elements(mitigation: Mitigation) -> set[str]:
    return {parted(key)[1] for key in mitigation.findings}


def _as(
    inputs: Inputs, mitigation: Mitigation, status: Literal["implemented", "verified"]
) -> Inputs:
    return _with(inputs, mitigation.id, [replace(mitigation, status=status)])


def _with(inputs: Inputs, id: str, more: Iterable[Mitigation]) -> Inputs:
    others = (one for one in inputs.mitigations if one.id != id)
    return replace(inputs, mitigations=(*others, *more))


def proposed(control: str, findings: Sequence[str]) -> Mitigation:
    """A mitigation that nobody has planned yet."""
    return Mitigation(NEW, "", tuple(findings), "planned", control=control)
