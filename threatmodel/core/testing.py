"""What one more test is worth: how far its best and its worst plausible result move the risk.

Worst: a half of the targets fall, or the measured amount is twice what harms. Best: none falls.
Between the two stands the chance that the threat's prior gives a break. A run that can move nothing
is worth nothing, however interesting it may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.types import Catalog, Level, Success

from .assessment import Engine
from .document import Document
from .evidence import ENOUGH_BOOTSTRAPS, MEASURED_GOALS, harm_threshold
from .findings import Delta, Finding
from .inputs import Evidence, Inputs

SUPPOSED = "supposed"


@dataclass(frozen=True, slots=True)
class Trial:
    """A run that could be made, as the evidence that it would be: `piece` says on which element,
    by which test, with what eps and budget and on how many targets."""

    name: str
    piece: Evidence


@dataclass(frozen=True, slots=True)
class Move:
    """A finding whose residual risk would be another."""

    finding: str
    threat: str
    now: Level
    then: Level


@dataclass(frozen=True, slots=True)
class Worth:
    """What a run may do. `levels` is how many levels of risk it moves as expected, over all
    findings, up or down."""

    name: str
    levels: float
    raised: tuple[Move, ...]
    lowered: tuple[Move, ...]


def worth(
    document: Document,
    catalog: Catalog,
    inputs: Inputs,
    trials: Sequence[Trial],
    *,
    as_of: date,
) -> tuple[Worth, ...]:
    """What each run would be worth, the most telling first.

    Notes
    -----
    One assessment, and for each run two that judge its element alone.
    """
    engine = Engine(document, catalog, inputs, as_of)
    found = [_worth(engine, inputs, trial) for trial in trials]
    return tuple(sorted(found, key=lambda one: (-one.levels, one.name)))


def _worth(engine: Engine, inputs: Inputs, trial: Trial) -> Worth:
    tested = (one for one in engine.catalog.threats.values() if trial.piece.test in one.tests)
    goals = {threat.id: threat.success for threat in tested}
    raised = _moves(engine, inputs, _broken(trial.piece, goals.values()))
    lowered = _moves(engine, inputs, _held(trial.piece))
    levels = sum(_chance(goals[one.threat]) * abs(one.then - one.now) for one in raised)
    levels += sum((1 - _chance(goals[one.threat])) * abs(one.then - one.now) for one in lowered)
    return Worth(trial.name, round(levels, 4), raised, lowered)


def _moves(engine: Engine, inputs: Inputs, piece: Evidence) -> tuple[Move, ...]:
    """How findings stand with one more piece; the engine is as before afterwards."""
    before = {one.key: one for one in engine.findings if one.element == piece.element}
    delta = engine.set_inputs(replace(inputs, evidence=(*inputs.evidence, piece)))
    moves = tuple(_between(before, delta))
    engine.set_inputs(inputs)
    return moves


def _between(before: dict[str, Finding], delta: Delta) -> Iterable[Move]:
    for one in delta.changed:
        was = before.get(one.key)
        if was and one.applies == "yes" and one.residual != was.residual:
            yield Move(one.key, one.threat, was.residual, one.residual)


def _broken(piece: Evidence, goals: Iterable[Success]) -> Evidence:
    fell = max(1, piece.handled // 2)
    harms = (harm_threshold(one) for one in goals if one.goal in MEASURED_GOALS)
    metric = 2 * max((harm for harm in harms if harm is not None), default=1.0)
    return replace(
        piece, id=SUPPOSED, broken=fell, broken_half=fell, broken_double=fell, metric=metric
    )


def _held(piece: Evidence) -> Evidence:
    return replace(
        piece,
        id=SUPPOSED,
        broken=0,
        broken_half=0,
        broken_double=0,
        metric=0.0,
        interval=(0.0, 0.0),
        repeats=ENOUGH_BOOTSTRAPS,
    )


def _chance(success: Success) -> float:
    return sum(success.prior) / 2
