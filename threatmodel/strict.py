"""JSON from outside: strict in its grammar, bounded in depth, and storable everywhere."""

from __future__ import annotations

import math
from typing import Any

from threatmodel.core.document import DocumentError
from threatmodel.formats.source import read_json

MAX_DEPTH = 40


def read(body: bytes) -> Any:
    """Plain data.

    Raises
    ------
    DocumentError
        With one plain sentence saying why not.
    """
    data = read_json(body)
    check(data, MAX_DEPTH)
    return data


def check(data: Any, depth: int) -> None:
    """Refuse what no database stores alike: NUL, half characters, infinity, endless nests."""
    if depth == 0:
        raise DocumentError("the JSON is nested too deeply", code="limit")
    if isinstance(data, dict):
        for key, value in data.items():
            check(key, depth)
            try:
                check(value, depth - 1)
            except DocumentError as error:
                raise error.inside(key[:64]) from None
    elif isinstance(data, list):
        for value in data:
            check(value, depth - 1)
    elif isinstance(data, str):
        if not data.isascii() and any("\ud800" <= c <= "\udfff" for c in data) or "\0" in data:
            raise DocumentError("a text holds a character that cannot be stored; take it out")
    elif isinstance(data, float) and not math.isfinite(data):
        raise DocumentError("a number is too large; use a finite one")
