"""The terms of one case, and the levels that they come to.

The order of the terms is the order of docs/scoring.md: will someone try, can they get there, does
it work, what then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.types import Level

from . import controls, impact, scoring
from .belief import Belief, believe, believe_without_controls, believed_before_evidence
from .controls import Standing
from .decisions import Rating
from .graph import Graph
from .impact import Impact
from .telling import Told, told
from .terms import Attempt, Case, Terms


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
        certain = [one for one in possible if one.access.protective is not None]
        self.applies = case.certain and bool(certain)
        # Those whose risk is told: of what waits for an answer, all who may get there.
        self.attempts = certain if self.applies else possible
        in_place: frozenset[str] = frozenset()
        if case.evidence:
            in_place = controls.in_place(graph, case.element, standing, case.mitigations)
        self.belief = believe(case.threat, case.evidence, standing=in_place, as_of=as_of)

    def result(self) -> Reckoned:
        """All readings together, held in their order: inherent, residual, planned."""
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
            self.attempts,
            success=controls.lowered(self.belief, self.standing).level,
            impact=self.impact_with(self.belief, controls.levels_off(self.standing, "impact")),
            off=controls.levels_off(self.standing, "access"),
            rated=self.rating.likelihood,
        )

    def inherent(self) -> Terms:
        """No controls: prior, evidence taken without any, and every success."""
        bare = believe_without_controls(self.case.threat, self.case.evidence, as_of=self.as_of)
        return self.terms(self.attempts, success=bare.odds.level, impact=self.impact_with(bare, 0))

    def planned(self) -> Terms:
        """As if every mitigation that is not dropped were verified."""
        return self._once_verified(controls.once_verified(self.standing))

    def with_controls(self, added: Iterable[Standing]) -> Terms:
        """What would stand with further controls, once these are verified; never worse than now.

        Of the mitigations that are only planned none counts, unless it is among the added ones.
        """
        now, further = self.residual(), tuple(added)
        if not further:
            return now
        present = (one for one in self.standing if one.state != "planned")
        then = self._once_verified((*present, *further))
        return then if then.risk < now.risk else now

    def _once_verified(self, standing: tuple[Standing, ...]) -> Terms:
        """With these controls, those that are only planned as if they were verified."""
        off = controls.levels_off(standing, "impact", planned=True)
        return self.terms(
            self.attempts,
            success=controls.lowered(self.belief, standing, planned=True).level,
            impact=self.impact_with(self.belief, off),
            off=controls.levels_off(standing, "access", planned=True),
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
            best = self.terms(self.attempts, success=low, impact=damage, off=off, good=True).risk
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
