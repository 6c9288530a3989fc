"""Attack paths and the plan for a report, worked out of what its assessment stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threatmodel.core import plan_wire
from threatmodel.core.assessment import Engine
from threatmodel.core.paths import Attack, attack_paths
from threatmodel.core.paths import wire as paths_wire
from threatmodel.core.plan import plan

# Likeliest ways told for each asset: the first is what people act upon, a second shows how alike.
MOST_WAYS = 2
MOST_ASSETS = 8
MOST_HELPS = 3


@dataclass(frozen=True, slots=True)
class Ways:
    """What of `core.paths` and `core.plan` a report tells, as their JSON says it."""

    assets: tuple[Mapping[str, Any], ...]
    further: int
    plan: Mapping[str, Any]


def ways(engine: Engine, *, with_paths: bool = True) -> Ways:
    """The likeliest ways to each asset that something hits, and the basket that is suggested.

    The basket is told in every report, for its first page; the ways only where they are printed.

    Notes
    -----
    Bounded as `core.paths` is, by work and not by the clock.
    """
    attack = Attack(engine.graph, engine.catalog, engine.reckonings())
    told = (
        paths_wire.to_json(attack_paths(attack, MOST_WAYS), attack)["assets"] if with_paths else []
    )
    basket = plan_wire.to_json(plan(attack, engine.document.system.appetite), attack)
    return Ways(tuple(_short(one) for one in told[:MOST_ASSETS]), len(told[MOST_ASSETS:]), basket)


def _short(asset: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**asset, "helps": [one for one in asset["helps"] if one["fall"] > 0][:MOST_HELPS]}
