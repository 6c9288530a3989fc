"""Where an adversary stands: as an element itself, or beside it in the same zone."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from catalog.types import AdversaryProfile, Catalog

from ..document import Adversary, Document
from ..graph import Graph
from ..rules.words import descendants


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

    def moved(self, other: Footholds) -> frozenset[str]:
        """Components where they stand in one of the two, or stand otherwise."""
        return (self.own ^ other.own) | (self.near ^ other.near) | (self.supposed ^ other.supposed)


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
    stances = _Stances(graph, adversary, hostile)
    return stances.of(graph.document.components)


def footholds_after(
    before: Footholds, graph: Graph, adversary: Adversary, placed: Set[str], *, hostile: bool
) -> Footholds:
    """The same after an edit that placed these components anew and left all others. O(placed)."""
    if not placed:
        return before
    drawn = [one for one in placed if one in graph.document.components]
    anew = _Stances(graph, adversary, hostile).of(drawn)
    return Footholds(
        (before.own - placed) | anew.own,
        (before.near - placed) | anew.near,
        anew.zones,
        (before.supposed - placed) | anew.supposed,
    )


class _Stances:
    """How one adversary stands to components, one by one."""

    def __init__(self, graph: Graph, adversary: Adversary, hostile: bool) -> None:
        names = frozenset(adversary.footholds)
        catalog, zones = graph.catalog, graph.document.zones
        self.graph, self.hostile, self.names = graph, hostile, names
        self.types = descendants(catalog, tuple(names & catalog.component_types.keys()))
        self.zones = frozenset(zone for zone in zones if _is_theirs(graph, zone, names))
        self.in_zones = bool(names & (zones.keys() | catalog.zone_kinds.keys()))

    def of(self, components: Iterable[str]) -> Footholds:
        own: set[str] = set()
        placed: set[str] = set()
        supposed: set[str] = set()
        for name in components:
            drawn = self.graph.document.components[name]
            if name in self.names or self.graph.catalog.component_type(drawn.type).id in self.types:
                own.add(name)
            elif self.hostile and self.in_zones and standing_zone(self.graph, name) is None:
                supposed.add(name)
            elif drawn.zone in self.zones:
                placed.add(name)
        near = frozenset(placed | supposed)
        return Footholds(frozenset(own), near, self.zones, frozenset(supposed))


def standing_zone(graph: Graph, element: str) -> str | None:
    """The nearest zone around it that says what it is; None when that is unknown."""
    zones = graph.document.zones
    for zone in graph.zones_of(element):
        if zones[zone].kind is not None or zones[zone].trust is not None:
            return zone
    return None


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
