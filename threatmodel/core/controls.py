"""What stands against a threat: controls drawn as facts, and mitigations that people track.

Drawing a fact and tracking a mitigation are one control and count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from catalog.types import Control, Needs, Pair, Threat

from .belief import Belief, Odds
from .covers import Covers, holds_at
from .findings import parted
from .graph import Graph
from .index import Index
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
# Levels that controls take off together (docs/scoring.md, section 6).
MOST_UNVERIFIED = 1
MOST_VERIFIED = 2
# Facts that the access search reads itself: a control that draws them acts there, only there.
ACCESS_FACTS = frozenset({"admits", "encrypted", "relays_input"})


@dataclass(frozen=True, slots=True)
class Standing:
    """One control against one threat at one place. `measured`: the factor a re-test found;
    `tracked`: whether a mitigation of the register is behind it, not the drawing alone."""

    pair: Pair
    control: Control
    state: State
    declared: bool = False
    measured: float | None = None
    tracked: bool = False

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
    kinds = Index.of(graph.catalog).ways(threat.needs)
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
        found.append(Standing(pair, control, state, declared, measured, mitigation is not None))
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
    suspects = Index.of(graph.catalog).worsening.get(threat.id, ())
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


def once_verified(standing: Iterable[Standing]) -> tuple[Standing, ...]:
    """The same once every mitigation is verified, those in place too; what is only drawn stays."""
    return tuple(replace(one, state="verified") if one.tracked else one for one in standing)


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
        return bool(spots) and all(holds_at(graph, spot, control, kinds) for spot in spots)
    if holds_at(graph, element, control, kinds):
        return True
    return covers.covered(graph, element, control, kinds)


def guards(graph: Graph, threat: Threat, entries: tuple[str, ...]) -> tuple[str, ...]:
    """The threat's controls that are drawn at every one of its entries."""
    kinds = Index.of(graph.catalog).ways(threat.needs)
    known = graph.catalog.controls
    drawn = [known[one.control] for one in threat.answered_by if one.at == "entry"]
    return tuple(
        one.id
        for one in drawn
        if one.establishes and all(holds_at(graph, entry, one, kinds) for entry in entries)
    )


def _declared_at(graph: Graph, element: str, among: Iterable[Control]) -> set[str]:
    index = Index.of(graph.catalog)
    ways = [index.ways(Needs(any_of=(kind,))) for kind in ("query", "supply", "copy")]
    return {
        control.id
        for control in among
        if control.establishes and any(holds_at(graph, element, control, kinds) for kinds in ways)
    }


def _tracked_at(element: str, mitigations: Iterable[Mitigation]) -> set[str]:
    """Controls in place for any finding of the element."""
    return {
        one.control
        for one in mitigations
        if one.control
        and STATES.get(one.status, "planned") != "planned"
        and any(parted(key)[1] == element for key in one.findings)
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
