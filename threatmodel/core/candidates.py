"""Which threats bear on which elements, and which of them an edit makes doubtful."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from catalog.types import Catalog, Level, Threat

from . import impact, scoring
from .access import AccessMap, adversaries, adversary_of, touches_access
from .document import Adversary, Document
from .findings import Question
from .graph import Graph
from .operations import Executed
from .rules import Columns, Entries, Pair, Ruleset, Truth
from .scenarios import as_threat
from .terms import Attempt

# Properties that no term of a finding reads.
SILENT_KINDS = frozenset({"note", "image", "assumption"})
SILENT: Mapping[str, frozenset[str]] = {
    "component": frozenset({"box", "note"}),
    "flow": frozenset({"points"}),
    "zone": frozenset({"box"}),
    "system": frozenset({"name", "description", "owner", "scope"}),
}
FREQUENCY_UNKNOWN = Level.MODERATE


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an edit may have changed: pairs by themselves, by a name they mention, or all."""

    pairs: frozenset[Pair] = frozenset()
    renamed: frozenset[str] = frozenset()
    everything: bool = False


class Candidates:
    """A document's threats, kept warm: the rules' answers follow edits instead of starting over."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        self.catalog = catalog
        self.ruleset = Ruleset.compile(catalog)
        self.columns = Columns(self.ruleset, Graph(document, catalog))
        self.truths: dict[Pair, Truth] = dict(self.columns.pairs())
        self._reads = _facts_read(self.ruleset)
        self._answering = _threats_by_control_fact(catalog)
        self._look_around()

    @property
    def graph(self) -> Graph:
        return self.columns.graph

    def pairs(self) -> Iterator[Pair]:
        """Every (threat, element) that applies or may apply, scenarios included."""
        left_out = self.graph.document.out_of_scope
        for pair in dict.fromkeys((*self.truths, *self.scenarios)):
            if pair[1] not in left_out:
                yield pair

    def threat(self, pair: Pair) -> Threat | None:
        """The threat of a pair; None when it applies no longer or is left out."""
        if pair[1] in self.graph.document.out_of_scope:
            return None
        if pair in self.scenarios:
            return self.scenarios[pair]
        return self.catalog.threats[pair[0]] if pair in self.truths else None

    def is_certain(self, pair: Pair) -> bool:
        return pair in self.scenarios or self.truths.get(pair) is True

    def entries(self, pair: Pair) -> tuple[str, ...]:
        if pair in self.scenarios:
            return (pair[1],)
        return self._entries.of(*pair)

    def attempts(self, threat: Threat, entries: tuple[str, ...]) -> tuple[Attempt, ...]:
        """What each adversary can do; what happens by accident needs no way in."""
        return tuple(
            self._attempt(adversary, threat, entries)
            for adversary in self._adversaries
            if adversary.accident != threat.adversarial
        )

    def _attempt(self, adversary: Adversary, threat: Threat, entries: tuple[str, ...]) -> Attempt:
        access = self._map.level(adversary.id, threat.needs, entries)
        key = (adversary.id, threat.capability, threat.success.frequency)
        initiation = self._initiations.get(key)
        if initiation is None:
            initiation = self._initiations[key] = _initiation(adversary, threat)
        return Attempt(adversary, initiation, access)

    def questions(self, pair: Pair) -> tuple[Question, ...]:
        if self.is_certain(pair):
            return ()
        return self.columns.unknowns(*pair)

    def follow(self, changes: Collection[Executed], document: Document) -> Doubt:
        """Take an edit in and say which findings it may have changed."""
        moved = self.columns.update(changes, document)
        for pair, truth in moved.items():
            if truth is False:
                self.truths.pop(pair, None)
            else:
                self.truths[pair] = truth
        loud = [(change, key) for change in changes for key in _loud(change)]
        drawn = self._new_alone(changes)
        if not all(change.id in drawn or _is_local(change, key) for change, key in loud):
            self._look_around()
            return Doubt(pairs=frozenset(moved), everything=True)
        if drawn or any(key == "name" for _, key in loud):
            self._look_around()
        renamed = frozenset(change.id for change, key in loud if key == "name")
        facts = {key for change, key in loud if change.kind != "asset" and key != "name"}
        assets = {change.id for change, _ in loud if change.kind == "asset"}
        return Doubt(frozenset(moved) | self._reading(facts) | self._touching(assets), renamed)

    def _new_alone(self, changes: Iterable[Executed]) -> frozenset[str]:
        """Components that are new and have no flow yet: nobody gets to others through them."""
        return frozenset(
            change.id
            for change in changes
            if change.kind == "component"
            and change.action == "add"
            and change.id in self.graph.document.components
            and not self.graph.inflow(change.id)
            and not self.graph.outflow(change.id)
        )

    def _look_around(self) -> None:
        document = self.graph.document
        self._adversaries = _with_accident(adversaries(document, self.catalog), self.catalog)
        self._initiations: dict[tuple[str, Level, Level | None], Level] = {}
        self._map = AccessMap(self.graph, self._adversaries)
        self._entries = Entries(self.graph, self.columns.scene)
        present = (document.components.keys(), document.flows.keys())
        self.scenarios: dict[Pair, Threat] = {
            (scenario.id, scenario.element): as_threat(scenario)
            for scenario in document.scenarios.values()
            if any(scenario.element in ids for ids in present)
        }

    def _reading(self, facts: set[str]) -> frozenset[Pair]:
        """Pairs whose controls, spread of assets or questions read one of these facts."""
        if not facts:
            return frozenset()
        names = {fact.removeprefix("attributes.") for fact in facts}
        answering = {threat for name in names for threat in self._answering.get(name, ())}
        spreading = not impact.STOPS.isdisjoint(names)
        return frozenset(
            pair
            for pair, truth in self.truths.items()
            if pair[0] in answering
            or spreading
            or (truth is None and not facts.isdisjoint(self._reads.get(pair[0], ())))
        )

    def _touching(self, assets: set[str]) -> frozenset[Pair]:
        """Pairs whose impact speaks of one of these assets."""
        if not assets:
            return frozenset()
        return frozenset(
            pair
            for pair in self.pairs()
            if (threat := self.threat(pair)) and impact.touches(self.graph, threat, pair[1], assets)
        )


def _initiation(adversary: Adversary, threat: Threat) -> Level:
    if adversary.accident:
        frequency = threat.success.frequency
        return FREQUENCY_UNKNOWN if frequency is None else frequency
    return scoring.initiation(
        adversary.capability, adversary.intent, adversary.targeting, threat.capability
    )


def _with_accident(declared: Iterable[Adversary], catalog: Catalog) -> tuple[Adversary, ...]:
    """Drift and leakage happen whoever a team thinks of as its adversaries."""
    found = tuple(declared)
    if any(one.accident for one in found):
        return found
    taken = {one.id for one in found}
    defaults = (adversary_of(one) for one in catalog.adversaries.values() if one.accident)
    # Somebody may have given the id to an adversary who means harm.
    return found + tuple(
        replace(one, id=f"{one.id}-by-nobody") if one.id in taken else one for one in defaults
    )


def _loud(change: Executed) -> tuple[str, ...]:
    """The changed properties that some term reads; an element that comes or goes is one."""
    if change.kind in SILENT_KINDS:
        return ()
    if change.action != "set":
        return (change.action,)
    silent = SILENT.get(change.kind, frozenset())
    return tuple(key for key in change.values if key not in silent)


def _is_local(change: Executed, key: str) -> bool:
    """Whether the change leaves alone who gets where and who holds what."""
    if change.kind == "asset":
        return change.action == "set"
    if change.kind not in ("component", "flow"):
        return False
    return key == "name" or (key.startswith("attributes.") and not touches_access([change]))


def _facts_read(ruleset: Ruleset) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for rule in ruleset.rules:
        read = {what for atom in rule.atoms for _, what in ruleset.atoms[atom].reads}
        found[rule.threat] = found.get(rule.threat, frozenset()) | read
    return found


def _threats_by_control_fact(catalog: Catalog) -> dict[str, set[str]]:
    """Facts that controls establish, each with the threats that such a control bears on.

    A run's evidence depends on every control at its element, so threats with tests read them all.
    """
    found: dict[str, set[str]] = {}
    tested = {threat.id for threat in catalog.threats.values() if threat.tests}
    for control in catalog.controls.values():
        for name in control.establishes:
            found.setdefault(name, set()).update(tested, control.worsens)
    for threat in catalog.threats.values():
        for pair in threat.answered_by:
            for name in catalog.controls[pair.control].establishes:
                found[name].add(threat.id)
    return found
