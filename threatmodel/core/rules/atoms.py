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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import cast

from catalog.types import CatalogError, Scalar

from .assets import holds
from .bits import Column
from .census import EVERY, Census, End
from .check import Check, Fact, Read, alike, both, either_end, rescope, some
from .kleene import Truth, any_of
from .places import crosses_boundary, trust_drop, zone
from .scene import Scene
from .webs import Way
from .words import AT_FLOWS, Words, descendants, texts


def type_(argument: object, words: Words) -> Check:
    """Is of one of the types or descends from one; a flow if either of its ends is."""
    check = _of_type(argument, words)
    if words.side == "component":
        return replace(check, text=f"is {check.text}")
    return either_end(replace(check, text=f"an end is {check.text}"))


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
    column = alike(truth, lambda census: census.facts(words.side, name))
    return Check(truth, facts, text, frozenset(reads), column)


def inflow(argument: object, words: Words) -> Check:
    """A flow comes in of which everything said holds; `other` is the component it comes from."""
    return _at_a_flow(argument, words, incoming=True)


def outflow(argument: object, words: Words) -> Check:
    """A flow goes out of which everything said holds; `other` is the component it goes to."""
    return _at_a_flow(argument, words, incoming=False)


def reachable_from(argument: object, words: Words) -> Check:
    """Content of such a component gets here."""
    return _spread(argument, words, "content gets here from", Way(forward=True, lineage=False))


def reaches(argument: object, words: Words) -> Check:
    """Content from here gets to such a component."""
    return _spread(argument, words, "content from here gets to", Way(forward=False, lineage=False))


def lineage_from(argument: object, words: Words) -> Check:
    """This is made from such a component: data, training, artefacts, deployments."""
    return _spread(argument, words, "this is made from", Way(forward=True, lineage=True))


def lineage_to(argument: object, words: Words) -> Check:
    """Such a component is made from this."""
    return _spread(argument, words, "this ends up in", Way(forward=False, lineage=True))


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
    wanted = texts(argument)
    accepted = descendants(words.catalog, wanted)

    def truth(scene: Scene, component: str) -> Truth:
        return scene.component(component).type in accepted

    def facts(scene: Scene, component: str) -> tuple[Fact, ...]:
        return (Fact(component, "type", scene.component(component).type),)

    text = " or ".join(words.catalog.component_type(name).name for name in wanted)
    column = alike(truth, lambda census: census.types.values())
    return Check(truth, facts, text, frozenset({("self", "type")}), column)


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
    choices = frozenset(texts(test))
    return (lambda value: value in choices), f"{label} is {' or '.join(texts(test))}"


def _number(value: Scalar) -> float:
    """A number, or one that is in no bound when something else was stated."""
    return float("nan") if isinstance(value, (bool, str)) else float(value)


_NUMBERS: Mapping[str, Callable[[float], Callable[[Scalar], bool]]] = {
    "above": lambda limit: lambda value: _number(value) > limit,
    "below": lambda limit: lambda value: _number(value) < limit,
    "at_least": lambda limit: lambda value: _number(value) >= limit,
}


def _at_a_flow(argument: object, words: Words, *, incoming: bool) -> Check:
    if words.side != "component":
        raise CatalogError("inflow and outflow speak of components, not of flows")
    spec = cast("Mapping[str, object]", argument or {})
    on_flow = Words(words.catalog, "flow")
    parts = [_flow_kind(texts(spec["kind"]), words)] if spec.get("kind") else []
    if "other" in spec:
        parts.append(_other(spec["other"], words, incoming))
    for key, word in (("attribute", attribute), ("carries", holds)):
        if key in spec:
            parts.append(word(spec[key], on_flow))
    if spec.get("crosses_boundary"):
        parts.append(crosses_boundary(True, on_flow))
    check = both(parts) if parts else Check(_always, _nothing, "", frozenset(), _all_flows)

    def flows(scene: Scene, component: str) -> tuple[str, ...]:
        graph = scene.graph
        found = graph.inflow(component) if incoming else graph.outflow(component)
        return tuple(flow.id for flow in found)

    def ends(census: Census, flows: int) -> int:
        return census.ends_of("target" if incoming else "source", flows)

    text = f"a flow {'comes in' if incoming else 'goes out'} {check.text}".strip()
    return some(check, flows, ends, text, rescope(check.reads, "flow") | AT_FLOWS)


def _always(scene: Scene, element: str) -> Truth:
    return True


def _nothing(scene: Scene, element: str) -> tuple[Fact, ...]:
    return ()


def _all_flows(census: Census, mask: int) -> Column:
    return Column(census.flows, census.flows)


def _flow_kind(kinds: tuple[str, ...], words: Words) -> Check:
    def truth(scene: Scene, flow: str) -> Truth:
        return scene.flow(flow).kind in kinds

    def facts(scene: Scene, flow: str) -> tuple[Fact, ...]:
        return (Fact(flow, "kind", scene.flow(flow).kind),)

    text = f"as {_kind_names(kinds, words)}"
    column = alike(truth, lambda census: census.kinds.values())
    return Check(truth, facts, text, frozenset({("self", "kind")}), column)


def _kind_names(kinds: Iterable[str], words: Words) -> str:
    known = words.catalog.flow_kinds
    return " or ".join(known[kind].name.lower() if kind in known else kind for kind in kinds)


def _other(argument: object, words: Words, incoming: bool) -> Check:
    """Conditions on the component at the other end, asked of the flow."""
    check = _conditions(argument, words)

    def far_end(scene: Scene, flow: str) -> tuple[str, ...]:
        drawn = scene.flow(flow)
        return (drawn.source if incoming else drawn.target,)

    def flows(census: Census, components: int) -> int:
        return census.flows_at("source" if incoming else "target", components)

    text = f"{'from' if incoming else 'to'} {check.text}"
    return some(check, far_end, flows, text, rescope(check.reads, "end"))


def _conditions(argument: object, words: Words) -> Check:
    """What may be said of another component: its type, an attribute, its zone, what it holds."""
    spec = cast("Mapping[str, object]", argument)
    known = {"type": _of_type, "attribute": attribute, "zone": zone, "holds": holds}
    return both([known[key](value, words) for key, value in spec.items()])


def _spread(argument: object, words: Words, text: str, any_way: Way) -> Check:
    spec = dict(cast("Mapping[str, object]", argument))
    way = any_way._replace(along=frozenset(texts(spec.pop("along", ()))))
    start = _conditions(spec, Words(words.catalog, "component"))

    def reached(scene: Scene, component: str) -> Truth:
        return scene.spread(start, way).truth(component)

    def facts(scene: Scene, component: str) -> tuple[Fact, ...]:
        whole = reached(scene, component)
        if whole is False:
            return ()
        spread = scene.spread(start, way)
        return tuple(f for c in spread.deciding(component, whole) for f in start.facts(scene, c))

    def column(census: Census, mask: int) -> Column:
        return census.scene.spread(start, way, start.column(census, EVERY)).column()

    reads = rescope(start.reads, way) | {(way, "flows")}
    by = f", as {_kind_names(sorted(way.along), words)}" if way.along else ""
    check = Check(reached, facts, f"{text} {start.text}{by}", reads, column)
    return check if words.side == "component" else _at_end(check, start, way.forward)


def _at_end(check: Check, start: Check, forward: bool) -> Check:
    """Of a flow: what its source is or gets from elsewhere, or what its target is or passes on."""

    def truth(scene: Scene, flow: str) -> Truth:
        end = _end(scene, flow, forward)
        return any_of((start.truth(scene, end), check.truth(scene, end)))

    def facts(scene: Scene, flow: str) -> tuple[Fact, ...]:
        end, whole = _end(scene, flow, forward), truth(scene, flow)
        deciding = (part for part in (start, check) if part.truth(scene, end) is whole)
        return tuple(dict.fromkeys(fact for part in deciding for fact in part.facts(scene, end)))

    def column(census: Census, mask: int) -> Column:
        ends, starts = check.column(census, EVERY), start.column(census, EVERY)
        whole = Column(ends.certain | starts.certain, ends.possible | starts.possible)
        end: End = "source" if forward else "target"
        return whole.moved(lambda components: census.flows_at(end, components))

    return Check(truth, facts, check.text, check.reads, column)


def _end(scene: Scene, flow: str, source: bool) -> str:
    drawn = scene.flow(flow)
    return drawn.source if source else drawn.target
