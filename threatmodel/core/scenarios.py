"""A threat of the system's own, read as if it stood in the catalog."""

from __future__ import annotations

from typing import get_args

from catalog.types import AccessKind, Needs, Outcome, Rule, Side, Success, Threat

from .document import Scenario


def as_threat(scenario: Scenario) -> Threat:
    """The scenario with the catalog's fields; it applies because somebody said so.

    Without needs nothing is asked of the adversary: it counts as reachable.
    """
    kinds: tuple[AccessKind, ...] = get_args(AccessKind)
    return Threat(
        id=scenario.id,
        title=scenario.title,
        description=scenario.description,
        effect_on=Side(),
        applies=Rule("all"),
        needs=Needs(any_of=tuple(kind for kind in kinds if kind in scenario.needs)),
        capability=scenario.capability,
        success=Success(goal="any", prior=scenario.prior, reason="As the team put it."),
        outcomes=(Outcome(scenario.dimension, "held-here", scenario.description),),
        answered_by=(),
        references={},
    )
