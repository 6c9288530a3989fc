"""What people decided about a finding, as it stands on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from catalog.types import Level

from .inputs import Decision, Ground, Treatment

TREATMENTS: dict[str, Treatment] = {
    "accept": "accepted",
    "transfer": "transferred",
    "avoid": "avoided",
    "dismiss": "dismissed",
    "reopen": "open",
}


@dataclass(frozen=True, slots=True)
class Treated:
    """The treatment with what to say about it. `proposal` is what an imported file suggests.

    `lapsed` says why the last decision counts no more, `until` is the last day on which it does.
    """

    treatment: Treatment = "open"
    note: str = ""
    proposal: str = ""
    lapsed: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """Levels that people set in place of the computed ones, each with its reason."""

    likelihood: Level | None = None
    impact: Level | None = None
    reasons: tuple[str, ...] = ()


def treated(
    decisions: Iterable[Decision],
    *,
    residual: Level,
    newest_evidence: date | None,
    as_of: date,
    shifted: Callable[[Iterable[Ground]], str] = lambda _: "",
) -> Treated:
    """The last treatment decided, unless it has ended.

    An acceptance ends when the residual rises above what was accepted, by newer evidence or by an
    edit; a dismissal when `shifted` tells of another value of a fact it rests on; everything ends
    after its last day. Decisions of one day count in the order given.
    """
    entered, proposed = _parted(one for one in decisions if one.action in TREATMENTS)
    proposal = _told(proposed[-1]) if proposed else ""
    if not entered or entered[-1].action == "reopen":
        return Treated(proposal=proposal)
    last = entered[-1]
    ended = _ended(last, residual, newest_evidence, as_of) or _grounds_ended(last, shifted)
    if ended:
        lapsed = f"{TREATMENTS[last.action].capitalize()} no more: {ended}"
        note = f"{_told(last)} has ended: {ended}."
        return Treated(note=note, proposal=proposal, lapsed=lapsed)
    return Treated(TREATMENTS[last.action], f"{_told(last)}.", proposal, until=last.until)


def rating(decisions: Iterable[Decision], *, as_of: date) -> Rating:
    """The last likelihood and the last impact that people set, each until it ends."""
    entered, _ = _parted(one for one in decisions if one.action == "rate")
    likelihood = impact = None
    reasons: dict[str, str] = {}
    for one in entered:
        if one.until is not None and one.until < as_of:
            continue
        if one.likelihood is not None:
            likelihood = one.likelihood
            reasons["likelihood"] = f"Likelihood rated {likelihood.key} by {one.by}: {one.reason}"
        if one.impact is not None:
            impact = one.impact
            reasons["impact"] = f"Impact rated {impact.key} by {one.by}: {one.reason}"
    return Rating(likelihood, impact, tuple(reasons.values()))


def _parted(decisions: Iterable[Decision]) -> tuple[list[Decision], list[Decision]]:
    """Decisions with effect, and proposals of a file, the oldest first."""
    ordered = sorted(decisions, key=lambda one: one.on)
    entered = [one for one in ordered if one.origin == "entered"]
    return entered, [one for one in ordered if one.origin == "imported"]


def _ended(decision: Decision, residual: Level, newest_evidence: date | None, as_of: date) -> str:
    if decision.until is not None and decision.until < as_of:
        return f"it held until {decision.until.isoformat()}"
    accepted = decision.accepted_level
    if decision.action != "accept" or accepted is None or residual <= accepted:
        return ""
    if newest_evidence is not None and newest_evidence >= decision.on:
        return f"a test of {newest_evidence.isoformat()} raised the risk above {accepted.key}"
    return f"the risk has risen from {accepted.key} to {residual.key} since it was accepted"


def _grounds_ended(decision: Decision, shifted: Callable[[Iterable[Ground]], str]) -> str:
    told = shifted(decision.grounds) if decision.grounds else ""
    return f"what it rested on is otherwise: {told}" if told else ""


def _told(decision: Decision) -> str:
    by = f" by {decision.by}" if decision.by else ""
    treatment = TREATMENTS[decision.action].capitalize()
    reason = decision.reason.rstrip(".")
    return f"{treatment}{by} on {decision.on.isoformat()}: {reason}"
