"""What can be done to a word so that a person still reads it, and how much of it that changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["typos", "homoglyphs", "zero-width", "synonyms", "padding"]
KINDS: tuple[Kind, ...] = ("typos", "homoglyphs", "zero-width", "synonyms", "padding")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")  # of a keyboard
LEAST = 4  # letters; in shorter words a typo makes another word
MOST = 12  # rewrites of one kind for one word
UNSEEN = "\u200b\u200c\u200d\u2060"
# Latin letters and those of other scripts that look the same.
ALIKE = dict(
    zip(
        "aceijopsxyhABCEHIKMOPSTXY",
        "\u0430\u0441\u0435\u0456\u0458\u043e\u0440\u0455\u0445\u0443\u04bb"
        "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0405\u0422\u0425\u04ae",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What may stand in place of a word; `size` counts the characters that differ."""

    kind: Kind
    text: str
    size: int


def distance(one: str, other: str) -> int:
    """Characters put in, taken out or replaced (Levenshtein).

    Examples
    --------
    >>> distance("winner", "winer"), distance("free", "fere"), distance("", "abc")
    (1, 2, 3)
    """
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, row[0] = row[0], at
        for to, wanted in enumerate(other, start=1):
            replaced = before + (letter != wanted)
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, replaced)
    return row[-1]


def rewrites(
    word: str, kinds: Collection[str], synonyms: Mapping[str, tuple[str, ...]]
) -> tuple[Rewrite, ...]:
    """All that may stand in place of a word, each once, in a fixed order.

    Examples
    --------
    >>> [one.text for one in rewrites("free", {"synonyms"}, {"free": ("gratis",)})]
    ['gratis']
    """
    made = {
        "typos": _typos(word),
        "homoglyphs": _alike(word),
        "zero-width": _unseen(word),
        "synonyms": _synonyms(word, synonyms),
    }
    found: dict[str, Rewrite] = {}
    for kind in KINDS:
        if kind in kinds and kind in made:
            for text in _spread([text for text in made[kind] if text != word]):
                found.setdefault(text, Rewrite(kind, text, distance(word, text)))
    return tuple(found.values())


def _spread(texts: list[str]) -> list[str]:
    """A long word allows hundreds; these are taken from all over it."""
    return texts if len(texts) <= MOST else [texts[at * len(texts) // MOST] for at in range(MOST)]


def _typos(word: str) -> Iterator[str]:
    """Inside a word, since people read by its ends."""
    if len(word) < LEAST:
        return
    for at in range(1, len(word) - 1):
        start, letter, end = word[:at], word[at], word[at + 1 :]
        yield start + end
        yield start + letter + letter + end
        for near in _neighbours(letter):
            yield start + near + end
        if at < len(word) - 2:
            yield start + end[0] + letter + end[1:]


def _neighbours(letter: str) -> str:
    for row in ROWS:
        at = row.find(letter.lower())
        if at >= 0:
            near = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
            return near.upper() if letter.isupper() else near
    return ""


def _alike(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        if letter in ALIKE:
            yield word[:at] + ALIKE[letter] + word[at + 1 :]


def _unseen(word: str) -> Iterator[str]:
    if len(word) > 1:
        middle = len(word) // 2
        for letter in UNSEEN:
            yield word[:middle] + letter + word[middle:]


def _synonyms(word: str, synonyms: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """As the owner lists them, with the word's own capitals."""
    for other in synonyms.get(word.lower(), ()):
        if word.isupper() and len(word) > 1:
            yield other.upper()
        else:
            yield other[:1].upper() + other[1:] if word[:1].isupper() else other
