"""Readers of single values: plain data in, a checked value out, or a DocumentError.

A reader does not know where it stands; whoever calls it adds the place (`DocumentError.inside`),
so that a correct document pays nothing for the wording of errors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from catalog.types import Attribute, Level, Scalar, Trust

from .values import ID_PATTERN, MAX_LABEL, MAX_TEXT, Box, DocumentError, Point

Reader = Callable[[object], object]
T = TypeVar("T")

MAX_POINTS = 200
MAX_REFERENCES = 1_000
MAX_NESTING = 32
# Beyond this the coordinates of a picture lose their meaning and floats their precision.
MAX_COORDINATE = 1_000_000.0
MAX_NUMBER = 1e15

_is_id = re.compile(ID_PATTERN).fullmatch
# NUL and lone surrogates cannot be stored everywhere; the other control characters would reach
# terminals and PDF files.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def identifier(value: object) -> str:
    """An element's id.

    Examples
    --------
    >>> identifier("c-api")
    'c-api'
    """
    if not isinstance(value, str) or not _is_id(value):
        raise DocumentError(f"{shown(value)} is not an id; use 1 to 64 of a-z, 0-9 and -")
    return value


def shown(value: object) -> str:
    """A value as it may stand in a message: short and printable."""
    if isinstance(value, str):
        return ascii(value) if len(value) <= 50 else f"{ascii(value[:40])}..."
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**15):
        return repr(value)
    names = {int: "a very large number", list: "a list", dict: "a mapping"}
    return names.get(type(value), f"a {type(value).__name__}")


def storable(value: str) -> str:
    """A text without characters that some store or reader does not take."""
    # Whatever can be printed can be stored, and is told apart faster.
    found = None if value.isprintable() else _UNSTORABLE.search(value)
    if found:
        raise DocumentError(f"take out the character U+{ord(found[0]):04X}; it cannot be stored")
    return value


def text_up_to(limit: int) -> Callable[[object], str]:
    """A reader of texts of at most that many characters, which can be stored as they are."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise DocumentError(f"{shown(value)} is not text")
        if len(value) > limit:
            raise DocumentError(
                f"the text has {len(value)} characters; shorten it to {limit}", code="limit"
            )
        return storable(value)

    return read


label = text_up_to(MAX_LABEL)
text = text_up_to(MAX_TEXT)


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise DocumentError(f"{shown(value)} is neither true nor false")
    return value


def level(value: object) -> Level:
    return _worded(Level.parse, value)


def trust(value: object) -> Trust:
    return _worded(Trust.parse, value)


def _worded(parse: Callable[[str], T], value: object) -> T:
    if not isinstance(value, str) or len(value) > 40:
        raise DocumentError(f"{shown(value)} is not a word of the scale")
    try:
        return parse(value)
    except ValueError as error:
        raise DocumentError(str(error)) from None


def number(value: object) -> int | float:
    """A finite number; a whole one becomes an int, so that 600 and 600.0 have one spelling."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DocumentError(f"{shown(value)} is not a number")
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise DocumentError("the number is not finite or too large; use one below 1e15")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def coordinate(value: object) -> float:
    """A place on the canvas, in its units: points of the screen at zoom 1."""
    found = number(value)
    if abs(found) > MAX_COORDINATE:
        raise DocumentError(f"{found} is off the canvas; keep it within a million")
    return float(found)


def box(value: object) -> Box:
    """x, y, width, height; the last two are positive."""
    x, y, width, height = (coordinate(part) for part in _sequence(value, exactly=4))
    if width <= 0 or height <= 0:
        raise DocumentError("the width and height of a box must be above 0")
    return x, y, width, height


def points(value: object) -> tuple[Point, ...]:
    """Bends of a flow, each [x, y]."""
    found = []
    for pair in _sequence(value, at_most=MAX_POINTS):
        x, y = (coordinate(part) for part in _sequence(pair, exactly=2))
        found.append((x, y))
    return tuple(found)


def prior(value: object) -> tuple[float, float]:
    """A range of P in [0, 1], the lower end first."""
    low, high = (float(number(part)) for part in _sequence(value, exactly=2))
    if not 0 <= low <= high <= 1:
        raise DocumentError("a prior is two chances, the lower first, both from 0 to 1")
    return low, high


def words(value: object) -> tuple[str, ...]:
    """A set of ids or of the catalog's words: sorted, each once."""
    found = {identifier(part) for part in _sequence(value, at_most=MAX_REFERENCES)}
    return tuple(sorted(found))


def one_of(allowed: Collection[str], what: str, value: object) -> str:
    """One of some words; `what` says in the error what it should have been."""
    if not isinstance(value, str) or value not in allowed:
        raise DocumentError(f"{shown(value)} is not {what}; use one of {', '.join(allowed)}")
    return value


def optional(read: Reader) -> Reader:
    """The same reader for what may be left open."""
    return lambda value: None if value is None else read(value)


def attribute(definition: Attribute, value: object) -> Scalar:
    """A stated fact, as the catalog types it."""
    if definition.kind == "boolean":
        return boolean(value)
    if definition.kind == "number":
        return number(value)
    return one_of(definition.choices, "a choice here", value)


def plain(value: object, depth: int = 0) -> object:
    """Data that is not ours to understand, checked so that it can be stored and written back."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int | float):
        if isinstance(value, float) and not math.isfinite(value):
            raise DocumentError("the number is not finite")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise DocumentError("the whole number is too large; use at most 63 bits")
        return value
    if depth >= MAX_NESTING:
        raise DocumentError(f"the data is nested deeper than {MAX_NESTING}", code="limit")
    return _plain_container(value, depth)


def _plain_container(value: object, depth: int) -> object:
    if isinstance(value, Mapping):
        return {_key(key): plain(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, depth + 1) for part in value]
    raise DocumentError(f"{type(value).__name__} is not text, a number, a list or a mapping")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise DocumentError(f"the key {shown(key)} is not text")
    if key == "__proto__":
        raise DocumentError("the key '__proto__' is not allowed; rename it")
    return storable(key)


def _sequence(
    value: object, *, exactly: int | None = None, at_most: int | None = None
) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise DocumentError(f"{shown(value)} is not a list")
    if exactly is not None and len(value) != exactly:
        raise DocumentError(f"the list has {len(value)} entries; it needs {exactly}")
    if at_most is not None and len(value) > at_most:
        raise DocumentError(f"the list has more than {at_most} entries", code="limit")
    return value
