"""Silent votes: a round opened, votes kept closed, revealed together, decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.types import Level
from threatmodel import live
from threatmodel.core import votes
from threatmodel.core.findings import Finding
from threatmodel.core.naming import finding_title
from threatmodel.core.votes import Ballot, Computed, Estimate, Spread
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import Vote, VoteRound, Workshop

from . import audit, decisions, shown
from .refusal import Refusal
from .workshops import current, led, round_of, takes_part, tell


def open_round(row: Workshop, by: Person, finding: str) -> VoteRound:
    """Ask the room about a finding; after a reveal, once more."""
    led(row, by)
    return live.write(row.system_id, partial(_open, row, by, finding))


def _open(row: Workshop, by: Person, finding: str, turn: Turn) -> VoteRound:
    row = led(row, by)
    decisions.finding_of(turn, finding)
    if row.rounds.filter(revealed_at=None).exists():
        raise Refusal("A vote is open already; reveal or drop it first", code="conflict")
    made = row.rounds.create(
        finding=finding,
        title=finding_title(turn.document, turn.catalog, finding),
        number=row.rounds.filter(finding=finding).count() + 1,
    )
    row.focus = {"kind": "finding", "finding": finding}
    tell(row)
    return made


def vote(
    row: Workshop,
    by: Person,
    id: object,
    *,
    initiation: Sequence[Level],
    impact: Sequence[Level],
    reason: str,
) -> Vote:
    """Put one's vote in, or another in its place, until the reveal."""
    for name, levels in (("initiation", initiation), ("impact", impact)):
        _estimate(levels, name)
    with transaction.atomic():
        row = current(row)
        asked = _still_open(row, id)
        part = takes_part(row, by)
        values = {"initiation": list(initiation), "impact": list(impact), "reason": reason.strip()}
        values |= {"by_name": by.name, "discipline": part.discipline}
        made, _ = asked.votes.update_or_create(user=by.user, defaults=values)
        tell(row)
    return made


def _estimate(levels: Sequence[int], name: str) -> Estimate:
    try:
        return Estimate(*map(Level, levels))
    except ValueError:
        message = f"{name}: the low end may not lie above the best guess, nor that above the high"
        raise Refusal(message, field=name) from None


def _still_open(row: Workshop, id: object) -> VoteRound:
    asked = round_of(row, id)
    if asked.revealed_at is not None:
        raise Refusal("This round was revealed; vote in the next one", code="gone")
    return asked


def drop(row: Workshop, by: Person, id: object) -> None:
    """Close a round unread, as if it had never been asked."""
    with transaction.atomic():
        row = led(row, by)
        _still_open(row, id).delete()
        tell(row)


def reveal(row: Workshop, by: Person, id: object) -> VoteRound:
    """Show all votes at once, beside what was computed, and write the round into the log."""
    led(row, by)
    return live.write(row.system_id, partial(_reveal, row, by, id))


def _reveal(row: Workshop, by: Person, id: object, turn: Turn) -> VoteRound:
    row = led(row, by)
    asked = _still_open(row, id)
    ballots = _ballots(asked)
    if not ballots:
        raise Refusal("Nobody has voted yet; wait for a vote, or drop the round", code="conflict")
    levels = computed(decisions.finding_of(turn, asked.finding))
    tried, harmed = votes.spreads(ballots)
    spread = {"initiation": _spread(tried), "impact": _spread(harmed)}
    asked.computed = {"levels": _keys(levels), "spread": spread}
    asked.revealed_at = timezone.now()
    asked.save()
    turn.note("vote", by, told=[_told(row, asked, spread)])
    tell(row)
    return asked


def decide(
    row: Workshop,
    by: Person,
    id: object,
    *,
    initiation: Level | None = None,
    impact: Level | None = None,
    reason: str = "",
) -> VoteRound:
    """Settle a revealed round by its medians or by levels of the room's choice."""
    led(row, by)
    chosen = {"initiation": initiation, "impact": impact, "reason": reason.strip()}
    asked = live.write(row.system_id, partial(_decide, row, by, id, chosen))
    subject = f"{row.system.name}: {asked.title}"
    audit.note(row.system.workspace, by, "workshop decided", subject)
    return asked


def _decide(row: Workshop, by: Person, id: object, chosen: dict[str, Any], turn: Turn) -> VoteRound:
    row = led(row, by)
    asked = round_of(row, id)
    if asked.revealed_at is None:
        raise Refusal("Reveal the votes before you decide", code="conflict")
    if asked.outcome:
        raise Refusal("This round is decided; ask once more to change it", code="conflict")
    levels = computed(decisions.finding_of(turn, asked.finding))
    outcome = votes.decide(_ballots(asked), levels, **chosen)
    if outcome.likelihood_set is not None or outcome.impact_set is not None:
        asked.decision = decisions.enter(
            turn,
            by,
            finding=asked.finding,
            action="rate",
            reason=outcome.reason[:10_000],
            likelihood=outcome.likelihood_set,
            impact=outcome.impact_set,
        )
    asked.outcome = {
        "initiation": outcome.initiation.key,
        "impact": outcome.impact.key,
        "confirmed": asked.decision is None,
        "dissent": list(outcome.dissent),
        "reason": outcome.reason,
    }
    asked.save()
    tell(row)
    return asked


def computed(found: Finding) -> Computed:
    """A finding's own levels, by the steps that its explanation shows."""
    steps = {one.name: one.level for one in found.steps}
    return Computed(
        initiation=steps.get("will someone try") or Level.VERY_LOW,
        harm=steps.get("harm when tried") or Level.VERY_LOW,
        likelihood=found.likelihood,
        impact=found.impact,
    )


def _ballots(asked: VoteRound) -> list[Ballot]:
    return [
        Ballot(
            by=one.by_name,
            initiation=_estimate(one.initiation, "initiation"),
            impact=_estimate(one.impact, "impact"),
            reason=one.reason,
            discipline=one.discipline,
        )
        for one in asked.votes.all()
    ]


def _keys(levels: Computed) -> dict[str, str]:
    names = ("initiation", "harm", "likelihood", "impact")
    return {name: getattr(levels, name).key for name in names}


def _spread(found: Spread) -> dict[str, Any]:
    return {
        "median": found.median.key,
        "low": found.low.key,
        "high": found.high.key,
        "counts": {level.key: found.counts[level] for level in Level},
        "outliers": list(found.outliers),
        "agreed": found.agreed,
    }


def _told(row: Workshop, asked: VoteRound, spread: dict[str, Any]) -> dict[str, Any]:
    """A round as the log keeps it: whole, now that everybody may read it."""
    return {
        "workshop": str(row.pk),
        "round": asked.number,
        "finding": asked.finding,
        "votes": [shown.vote_row(one) for one in asked.votes.all()],
        "spread": spread,
    }
