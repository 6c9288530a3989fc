"""Bytes of an official file as a plain value, and where in it a mistake stands.

YAML is read as catalog files are. JSON is held to the same: no key twice, no number without
bound, no deep nesting.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from catalog.source import MAX_DEPTH, read_yaml
from catalog.types import CatalogError

MAX_BYTES = 10 * 1024 * 1024
_MAX_DIGITS = 19


class Source:
    """One file: its value, and its text to find lines in."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        if len(data) > MAX_BYTES:
            size = MAX_BYTES // 1024**2
            raise self.fail(f"the file is larger than {size} MiB; take a smaller rendering of it")
        body = data.removeprefix(b"\xef\xbb\xbf")
        self.text = body.decode("utf-8", errors="replace")
        self.value = self._value(body)

    def fail(
        self, problem: str, entry: str = "", part: str = "", *, last: bool = False
    ) -> CatalogError:
        """The error that names file, entry and line.

        `part` is the spot within the entry; `last` means the last place where the id stands.
        """
        where = [self.name]
        if entry:
            where += [entry, f"line {self._line(self._start(entry, last), part)}"]
        return CatalogError(f"{': '.join(where)}: {problem}")

    def _line(self, start: int, part: str) -> int:
        spot = self.text.find(part, start) if part else start
        return self.text.count("\n", 0, max(spot, start)) + 1

    def _start(self, entry: str, last: bool) -> int:
        """Where an entry is defined: its id stands alone as a key, or as the value of `id`."""
        alone = rf"""^[ \-{{"']*(?:id["']?[ ]*:[ ]*["']?)?{re.escape(entry)}["']?[ ]*[:,}}]?\r?$"""
        found = [one.end() for one in re.finditer(alone, self.text, re.MULTILINE)]
        return found[-1 if last else 0] if found else max(self.text.find(entry), 0)

    def _value(self, body: bytes) -> object:
        start = body.lstrip()[:1]
        if not start:
            raise self.fail("the file is empty; choose another")
        if start == b"<":
            raise self.fail("this is XML; take the publisher's JSON or YAML of the same edition")
        if start in (b"{", b"["):
            return self._json(body)
        return read_yaml(body, self.name, max_bytes=MAX_BYTES)

    def _json(self, body: bytes) -> object:
        try:
            value = json.loads(
                body.decode("utf-8"),
                parse_constant=self._constant,
                parse_int=self._whole,
                object_pairs_hook=self._unique,
            )
        except UnicodeDecodeError:
            raise self.fail("the file is not UTF-8; save it as UTF-8") from None
        except RecursionError:
            raise self._deep() from None
        except json.JSONDecodeError as error:
            raise CatalogError(f"{self.name}: line {error.lineno}: {error.msg}") from None
        self._bounded(value)
        return value

    def _bounded(self, value: object) -> None:
        """Refuse what is nested deeper than YAML may be. Level by level, so without recursion."""
        level = [value]
        for _ in range(MAX_DEPTH + 1):
            mappings = [one.values() for one in level if isinstance(one, dict)]
            lists = [one for one in level if isinstance(one, list)]
            level = [inner for one in (*mappings, *lists) for inner in one]
            if not level:
                return
        raise self._deep()

    def _deep(self) -> CatalogError:
        return self.fail(f"nested deeper than {MAX_DEPTH} levels")

    def _constant(self, word: str) -> NoReturn:
        raise self.fail(f"{word} is not a number in JSON")

    def _whole(self, digits: str) -> int:
        if len(digits) > _MAX_DIGITS:
            raise self.fail(f"a whole number has more than {_MAX_DIGITS} digits")
        return int(digits)

    def _unique(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise self.fail(f"the key {ascii(twice)[:60]} stands twice")
        return found
