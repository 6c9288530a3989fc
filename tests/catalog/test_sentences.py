"""Every sentence is ours: none of the catalog's stands in the texts of other publishers."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from catalog.loader import PACKAGED

SOURCES = os.environ.get("BARTIZAN_CATALOG_SOURCES", "")
TEXTS = {".yaml", ".yml", ".json", ".md", ".txt"}
# Drafts and notes of ours that lie among the sources.
OUR_OWN = {"proposed", "SOURCE.md"}
# Files of facts: whatever stands in them is somebody's name for something.
FACTS = {"frameworks", "crosswalks"}
SHORTEST = 8

Words = tuple[str, ...]


def sentences(text: str) -> Iterator[Words]:
    """Sentences of enough words to be somebody's, without case and punctuation."""
    for sentence in re.split(r"[.!?;:](?:\s|$)|\n\s*\n", text):
        words = words_of(sentence)
        if len(words) >= SHORTEST:
            yield words


def words_of(text: str) -> Words:
    return tuple(re.findall(r"[a-z0-9]+", text.lower().replace("\\n", " ")))


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def ours() -> Iterator[Words]:
    for path in sorted(PACKAGED.rglob("*.yaml")):
        if path.parent.name not in FACTS:
            read = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
            for text in texts_in(read):
                yield from sentences(text)


def theirs() -> Iterator[Path]:
    for path in sorted(Path(SOURCES).rglob("*")):
        if path.suffix in TEXTS and OUR_OWN.isdisjoint(path.parts):
            yield path


def found(wanted: Iterable[Words], text: str) -> set[str]:
    """Those of the wanted sentences that stand in a text, word for word. O(words)."""
    by_start: dict[Words, set[Words]] = defaultdict(set)
    for sentence in wanted:
        by_start[sentence[:SHORTEST]].add(sentence)
    words = words_of(text)
    starts = zip(*(words[place:] for place in range(SHORTEST)), strict=False)
    return {
        " ".join(sentence)
        for place, start in enumerate(starts)
        for sentence in by_start.get(start, ())
        if words[place : place + len(sentence)] == sentence
    }


def test_a_sentence_is_found_whatever_its_case_punctuation_and_line_breaks() -> None:
    wanted = set(sentences("One reads it aloud, twice, and nobody notices the second time."))
    there = "He said: one reads it ALOUD twice\nand nobody notices - the second time! Then left."
    assert found(wanted, there) == {"one reads it aloud twice and nobody notices the second time"}
    assert found(wanted, there.replace("notices", "sees")) == set()


def test_there_are_sentences_of_ours_to_compare() -> None:
    assert len(set(ours())) > 1_000


@pytest.mark.skipif(not SOURCES, reason="BARTIZAN_CATALOG_SOURCES names no folder of real files")
def test_no_sentence_of_ours_stands_in_a_source() -> None:
    wanted = set(ours())
    paths = list(theirs())
    assert paths
    copied = {
        (path.name, sentence)
        for path in paths
        for sentence in found(wanted, path.read_text(encoding="utf-8", errors="replace"))
    }
    assert not copied
