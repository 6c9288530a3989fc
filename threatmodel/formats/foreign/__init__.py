"""Results of other tools as counts, with what could not be taken over. One file for each tool."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from threatmodel.core.document import DocumentError

from ..source import MAX_JSON, check_encoding, read_json
from . import garak, promptfoo, pyrit
from .art import ART
from .foolbox import FOOLBOX
from .measured import Count, Probe, Report

MOST_LINES = 200_000
READERS: tuple[tuple[Callable[[object], bool], Callable[[Any], Report]], ...] = (
    (garak.recognises, garak.read),
    (pyrit.recognises, pyrit.read),
    (promptfoo.recognises, promptfoo.read),
    (ART.recognises, ART.read),
    (FOOLBOX.recognises, FOOLBOX.read),
)
TOOLS = ("garak", "PyRIT", "promptfoo", "ART", "Foolbox")


def parse(content: bytes) -> object:
    """The plain data of a file: one JSON value, or a list of those of its lines.

    Raises
    ------
    DocumentError
        With one sentence, and the line where that is known.
    """
    body = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not body:
        raise DocumentError("the file is empty; choose another")
    check_encoding(body)
    if len(body) > MAX_JSON:
        message = f"the file is larger than {MAX_JSON >> 20} MiB; take something out"
        raise DocumentError(message, code="limit")
    first, _, rest = body.partition(b"\n")
    return _lines(body) if rest and _is_whole(first) else read_json(body)


def read(data: object) -> Report:
    """The counts of the tool that wrote the data.

    Raises
    ------
    DocumentError
        When no tool is recognised, or a value is not as that tool writes it.
    """
    for recognises, reader in READERS:
        if recognises(data):
            return reader(data)
    raise DocumentError(
        f"this is no result of {', '.join(TOOLS)} or manage.py attack that we can read"
    )


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(body: bytes) -> list[object]:
    lines = body.split(b"\n")
    if len(lines) > MOST_LINES:
        raise DocumentError(f"at most {MOST_LINES} lines are read", code="limit")
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(read_json(line))
        except DocumentError as error:
            raise error.inside(f"line {number}") from None
    return found


__all__ = ["TOOLS", "Count", "Probe", "Report", "parse", "read"]
