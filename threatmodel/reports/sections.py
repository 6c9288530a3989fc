"""The sections of a report: what they are called, and which of them a report has.

A section is a file `templates/report/NN-<name>.html` and nothing else: the numbers give the order,
and its first heading, `<h1 id="s-<name>">`, is what it is called wherever sections are chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "templates" / "report"
_FILES = "[0-9][0-9]-*.html"
_HEADING = re.compile(r'<h1 id="s-([a-z]+)">([^<{]+)</h1>')


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its `file` among the templates of reports, and its `title` for people."""

    title: str
    file: str


def sections(folder: Path = FOLDER) -> Mapping[str, Section]:
    """Every section of a folder by its name, in the order of the report. O(size of the files)."""
    files = {file.stem[3:]: file for file in sorted(folder.glob(_FILES))}
    return {name: Section(_title(name, file), file.name) for name, file in files.items()}


def _title(name: str, file: Path) -> str:
    """As its own heading says; a section without one, such as the cover, is called by its name."""
    titles = dict(_HEADING.findall(file.read_text()))
    return titles.get(name, name.capitalize())


SECTIONS = sections()
# Whoever hands a report on may not leave out what was accepted, what nobody looked at, and whose
# work it rests on.
ALWAYS = frozenset({"cover", "summary", "decisions", "sources"})
OPTIONAL = tuple(name for name in SECTIONS if name not in ALWAYS)


def chosen(names: frozenset[str], has: Callable[[str], bool]) -> tuple[str, ...]:
    """The sections of a report, in their order: those that were asked for and have content.

    No names at all ask for every section.
    """
    return tuple(
        name for name in SECTIONS if (name in ALWAYS or not names or name in names) and has(name)
    )
