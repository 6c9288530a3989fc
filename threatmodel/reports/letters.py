"""Which letters a PDF can show: those of our own fonts, and of the machine that lays it out."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from functools import cache
from io import BytesIO

from fontTools.ttLib import TTFont

from threatmodel.core.naming import plural

from . import pdf

# Controls, joiners, spaces: nothing of them is seen, so that nothing is missing.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_MOST_NAMED = 4
_LONGEST_S = 10


def lost(words: str) -> tuple[str, ...]:
    """The letters of a text that no font here has, each once, in the order of their numbers."""
    return tuple(sorted(c for c in set(words) if ord(c) not in known() and _is_seen(c)))


def named(letters: tuple[str, ...]) -> str:
    """Letters that cannot be shown, so by their numbers.

    Examples
    --------
    >>> named(("中", "文"))
    'U+4E2D, U+6587'
    >>> named(tuple("一二三四五六"))
    'U+4E00, U+4E09, U+4E8C, U+4E94 and 2 more'
    """
    first = sorted(letters)[:_MOST_NAMED]
    rest = len(letters) - len(first)
    return ", ".join(f"U+{ord(c):04X}" for c in first) + (f" and {rest} more" if rest else "")


def told(letters: tuple[str, ...]) -> str:
    """What the report itself says of them; nothing where all are shown.

    Examples
    --------
    >>> told(("中",))[:34], told(())
    ('1 letter could not be printed: U+4', '')
    """
    if not letters:
        return ""
    return (
        f"{plural(len(letters), 'letter')} could not be printed: {named(letters)}. No font of the "
        "machine that made this report has them, so boxes stand in their place; the document that "
        "this file carries, and the HTML report, have them as they were typed."
    )


@cache
def known() -> frozenset[int]:
    """The numbers of all letters that some font has; fonts put in later count after a restart."""
    own = (TTFont(BytesIO(body), lazy=True).getBestCmap() for body in pdf.fonts().values())
    return frozenset(_machine()).union(*own)


def _machine() -> set[int]:
    """Of the fonts that fontconfig offers, to which layout turns where ours have no letter."""
    program = shutil.which("fc-list")
    if program is None:
        return set()
    command = [program, "--format", "%{charset}\n"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_S)  # noqa: S603
    found: set[int] = set()
    for span in set(done.stdout.split()):
        first, _, last = span.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def _is_seen(letter: str) -> bool:
    if unicodedata.category(letter) in _UNSEEN:
        return False
    return not unicodedata.name(letter, "").startswith("VARIATION SELECTOR")
