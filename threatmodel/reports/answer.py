"""The report in a few sentences, for who reads nothing else."""

from __future__ import annotations

import re

from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.naming import plural

_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
GIST = 60  # words
KEPT = ("accepted", "transferred")  # what one decided to bear, or has somebody else bear


def gist(description: str, most: int = GIST) -> str:
    """What a system is, in as many of its first sentences as stay within `most` words.

    Examples
    --------
    >>> gist("It reads digits. It books them, too.", 4)
    'It reads digits.'
    >>> gist("It reads digits and books them", 3)
    'It reads digits …'
    """
    words = description.split()
    if len(words) <= most:
        return description
    told = ""
    for sentence in _SENTENCE.findall(description):
        if len((told + sentence).split()) > most:
            break
        told += sentence
    return told.strip() or " ".join([*words[:most], "…"])


def answer(document: Document, assessment: Assessment) -> str:
    """The report in two sentences."""
    summary = assessment.summary
    if summary.risk is None:
        if summary.by_treatment:
            return " ".join(filter(None, (_decided(assessment), _waiting(summary.conditional))))
        if summary.conditional:
            return f"No threat is known to apply yet. {_waiting(summary.conditional)}"
        return "No threat of the catalog applies to what has been drawn."
    appetite, above = document.system.appetite.key, summary.above_appetite
    placed = "no open finding lies" if not above else f"{plural(above, 'open finding')} lie"
    placed += "s" if above == 1 else ""
    told = f"The residual risk is {summary.risk.key}: {placed} above the appetite ({appetite})."
    return " ".join(filter(None, (told, _taken_on(assessment), _waiting(summary.conditional))))


def _decided(assessment: Assessment) -> str:
    """Where nothing is open the risk is what was taken on, not none."""
    count = sum(assessment.summary.by_treatment.values())
    told = f"No finding is open: {'the one' if count == 1 else f'all {count:,}'} that "
    told += "applies was decided about." if count == 1 else "apply were decided about."
    taken = [one for one in assessment.findings if one.applies == "yes" and one.treatment in KEPT]
    if not taken:
        return told
    verb, worst = "was" if len(taken) == 1 else "were", max(one.residual for one in taken)
    return f"{told} {len(taken):,} {verb} accepted or transferred, up to {worst.key}."


def _taken_on(assessment: Assessment) -> str:
    """Risk above the appetite that somebody took on is no open finding, and no secret either."""
    taken = [
        finding
        for finding in assessment.findings
        if finding.treatment in KEPT and finding.position == "above"
    ]
    if not taken:
        return ""
    worst = max(finding.residual for finding in taken)
    verb = "was" if len(taken) == 1 else "were"
    return (
        f"{plural(len(taken), 'finding')} above it, up to {worst.key}, {verb} accepted or "
        "transferred."
    )


def _waiting(conditional: int) -> str:
    if not conditional:
        return ""
    verb = "waits" if conditional == 1 else "wait"
    return f"{plural(conditional, 'more finding')} {verb} for an answer."
