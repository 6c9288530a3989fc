"""Bytes of strangers to plain data: JSON and YAML, read so that nothing surprises.

Both readers refuse what two programs could read in two ways (a key twice, NaN, aliases), and what
costs more than its length (deep nesting, huge numbers).
"""

from __future__ import annotations

import json
from typing import NoReturn

from catalog.source import read_yaml
from catalog.types import CatalogError
from threatmodel.core.document import DocumentError

MAX_JSON = 32 * 1024 * 1024
MAX_YAML = 2 * 1024 * 1024
MAX_DIGITS = 19
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read_text(data: bytes) -> object:
    """JSON if it begins like JSON, else YAML.

    Raises
    ------
    DocumentError
        With one sentence that says what is wrong and, where known, on which line.
    """
    body = data.removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise DocumentError("the file is empty; choose another")
    check_encoding(body)
    return read_json(body) if body.lstrip()[:1] in (b"{", b"[") else _read_yaml(body)


def check_encoding(data: bytes) -> None:
    """Refuse UTF-16 and UTF-32, with which nothing can be recognised."""
    if data.startswith(_OTHER_ENCODINGS) or b"\x00" in data[:64]:
        raise DocumentError("the file is not UTF-8; save it as UTF-8")


def read_json(data: bytes) -> object:
    """One strict JSON value."""
    if len(data) > MAX_JSON:
        raise _too_large("JSON", MAX_JSON)
    try:
        return json.loads(
            data.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_int=_integer,
            object_pairs_hook=_unique,
        )
    except UnicodeDecodeError:
        raise DocumentError("the file is not UTF-8; save it as UTF-8") from None
    except RecursionError:
        raise DocumentError("the JSON is nested too deeply", code="limit") from None
    except json.JSONDecodeError as error:
        raise DocumentError(f"not JSON from line {error.lineno} on: {error.msg}") from None


def _read_yaml(data: bytes) -> object:
    if len(data) > MAX_YAML:
        raise _too_large("YAML", MAX_YAML)
    try:
        return read_yaml(data, "the file", max_bytes=MAX_YAML)
    except CatalogError as error:
        raise DocumentError(" ".join(str(error).split())) from None


def _too_large(kind: str, limit: int) -> DocumentError:
    message = f"the {kind} is larger than {limit // 1024**2} MiB; take something out"
    return DocumentError(message, code="limit")


def _refuse_constant(word: str) -> NoReturn:
    raise DocumentError(f"{word} is not a number in JSON; use a finite one or null")


def _integer(digits: str) -> int:
    count = len(digits.removeprefix("-"))
    if count > MAX_DIGITS:
        raise DocumentError(f"a whole number has {count} digits; use at most {MAX_DIGITS}")
    return int(digits)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentError(f"the key {ascii(twice)[:60]} stands twice; keep one")
    return found
