"""What a removal does to the elements that name what is gone."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from ..document.values import (
    Adversary,
    Component,
    Element,
    Flow,
    Kind,
    OutOfScope,
    Scenario,
    Zone,
)

# Kinds that name others, each after those it may name and that can go along with a removal.
NAMING: tuple[Kind, ...] = ("zone", "component", "flow", "scenario", "out_of_scope", "adversary")
GoneIds = Mapping[Kind, Set[str]]


def without(element: Element, gone: GoneIds, zones: Mapping[str, Zone]) -> Element | None:
    """The element as it is when what it names is gone; None when it goes along.

    Parameters
    ----------
    zones
        As they were, to find the nearest zone around that still stands.
    """
    if isinstance(element, Zone):
        return _zone(element, gone["zone"], zones)
    if isinstance(element, Component):
        return _component(element, gone, zones)
    if isinstance(element, Flow):
        return _flow(element, gone)
    if isinstance(element, Scenario):
        return None if element.element in gone["component"] | gone["flow"] else element
    if isinstance(element, OutOfScope):
        kinds: tuple[Kind, ...] = ("component", "flow", "zone")
        return None if any(element.id in gone[kind] for kind in kinds) else element
    return _adversary(element, gone) if isinstance(element, Adversary) else element


def _zone(zone: Zone, gone: Set[str], zones: Mapping[str, Zone]) -> Zone:
    if zone.parent not in gone:
        return zone
    return replace(zone, parent=_surviving(zone.parent, gone, zones))


def _component(component: Component, gone: GoneIds, zones: Mapping[str, Zone]) -> Component:
    if component.zone in gone["zone"]:
        zone = _surviving(component.zone, gone["zone"], zones)
        component = replace(component, zone=zone)
    if gone["asset"].isdisjoint(component.assets):
        return component
    return replace(component, assets=_left(component.assets, gone["asset"]))


def _flow(flow: Flow, gone: GoneIds) -> Flow | None:
    if flow.source in gone["component"] or flow.target in gone["component"]:
        return None
    if gone["asset"].isdisjoint(flow.assets):
        return flow
    return replace(flow, assets=_left(flow.assets, gone["asset"]))


def _adversary(adversary: Adversary, gone: GoneIds) -> Adversary:
    places = gone["zone"] | gone["component"]
    if places.isdisjoint(adversary.footholds):
        return adversary
    return replace(adversary, footholds=_left(adversary.footholds, places))


def _left(words: tuple[str, ...], gone: Set[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in gone)


def _surviving(zone_id: str | None, gone: Set[str], zones: Mapping[str, Zone]) -> str | None:
    while zone_id is not None and zone_id in gone:
        zone_id = zones[zone_id].parent if zone_id in zones else None
    return zone_id
