"""The words `zone`, `crosses_boundary` and `trust_drop`: where things stand and flows lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from catalog.types import Trust

from .census import Census
from .check import Check, Fact, Read, alike, both, either_end, some
from .kleene import Truth, any_of
from .scene import Scene
from .words import AT_FLOWS, Words, texts

_AT_PLACE: frozenset[Read] = frozenset({("self", "zone")})


def zone(argument: object, words: Words) -> Check:
    """Stands in a zone of a kind, or of a trust at most or at least; a flow if either end does."""
    spec = cast("Mapping[str, object]", argument)
    parts: list[Check] = []
    if spec.get("kind"):
        parts.append(_zone_kind(texts(spec["kind"]), words))
    if "trust_at_most" in spec:
        most = Trust.parse(str(spec["trust_at_most"]))
        parts.append(_trust(lambda trust: trust <= most, f"trusted {most.key} at most"))
    if "trust_at_least" in spec:
        least = Trust.parse(str(spec["trust_at_least"]))
        parts.append(_trust(lambda trust: trust >= least, f"trusted {least.key} at least"))
    check = both(parts)
    return check if words.side == "component" else either_end(check)


def crosses_boundary(argument: object, words: Words) -> Check:
    """The flow crosses a trust boundary; a component if any of its flows does."""
    return _boundary(lambda scene, flow: scene.graph.crosses(flow), "across a boundary", words)


def trust_drop(argument: object, words: Words) -> Check:
    """The flow goes from less trust to more; a component if any of its flows does."""
    return _boundary(
        lambda scene, flow: scene.graph.trust_drop(flow), "across a change of trust", words
    )


def _zone_kind(kinds: tuple[str, ...], words: Words) -> Check:
    wanted = frozenset(kinds)

    def around(scene: Scene, component: str) -> list[tuple[str, str | None]]:
        zones = scene.graph.document.zones
        return [(zone, zones[zone].kind) for zone in scene.graph.zones_of(component)]

    def truth(scene: Scene, component: str) -> Truth:
        place = scene.component(component).zone
        if place is None:
            return None
        # Components share zones, so a zone is looked at once in each state of the diagram.
        key = (wanted, place)
        if key not in scene.placed:
            kinds = (kind for _, kind in around(scene, component))
            scene.placed[key] = any_of(None if kind is None else kind in wanted for kind in kinds)
        return scene.placed[key]

    def facts(scene: Scene, component: str) -> tuple[Fact, ...]:
        found = around(scene, component)
        placed = tuple(Fact(zone, "kind", kind) for zone, kind in found)
        return placed or (Fact(component, "zone", None),)

    known = words.catalog.zone_kinds
    names = " or ".join(known[kind].name if kind in known else kind for kind in kinds)
    return Check(truth, facts, f"stands in {names}", _AT_PLACE, alike(truth, _places))


def _trust(accepts: Callable[[Trust], bool], text: str) -> Check:
    def truth(scene: Scene, component: str) -> Truth:
        trust = scene.graph.trust_of(component)
        return None if trust is None else accepts(trust)

    return Check(truth, _place_facts, text, _AT_PLACE, alike(truth, _places))


def _places(census: Census) -> Iterable[int]:
    return census.places.values()


def _place_facts(scene: Scene, component: str) -> tuple[Fact, ...]:
    """Where a component stands and how far that is trusted; what is missing has value None."""
    zones = scene.graph.zones_of(component)
    if not zones:
        return (Fact(component, "zone", None),)
    trust = scene.graph.trust_of(component)
    return (Fact(zones[0], "trust", None if trust is None else trust.key),)


def _boundary(truth: Callable[[Scene, str], Truth], text: str, words: Words) -> Check:
    def facts(scene: Scene, flow: str) -> tuple[Fact, ...]:
        drawn = scene.flow(flow)
        ends = (_place_facts(scene, end) for end in (drawn.source, drawn.target))
        return tuple(dict.fromkeys(fact for end in ends for fact in end))

    column = alike(truth, lambda census: census.passages.values())
    check = Check(truth, facts, text, frozenset({("end", "zone")}), column)
    if words.side == "flow":
        return check

    def flows(scene: Scene, component: str) -> tuple[str, ...]:
        return tuple(flow.id for flow in scene.flows_at(component))

    def ends(census: Census, flows: int) -> int:
        return census.ends_of("source", flows) | census.ends_of("target", flows)

    return some(check, flows, ends, f"a flow goes {text}", check.reads | AT_FLOWS)
