"""Which threats bear on which elements, and which of them an edit makes doubtful."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from catalog.types import Catalog, Level, Needs, Threat

from . import impact
from .access import AccessMap, Rewiring, adversaries, rewiring
from .controls import guards
from .covers import Covers
from .document import Adversary, Document
from .edits import Edit, read_edit
from .findings import Question
from .graph import Graph
from .index import Index
from .operations import Executed
from .rules import Columns, Entries, Ruleset, ThreatAt, Truth
from .rules.entries import arriving
from .scenarios import as_threat
from .terms import Attempt
from .trying import initiation, with_accident

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an edit may have changed: pairs by themselves, by what their texts say, or all.

    `said` are names that stood in texts, `choices` kinds of questions with other answers,
    `retyped` components of which other things can be asked.
    """

    pairs: frozenset[ThreatAt] = frozenset()
    said: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    retyped: frozenset[str] = frozenset()
    everything: bool = False


class Candidates:
    """A document's threats, kept warm: the rules' answers follow edits instead of starting over."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        self.catalog = catalog
        self.ruleset = Ruleset.compile(catalog)
        self.columns = Columns(self.ruleset, Graph(document, catalog))
        self.truths: dict[ThreatAt, Truth] = {}
        self._on: dict[str, set[str]] = {}
        self._entered: dict[ThreatAt, tuple[str, ...]] = {}
        self._asked: dict[ThreatAt, tuple[Question, ...]] = {}
        self._sets: dict[int, tuple[tuple[str, ...], frozenset[str]]] = {}
        self.scenarios: dict[ThreatAt, Threat] = {}
        self._take(self.columns.pairs())
        self._index = Index.of(catalog)
        self._arriving = {arriving(threat.entry) for threat in catalog.threats.values()}
        self._look_around()

    @property
    def graph(self) -> Graph:
        return self.columns.graph

    def pairs(self) -> Iterator[ThreatAt]:
        """Every (threat, element) that applies or may apply, scenarios included."""
        left_out = self.graph.document.out_of_scope
        for pair in dict.fromkeys((*self.truths, *self.scenarios)):
            if pair[1] not in left_out:
                yield pair

    def threat(self, pair: ThreatAt) -> Threat | None:
        """The threat of a pair; None when it applies no longer or is left out."""
        if pair[1] in self.graph.document.out_of_scope:
            return None
        if pair in self.scenarios:
            return self.scenarios[pair]
        return self.catalog.threats[pair[0]] if pair in self.truths else None

    def is_certain(self, pair: ThreatAt) -> bool:
        """Whether no unknown fact decides that the threat applies."""
        return pair in self.scenarios or self.truths.get(pair) is True

    def entries(self, pair: ThreatAt) -> tuple[str, ...]:
        """Where the threat comes in for its effect on the element; a scenario at the element."""
        if pair in self.scenarios:
            return (pair[1],)
        found = self._entries.of(*pair)
        if pair[0] in self._index.entered:
            self._entered[pair] = found
        return found

    def attempts(self, threat: Threat, entries: tuple[str, ...]) -> tuple[Attempt, ...]:
        """What each adversary can do; what happens by accident needs no way in."""
        accesses = self._map.levels(threat.needs, entries, accident=not threat.adversarial)
        key = (threat.adversarial, threat.capability, threat.success.frequency)
        tries = self._tries.get(key)
        if tries is None:
            tries = self._tries[key] = tuple(
                (one, initiation(one, threat))
                for one in self._adversaries
                if one.accident != threat.adversarial
            )
        return tuple(
            Attempt(who, initiation, access)
            for (who, initiation), access in zip(tries, accesses, strict=True)
        )

    def questions(self, pair: ThreatAt) -> tuple[Question, ...]:
        """What has to be known before it is clear that the threat applies."""
        if self.is_certain(pair):
            return ()
        found = self._asked[pair] = self.columns.unknowns(*pair)
        return found

    def follow(self, changes: Collection[Executed], document: Document, covers: Covers) -> Doubt:
        """Take an edit in and say which findings it may have changed."""
        before = self.graph
        moved = self.columns.update(changes, document)
        known = self.truths
        waiting = [pair for pair, now in moved.items() if now is None is known.get(pair, False)]
        self._take(moved)
        edit = read_edit(changes, before, self.graph)
        if edit.everything:
            self._look_around()
            return Doubt(everything=True)
        scenarios, ways = self.scenarios, self._map
        if edit.scenarios:
            self._read_scenarios()
        change = rewiring(changes, before, self.graph)
        reached = self._follow_ways(change)
        pairs = {*moved, *(scenarios.keys() ^ self.scenarios.keys())}
        pairs.difference_update(pair for pair in waiting if self._is_asked_alike(pair))
        pairs |= self._touched(edit, before)
        pairs |= self._reached(reached, change, (before, ways), pairs)
        pairs |= self._covered(self._uncovered(edit, covers))
        pairs |= self._with_outcomes(impact.differing(before, self.graph, edit.nodes))
        pairs |= self._speaking_of(edit.assets)
        said, choices = frozenset(edit.said), frozenset(edit.choices)
        return Doubt(frozenset(pairs), said, choices, frozenset(edit.retyped))

    def _take(self, moved: Mapping[ThreatAt, Truth]) -> None:
        for pair, truth in moved.items():
            threat, element = pair
            if truth is False:
                self.truths.pop(pair, None)
                self._entered.pop(pair, None)
                self._asked.pop(pair, None)
                self._on.get(element, set()).discard(threat)
            else:
                self.truths[pair] = truth
                self._on.setdefault(element, set()).add(threat)

    def _is_asked_alike(self, pair: ThreatAt) -> bool:
        """Whether the same has to be known before it is clear that a threat applies."""
        known = self._asked.get(pair)
        return known is not None and known == self.columns.unknowns(*pair)

    def _look_around(self) -> None:
        """Everything that does not follow edits by itself."""
        declared = adversaries(self.graph.document, self.catalog)
        self._adversaries = with_accident(declared, self.catalog)
        self._tries: dict[
            tuple[bool, Level, Level | None], tuple[tuple[Adversary, Level], ...]
        ] = {}
        self._map = AccessMap(self.graph, self._adversaries)
        self._entries = Entries(self.graph, self.columns.scene)
        self._read_scenarios()

    def _read_scenarios(self) -> None:
        present = (self.graph.document.components.keys(), self.graph.document.flows.keys())
        self.scenarios = {
            (scenario.id, scenario.element): as_threat(scenario)
            for scenario in self.graph.document.scenarios.values()
            if any(scenario.element in ids for ids in present)
        }

    def _follow_ways(self, change: Rewiring) -> set[str]:
        """Take the ways in along; the elements that somebody may get to otherwise."""
        if change.flows or change.placed:
            self._entries = self._entries.followed(self.graph, self.columns.scene)
        if not (change.flows or change.placed or change.at):
            self._map = self._map.renamed(self.graph)
            return set()
        before = self._map
        self._map, moved = before.followed(self.graph, change)
        elements = self._with_flows(set().union(*moved.values()))
        self._map.keep(before, elements)
        return elements

    def _pairs_on(self, elements: Iterable[str]) -> Iterator[ThreatAt]:
        for element in elements:
            for threat in self._on.get(element, ()):
                yield threat, element
        wanted = set(elements) if self.scenarios else ()
        yield from (pair for pair in self.scenarios if pair[1] in wanted)

    def _entering_by(self, elements: Collection[str]) -> Iterator[ThreatAt]:
        """Pairs that come in by one of these elements. Most share their entries with others."""
        by = frozenset(elements)
        if not by:
            return
        hit: dict[int, bool] = {}
        for pair, entries in self._entered.items():
            key = id(entries)
            if key not in hit:
                hit[key] = not by.isdisjoint(self._set_of(entries))
            if hit[key]:
                yield pair

    def _set_of(self, entries: tuple[str, ...]) -> frozenset[str]:
        """The same as a set, kept for the tuple that many pairs share: it may be long."""
        known = self._sets.get(id(entries))
        if known is None or known[0] is not entries:
            if len(self._sets) > len(self._entered):
                self._sets.clear()
            known = self._sets[id(entries)] = (entries, frozenset(entries))
        return known[1]

    def _touched(self, edit: Edit, before: Graph) -> set[ThreatAt]:
        """Pairs on or entering by what was touched; facts count only where a control says them."""
        whole, stated = edit.whole, edit.stated
        found = set(self._pairs_on(whole))
        if whole:
            by = (pair for pair in self._entering_by(whole) if pair[0] in self._index.guarded)
            found.update(pair for pair in by if self._is_guarded_otherwise(pair, before))
        names = (fact.removeprefix("attributes.") for fact in edit.facts)
        answering = {threat for name in names for threat in self._index.answering.get(name, ())}
        if answering:
            near = (*self._pairs_on(stated), *self._entering_by(stated))
            found.update(pair for pair in near if pair[0] in answering)
        return found

    def _reached(
        self,
        elements: set[str],
        change: Rewiring,
        before: tuple[Graph, AccessMap],
        doubted: Set[ThreatAt],
    ) -> set[ThreatAt]:
        """Pairs with other entries, or to whose entries somebody gets otherwise than before."""
        entered = self._entered_otherwise(change)
        for pair in (*self._pairs_on(elements), *self._entering_by(elements)):
            if pair not in entered and pair not in doubted:
                entered[pair] = (self._known_entries(pair),) * 2
        compared: dict[tuple[Needs, frozenset[str], int, int], bool] = {}
        found: set[ThreatAt] = set()
        for pair, (old, new) in entered.items():
            threat = self.threat(pair)
            if threat is None:
                continue
            # Most findings share needs and entries with others, so few are compared.
            key = (threat.needs, self._index.guarded.get(threat.id, _NONE), id(old), id(new))
            if key not in compared:
                compared[key] = self._is_entered_alike(threat, old, new, *before)
            if not compared[key]:
                found.add(pair)
        return found

    def _is_entered_alike(
        self,
        threat: Threat,
        old: tuple[str, ...],
        new: tuple[str, ...],
        graph: Graph,
        ways: AccessMap,
    ) -> bool:
        if threat.id in self._index.guarded and old is not new:
            if guards(graph, threat, old) != guards(self.graph, threat, new):
                return False
        return ways.told(threat.needs, old) == self._map.told(threat.needs, new)

    def _known_entries(self, pair: ThreatAt) -> tuple[str, ...]:
        return self._entered.get(pair) or (pair[1],)

    def _is_guarded_otherwise(self, pair: ThreatAt, before: Graph) -> bool:
        threat, entries = self.catalog.threats[pair[0]], self._entered[pair]
        was, now = (guards(graph, threat, entries) for graph in (before, self.graph))
        return was != now

    def _with_flows(self, elements: Iterable[str]) -> set[str]:
        graph, found = self.graph, set(elements)
        for component in tuple(found & graph.document.components.keys()):
            found.update(flow.id for flow in graph.inflow(component))
            found.update(flow.id for flow in graph.outflow(component))
        return found

    def _entered_otherwise(
        self, change: Rewiring
    ) -> dict[ThreatAt, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Pairs with other entries: content of others gets there, or types changed."""
        if not change.flows and not change.placed:
            return {}
        walked = self.columns.scene.moved
        moved = self._with_flows(set().union(*(walked.get(way, ()) for way in self._arriving)))
        found = {}
        for pair, known in list(self._entered.items()):
            if change.placed or pair[1] in moved or pair[0] in self._index.by_flows:
                now = self._entries.of(*pair)
                if now != known:
                    found[pair] = (known, now)
                    self._entered[pair] = now
        return found

    def _uncovered(self, edit: Edit, covers: Covers) -> set[tuple[str, str]]:
        saying = {
            control.id
            for control in self.catalog.controls.values()
            if any(f"attributes.{name}" in edit.facts for name in control.establishes)
        }
        graph = self.graph
        return covers.follow(graph, edit.fed) | covers.follow(graph, edit.stated, saying)

    def _covered(self, answers: Iterable[tuple[str, str]]) -> set[ThreatAt]:
        """Pairs answered by a control on the way that may stand there now, or no longer."""
        found: set[ThreatAt] = set()
        for control, element in answers:
            for pair in self._pairs_on((element,)):
                threat = self.threat(pair)
                if threat and any(one.control == control for one in threat.answered_by):
                    found.add(pair)
        return found

    def _with_outcomes(self, elements: Mapping[str, set[str]]) -> set[ThreatAt]:
        """Pairs on these elements with an outcome of that sort."""
        found: set[ThreatAt] = set()
        for of, where in elements.items():
            for pair in self._pairs_on(where):
                threat = self.threat(pair)
                if threat and any(outcome.of == of for outcome in threat.outcomes):
                    found.add(pair)
        return found

    def _speaking_of(self, assets: set[str]) -> set[ThreatAt]:
        """Pairs whose impact speaks of one of these assets."""
        if not assets:
            return set()
        near = self._with_outcomes(impact.speaking_of(self.graph, assets))
        return {
            pair
            for pair in near
            if (threat := self.threat(pair)) and impact.touches(self.graph, threat, pair[1], assets)
        }
