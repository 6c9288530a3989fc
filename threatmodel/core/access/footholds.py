"""Where an adversary stands: as an element itself, or beside it in the same zone."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.types import AdversaryProfile, Catalog

from ..document import Adversary, Component, Document
from ..graph import Graph


def adversaries(document: Document, catalog: Catalog) -> tuple[Adversary, ...]:
    """Those that the document declares, else the catalog's default set."""
    if document.adversaries:
        return tuple(document.adversaries.values())
    return tuple(map(adversary_of, catalog.adversaries.values()))


def adversary_of(profile: AdversaryProfile) -> Adversary:
    """One of the catalog's, as if a document declared it."""
    return Adversary(
        id=profile.id,
        name=profile.name,
        capability=profile.capability,
        intent=profile.intent,
        targeting=profile.targeting,
        footholds=profile.footholds,
        accident=profile.accident,
    )


@dataclass(frozen=True, slots=True)
class Footholds:
    """Where one adversary stands, under one reading of what is unknown.

    `own` are elements that they are (by id or type): their accounts are theirs. `near` are
    components in a zone where they stand: calls from there are made without an account. `zones`
    are those zones; `supposed` the near components whose zone nobody has stated.
    """

    own: frozenset[str]
    near: frozenset[str]
    zones: frozenset[str]
    supposed: frozenset[str]

    def stands_at(self, component: str) -> bool:
        return component in self.own or component in self.near


def footholds(graph: Graph, adversary: Adversary, *, hostile: bool) -> Footholds:
    """Resolve footholds (element ids, component types, zone kinds) on a diagram.

    Parameters
    ----------
    graph
        The diagram with its catalog.
    adversary
        Whose footholds; a name that is none of the three is somewhere else and stands for nothing.
    hostile
        Whether a component in no zone, or in one of unknown kind and trust, counts as standing
        where they are. It does so only for adversaries who stand in zones at all.

    Notes
    -----
    A zone that states neither kind nor trust is part of the zone around it. One that states only
    its trust is like the foothold kinds of that trust. O(components x zone depth).
    """
    names = frozenset(adversary.footholds)
    components = graph.document.components.values()
    types = names & graph.catalog.component_types.keys()
    own = frozenset(
        c.id for c in components if c.id in names or types.intersection(_types(graph, c))
    )
    zones = frozenset(zone for zone in graph.document.zones if _is_theirs(graph, zone, names))
    in_zones = bool(names & (graph.document.zones.keys() | graph.catalog.zone_kinds.keys()))
    supposed = frozenset(
        c.id for c in components if hostile and in_zones and standing_zone(graph, c.id) is None
    )
    placed = frozenset(c.id for c in components if c.zone in zones)
    return Footholds(own, (placed | supposed) - own, zones, supposed - own)


def standing_zone(graph: Graph, element: str) -> str | None:
    """The nearest zone around it that says what it is; None when that is unknown."""
    zones = graph.document.zones
    for zone in graph.zones_of(element):
        if zones[zone].kind is not None or zones[zone].trust is not None:
            return zone
    return None


def _types(graph: Graph, component: Component) -> tuple[str, ...]:
    return graph.catalog.lineage_of(component.type)


def _is_theirs(graph: Graph, zone: str, names: frozenset[str]) -> bool:
    zones, kinds = graph.document.zones, graph.catalog.zone_kinds
    for around in graph.zones_of(zone):
        if around in names:
            return True
        drawn = zones[around]
        if drawn.kind is not None:
            return drawn.kind in names
        if drawn.trust is not None:
            return any(kinds[name].trust == drawn.trust for name in names & kinds.keys())
    return False
