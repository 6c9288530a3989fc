"""What a room thinks of a finding: silent votes, their spread, and the decision that follows.

People vote on *will someone try* and on impact, never on what was measured (docs/workshops.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from catalog.types import Level

from . import scoring

DISCIPLINES = {
    "security": "security",
    "data-science": "data science",
    "operations": "operations",
    "compliance": "compliance and risk",
    "product": "product",
    "domain": "the domain",
}
# So many levels from the median somebody is asked why.
FAR = 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """What somebody holds possible, and what is likeliest: low <= best <= high."""

    low: Level
    best: Level
    high: Level

    def __post_init__(self) -> None:
        if not self.low <= self.best <= self.high:
            raise ValueError("low may not lie above best, nor best above high")

    def allows(self, level: Level) -> bool:
        return self.low <= level <= self.high


@dataclass(frozen=True, slots=True)
class Ballot:
    """One person's vote on one finding."""

    by: str
    initiation: Estimate
    impact: Estimate
    reason: str = ""
    discipline: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far apart a room is. `counts` are the bests by level, very low first."""

    median: Level
    low: Level
    high: Level
    counts: tuple[int, ...]
    outliers: tuple[str, ...]

    @property
    def agreed(self) -> bool:
        """Whether everybody holds the same level for the likeliest."""
        return sum(count > 0 for count in self.counts) == 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a room decided. A level that stays as it was computed is not overridden.

    So what is measured later still moves it. `dissent` names whose range leaves out a level that
    was chosen.
    """

    initiation: Level
    impact: Level
    likelihood_set: Level | None
    impact_set: Level | None
    dissent: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A finding's own levels, hidden until the reveal."""

    initiation: Level
    harm: Level
    likelihood: Level
    impact: Level


def median(levels: Iterable[Level]) -> Level:
    """The middle one; of two in the middle the higher, which is the cautious side.

    Examples
    --------
    >>> median([Level.LOW, Level.HIGH, Level.HIGH]).key, median([Level.LOW, Level.HIGH]).key
    ('high', 'high')
    """
    ordered = sorted(levels)
    return ordered[len(ordered) // 2]


def spread(named: Sequence[tuple[str, Estimate]]) -> Spread:
    """How the estimates of at least one person lie.

    An outlier's best is two levels or more from the median, or its whole range leaves it out.
    """
    bests = [one.best for _, one in named]
    middle = median(bests)
    return Spread(
        median=middle,
        low=min(one.low for _, one in named),
        high=max(one.high for _, one in named),
        counts=tuple(bests.count(level) for level in Level),
        outliers=tuple(by for by, one in named if _is_outlier(one, middle)),
    )


def _is_outlier(one: Estimate, middle: Level) -> bool:
    return abs(one.best - middle) >= FAR or not one.allows(middle)


def spreads(ballots: Sequence[Ballot]) -> tuple[Spread, Spread]:
    """Of *will someone try* and of impact."""
    return _of(ballots, _initiation), _of(ballots, _impact)


def _initiation(one: Ballot) -> Estimate:
    return one.initiation


def _impact(one: Ballot) -> Estimate:
    return one.impact


def _of(ballots: Sequence[Ballot], part: Callable[[Ballot], Estimate]) -> Spread:
    return spread([(one.by, part(one)) for one in ballots])


def decide(
    ballots: Sequence[Ballot],
    computed: Computed,
    *,
    initiation: Level | None = None,
    impact: Level | None = None,
    reason: str = "",
) -> Outcome:
    """What the room's levels do to a finding; the medians, where nothing else is chosen.

    The likelihood follows by table G-5 from the room's *will someone try* and the computed harm
    when tried, which nobody votes on.
    """
    tried, harmed = spreads(ballots)
    initiation = tried.median if initiation is None else initiation
    impact = harmed.median if impact is None else impact
    likely = scoring.likelihood(initiation, computed.harm)
    against = [one for one in ballots if _dissents(one, initiation, impact)]
    told = (
        f"{len(ballots)} voted: will someone try, {initiation.key} ({_span(tried)}); "
        f"impact, {impact.key} ({_span(harmed)})"
    )
    because = [f"The room's reason: {reason.rstrip('. ')}"] if reason else []
    return Outcome(
        initiation=initiation,
        impact=impact,
        likelihood_set=None if _stands(initiation, likely, computed) else likely,
        impact_set=None if impact == computed.impact else impact,
        dissent=tuple(one.by for one in against),
        reason=". ".join([told, *because, *map(_against, against)]) + ".",
    )


def _stands(initiation: Level, likely: Level, computed: Computed) -> bool:
    """Whether the finding says so already, and not because people set it."""
    return initiation == computed.initiation and likely == computed.likelihood


def _dissents(one: Ballot, initiation: Level, impact: Level) -> bool:
    return not (one.initiation.allows(initiation) and one.impact.allows(impact))


def _against(one: Ballot) -> str:
    because = f", because: {one.reason.rstrip('. ')}" if one.reason else ""
    held = f"will someone try, {one.initiation.best.key}; impact, {one.impact.best.key}"
    return f"{one.by} dissents ({held}){because}"


def _span(found: Spread) -> str:
    return f"{found.low.key} to {found.high.key}" if found.low != found.high else "all agree"


def missing(disciplines: Collection[str]) -> str:
    """A kind word on who is not in the room; empty where nobody has said who is.

    Examples
    --------
    >>> missing(["security", "data-science", "operations", "compliance", "product"])
    'Nobody speaks for the domain yet. Who could join, or take that view for now?'
    """
    absent = [name for key, name in DISCIPLINES.items() if key not in disciplines]
    if not absent or not any(disciplines):
        return ""
    named = " or ".join(filter(None, [", ".join(absent[:-1]), absent[-1]]))
    return f"Nobody speaks for {named} yet. Who could join, or take that view for now?"
