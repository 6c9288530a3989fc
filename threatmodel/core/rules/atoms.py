"""The words of an `applies` tree: one function per word, from its argument to a check.

Three decisions that the words share:

- An attribute that the catalog does not give to an element is false for it, not unknown: nobody
  could answer the question. One that it can have and that is not stated is unknown.
- An element without a single asset holds nothing of a kind; whether it holds something personal
  or worth protecting is unknown until its assets are drawn.
- A component stands in every zone around it when kinds are compared; trust is that of the
  nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from catalog.types import Catalog, CatalogError, Level, Scalar, Trust

from ..document import Asset
from .check import Check, Fact, Read, both, rescope, some
from .kleene import Truth, all_of, any_of, negate
from .scene import Scene

Side = Literal["component", "flow"]
_FLOWS: frozenset[Read] = frozenset({("self", "flows")})


@dataclass(frozen=True, slots=True)
class Words:
    """Where a word stands: the catalog it speaks of, and whether of components or of flows."""

    catalog: Catalog
    side: Side


def type_(argument: object, words: Words) -> Check:
    """Is of one of the types or descends from one; a flow if either of its ends is."""
    check = _of_type(argument, words)
    if words.side == "component":
        return replace(check, text=f"is {check.text}")
    return _either_end(replace(check, text=f"an end is {check.text}"))


def attribute(argument: object, words: Words) -> Check:
    """A stated or implied fact: true, one of some choices, or a number within a bound."""
    name, test = _attribute_argument(argument)
    accepts, text = _comparison(name, test)

    def truth(scene: Scene, element: str) -> Truth:
        value = scene.value(element, name)
        if value is None:
            return None if scene.can_have(element, name) else False
        return accepts(value)

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        return (Fact(element, name, scene.value(element, name)),)

    reads: set[Read] = {("self", f"attributes.{name}")}
    if words.side == "component":
        reads.add(("self", "type"))
    return Check(truth, facts, text, frozenset(reads))


def zone(argument: object, words: Words) -> Check:
    """Stands in a zone of a kind, or of a trust at most or at least; a flow if either end does."""
    spec = cast("Mapping[str, object]", argument)
    parts: list[Check] = []
    if spec.get("kind"):
        parts.append(_zone_kind(_texts(spec["kind"]), words))
    if "trust_at_most" in spec:
        most = Trust.parse(str(spec["trust_at_most"]))
        parts.append(_trust(lambda trust: trust <= most, f"trusted {most.key} at most"))
    if "trust_at_least" in spec:
        least = Trust.parse(str(spec["trust_at_least"]))
        parts.append(_trust(lambda trust: trust >= least, f"trusted {least.key} at least"))
    check = both(parts)
    return check if words.side == "component" else _either_end(check)


def holds(argument: object, words: Words) -> Check:
    """Holds (of a flow: carries) an asset of a kind, personal, or at a level."""
    spec = cast("Mapping[str, object]", argument)
    asks_levels = "personal" in spec or "dimension" in spec or "at_least" in spec

    def assets(scene: Scene, element: str) -> list[Asset]:
        document = scene.graph.document
        drawn = (document.flows if words.side == "flow" else document.components)[element].assets
        return [document.assets[asset] for asset in drawn if asset in document.assets]

    def truth(scene: Scene, element: str) -> Truth:
        held = assets(scene, element)
        if not held:
            return None if asks_levels else False
        return any_of(_asset_truth(asset, spec) for asset in held)

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        held = assets(scene, element)
        if not held:
            return (Fact(element, "assets", None if asks_levels else ""),)
        whole = truth(scene, element)
        deciding = (asset for asset in held if _asset_truth(asset, spec) is whole)
        return tuple(fact for asset in deciding for fact in _asset_facts(asset, spec))

    reads: frozenset[Read] = frozenset({("self", "assets")})
    return Check(truth, facts, _asset_text(spec, words.side), reads)


def inflow(argument: object, words: Words) -> Check:
    """A flow comes in of which everything said holds; `other` is the component it comes from."""
    return _at_a_flow(argument, words, incoming=True)


def outflow(argument: object, words: Words) -> Check:
    """A flow goes out of which everything said holds; `other` is the component it goes to."""
    return _at_a_flow(argument, words, incoming=False)


def crosses_boundary(argument: object, words: Words) -> Check:
    """The flow crosses a trust boundary; a component if any of its flows does."""
    return _boundary(lambda scene, flow: scene.graph.crosses(flow), "across a boundary", words)


def trust_drop(argument: object, words: Words) -> Check:
    """The flow goes from less trust to more; a component if any of its flows does."""
    return _boundary(
        lambda scene, flow: scene.graph.trust_drop(flow), "across a change of trust", words
    )


def reachable_from(argument: object, words: Words) -> Check:
    """Content of such a component gets here."""
    return _spread(argument, words, "content gets here from", forward=True, lineage=False)


def reaches(argument: object, words: Words) -> Check:
    """Content from here gets to such a component."""
    return _spread(argument, words, "content from here gets to", forward=False, lineage=False)


def lineage_from(argument: object, words: Words) -> Check:
    """This is made from such a component: data, training, artefacts, deployments."""
    return _spread(argument, words, "this is made from", forward=True, lineage=True)


def lineage_to(argument: object, words: Words) -> Check:
    """Such a component is made from this."""
    return _spread(argument, words, "this ends up in", forward=False, lineage=True)


WORDS: Mapping[str, Callable[[object, Words], Check]] = {
    "type": type_,
    "attribute": attribute,
    "zone": zone,
    "holds": holds,
    "inflow": inflow,
    "outflow": outflow,
    "crosses_boundary": crosses_boundary,
    "trust_drop": trust_drop,
    "reachable_from": reachable_from,
    "reaches": reaches,
    "lineage_from": lineage_from,
    "lineage_to": lineage_to,
}


def _of_type(argument: object, words: Words) -> Check:
    """The same of a component, in words that go on from 'comes from'."""
    wanted = _texts(argument)
    accepted = descendants(words.catalog, wanted)

    def truth(scene: Scene, component: str) -> Truth:
        return scene.component(component).type in accepted

    def facts(scene: Scene, component: str) -> tuple[Fact, ...]:
        return (Fact(component, "type", scene.component(component).type),)

    text = " or ".join(words.catalog.component_type(name).name for name in wanted)
    return Check(truth, facts, text, frozenset({("self", "type")}))


def descendants(catalog: Catalog, types: tuple[str, ...]) -> frozenset[str]:
    """The types and everything that descends from them. O(types x depth)."""
    wanted = set(types)
    known = catalog.component_types
    return frozenset(name for name in known if wanted.intersection(catalog.lineage_of(name)))


def _texts(argument: object) -> tuple[str, ...]:
    return (argument,) if isinstance(argument, str) else tuple(cast("list[str]", argument))


def _attribute_argument(argument: object) -> tuple[str, object]:
    if isinstance(argument, str):
        return argument, True
    ((name, test),) = cast("Mapping[str, object]", argument).items()
    return name, test


def _comparison(name: str, test: object) -> tuple[Callable[[Scalar], bool], str]:
    """What a value is compared to, as a function and in words."""
    label = name.replace("_", " ")
    if isinstance(test, bool):
        return (lambda value: value is test), label if test else f"not {label}"
    if isinstance(test, Mapping):
        ((word, bound),) = test.items()
        limit = float(bound)
        return _NUMBERS[word](limit), f"{label} {word.replace('_', ' ')} {limit:g}"
    choices = frozenset(_texts(test))
    return (lambda value: value in choices), f"{label} is {' or '.join(_texts(test))}"


def _number(value: Scalar) -> float:
    """A number, or one that is in no bound when something else was stated."""
    return float("nan") if isinstance(value, (bool, str)) else float(value)


_NUMBERS: Mapping[str, Callable[[float], Callable[[Scalar], bool]]] = {
    "above": lambda limit: lambda value: _number(value) > limit,
    "below": lambda limit: lambda value: _number(value) < limit,
    "at_least": lambda limit: lambda value: _number(value) >= limit,
}


def _zone_kind(kinds: tuple[str, ...], words: Words) -> Check:
    wanted = frozenset(kinds)

    def around(scene: Scene, component: str) -> list[tuple[str, str | None]]:
        zones = scene.graph.document.zones
        return [(zone, zones[zone].kind) for zone in scene.graph.zones_of(component)]

    def truth(scene: Scene, component: str) -> Truth:
        found = around(scene, component)
        if not found:
            return None
        return any_of(None if kind is None else kind in wanted for _, kind in found)

    def facts(scene: Scene, component: str) -> tuple[Fact, ...]:
        found = around(scene, component)
        placed = tuple(Fact(zone, "kind", kind) for zone, kind in found)
        return placed or (Fact(component, "zone", None),)

    known = words.catalog.zone_kinds
    names = " or ".join(known[kind].name if kind in known else kind for kind in kinds)
    return Check(truth, facts, f"stands in {names}", frozenset({("self", "zone")}))


def _trust(accepts: Callable[[Trust], bool], text: str) -> Check:
    def truth(scene: Scene, component: str) -> Truth:
        trust = scene.graph.trust_of(component)
        return None if trust is None else accepts(trust)

    return Check(truth, _place_facts, text, frozenset({("self", "zone")}))


def _place_facts(scene: Scene, component: str) -> tuple[Fact, ...]:
    """Where a component stands and how far that is trusted; what is missing has value None."""
    zones = scene.graph.zones_of(component)
    if not zones:
        return (Fact(component, "zone", None),)
    trust = scene.graph.trust_of(component)
    return (Fact(zones[0], "trust", None if trust is None else trust.key),)


def _either_end(check: Check) -> Check:
    def ends(scene: Scene, flow: str) -> tuple[str, ...]:
        drawn = scene.flow(flow)
        return (drawn.source, drawn.target)

    return some(check, ends, check.text, rescope(check.reads, "end"))


def _asset_truth(asset: Asset, spec: Mapping[str, object]) -> Truth:
    return all_of(part for part in _asset_parts(asset, spec))


def _asset_parts(asset: Asset, spec: Mapping[str, object]) -> list[Truth]:
    parts: list[Truth] = []
    if spec.get("kind"):
        parts.append(asset.kind in _texts(spec["kind"]))
    if "personal" in spec:
        parts.append(asset.personal if spec["personal"] else negate(asset.personal))
    if "dimension" in spec or "at_least" in spec:
        parts.append(_asset_level(asset, spec))
    return parts


def _asset_level(asset: Asset, spec: Mapping[str, object]) -> Truth:
    """Without a dimension any stated level counts; without a bound, anything from low up."""
    least = Level.parse(str(spec.get("at_least", "low")))
    if spec.get("dimension"):
        level = asset.levels.get(str(spec["dimension"]))
        return None if level is None else level >= least
    return any(level >= least for level in asset.levels.values()) if asset.levels else None


def _asset_facts(asset: Asset, spec: Mapping[str, object]) -> tuple[Fact, ...]:
    found: list[Fact] = []
    if spec.get("kind"):
        found.append(Fact(asset.id, "kind", asset.kind))
    if "personal" in spec:
        found.append(Fact(asset.id, "personal", asset.personal))
    if spec.get("dimension"):
        level = asset.levels.get(str(spec["dimension"]))
        found.append(Fact(asset.id, str(spec["dimension"]), None if level is None else level.key))
    elif "at_least" in spec and asset.levels:
        found += [Fact(asset.id, name, level.key) for name, level in asset.levels.items()]
    elif "at_least" in spec:
        found.append(Fact(asset.id, "levels", None))
    return tuple(found)


def _asset_text(spec: Mapping[str, object], side: Side) -> str:
    words = ["carries" if side == "flow" else "holds"]
    words += ["something"] if not spec.get("kind") else [" or ".join(_texts(spec["kind"]))]
    if "personal" in spec:
        words.append("about people" if spec["personal"] else "not about people")
    if spec.get("dimension"):
        words.append(f"whose {spec['dimension']} matters")
    if "at_least" in spec:
        words.append(f"({spec['at_least']} at least)")
    return " ".join(words)


def _at_a_flow(argument: object, words: Words, *, incoming: bool) -> Check:
    if words.side != "component":
        raise CatalogError("inflow and outflow speak of components, not of flows")
    spec = cast("Mapping[str, object]", argument or {})
    on_flow = Words(words.catalog, "flow")
    parts = [_flow_kind(_texts(spec["kind"]), words)] if spec.get("kind") else []
    if "other" in spec:
        parts.append(_other(spec["other"], words, incoming))
    for key, word in (("attribute", attribute), ("carries", holds)):
        if key in spec:
            parts.append(word(spec[key], on_flow))
    if spec.get("crosses_boundary"):
        parts.append(crosses_boundary(True, on_flow))
    check = both(parts) if parts else Check(_always, _nothing, "", frozenset())

    def flows(scene: Scene, component: str) -> tuple[str, ...]:
        graph = scene.graph
        found = graph.inflow(component) if incoming else graph.outflow(component)
        return tuple(flow.id for flow in found)

    text = f"a flow {'comes in' if incoming else 'goes out'} {check.text}".strip()
    return some(check, flows, text, rescope(check.reads, "flow") | _FLOWS)


def _always(scene: Scene, element: str) -> Truth:
    return True


def _nothing(scene: Scene, element: str) -> tuple[Fact, ...]:
    return ()


def _flow_kind(kinds: tuple[str, ...], words: Words) -> Check:
    def truth(scene: Scene, flow: str) -> Truth:
        return scene.flow(flow).kind in kinds

    def facts(scene: Scene, flow: str) -> tuple[Fact, ...]:
        return (Fact(flow, "kind", scene.flow(flow).kind),)

    known = words.catalog.flow_kinds
    names = " or ".join(known[kind].name.lower() if kind in known else kind for kind in kinds)
    return Check(truth, facts, f"as {names}", frozenset({("self", "kind")}))


def _other(argument: object, words: Words, incoming: bool) -> Check:
    """Conditions on the component at the other end, asked of the flow."""
    check = _conditions(argument, words)

    def far_end(scene: Scene, flow: str) -> tuple[str, ...]:
        drawn = scene.flow(flow)
        return (drawn.source if incoming else drawn.target,)

    text = f"{'from' if incoming else 'to'} {check.text}"
    return some(check, far_end, text, rescope(check.reads, "end"))


def _conditions(argument: object, words: Words) -> Check:
    """What may be said of another component: its type, an attribute, its zone, what it holds."""
    spec = cast("Mapping[str, object]", argument)
    known = {"type": _of_type, "attribute": attribute, "zone": zone, "holds": holds}
    return both([known[key](value, words) for key, value in spec.items()])


def _boundary(truth: Callable[[Scene, str], Truth], text: str, words: Words) -> Check:
    def facts(scene: Scene, flow: str) -> tuple[Fact, ...]:
        drawn = scene.flow(flow)
        ends = (_place_facts(scene, end) for end in (drawn.source, drawn.target))
        return tuple(dict.fromkeys(fact for end in ends for fact in end))

    check = Check(truth, facts, text, frozenset({("end", "zone")}))
    if words.side == "flow":
        return check

    def flows(scene: Scene, component: str) -> tuple[str, ...]:
        return tuple(flow.id for flow in scene.flows_at(component))

    return some(check, flows, f"a flow goes {text}", check.reads | _FLOWS)


def _spread(argument: object, words: Words, text: str, *, forward: bool, lineage: bool) -> Check:
    start = _conditions(argument, Words(words.catalog, "component"))

    def reached(scene: Scene, component: str) -> Truth:
        return scene.spread(start.truth, forward=forward, lineage=lineage).truth(component)

    def facts(scene: Scene, component: str) -> tuple[Fact, ...]:
        whole = reached(scene, component)
        if whole is False:
            return ()
        sources = scene.web(forward=forward, lineage=lineage).names(component)
        deciding = (c for c in sources if start.truth(scene, c) is whole)
        return tuple(fact for c in deciding for fact in start.facts(scene, c))

    web: frozenset[Read] = rescope(start.reads, "web") | {("web", "flows")}
    check = Check(reached, facts, f"{text} {start.text}", web)
    return check if words.side == "component" else _at_end(check, start, forward)


def _at_end(check: Check, start: Check, forward: bool) -> Check:
    """Of a flow: what its source is or gets from elsewhere, or what its target is or passes on."""

    def truth(scene: Scene, flow: str) -> Truth:
        end = _end(scene, flow, forward)
        return any_of((start.truth(scene, end), check.truth(scene, end)))

    def facts(scene: Scene, flow: str) -> tuple[Fact, ...]:
        end, whole = _end(scene, flow, forward), truth(scene, flow)
        deciding = (part for part in (start, check) if part.truth(scene, end) is whole)
        return tuple(dict.fromkeys(fact for part in deciding for fact in part.facts(scene, end)))

    return Check(truth, facts, check.text, check.reads)


def _end(scene: Scene, flow: str, source: bool) -> str:
    drawn = scene.flow(flow)
    return drawn.source if source else drawn.target
