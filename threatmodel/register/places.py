"""What a register needs of drawings: what things are called, where they stand, what they hold."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.types import Catalog
from threatmodel import gate
from threatmodel.models import System

KINDS = ("component", "flow", "zone", "asset", "scenario", "adversary")


@dataclass(frozen=True, slots=True)
class Place:
    """An element that findings lie on. A flow stands in the zones of both its ends."""

    name: str
    type: str
    zones: tuple[str, ...]
    assets: tuple[str, ...]


@dataclass(slots=True)
class Drawn:
    """One system's drawing, as far as its register speaks of it."""

    places: dict[str, Place] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    scenarios: dict[str, str] = field(default_factory=dict)
    adversaries: dict[str, str] = field(default_factory=dict)

    def place(self, element: str) -> Place:
        return self.places.get(element) or Place(element, "", (), ())

    def title(self, catalog: Catalog, threat: str) -> str:
        if threat in self.scenarios:
            return self.scenarios[threat]
        return catalog.threats[threat].title if threat in catalog.threats else threat

    def named(self, id: str) -> str:
        """What a component, a flow, a zone or an asset is called."""
        known = self.places.get(id)
        return known.name if known else self.zones.get(id) or self.assets.get(id) or id

    def who(self, catalog: Catalog, adversary: str) -> str:
        if adversary in self.adversaries:
            return self.adversaries[adversary]
        known = catalog.adversaries.get(adversary)
        return known.name if known else adversary


def drawn(systems: Iterable[System]) -> dict[uuid.UUID, Drawn]:
    """The drawings of these systems, in one query.

    Notes
    -----
    O(elements). Read from the rows and not from what is warm: many systems are looked at here,
    and none of them has to be judged for it.
    """
    rows: dict[uuid.UUID, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for system, kind, element, data in gate.elements_in(systems, KINDS):
        rows[system][kind][element] = data
    return {system: _drawn(kinds) for system, kinds in rows.items()}


def _drawn(kinds: Mapping[str, Mapping[str, dict[str, Any]]]) -> Drawn:
    components, flows = kinds.get("component", {}), kinds.get("flow", {})
    zones, assets = kinds.get("zone", {}), kinds.get("asset", {})
    named = {id: str(one.get("name") or id) for id, one in components.items()}
    places = {id: _component(named[id], one) for id, one in components.items()}
    for id, one in flows.items():
        places[id] = _flow(id, one, places)
    return Drawn(
        places,
        {id: str(one.get("name") or id) for id, one in zones.items()},
        {id: str(one.get("name") or id) for id, one in assets.items()},
        {id: str(one.get("title") or id) for id, one in kinds.get("scenario", {}).items()},
        {id: str(one.get("name") or id) for id, one in kinds.get("adversary", {}).items()},
    )


def _component(name: str, data: Mapping[str, Any]) -> Place:
    zone = data.get("zone")
    return Place(name, str(data.get("type", "")), (zone,) if zone else (), _held(data))


def _flow(id: str, data: Mapping[str, Any], places: Mapping[str, Place]) -> Place:
    found = [places.get(str(data.get(end))) for end in ("source", "target")]
    ends = [one for one in found if one is not None]
    between = " to ".join(one.name for one in ends)
    name = f"{data['name']} ({between})" if data.get("name") else between or id
    zones = dict.fromkeys(zone for one in ends for zone in one.zones)
    return Place(name, str(data.get("kind", "")), tuple(zones), _held(data))


def _held(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(data.get("assets") or ())
