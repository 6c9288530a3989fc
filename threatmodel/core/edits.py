"""What an edit touches of all that judgements read: from executed changes to names of elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .document import Flow
from .graph import Graph
from .impact import STOPS
from .naming import flow_name
from .operations import Executed

# Properties that no term of a finding reads.
SILENT_KINDS = frozenset({"note", "image", "assumption", "catalog"})
SILENT: Mapping[str, frozenset[str]] = {
    "component": frozenset({"box", "note"}),
    "flow": frozenset({"points"}),
    "zone": frozenset({"box"}),
    "system": frozenset({"name", "description", "owner", "scope"}),
}
# What texts call a flow by: its name, and both its ends.
_TOLD_OF_FLOWS = frozenset({"name", "source", "target"})


@dataclass(slots=True)
class Edit:
    """What an edit touched.

    `whole` elements are new, of another kind or hold something else, or a flow came to them or
    went: every finding on them or entering by them is in doubt. `fed` are those of them at which
    content may arrive otherwise: not where a flow only begins. `stated` elements have other
    `facts`. `nodes` are components beyond which other assets may lie. `said` are names that texts
    of findings may still use, `choices` the kinds of questions ('zone', 'asset') with other
    answers to choose from, `retyped` components of which other things can be asked, `assets` those
    that are judged otherwise.
    """

    everything: bool = False
    whole: set[str] = field(default_factory=set)
    fed: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    retyped: set[str] = field(default_factory=set)
    assets: set[str] = field(default_factory=set)
    scenarios: bool = False

    def touch(self, elements: Iterable[str]) -> None:
        found = set(elements)
        self.whole |= found
        self.fed |= found


def read_edit(changes: Iterable[Executed], before: Graph, after: Graph) -> Edit:
    """Gather what a run of changes touched. O(changes), O(components) where zones are concerned."""
    edit = Edit()
    for change in changes:
        keys = _loud(change)
        if not keys:
            continue
        if change.kind == "component":
            _component(change, keys, before, edit)
        elif change.kind == "flow":
            _flow(change, keys, before, after, edit)
        elif change.kind == "zone":
            _zone(change, keys, before, after, edit)
        elif change.kind == "asset":
            _asset(change, edit)
        elif change.kind == "scenario":
            edit.scenarios = True
            drawn = (graph.document.scenarios.get(change.id) for graph in (before, after))
            edit.touch(one.element for one in drawn if one is not None)
        elif change.kind == "out_of_scope":
            edit.touch((change.id,))
        else:
            edit.everything = True
    return edit


def is_loud(change: Executed) -> bool:
    """Whether some term of a finding may read what this changed."""
    return bool(_loud(change))


def _loud(change: Executed) -> tuple[str, ...]:
    """The changed properties that some term reads; an element that comes or goes is one."""
    if change.kind in SILENT_KINDS:
        return ()
    if change.action != "set":
        return (change.action,)
    silent = SILENT.get(change.kind, frozenset())
    return tuple(key for key in change.values if key not in silent)


def _component(change: Executed, keys: tuple[str, ...], before: Graph, edit: Edit) -> None:
    facts = {key for key in keys if key.startswith("attributes.")}
    drawn = before.document.components.get(change.id)  # none when it was drawn just now
    if "name" in keys and drawn is not None:
        edit.said.add(drawn.name)
    if "type" in keys:
        edit.retyped.add(change.id)
    if set(keys) - facts - {"name"}:
        edit.touch((change.id,))
        edit.nodes.add(change.id)
    if "zone" in keys and drawn is not None:
        # What strikes a flow reads as a row of the zones at its ends.
        edit.whole.update(flow.id for flow in before.inflow(change.id))
        edit.whole.update(flow.id for flow in before.outflow(change.id))
    if facts:
        edit.stated.add(change.id)
        edit.facts |= facts
        if not STOPS.isdisjoint(key.removeprefix("attributes.") for key in facts):
            edit.nodes.add(change.id)


def _flow(change: Executed, keys: tuple[str, ...], before: Graph, after: Graph, edit: Edit) -> None:
    drawn = _drawn(change.id, before, after)
    ends = {end for flow in drawn for end in (flow.source, flow.target)}
    facts = {key for key in keys if key.startswith("attributes.")}
    if _TOLD_OF_FLOWS & set(keys) and change.id in before.document.flows:
        edit.said.add(flow_name(before.document, before.document.flows[change.id]))
    if set(keys) - facts - {"name"}:
        edit.whole |= {change.id, *ends}
        edit.fed |= {change.id, *(flow.target for flow in drawn)}
        edit.nodes |= ends
    if facts:
        edit.stated |= {change.id, *(flow.target for flow in drawn)}
        edit.facts |= facts


def _drawn(flow: str, *graphs: Graph) -> list[Flow]:
    return [g.document.flows[flow] for g in graphs if flow in g.document.flows]


def _zone(change: Executed, keys: tuple[str, ...], before: Graph, after: Graph, edit: Edit) -> None:
    if change.action != "set" or "name" in keys:
        edit.choices.add("zone")
    if "name" in keys and change.id in before.document.zones:
        edit.said.add(before.document.zones[change.id].name)
    if set(keys) - {"name"}:
        for graph in (before, after):
            inside = (c for c in graph.document.components if change.id in graph.zones_of(c))
            edit.touch(inside)


def _asset(change: Executed, edit: Edit) -> None:
    edit.assets.add(change.id)
    if change.action != "set":
        edit.choices.add("asset")
