"""One threat on one element: every term of its risk, and the finding they make.

The order of the terms is the order of docs/scoring.md: will someone try, can they get there, does
it work, what then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from catalog.types import Level

from . import controls, decisions, impact, scoring
from .belief import Belief, believe, believe_without_controls, believed_before_evidence
from .controls import Standing
from .covers import Covers
from .decisions import Rating
from .findings import Finding, Question
from .graph import Graph
from .grounds import shifted
from .grouping import cause_of
from .impact import Impact, Impacts
from .inputs import Decision
from .telling import Told, ledger, note_of, steps_of, told
from .terms import Attempt, Case, Terms

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The levels of a finding, with whatever does not say where it stands.

    `worst` is the place of the residual's adversary among the attempts.
    """

    applies: bool
    worst: int
    residual: Terms
    inherent: Level
    planned: Level
    range: tuple[Level, Level]
    inherent_at: tuple[Level, Level] | None
    planned_at: tuple[Level, Level] | None
    belief: Belief
    told: Told
    kept: str


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
        possible = [one for one in case.attempts if one.access.hostile is not None]
        if not possible:
            return None
        standing = controls.against(
            graph,
            case.threat,
            case.key,
            case.element,
            case.entries,
            case.mitigations,
            self.covers,
        )
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
        return Reckoning(
            case,
            graph,
            [one for one in case.attempts if one.access.hostile is not None],
            controls.against(
                graph, case.threat, case.key, case.element, case.entries, case.mitigations
            ),
            self._impact(case, graph),
            decisions.rating(case.decisions, as_of=self.as_of),
            self.as_of,
        )

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
        if case.evidence or rating is not _UNRATED:
            return Reckoning(case, graph, possible, standing, damage, rating, self.as_of).result()
        key = _key(case, standing, damage)
        found = self._known.get(key)
        if found is None:
            reckoning = Reckoning(case, graph, possible, standing, damage, rating, self.as_of)
            found = self._known[key] = reckoning.result()
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


class Reckoning:
    """The terms of one case, each worked out once."""

    def __init__(
        self,
        case: Case,
        graph: Graph,
        possible: list[Attempt],
        standing: tuple[Standing, ...],
        damage: Impact,
        rating: Rating,
        as_of: date,
    ) -> None:
        self.case, self.as_of, self.standing = case, as_of, standing
        self.impact, self.rating, self.possible = damage, rating, possible
        self.certain = [one for one in possible if one.access.protective is not None]
        self.applies = case.certain and bool(self.certain)
        in_place: frozenset[str] = frozenset()
        if case.evidence:
            in_place = controls.in_place(graph, case.element, standing, case.mitigations)
        self.belief = believe(case.threat, case.evidence, standing=in_place, as_of=as_of)

    def result(self) -> Reckoned:
        residual, inherent, planned = self.residual(), self.inherent(), self.planned()
        return Reckoned(
            applies=self.applies,
            worst=self.case.attempts.index(residual.attempt),
            residual=residual,
            inherent=max(inherent.risk, residual.risk),
            planned=min(planned.risk, residual.risk),
            range=self.range(residual.risk),
            inherent_at=_elsewhere(inherent, residual) if inherent.risk >= residual.risk else None,
            planned_at=_elsewhere(planned, residual) if planned.risk <= residual.risk else None,
            belief=self.belief,
            told=told(self.case, self.belief, self.standing, residual, self.rating),
            kept=self.kept_by(residual),
        )

    def residual(self) -> Terms:
        """What stands: evidence, implemented and verified controls, and what people rated."""
        return self.terms(
            self.certain if self.applies else self.possible,
            success=controls.lowered(self.belief, self.standing).level,
            impact=self.impact_with(self.belief, controls.levels_off(self.standing, "impact")),
            off=controls.levels_off(self.standing, "access"),
            rated=self.rating.likelihood,
        )

    def inherent(self) -> Terms:
        """No controls: prior, evidence taken without any, and every success."""
        bare = believe_without_controls(self.case.threat, self.case.evidence, as_of=self.as_of)
        attempts = self.certain if self.applies else self.possible
        return self.terms(attempts, success=bare.odds.level, impact=self.impact_with(bare, 0))

    def planned(self) -> Terms:
        """As if every mitigation that is not dropped were verified."""
        standing = controls.once_verified(self.standing)
        off = controls.levels_off(standing, "impact", planned=True)
        return self.terms(
            self.certain if self.applies else self.possible,
            success=controls.lowered(self.belief, standing, planned=True).level,
            impact=self.impact_with(self.belief, off),
            off=controls.levels_off(standing, "access", planned=True),
        )

    def with_controls(self, added: Iterable[Standing]) -> Terms:
        """What would stand with further controls, once these are verified; never worse than now.

        Of the mitigations that are only planned none counts, unless it is among the added ones.
        """
        now, further = self.residual(), tuple(added)
        if not further:
            return now
        present = (one for one in self.standing if one.state != "planned")
        standing = (*present, *further)
        off = controls.levels_off(standing, "impact", planned=True)
        then = self.terms(
            self.certain if self.applies else self.possible,
            success=controls.lowered(self.belief, standing, planned=True).level,
            impact=self.impact_with(self.belief, off),
            off=controls.levels_off(standing, "access", planned=True),
        )
        return then if then.risk < now.risk else now

    def range(self, residual: Level) -> tuple[Level, Level]:
        """From all answers good to all answers bad; the residual always lies inside."""
        off = controls.levels_off(self.standing, "access")
        damage = self.impact_with(self.belief, controls.levels_off(self.standing, "impact"))
        high = controls.lowered(self.belief, self.standing, odds=self.belief.high).level
        worst = self.terms(self.possible, success=high, impact=damage, off=off).risk
        best = Level.VERY_LOW
        if self.applies:
            odds = self.belief.low
            low = controls.lowered(self.belief, self.standing, optimistic=True, odds=odds).level
            best = self.terms(self.certain, success=low, impact=damage, off=off, good=True).risk
        return min(best, residual), max(worst, residual)

    def terms(
        self,
        attempts: Iterable[Attempt],
        *,
        success: Level,
        impact: Level,
        off: int = 0,
        good: bool = False,
        rated: Level | None = None,
    ) -> Terms:
        """The worst adversary's terms; the first declared of equals."""
        found = [_terms(one, success, impact, off, good, rated) for one in attempts]
        return max(found, key=lambda one: (one.likelihood, one.harm, one.attempt.initiation))

    def impact_with(self, belief: Belief, off: int) -> Level:
        """The assets' level, moved by what was measured and by controls, unless people rated it."""
        if self.rating.impact is not None:
            return self.rating.impact
        level = self.impact.level
        if self.case.threat.success.goal == "share" and belief.chance is not None:
            level = impact.by_share(level, belief.chance.share or 0.0)
        if self.case.threat.success.goal == "quantity" and belief.metric is not None:
            level = impact.by_amount(level, belief.metric, self.case.threat)
        return level.shift(-off)

    def kept_by(self, residual: Terms) -> str:
        """Which table kept the risk where it was although evidence changed the success level."""
        before = believed_before_evidence(self.case.threat)
        if not self.belief.used or before.odds.level == self.belief.odds.level:
            return ""
        prior = controls.lowered(before, self.standing).level
        was = self.terms(
            [residual.attempt],
            success=prior,
            impact=residual.impact,
            off=controls.levels_off(self.standing, "access"),
        )
        if was.risk != residual.risk or self.rating.likelihood is not None:
            return ""
        if was.success == residual.success:
            return "Evidence and controls together reach the limit that they had before."
        if was.harm == residual.harm:
            return "The evidence moved success; access keeps the harm where it was."
        table = "G-5" if was.likelihood == residual.likelihood else "I-2"
        return f"The evidence moved the likelihood of harm; table {table} keeps the risk."


def _terms(
    attempt: Attempt, success: Level, impact: Level, off: int, good: bool, rated: Level | None
) -> Terms:
    reading = attempt.access.protective if good else attempt.access.hostile
    access = reading or Level.VERY_LOW
    if off:
        access = access.shift(-off)
    harm = scoring.harm_when_tried(access, success)
    likely = scoring.likelihood(attempt.initiation, harm) if rated is None else rated
    return Terms(attempt, access, success, harm, likely, impact)


def _elsewhere(terms: Terms, residual: Terms) -> tuple[Level, Level] | None:
    """Likelihood and impact, where they differ from what stands."""
    at = (terms.likelihood, terms.impact)
    return None if at == (residual.likelihood, residual.impact) else at


_UNRATED = Rating()
_OPEN = decisions.Treated()


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
