"""One threat on one element: the finding that its terms make, or that there is none."""

from __future__ import annotations

from datetime import date
from functools import partial

from catalog.types import Level

from . import controls, decisions, scoring
from .belief import Belief
from .controls import Standing
from .covers import Covers
from .decisions import Rating
from .findings import Finding, Question
from .graph import Graph
from .grounds import shifted
from .grouping import cause_of
from .impact import Impact, Impacts
from .inputs import Decision
from .reckoning import Reckoned, Reckoning
from .telling import ledger, note_of, steps_of
from .terms import Attempt, Case

Key = tuple[object, ...]


class Judge:
    """Judges cases as of a day. Make another when the adversaries are others.

    Without evidence and ratings the levels follow from the threat, how far each adversary gets,
    the controls that stand, and the impact: the same of these are reckoned once.
    """

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self._known: dict[Key, Reckoned] = {}
        self._impacts: Impacts | None = None
        self.covers = Covers()

    def finding(self, case: Case, graph: Graph) -> Finding | None:
        """The finding; None when nobody can get there in any reading of the unknown facts."""
        possible = _possible(case)
        if not possible:
            return None
        standing = _standing(case, graph, self.covers)
        damage = self._impact(case, graph)
        rating = decisions.rating(case.decisions, as_of=self.as_of) if case.decisions else _UNRATED
        found = self._reckoned(case, graph, possible, standing, damage, rating)
        residual = found.residual.by(case.attempts[found.worst])
        treated = self._treated(case.decisions, residual.risk, found.belief, graph)
        asked = _questions(case, possible, residual.attempt, damage, rating)
        return Finding(
            key=case.key,
            threat=case.threat.id,
            element=case.element,
            applies="yes" if found.applies else "conditional",
            treatment=treated.treatment,
            position="above" if residual.risk > graph.document.system.appetite else "within",
            answered=controls.answer(case.key, standing, case.mitigations),
            verdict=found.belief.verdict,
            likelihood=residual.likelihood,
            impact=residual.impact,
            inherent=found.inherent,
            residual=residual.risk,
            planned=found.planned,
            range=found.range,
            score=scoring.score(residual.likelihood, residual.impact),
            adversary=residual.attempt.adversary.id,
            cause=_cause(case, graph, residual.attempt, found.applies, asked),
            questions=asked,
            controls=tuple(pair.control for pair in case.threat.answered_by),
            steps=steps_of(found.told, damage, residual, rating),
            ledger=ledger(case.threat, found.belief),
            proposal=treated.proposal,
            impact_assumed=damage.assumed and rating.impact is None,
            note=note_of(treated.note, found.kept, _worsened(case, graph), rating.reasons),
            lapsed=treated.lapsed,
            until=treated.until,
            inherent_at=found.inherent_at,
            planned_at=found.planned_at,
        )

    def reckoning(self, case: Case, graph: Graph) -> Reckoning:
        """What a finding's numbers are made of, to ask what would change them."""
        damage = self._impact(case, graph)
        rating = decisions.rating(case.decisions, as_of=self.as_of)
        standing = _standing(case, graph)
        return Reckoning(case, graph, _possible(case), standing, damage, rating, self.as_of)

    def _impact(self, case: Case, graph: Graph) -> Impact:
        if self._impacts is None or self._impacts.graph is not graph:
            self._impacts = Impacts(graph)
        return self._impacts.of(case.threat, case.element)

    def _reckoned(
        self,
        case: Case,
        graph: Graph,
        possible: list[Attempt],
        standing: tuple[Standing, ...],
        damage: Impact,
        rating: Rating,
    ) -> Reckoned:
        # What was measured or rated belongs to one finding alone.
        is_own = case.evidence or rating is not _UNRATED
        key = None if is_own else _key(case, standing, damage)
        found = None if key is None else self._known.get(key)
        if found is None:
            reckoning = Reckoning(case, graph, possible, standing, damage, rating, self.as_of)
            found = reckoning.result()
            if key is not None:
                self._known[key] = found
        return found

    def _treated(
        self, made: tuple[Decision, ...], residual: Level, belief: Belief, graph: Graph
    ) -> decisions.Treated:
        if not made:
            return _OPEN
        newest = max((one.piece.taken_on for one in belief.used), default=None)
        return decisions.treated(
            made,
            residual=residual,
            newest_evidence=newest,
            as_of=self.as_of,
            shifted=partial(shifted, graph),
        )


_UNRATED = Rating()
_OPEN = decisions.Treated()


def _possible(case: Case) -> list[Attempt]:
    """Of all adversaries those who may get there."""
    return [one for one in case.attempts if one.access.hostile is not None]


def _standing(case: Case, graph: Graph, covers: Covers | None = None) -> tuple[Standing, ...]:
    return controls.against(
        graph, case.threat, case.key, case.element, case.entries, case.mitigations, covers
    )


def _key(case: Case, standing: tuple[Standing, ...], damage: Impact) -> Key:
    """What the levels follow from where nothing was measured and nobody rated."""
    tries = tuple(
        (one.adversary.id, one.initiation, one.access.hostile, one.access.protective)
        for one in case.attempts
    )
    stand = tuple(
        (one.control.id, one.pair.at, one.pair.acts_on)
        + (one.state, one.declared, one.measured, one.tracked)
        for one in standing
    )
    return case.threat.id, case.certain, tries, stand, damage.level


def _questions(
    case: Case, possible: list[Attempt], worst: Attempt, damage: Impact, rating: Rating
) -> tuple[Question, ...]:
    """What decides whether it applies, then what would narrow it; each fact once."""
    certain = any(one.access.protective is not None for one in possible)
    asked = [*case.questions]
    for one in [worst] if certain else possible:
        if one.access.hostile != one.access.protective:
            asked.extend(one.access.questions)
    if rating.impact is None:
        asked.extend(damage.questions)
    return tuple({(one.element, one.attribute): one for one in reversed(asked)}.values())[::-1]


def _cause(
    case: Case, graph: Graph, attempt: Attempt, applies: bool, asked: tuple[Question, ...]
) -> str:
    at_entry = case.threat.cause == "entry" and attempt.access.entry
    return cause_of(
        graph,
        case.element,
        who=attempt.adversary.id,
        place=attempt.access.entry if at_entry else case.element,
        asked=None if applies else asked[0].element if asked else case.element,
    )


def _worsened(case: Case, graph: Graph) -> str:
    """No number is known for what a control makes worse, so it is said instead."""
    titles = controls.worsening(graph, case.threat, case.element, case.mitigations)
    return f"Made more likely by what is in place: {', '.join(titles)}." if titles else ""
