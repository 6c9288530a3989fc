"""One threat on one element: every term of its risk, and the finding they make.

The order of the terms is the order of docs/scoring.md: will someone try, can they get there, does
it work, what then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from catalog.types import Level

from . import controls, decisions, impact, scoring
from .belief import Belief, believe, believe_without_controls, believed_before_evidence
from .findings import Finding, Question
from .graph import Graph
from .telling import ledger, note_of, steps_of
from .terms import Attempt, Case, Terms


def judge(case: Case, graph: Graph, as_of: date) -> Finding | None:
    """The finding, or None when nobody can get there in any reading of the unknown facts."""
    possible = [one for one in case.attempts if one.access.hostile is not None]
    certain = [one for one in possible if one.access.protective is not None]
    if not possible:
        return None
    applies = case.certain and bool(certain)
    return _Judge(case, graph, as_of, possible, certain, applies).finding()


class _Judge:
    """The terms of one case, each worked out once."""

    def __init__(
        self,
        case: Case,
        graph: Graph,
        as_of: date,
        possible: list[Attempt],
        certain: list[Attempt],
        applies: bool,
    ) -> None:
        self.case, self.graph, self.as_of = case, graph, as_of
        self.possible, self.certain, self.applies = possible, certain, applies
        threat = case.threat
        self.standing = controls.against(
            graph, threat, case.key, case.element, case.entries, case.mitigations
        )
        in_place = self.in_place() if case.evidence else frozenset()
        self.belief = believe(threat, case.evidence, standing=in_place, as_of=as_of)
        self.impact = impact.of(graph, threat, case.element)
        self.rating = decisions.rating(case.decisions, as_of=as_of)

    def finding(self) -> Finding:
        case, residual = self.case, self.residual()
        inherent = max(self.inherent().risk, residual.risk)
        planned = min(self.planned().risk, residual.risk)
        treated = self.treated(residual.risk)
        appetite = self.graph.document.system.appetite
        return Finding(
            key=case.key,
            threat=case.threat.id,
            element=case.element,
            applies="yes" if self.applies else "conditional",
            treatment=treated.treatment,
            position="above" if residual.risk > appetite else "within",
            answered=self.answered(),
            verdict=self.belief.verdict,
            likelihood=residual.likelihood,
            impact=residual.impact,
            inherent=inherent,
            residual=residual.risk,
            planned=planned,
            range=self.range(residual.risk),
            score=scoring.score(residual.likelihood, residual.impact),
            adversary=residual.attempt.adversary.id,
            cause=self.cause(residual.attempt),
            questions=self.questions(residual),
            controls=tuple(pair.control for pair in case.threat.answered_by),
            steps=steps_of(case, self.belief, self.impact, self.standing, residual, self.rating),
            ledger=ledger(case.threat, self.belief),
            proposal=treated.proposal,
            impact_assumed=self.impact.assumed and self.rating.impact is None,
            note=note_of(
                treated.note, self.kept_by(residual), self.worsened(), self.rating.reasons
            ),
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
        """As if every planned mitigation were verified."""
        off = controls.levels_off(self.standing, "impact", planned=True)
        return self.terms(
            self.certain if self.applies else self.possible,
            success=controls.lowered(self.belief, self.standing, planned=True).level,
            impact=self.impact_with(self.belief, off),
            off=controls.levels_off(self.standing, "access", planned=True),
        )

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

    def in_place(self) -> frozenset[str]:
        case = self.case
        return controls.in_place(self.graph, case.element, self.standing, case.mitigations)

    def treated(self, residual: Level) -> decisions.Treated:
        newest = max((one.piece.taken_on for one in self.belief.used), default=None)
        return decisions.treated(
            self.case.decisions, residual=residual, newest_evidence=newest, as_of=self.as_of
        )

    def answered(self) -> controls.Answer:
        return controls.answer(self.case.key, self.standing, self.case.mitigations)

    def questions(self, residual: Terms) -> tuple[Question, ...]:
        """What decides whether it applies, then what would narrow it; each fact once."""
        attempts = self.possible if not self.certain else [residual.attempt]
        asked = [*self.case.questions]
        for one in attempts:
            if one.access.hostile != one.access.protective:
                asked.extend(one.access.questions)
        if self.rating.impact is None:
            asked.extend(self.impact.questions)
        return tuple({(one.element, one.attribute): one for one in reversed(asked)}.values())[::-1]

    def cause(self, attempt: Attempt) -> str:
        """Findings with one cause read as one row: one entry, one change, one fix."""
        at_entry = self.case.threat.cause == "entry" and attempt.access.entry
        return f"{self.case.threat.id}@{attempt.access.entry if at_entry else self.case.element}"

    def worsened(self) -> str:
        """No number is known for what a control makes worse, so it is said instead."""
        titles = controls.worsening(
            self.graph, self.case.threat, self.case.element, self.case.mitigations
        )
        return f"Made more likely by what is in place: {', '.join(titles)}." if titles else ""

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
    access = (reading or Level.VERY_LOW).shift(-off)
    harm = scoring.harm_when_tried(access, success)
    likely = scoring.likelihood(attempt.initiation, harm) if rated is None else rated
    return Terms(attempt, access, success, harm, likely, impact)
