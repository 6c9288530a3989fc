"""What stands against a threat: controls drawn as facts, and mitigations that people track.

Drawing a fact and tracking a mitigation are one control and count once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

from catalog.types import Catalog, Control, Needs, Pair, Scalar, Threat

from .access.steps import ALONG
from .belief import Belief, Odds
from .graph import Graph
from .inputs import Mitigation
from .scoring import level_of

State = Literal["planned", "implemented", "verified"]
Answer = Literal["none", "planned", "implemented", "verified"]
ANSWERS: tuple[Answer, ...] = ("none", "planned", "implemented", "verified")
STATES: dict[str, State] = {
    "planned": "planned",
    "in progress": "planned",
    "implemented": "implemented",
    "verified": "verified",
}
MOST_UNVERIFIED = 1
MOST_VERIFIED = 2
_CATALOGS = 8
# Beyond this an answer is taken back by every edit: sets of components cost memory.
_REMEMBERED = 64
# Facts that the access search reads itself: a control that draws them acts there, only there.
ACCESS_FACTS = frozenset({"admits", "encrypted", "relays_input"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One control against one threat at one place. `measured`: the factor a re-test found."""

    pair: Pair
    control: Control
    state: State
    declared: bool = False
    measured: float | None = None

    @property
    def drawn_as_access(self) -> bool:
        """Whether the access search already counts what this control does."""
        return self.declared and not ACCESS_FACTS.isdisjoint(self.control.establishes)

    def acts(self, on: str, *, planned: bool) -> bool:
        if self.pair.acts_on != on or (self.state == "planned" and not planned):
            return False
        if on == "success" and "admits" in self.control.establishes:
            return False
        return not (on == "access" and self.drawn_as_access)

    def is_verified(self, *, planned: bool) -> bool:
        return self.state == "verified" or (planned and self.state == "planned")

    def factor(self, *, planned: bool, optimistic: bool) -> float:
        """What P is multiplied by: measured, else the end of the range that the state allows."""
        if self.measured is not None:
            return min(max(self.measured, 0.0), 1.0)
        low, high = self.pair.factor or (1.0, 1.0)
        return low if optimistic or self.is_verified(planned=planned) else high


def against(
    graph: Graph,
    threat: Threat,
    key: str,
    element: str,
    entries: Iterable[str],
    mitigations: Iterable[Mitigation],
    covers: Covers | None = None,
) -> tuple[Standing, ...]:
    """The threat's controls that are drawn where they must stand, or tracked for the finding.

    Parameters
    ----------
    covers
        What was found along the ways of the same diagram, to be used again.
    """
    if not threat.answered_by:
        return ()
    tracked = _tracked(key, mitigations)
    places = {"effect": (element,), "entry": tuple(entries)}
    kinds = _Index.of(graph.catalog).ways(threat.needs)
    covers = Covers() if covers is None else covers
    found = []
    for pair in threat.answered_by:
        control = graph.catalog.controls[pair.control]
        declared = _declared(graph, control, pair, element, places, kinds, covers)
        mitigation = tracked.get(pair.control)
        if mitigation is None and not declared:
            continue
        state = STATES[mitigation.status] if mitigation else "implemented"
        if declared and state == "planned":
            state = "implemented"
        measured = mitigation.measured.get(key) if mitigation and state == "verified" else None
        found.append(Standing(pair, control, state, declared, measured))
    return tuple(found)


def in_place(
    graph: Graph, element: str, standing: Iterable[Standing], mitigations: Iterable[Mitigation]
) -> frozenset[str]:
    """Ids of all controls that stand at the element now: what a run could have had on."""
    ids = {one.control.id for one in standing if one.state != "planned"}
    drawn = _declared_at(graph, element, graph.catalog.controls.values())
    return frozenset(ids | drawn | _tracked_at(element, mitigations))


def worsening(
    graph: Graph, threat: Threat, element: str, mitigations: Iterable[Mitigation]
) -> tuple[str, ...]:
    """Titles of controls that stand at the element and make this threat worse."""
    suspects = _Index.of(graph.catalog).worsening.get(threat.id, ())
    if not suspects:
        return ()
    placed = _tracked_at(element, mitigations) | _declared_at(graph, element, suspects)
    return tuple(one.title for one in suspects if one.id in placed)


def lowered(
    belief: Belief,
    standing: Iterable[Standing],
    *,
    planned: bool = False,
    optimistic: bool = False,
    odds: Odds | None = None,
) -> Odds:
    """Success with the controls that the evidence did not already have on.

    Unverified controls take off one level at most, verified ones two, a break keeps all but one
    until a re-test, and nothing goes below the belief's floor.
    """
    start = odds or belief.odds
    acting = _acting(belief, standing, planned=planned)
    proven = [one for one in acting if one.is_verified(planned=planned)]
    p = start.p * _product(acting, planned=planned, optimistic=optimistic)
    p_proven = start.p * _product(proven, planned=planned, optimistic=optimistic)
    by_proven = max(level_of(p_proven), start.level.shift(-MOST_VERIFIED))
    most = MOST_VERIFIED if belief.most is None or planned else belief.most
    limits = (by_proven.shift(-MOST_UNVERIFIED), start.level.shift(-most), belief.floor)
    level = min(max(level_of(p), *limits), start.level)
    return Odds(p, level)


def factor(belief: Belief, standing: Iterable[Standing], *, planned: bool = False) -> float:
    """What P is multiplied by: a factor per mechanism, without what the evidence had on."""
    acting = _acting(belief, standing, planned=planned)
    return _product(acting, planned=planned, optimistic=False)


def levels_off(
    standing: Iterable[Standing], on: Literal["access", "impact"], *, planned: bool = False
) -> int:
    """Whole levels that controls take off access or impact, under the same two limits."""
    acting = [one for one in standing if one.acts(on, planned=planned)]
    proven = [one for one in acting if one.is_verified(planned=planned)]
    by_proven = min(_levels(proven), MOST_VERIFIED)
    return min(_levels(acting), by_proven + MOST_UNVERIFIED, MOST_VERIFIED)


def answer(key: str, standing: Iterable[Standing], mitigations: Iterable[Mitigation]) -> Answer:
    """How far the finding is answered: the furthest of its controls and of its mitigations."""
    states: list[Answer] = [one.state for one in standing]
    for one in mitigations:
        if key in one.findings and one.status in STATES:
            states.append(STATES[one.status])
    return max(states, key=ANSWERS.index, default="none")


def satisfied(establishes: Mapping[str, Scalar], facts: Mapping[str, Scalar]) -> bool:
    """Whether facts say all that a control establishes; a control without facts never is."""
    return bool(establishes) and all(
        facts.get(name) == value for name, value in establishes.items()
    )


def _tracked(key: str, mitigations: Iterable[Mitigation]) -> dict[str, Mitigation]:
    """The furthest mitigation per control for this finding."""
    best: dict[str, Mitigation] = {}
    for one in sorted(mitigations, key=lambda mitigation: mitigation.id):
        if key not in one.findings or one.status not in STATES:
            continue
        held = best.get(one.control)
        if held is None or ANSWERS.index(STATES[one.status]) > ANSWERS.index(STATES[held.status]):
            best[one.control] = one
    return best


def _declared(
    graph: Graph,
    control: Control,
    pair: Pair,
    element: str,
    places: Mapping[str, tuple[str, ...]],
    kinds: frozenset[str],
    covers: Covers,
) -> bool:
    if not control.establishes:
        return False
    if pair.at != "way":
        spots = places[pair.at]
        return bool(spots) and all(_holds_at(graph, spot, control, kinds) for spot in spots)
    if _holds_at(graph, element, control, kinds):
        return True
    return covers.covered(graph, element, control, kinds)


class _Index:
    """What of a catalog is asked again and again, found once."""

    _kept: ClassVar[list[_Index]] = []

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.flow_facts = frozenset(attribute.id for attribute in catalog.flow_attributes)
        self.worsening: dict[str, list[Control]] = {}
        for control in catalog.controls.values():
            for threat in control.worsens:
                self.worsening.setdefault(threat, []).append(control)
        kinds = catalog.flow_kinds
        self._everything = frozenset(kinds)
        self._kinds = {
            "query": frozenset({"request"}),
            "admin": frozenset({"control"}),
            "artefact": ALONG["artefact"],
            "supply": frozenset(kind.id for kind in kinds.values() if kind.lineage),
        }
        self._ways: dict[Needs, frozenset[str]] = {}

    @classmethod
    def of(cls, catalog: Catalog) -> _Index:
        for found in cls._kept:
            if found.catalog is catalog:
                return found
        cls._kept = [cls(catalog), *cls._kept[: _CATALOGS - 1]]
        return cls._kept[0]

    def ways(self, needs: Needs) -> frozenset[str]:
        """Kinds of flow by which a threat with these needs comes along."""
        found = self._ways.get(needs)
        if found is None:
            wanted = (*needs.any_of, *needs.all_of)
            kinds = (self._kinds.get(kind, self._everything) for kind in wanted)
            found = self._ways[needs] = frozenset().union(*kinds) or self._everything
        return found


def _holds_at(graph: Graph, element: str, control: Control, kinds: frozenset[str]) -> bool:
    """Drawn on the element itself, or, for facts of flows, on every such flow that comes in."""
    flow = graph.document.flows.get(element)
    if flow is not None:
        return satisfied(control.establishes, flow.attributes)
    if element not in graph.document.components:
        return False
    facts = graph.facts(element)
    for name, value in control.establishes.items():
        if facts.get(name) != value and not _arrives_with(graph, element, name, value, kinds):
            return False
    return True


def _arrives_with(
    graph: Graph, element: str, name: str, value: Scalar, kinds: frozenset[str]
) -> bool:
    if name not in _Index.of(graph.catalog).flow_facts:
        return False
    arriving = [flow.attributes for flow in graph.inflow(element) if flow.kind in kinds]
    return bool(arriving) and all(stated.get(name) == value for stated in arriving)


def guards(graph: Graph, threat: Threat, entries: tuple[str, ...]) -> tuple[str, ...]:
    """The threat's controls that are drawn at every one of its entries."""
    kinds = _Index.of(graph.catalog).ways(threat.needs)
    known = graph.catalog.controls
    drawn = [known[one.control] for one in threat.answered_by if one.at == "entry"]
    return tuple(
        one.id
        for one in drawn
        if one.establishes and all(_holds_at(graph, entry, one, kinds) for entry in entries)
    )


class Covers:
    """What stands before elements on every way there, kept while the diagram is edited.

    A gateway covers what can only be reached through it. Each answer remembers the components
    that it was read off, so that an edit takes back only answers that it can change.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[str], str], tuple[bool, frozenset[str] | None]] = {}

    def covered(self, graph: Graph, element: str, control: Control, kinds: frozenset[str]) -> bool:
        """Whether everything that arrives by these kinds of flow has passed the control.

        Notes
        -----
        O(V + E) backwards from the element, the first time.
        """
        key = (control.id, kinds, element)
        known = self._known.get(key)
        if known is None:
            answer, seen = _only_through(graph, element, control, kinds)
            read = frozenset(seen) if len(seen) <= _REMEMBERED else None
            known = self._known[key] = (answer, read)
        return known[0]

    def forget(self, touched: Set[str], among: Set[str] | None = None) -> set[tuple[str, str]]:
        """Take back what was read off these elements, of all controls or of those `among` them.

        Returns
        -------
        set of (str, str)
            The control and the element of each answer. O(answers).
        """
        if not touched or (among is not None and not among):
            return set()
        gone = [
            key
            for key, (_, read) in self._known.items()
            if (among is None or key[0] in among) and (read is None or not touched.isdisjoint(read))
        ]
        for key in gone:
            del self._known[key]
        return {(control, element) for control, _, element in gone}


def _only_through(
    graph: Graph, element: str, control: Control, kinds: frozenset[str]
) -> tuple[bool, set[str]]:
    """Whether all that arrives has passed the control, and the elements that this depends on.

    One way past it is enough for a no, which then depends on that way alone: the shortest.
    """
    flow = graph.document.flows.get(element)
    ends = {element, flow.target} if flow else {element}
    pending = deque([flow.source] if flow else _before(graph, element, kinds))
    onward: dict[str, str] = dict.fromkeys(pending, element)
    covered = False
    while pending:
        current = pending.popleft()
        if _holds_at(graph, current, control, kinds):
            covered = True
            continue
        arriving = _before(graph, current, kinds)
        if not arriving or _comes_from_less_trust(graph, current, element):
            return False, ends.union(_way(onward, current, element))
        for source in arriving:
            if source not in onward:
                onward[source] = current
                pending.append(source)
    return covered, ends | onward.keys()


def _way(onward: Mapping[str, str], start: str, end: str) -> Iterator[str]:
    """The components on the way that a walk back took, the other way round."""
    current = start
    while current != end:
        yield current
        current = onward[current]


def _before(graph: Graph, element: str, kinds: frozenset[str]) -> list[str]:
    return [flow.source for flow in graph.inflow(element) if flow.kind in kinds]


def _comes_from_less_trust(graph: Graph, start: str, element: str) -> bool:
    flow = graph.document.flows.get(element)
    here, there = graph.trust_of(start), graph.trust_of(flow.target if flow else element)
    return here is None or there is None or here < there


def _declared_at(graph: Graph, element: str, among: Iterable[Control]) -> set[str]:
    index = _Index.of(graph.catalog)
    ways = [index.ways(Needs(any_of=(kind,))) for kind in ("query", "supply", "copy")]
    return {
        control.id
        for control in among
        if control.establishes and any(_holds_at(graph, element, control, kinds) for kinds in ways)
    }


def _tracked_at(element: str, mitigations: Iterable[Mitigation]) -> set[str]:
    """Controls in place for any finding of the element."""
    return {
        one.control
        for one in mitigations
        if one.control
        and STATES.get(one.status, "planned") != "planned"
        and any(key.rpartition("@")[2] == element for key in one.findings)
    }


def _acting(belief: Belief, standing: Iterable[Standing], *, planned: bool) -> list[Standing]:
    return [
        one
        for one in standing
        if one.acts("success", planned=planned) and one.control.id not in belief.controls_on
    ]


def _product(standing: Iterable[Standing], *, planned: bool, optimistic: bool) -> float:
    """Factors multiply, one per mechanism: two rate limits are not twice a rate limit."""
    best: dict[str, float] = {}
    for one in standing:
        factor = one.factor(planned=planned, optimistic=optimistic)
        mechanism = one.control.mechanism
        best[mechanism] = min(factor, best.get(mechanism, 1.0))
    return prod(best.values())


def _levels(standing: Iterable[Standing]) -> int:
    best: dict[str, int] = {}
    for one in standing:
        mechanism = one.control.mechanism
        best[mechanism] = max(one.pair.levels, best.get(mechanism, 0))
    return sum(best.values())
