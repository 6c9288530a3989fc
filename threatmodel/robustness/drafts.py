"""A text cut at the places where it may be edited, and what stands there in each version of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rewriting import KINDS, Rewrite, rewrites

WORD = re.compile(r"\w+")
MOST_ADDED = 24  # words that may be put behind a text
NORMS = ("words", "characters")

# By place: 0 for what stands there, n for its n-th rewrite.
Version = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Draft:
    """`between` stands around the places, `was` in them; what may be added stands at the end,
    where nothing was. Distance is counted in words or characters of the whole."""

    between: tuple[str, ...]
    was: tuple[str, ...]
    choices: tuple[tuple[Rewrite, ...], ...]
    words: int
    characters: int

    def untouched(self) -> Version:
        return np.zeros(len(self.was), dtype=np.int16)

    def written(self, version: Version) -> str:
        """The text as this version has it."""
        chosen = enumerate(version.tolist())
        return self._said([self.choices[at][n - 1].text if n else self.was[at] for at, n in chosen])

    def without(self, place: int) -> str:
        """The text with the word there taken out; with what may be added there, where none is."""
        word = "" if self.was[place] else self.choices[place][0].text
        return self._said([*self.was[:place], word, *self.was[place + 1 :]])

    def _said(self, words: Sequence[str]) -> str:
        said = [self.between[0]]
        for word, after in zip(words, self.between[1:], strict=True):
            said += (word, after)
        return "".join(said)

    def sizes(self, norm: str) -> NDArray[np.int64]:
        """By place and choice, how much it edits; nothing for what stands there, nor beyond."""
        most = max((len(able) for able in self.choices), default=0)
        found = np.zeros((len(self.choices), most + 1), dtype=np.int64)
        for place, able in enumerate(self.choices):
            found[place, 1 : len(able) + 1] = [1 if norm == "words" else one.size for one in able]
        return found

    def whole(self, norm: str) -> int:
        """What the size of edits is a share of. A text that grew to twice its size is at 1."""
        return self.words if norm == "words" else self.characters


def draft(
    text: str,
    kinds: Collection[str],
    synonyms: Mapping[str, tuple[str, ...]],
    padding: Sequence[str],
) -> Draft:
    """Cut a text at its words, as far as these kinds of edits can do something to them."""
    between, was, choices, end = [], [], [], 0
    words = list(WORD.finditer(text))
    for found in words:
        able = rewrites(found.group(), kinds, synonyms)
        if able:
            between.append(text[end : found.start()])
            was.append(found.group())
            choices.append(able)
            end = found.end()
    between.append(text[end:])
    added = [padding[at % len(padding)] for at in range(MOST_ADDED if padding else 0)]
    for word in added:
        was.append("")
        choices.append((Rewrite("padding", f" {word}", len(word) + 1),))
        between.append("")
    return Draft(tuple(between), tuple(was), tuple(choices), max(len(words), 1), len(text))


def telling_words(texts: Iterable[str], others: Iterable[str], most: int) -> tuple[str, ...]:
    """Words that stand in more of `texts` than of `others`, the most telling first."""
    counted: dict[str, int] = {}
    for sign, side in ((1, texts), (-1, others)):
        for text in side:
            for word in set(WORD.findall(text.lower())):
                counted[word] = counted.get(word, 0) + sign
    ranked = sorted(counted, key=lambda word: (-counted[word], word))
    return tuple(word for word in ranked[:most] if counted[word] > 0)


__all__ = ["KINDS", "NORMS", "Draft", "Version", "draft", "telling_words"]
