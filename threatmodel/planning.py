"""Attack paths, and baskets suggested or of one's own, as the surfaces ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.types import Level
from threatmodel.core import plan_wire
from threatmodel.core.paths import Attack, attack_paths
from threatmodel.core.paths import wire as paths_wire
from threatmodel.core.paths.strength import Place
from threatmodel.core.plan import UnknownPick, chosen, plan
from threatmodel.live import kept
from threatmodel.models import System
from threatmodel.services.refusal import Refusal

LEVELS = tuple(level.key for level in Level)
MOST_PICKS = 100
LONGEST_PICK = 200


def paths(system: System, k: int) -> dict[str, Any]:
    """How likely each asset is hit, and by which ways; `k` of them for each."""
    return kept.answer(
        system, f"paths {k}", lambda attack: paths_wire.to_json(attack_paths(attack, k), attack)
    )


def basket(system: System, appetite: str, picks: tuple[Place, ...] | None) -> dict[str, Any]:
    """What a plan says, kept by revision; without `picks` the one that is suggested.

    An empty `appetite` is the system's own.
    """
    return kept.answer(
        system, question(appetite, picks), lambda attack: _plan(attack, appetite, picks)
    )


def question(appetite: str, picks: tuple[Place, ...] | None) -> str:
    """What tells one question about a plan from another."""
    return f"plan {appetite} {' '.join(map('@'.join, picks or ()))} {picks is None}"


def read_picks(texts: Sequence[str]) -> tuple[Place, ...] | None:
    """What somebody picked; an empty text is an empty basket, none at all asks for a plan."""
    if not texts:
        return None
    if len(texts) > MOST_PICKS:
        raise Refusal(f"pick may be given {MOST_PICKS} times at most", field="pick")
    picks = []
    for text in filter(None, texts):
        control, at, place = text[:LONGEST_PICK].partition("@")
        if not at:
            raise Refusal("pick must be a control and an element, such as x@c-1", field="pick")
        picks.append((control, place))
    return tuple(dict.fromkeys(picks))


def _plan(attack: Attack, appetite: str, picks: tuple[Place, ...] | None) -> dict[str, Any]:
    drawn = attack.graph.document.system.appetite
    level = Level.parse(appetite) if appetite else drawn
    if picks is None:
        return plan_wire.to_json(plan(attack, level), attack)
    try:
        return plan_wire.to_json(chosen(attack, level, picks), attack)
    except UnknownPick as unknown:
        control, place = unknown.pick
        message = f"pick: '{control}' at '{place}' answers no finding, or stands there already"
        raise Refusal(message[:400], field="pick") from None
