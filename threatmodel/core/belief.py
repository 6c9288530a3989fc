"""Prior and evidence joined into how likely a tried attack works, within the method's limits.

The limits: a break puts the level up and keeps it there; holding lowers it by one level per
independent proof, two at most; what is inconclusive or stale lowers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from catalog.types import Level, Success, Threat

from . import posterior
from .evidence import DOUBLING, MEASURED_GOALS, Weighed, answered, concerns, harm_threshold, weigh
from .findings import Verdict
from .inputs import Evidence
from .posterior import Chance, Count
from .scoring import level_of, top_of

# A quantity that was measured at twice the normal amount has been reached, not only estimated.
QUANTITY_IS_CERTAIN_FROM = DOUBLING
# Queries to a broken thing with new controls on it: one level until a re-test says more.
MOST_BY_CONTROLS_ON_A_BREAK = 1


@dataclass(frozen=True, slots=True)
class Odds:
    """A probability and the level it stands for; they always agree."""

    p: float
    level: Level


@dataclass(frozen=True, slots=True)
class Belief:
    """How likely a tried attack works, before controls that the evidence did not have on.

    `low` and `high` are the ends of the range around `odds`. `floor` is the lowest level that
    controls may still reach, `most` how many levels they may take off a break. `metric` is the
    worst measured amount, for the goals that measure one.
    """

    prior: Level
    odds: Odds
    low: Odds
    high: Odds
    floor: Level
    verdict: Verdict
    pieces: tuple[Weighed, ...] = ()
    used: tuple[Weighed, ...] = ()
    chance: Chance | None = None
    most: int | None = None
    metric: float | None = None

    @property
    def controls_on(self) -> frozenset[str]:
        """Controls that some counted piece already had on: never applied to it again."""
        return frozenset(name for one in self.used for name in one.piece.controls_on)


def believe(
    threat: Threat,
    evidence: Iterable[Evidence],
    *,
    standing: frozenset[str],
    as_of: date,
) -> Belief:
    """What is believed with everything that stands: the residual's success."""
    pieces = _weighed(threat, evidence, standing, as_of)
    ended = {
        one.piece.id: answered(one, pieces, adversarial=threat.adversarial)
        for one in _broken(pieces)
    }
    pieces = tuple(_marked(one, ended.get(one.piece.id, ())) for one in pieces)
    broken = [one for one in _broken(pieces) if not ended[one.piece.id]]
    held = [one for one in pieces if one.verdict == "held" and one.weight > 0]
    return _judged(threat, pieces, broken, held, as_measured=_verified(ended, pieces))


def believe_without_controls(
    threat: Threat, evidence: Iterable[Evidence], *, as_of: date
) -> Belief:
    """What is believed of the bare model: evidence without controls, and every success."""
    pieces = _weighed(threat, evidence, frozenset(), as_of)
    held = [
        one
        for one in pieces
        if one.verdict == "held" and one.weight > 0 and not one.piece.controls_on
    ]
    return _judged(threat, pieces, _broken(pieces), held, as_measured=False)


def believed_before_evidence(threat: Threat) -> Belief:
    """The prior alone: the level of its high end."""
    low, high = (Odds(end, level_of(end)) for end in threat.success.prior)
    return Belief(
        prior=high.level,
        odds=high,
        low=low,
        high=high,
        floor=high.level.shift(-2),
        verdict="untested" if threat.tests else "not testable here",
    )


def expected(threat: Threat, belief: Belief) -> Chance:
    """P as expected: the posterior's mean, without evidence the prior's middle; and its range."""
    low, high = threat.success.prior
    if belief.chance is None:
        return Chance((low + high) / 2, low, high)
    if threat.success.goal in MEASURED_GOALS:
        return belief.chance
    p = max(posterior.mean(threat.success, count) for count in _counts(threat, belief.used))
    return replace(belief.chance, p=p)


def _weighed(
    threat: Threat, evidence: Iterable[Evidence], standing: frozenset[str], as_of: date
) -> tuple[Weighed, ...]:
    relevant = (piece for piece in evidence if concerns(piece, threat))
    ordered = sorted(relevant, key=lambda piece: (piece.taken_on, piece.id))
    return tuple(weigh(piece, threat.success, standing, as_of) for piece in ordered)


def _broken(pieces: Iterable[Weighed]) -> list[Weighed]:
    return [one for one in pieces if one.verdict == "broken" and one.weight > 0]


def _marked(one: Weighed, by: Sequence[Weighed]) -> Weighed:
    if not by:
        return one
    names = ", ".join(sorted({later.piece.test for later in by}))
    text = f"{one.text} Answered by a later run that held ({names}); it counts for inherent risk."
    return replace(one, text=text)


def _verified(ended: dict[str, tuple[Weighed, ...]], pieces: Sequence[Weighed]) -> bool:
    """Whether every break was answered by a re-test with an adaptive family beside it."""
    current = {one.piece.id for one in pieces if one.piece.current}
    proofs = [by for broken, by in ended.items() if broken in current]
    return bool(proofs) and all(
        any(one.piece.adaptive for one in by) and _families(by) >= 2 for by in ended.values()
    )


def _families(pieces: Iterable[Weighed]) -> int:
    return len({one.piece.family for one in pieces})


def _judged(
    threat: Threat,
    pieces: tuple[Weighed, ...],
    broken: list[Weighed],
    held: list[Weighed],
    *,
    as_measured: bool,
) -> Belief:
    if not pieces:
        return believed_before_evidence(threat)
    belief = replace(believed_before_evidence(threat), pieces=pieces)
    used = (*broken, *held)
    if not used:
        return replace(belief, verdict=_verdict_of_the_rest(belief, pieces))
    chance = _worst(_chances(threat, used))
    metric = max((one.piece.metric for one in used if one.piece.metric is not None), default=None)
    belief = replace(belief, used=used, chance=chance, metric=metric)
    if broken:
        return _raised(belief, chance, _floor_of_a_break(threat, broken))
    lowest = Level.VERY_LOW if as_measured else belief.prior.shift(-_levels_lowered(held))
    return _lowered(belief, chance, lowest)


def _raised(belief: Belief, chance: Chance, floor: Level) -> Belief:
    level = max(level_of(chance.p), floor, belief.prior)
    return replace(
        belief,
        odds=_odds(chance.p, level),
        low=_odds(chance.low, min(max(level_of(chance.low), floor), level)),
        high=_odds(chance.high, max(level_of(chance.high), level)),
        verdict="broken",
        most=MOST_BY_CONTROLS_ON_A_BREAK,
    )


def _lowered(belief: Belief, chance: Chance, lowest: Level) -> Belief:
    level = _between(lowest, level_of(chance.p), belief.prior)
    return replace(
        belief,
        odds=_odds(chance.p, level),
        low=_odds(chance.low, _between(lowest, level_of(chance.low), level)),
        high=_odds(chance.high, _between(level, level_of(chance.high), belief.prior)),
        floor=min(belief.floor, level),
        verdict="held",
    )


def _between(lowest: Level, level: Level, highest: Level) -> Level:
    return min(max(level, lowest), highest)


def _odds(p: float, level: Level) -> Odds:
    """The odds to go on with: where a limit moved the level, the top of that level."""
    return Odds(p if level_of(p) == level else top_of(level), level)


def _floor_of_a_break(threat: Threat, broken: Iterable[Weighed]) -> Level:
    goal = threat.success.goal
    if goal == "any":
        return Level.HIGH
    if goal == "given":
        fell = any(one.piece.declared_target_fell for one in broken)
        return Level.HIGH if fell else Level.MODERATE
    return Level.VERY_LOW


def _levels_lowered(held: Sequence[Weighed]) -> int:
    if _families(held) >= 2 and any(one.piece.adaptive for one in held):
        return 2
    return 1


def _verdict_of_the_rest(belief: Belief, pieces: Iterable[Weighed]) -> Verdict:
    verdicts = {one.verdict for one in pieces}
    if "stale" in verdicts:
        return "stale"
    return "inconclusive" if "inconclusive" in verdicts else belief.verdict


def _chances(threat: Threat, used: Sequence[Weighed]) -> list[Chance]:
    success = threat.success
    if success.goal not in MEASURED_GOALS:
        return list(posterior.chances(success, _counts(threat, used)))
    harm = harm_threshold(success)
    return [_reached(success, one.piece, harm) for one in used if harm is not None]


def _reached(success: Success, piece: Evidence, harm: float) -> Chance:
    metric = piece.metric or 0.0
    certain = success.goal == "quantity" and metric >= QUANTITY_IS_CERTAIN_FROM
    p = 1.0 if certain else posterior.chance_of_reaching(metric, piece.interval, harm)
    return Chance(p, p, p)


def _worst(chances: Iterable[Chance]) -> Chance:
    return max(chances, key=lambda chance: (chance.p, chance.share or 0.0))


def _counts(threat: Threat, used: Sequence[Weighed]) -> list[Count]:
    """One count per independent sample of targets: the worst per target over its attacks."""
    if threat.success.goal == "given":
        return [count for one in used for count in _by_stratum(one)]
    joined: dict[tuple[str, str], list[Weighed]] = defaultdict(list)
    apart = []
    for one in used:
        if one.piece.targets and one.fell == one.piece.broken:
            joined[one.piece.digest, one.piece.role].append(one)
        else:
            apart.append(Count(one.fell, one.piece.handled, one.weight))
    return [*map(_worst_per_target, joined.values()), *apart]


def _worst_per_target(pieces: Sequence[Weighed]) -> Count:
    fell: dict[int, bool] = {}
    for one in pieces:
        for target, broken in one.piece.targets.items():
            fell[target] = fell.get(target, False) or broken
    weight = max(one.weight for one in pieces)
    return Count(sum(fell.values()), len(fell), weight)


def _by_stratum(one: Weighed) -> list[Count]:
    strata = [stratum for stratum in one.piece.strata if stratum.handled]
    # Strata count what fell at the run's own eps; where less counts, they say nothing.
    if not strata or one.fell != one.piece.broken:
        return [Count(one.fell, one.piece.handled, one.weight)]
    large = [s for s in strata if s.handled >= posterior.SMALLEST_STRATUM]
    small = [s for s in strata if s.handled < posterior.SMALLEST_STRATUM]
    counts = [Count(s.broken, s.handled, one.weight) for s in large]
    if small:
        rest = Count(sum(s.broken for s in small), sum(s.handled for s in small), one.weight)
        counts.append(rest)
    return counts
