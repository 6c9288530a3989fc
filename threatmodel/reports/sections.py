"""The sections of a report: what they are called, and which of them a report has.

A section is a file `templates/report/NN-<name>.html`; the numbers give the order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

TITLES: Mapping[str, str] = {
    "cover": "Cover",
    "summary": "The answer",
    "matrix": "Risk matrix",
    "since": "What changed since the last baseline",
    "diagram": "The system",
    "findings": "Findings",
    "decisions": "Decisions and scope",
    "paths": "Attack paths",
    "mitigations": "Mitigations",
    "plan": "Plan",
    "evidence": "Evidence",
    "lints": "What to look at again",
    "questions": "Questions",
    "workshop": "Workshops",
    "elements": "Findings by element",
    "coverage": "Coverage",
    "method": "Method",
    "terms": "Terms",
    "sources": "Sources",
}
# Whoever hands a report on may not leave out what was accepted, what nobody looked at, and whose
# work it rests on.
ALWAYS = frozenset({"cover", "summary", "decisions", "sources"})
OPTIONAL = tuple(name for name in TITLES if name not in ALWAYS)


def chosen(names: frozenset[str], has: Callable[[str], bool]) -> tuple[str, ...]:
    """The sections of a report, in their order: those that were asked for and have content.

    No names at all ask for every section.
    """
    return tuple(
        name for name in TITLES if (name in ALWAYS or not names or name in names) and has(name)
    )
