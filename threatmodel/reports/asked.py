"""What a report asks of those who answer for the system: one sentence each, for a board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.naming import plural

from .context import FindingLine, MitigationLine
from .ways import Ways

# A decision that ends within this time is looked at again before it does.
SOON = timedelta(days=90)
MOST_OWNERS = 3


def asked(
    document: Document,
    assessment: Assessment,
    ways: Ways,
    mitigations: Iterable[MitigationLine],
    lines: Iterable[FindingLine],
) -> tuple[str, ...]:
    """Decisions, money and answers that only people can give; nothing where nothing is due."""
    return (
        *_to_decide(document, assessment),
        *_to_fund(ways),
        *_to_renew(lines, assessment.as_of),
        *_to_hasten(mitigations),
        *_to_answer(assessment),
    )


def _to_decide(document: Document, assessment: Assessment) -> Iterator[str]:
    count = assessment.summary.above_appetite
    if count:
        appetite = document.system.appetite.key
        yield (
            f"Decide about {plural(count, 'open finding')} above the appetite ({appetite}): have "
            "it answered, or take it on with a reason and a date."
            if count == 1
            else f"Decide about {plural(count, 'open finding')} above the appetite ({appetite}): "
            "have them answered, or take them on with a reason and a date."
        )


def _to_fund(ways: Ways) -> Iterator[str]:
    plan = ways.plan
    if not plan["picks"]:
        return
    left = plan["levels_above"]["after"]
    buys = (
        "every open finding that a control can lower comes within the appetite"
        if not left
        else f"findings are then {plural(left, 'level')} above the appetite in sum, not "
        f"{plan['levels_above']['before']}"
    )
    yield f"Give {plural(plan['days'], 'day')} of work to the plan: {buys}."


def _to_renew(lines: Iterable[FindingLine], as_of: date) -> Iterator[str]:
    ends = [one.decision.until for one in lines if one.decision and one.decision.until]
    soon = sorted(day for day in ends if day <= as_of + SOON)
    if soon:
        verb = "ends" if len(soon) == 1 else "end"
        yield (
            f"Look again at {plural(len(soon), 'decision')} that {verb} within "
            f"{SOON.days} days, the first on {soon[0].day} {soon[0]:%B %Y}."
        )


def _to_hasten(mitigations: Iterable[MitigationLine]) -> Iterator[str]:
    late = [one.mitigation for one in mitigations if one.overdue]
    if not late:
        return
    owners = list(dict.fromkeys(one.owner for one in late if one.owner))
    named = ", ".join(owners[:MOST_OWNERS]) + (" and others" if len(owners) > MOST_OWNERS else "")
    who = f"ask {named} what is in the way" if owners else "nobody owns them yet; name somebody"
    yield f"Help with {plural(len(late), 'overdue mitigation')}: {who}."


def _to_answer(assessment: Assessment) -> Iterator[str]:
    count, waiting = len(assessment.questions), assessment.summary.conditional
    if count and waiting:
        yield (
            f"Have {plural(count, 'question')} answered by those who know the system: "
            f"{plural(waiting, 'finding')} {'waits' if waiting == 1 else 'wait'} for that."
        )
