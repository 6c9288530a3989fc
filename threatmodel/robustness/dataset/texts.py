"""Texts with labels from a stranger: unicode in an npz, a CSV with `text,label`, or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RobustnessError
from .archive import ROW_LIMIT
from .kinds import Wording

TEXT_LIMIT, TOTAL_LIMIT = 10_000, 2**25  # characters of one text, and of all
WORD_LIMIT, LISTED_LIMIT = 200, 2000  # of a synonym, and how many may be listed
LABEL_LIMIT = 2**53
STRINGS = np.dtypes.StringDType()
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
NEEDED = ("text", "label")

Arrays = dict[str, NDArray[Any]]


def are_lines(data: bytes) -> bool:
    """Whether these bytes begin as JSON lines do, or as a CSV with its two columns named."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    names = head.splitlines()[0].split(b",") if head else []
    return head.startswith(b"{") or {b"text", b"label"} <= {name.strip(b'" ') for name in names}


def lines(data: bytes, columns: Mapping[str, str]) -> Arrays:
    """Texts, labels and further columns, as an npz would hold them.

    Raises
    ------
    RobustnessError
        Naming the line and what is expected there.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RobustnessError("data set: texts must be in UTF-8; save the file so") from error
    rows = list(_json_lines(text) if text.lstrip().startswith("{") else _csv(text))
    if not rows:
        raise RobustnessError("data set: it has no texts")
    found = {
        "x": written([said["text"] for _, said in rows]),
        "y": np.array([_label(said["label"], at) for at, said in rows], dtype=np.int64),
    }
    further = {name: [_number(said, name, at) for at, said in rows] for name in columns.values()}
    return found | {name: np.array(values) for name, values in further.items()}


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for at, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or not isinstance(said.get("text"), str):
            raise RobustnessError(f'data set: line {at} must be {{"text": "...", "label": 0}}')
        _within(at)
        yield at, {"label": None} | said


def _csv(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        for number, said in enumerate(reader, start=1):
            _within(number)
            if None in said or None in said.values():
                raise RobustnessError(
                    f"data set: line {reader.line_num} has more or fewer fields than the first; "
                    "put texts with commas in quotes"
                )
            yield reader.line_num, said
    except csv.Error as error:
        raise RobustnessError(
            f"data set: the CSV cannot be read after line {reader.line_num}; close its quotes and "
            f"keep texts under {TEXT_LIMIT:,} characters"
        ) from error


def _within(number: int) -> None:
    if number > ROW_LIMIT:
        raise RobustnessError(f"data set: over {ROW_LIMIT:,} texts")


def _label(said: object, at: int) -> int:
    try:
        number = int(said) if isinstance(said, str) else said
    except ValueError:
        number = None
    if type(number) is not int or abs(number) > LABEL_LIMIT:
        raise RobustnessError(f"data set: line {at} needs a whole number as its label")
    return number


def _number(said: Mapping[str, Any], name: str, at: int) -> float:
    try:
        return float(said[name])
    except (KeyError, OverflowError, TypeError, ValueError):
        raise RobustnessError(f"data set: line {at} needs a number as {name[:60]}") from None


def written(texts: Sequence[str]) -> NDArray[Any]:
    """One column of texts, each as long as it is."""
    try:
        return np.array(texts, dtype=STRINGS).reshape(-1, 1)
    except ValueError as error:  # half a letter (a lone surrogate) has no UTF-8
        raise RobustnessError("data set: a text holds half of a character; save it anew") from error


def rows(found: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Texts and labels that can be used.

    Raises
    ------
    RobustnessError
        Naming the text, counted from 1, and what to do about it.
    """
    x, y = found["x"], found["y"]
    if not x.ndim or x.size != len(x) or y.ndim != 1 or len(x) != len(y) or not len(x):
        raise RobustnessError("data set: x must be texts, one to a row, and y one label for each")
    if y.dtype.kind not in "iu":
        raise RobustnessError("data set: y must be integer labels")
    if len(x) > ROW_LIMIT:
        raise RobustnessError(f"data set: over {ROW_LIMIT:,} texts")
    try:
        texts = [str(text) for text in x.reshape(-1).tolist()]
    except ValueError as error:
        raise RobustnessError("data set: x holds what is not text") from error
    for number, text in enumerate(texts, start=1):
        _check(number, text)
    if sum(map(len, texts)) > TOTAL_LIMIT:
        raise RobustnessError(f"data set: over {TOTAL_LIMIT:,} characters in all; take fewer texts")
    if (y == y[0]).all():
        raise RobustnessError("data set: all texts have the same label; two classes are needed")
    return written(texts), y.astype(np.int64)


def _check(number: int, text: str) -> None:
    if not text.strip():
        raise RobustnessError(f"data set: text {number} is empty; take it out")
    if len(text) > TEXT_LIMIT:
        raise RobustnessError(f"data set: text {number} has over {TEXT_LIMIT:,} characters")
    for pattern, what in ((CONTROL, "a control character"), (TURNING, "a turn of direction")):
        seen = pattern.search(text)
        if seen:
            point = f"U+{ord(seen.group()):04X}"
            raise RobustnessError(f"data set: text {number} holds {what} ({point}); take it out")


def wording(said: Mapping[str, Any]) -> Wording:
    """What `text` in dataset.yaml states: synonyms, and words that may be added.

    Raises
    ------
    RobustnessError
        Naming the entry.
    """
    told = said.get("text", {})
    if not isinstance(told, dict) or not set(told) <= {"synonyms", "padding"}:
        raise RobustnessError("dataset.yaml: text may have synonyms and padding")
    synonyms, padding = told.get("synonyms", {}), told.get("padding", [])
    if not isinstance(synonyms, dict) or len(synonyms) > LISTED_LIMIT:
        raise RobustnessError("dataset.yaml: text.synonyms must be {word: [other word]}")
    return Wording(
        synonyms={
            _word(word, "text.synonyms").lower(): _words(others, "text.synonyms")
            for word, others in synonyms.items()
        },
        padding=_words(padding, "text.padding"),
    )


def _words(said: object, where: str) -> tuple[str, ...]:
    if not isinstance(said, list) or len(said) > LISTED_LIMIT:
        raise RobustnessError(f"dataset.yaml: {where} must list words")
    return tuple(_word(word, where) for word in said)


def _word(said: object, where: str) -> str:
    if not isinstance(said, str) or not said.strip() or len(said) > WORD_LIMIT:
        raise RobustnessError(
            f"dataset.yaml: {where} must list words of at most {WORD_LIMIT} letters, in quotes "
            "where they mean yes, no or a number"
        )
    if CONTROL.search(said) or TURNING.search(said):
        raise RobustnessError(f"dataset.yaml: {where} holds characters that cannot be seen")
    return said.strip()
