"""The terms of a finding in words: the steps from adversary to risk, and the evidence ledger."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.types import Level, Threat

from . import posterior
from .belief import Belief
from .controls import Standing, lowered
from .decisions import Rating
from .evidence import Weighed
from .findings import LedgerRow, Step
from .impact import Impact
from .posterior import Count
from .scoring import level_of
from .terms import Attempt, Case, Terms


@dataclass(frozen=True, slots=True)
class Told:
    """The steps that say the same of every element with the same levels, in three parts.

    Between the first and the second stands access, between the second and the third impact.
    """

    first: tuple[Step, ...]
    second: tuple[Step, ...]
    third: tuple[Step, ...]


def told(
    case: Case, belief: Belief, standing: tuple[Standing, ...], residual: Terms, rating: Rating
) -> Told:
    """What `steps_of` needs besides access and impact, which name elements and assets."""
    return Told(
        (_initiation(residual.attempt, case.threat),),
        (
            _prior(case.threat, belief),
            *_evidence(belief),
            *_controls(belief, standing),
            Step("harm when tried", "The lower of access and success.", residual.harm),
            _likelihood(residual, rating),
        ),
        (
            Step("risk", "Table I-2 of likelihood and impact.", residual.risk),
            *_others(case, residual),
        ),
    )


def steps_of(parts: Told, impact: Impact, residual: Terms, rating: Rating) -> tuple[Step, ...]:
    """Every term, in the order in which docs/scoring.md takes them."""
    access = Step("access", residual.attempt.access.text, residual.access)
    return (*parts.first, access, *parts.second, _impact(impact, residual, rating), *parts.third)


def ledger(threat: Threat, belief: Belief) -> tuple[LedgerRow, ...]:
    """Each piece as it counted, the oldest first."""
    return tuple(
        LedgerRow(
            evidence=one.piece.id,
            test=one.piece.test,
            family=one.piece.family,
            adaptive=one.piece.adaptive,
            on=one.piece.taken_on,
            verdict=one.verdict,
            broken=one.piece.broken,
            handled=one.piece.handled,
            weight=one.weight,
            text=one.text + _at_other_sizes(threat, one),
        )
        for one in belief.pieces
    )


def note_of(*parts: str | tuple[str, ...]) -> str:
    """Remarks joined to one text; empty ones drop out."""
    texts: list[str] = []
    for part in parts:
        texts.extend([part] if isinstance(part, str) else part)
    return " ".join(text for text in texts if text)


def _initiation(attempt: Attempt, threat: Threat) -> Step:
    who = attempt.adversary
    if who.accident:
        return Step("will someone try", "Nobody has to: how often it happens.", attempt.initiation)
    text = (
        f"{who.name}: intent {who.intent.key}, targeting {who.targeting.key}, "
        f"capability {who.capability.key} of {threat.capability.key} needed."
    )
    return Step("will someone try", text, attempt.initiation)


def _prior(threat: Threat, belief: Belief) -> Step:
    low, high = threat.success.prior
    text = f"Between {low:g} and {high:g} before anything is measured. {threat.success.reason}"
    return Step("prior", text.strip(), belief.prior, high)


def _evidence(belief: Belief) -> tuple[Step, ...]:
    if belief.chance is None:
        return ()
    count = len(belief.used)
    runs = "one run" if count == 1 else f"{count} runs"
    measured = level_of(belief.chance.p)
    limit = "" if measured == belief.odds.level else f"; the limits make it {belief.odds.level.key}"
    text = (
        f"After {runs} an attempt is taken to work with a chance of {belief.chance.p:.2f} "
        f"({belief.chance.low:.2f} to {belief.chance.high:.2f}): {measured.key}{limit}."
    )
    return (Step("evidence", text, belief.odds.level, belief.chance.p),)


def _controls(belief: Belief, standing: tuple[Standing, ...]) -> tuple[Step, ...]:
    acting = [one for one in standing if one.state != "planned"]
    if not acting:
        return ()
    named = ", ".join(f"{one.control.title} ({_state(one, belief)})" for one in acting)
    odds = lowered(belief, standing)
    return (Step("controls", f"{named}.", odds.level, odds.p),)


def _state(one: Standing, belief: Belief) -> str:
    if one.control.id in belief.controls_on:
        return "on when it was tested"
    if one.drawn_as_access:
        return "counted in access"
    return "drawn" if one.declared and one.state == "implemented" else one.state


def _likelihood(residual: Terms, rating: Rating) -> Step:
    rated = rating.likelihood is not None
    text = "As people rated it." if rated else "Table G-5 of will someone try and harm when tried."
    return Step("likelihood", text, residual.likelihood)


def _impact(impact: Impact, residual: Terms, rating: Rating) -> Step:
    if rating.impact is not None:
        text = f"As people rated it; computed: {impact.level.key}. {impact.text}"
    elif residual.impact != impact.level:
        text = (
            f"{impact.text} What was measured and what is in place make it {residual.impact.key}."
        )
    else:
        text = impact.text
    return Step("impact", text[:1].upper() + text[1:], residual.impact)


def _others(case: Case, residual: Terms) -> tuple[Step, ...]:
    """The adversaries beside the worst one, each with how far they get."""
    steps = []
    for attempt in case.attempts:
        if attempt.adversary.id == residual.attempt.adversary.id:
            continue
        reach = attempt.access.hostile
        text = f"{attempt.adversary.name}: {_reach(reach)}; tries: {attempt.initiation.key}."
        steps.append(Step("also", text, reach))
    return tuple(steps)


def _reach(level: Level | None) -> str:
    return "cannot get there" if level is None else f"access {level.key}"


def _at_other_sizes(threat: Threat, one: Weighed) -> str:
    """The level at half and at twice the allowed change, beside the one at eps."""
    piece = one.piece
    if piece.eps is None or not piece.handled:
        return ""
    sizes = {piece.eps / 2: piece.broken_half, piece.eps * 2: piece.broken_double}
    if set(sizes.values()) == {None}:
        return " Nothing was measured at half or at twice that change."
    counts = [Count(fell, piece.handled) for fell in sizes.values() if fell is not None]
    chances = iter(posterior.chances(threat.success, counts))
    return "".join(
        f" At {eps:g} instead of {piece.eps:g}: "
        + ("not measured." if fell is None else f"{fell} fell ({level_of(next(chances).p).key}).")
        for eps, fell in sizes.items()
    )
