"""One mapping of a catalog file, read key by key; what nobody asked for is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from .types import CatalogError, Level

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

MAX_TEXT = 4_000
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MARKUP = re.compile(r"<[A-Za-z/!?]|[\x00-\x08\x0b-\x1f\x7f]")
_MISSING = object()


class Entry:
    """Reads typed values out of a mapping and remembers which keys were read.

    Every method raises CatalogError with file, id and field. Call `done()` at the end: it
    refuses keys that were never read, so that a misspelt key cannot be lost in silence.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise CatalogError(f"{where}: expected a mapping of keys to values")
        self.where = where
        self._value = value
        self._read: set[str] = set()

    def fail(self, key: str, problem: str) -> CatalogError:
        return CatalogError(f"{self.where}: {key}: {problem}")

    def raw(self, key: str, default: object = _MISSING) -> object:
        """The plain value of a key. Without a default the key is required."""
        self._read.add(key)
        if key in self._value:
            return self._value[key]
        if default is _MISSING:
            raise self.fail(key, "is missing; add it")
        return default

    def has(self, key: str) -> bool:
        return key in self._value

    def text(self, key: str, default: object = _MISSING) -> str:
        value = self.raw(key, default)
        if not isinstance(value, str) or (default is _MISSING and not value.strip()):
            raise self.fail(key, "has to be text")
        if len(value) > MAX_TEXT:
            raise self.fail(key, f"is longer than {MAX_TEXT} characters; shorten it")
        if _MARKUP.search(value):
            raise self.fail(key, "carries markup or control characters; write plain text")
        return " ".join(value.split())

    def id(self, key: str = "id") -> str:
        """An id of ours: kebab-case."""
        return self._matching(key, _ID, "has to be kebab-case, such as 'data-set'")

    def name(self, key: str = "id") -> str:
        """An attribute's id: snake_case."""
        return self._matching(key, _NAME, "has to be snake_case, such as 'rate_limited'")

    def _matching(self, key: str, pattern: re.Pattern[str], problem: str) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value) or len(value) > 64:
            raise self.fail(key, problem)
        return value

    def texts(self, key: str, default: object = _MISSING) -> tuple[str, ...]:
        """A list of distinct texts; a single text stands for a list of one."""
        value = self.raw(key, default)
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(x, str) and x for x in items):
            raise self.fail(key, "has to be a list of texts")
        if len(set(items)) != len(items):
            raise self.fail(key, "names something twice")
        return tuple(items)

    def flag(self, key: str, default: object = _MISSING) -> bool:
        value = self.raw(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, "has to be true or false")
        return value

    def number(self, key: str, default: object = _MISSING) -> float:
        value = self.raw(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, "has to be a number")
        return value

    def whole(self, key: str, default: object = _MISSING) -> int:
        value = self.number(key, default)
        if not isinstance(value, int):
            raise self.fail(key, "has to be a whole number")
        return value

    def chance(self, key: str) -> tuple[float, float]:
        """A range [low, high] within [0, 1]."""
        value = self.raw(key)
        if not isinstance(value, list) or len(value) != 2:
            raise self.fail(key, "has to be a range [low, high]")
        if any(isinstance(x, bool) or not isinstance(x, int | float) for x in value):
            raise self.fail(key, "has to be a range of two numbers")
        low, high = float(value[0]), float(value[1])
        if not 0 <= low <= high <= 1:
            raise self.fail(key, "has to run from low to high within 0 and 1")
        return low, high

    def one_of(self, key: str, words: Iterable[Word], default: object = _MISSING) -> Word:
        return self._known(key, self.raw(key, default), tuple(words))

    def some_of(
        self, key: str, words: Iterable[Word], default: object = _MISSING
    ) -> tuple[Word, ...]:
        known = tuple(words)
        return tuple(self._known(key, value, known) for value in self.texts(key, default))

    def _known(self, key: str, value: object, words: tuple[Word, ...]) -> Word:
        for word in words:
            if word == value:
                return word
        raise self.fail(key, f"'{value}' is not one of {', '.join(words)}")

    def level(self, key: str) -> Level:
        return Level.parse(self.one_of(key, [level.key for level in Level]))

    def entries(self, key: str, default: object = _MISSING) -> tuple[Entry, ...]:
        """A list of mappings, each as an Entry that knows its place."""
        value = self.raw(key, default)
        if not isinstance(value, list | tuple):
            raise self.fail(key, "has to be a list")
        return tuple(Entry(item, f"{self.where}: {key}[{i}]") for i, item in enumerate(value))

    def entry(self, key: str) -> Entry:
        return Entry(self.raw(key), f"{self.where}: {key}")

    def mapping(self, key: str, default: object = _MISSING) -> Mapping[str, object]:
        value = self.raw(key, default)
        if not isinstance(value, Mapping):
            raise self.fail(key, "has to be a mapping")
        return MappingProxyType(dict(value))

    def references(self, key: str = "references") -> Mapping[str, tuple[str, ...]]:
        """Framework id -> ids within that framework."""
        inner = Entry(self.raw(key, {}), f"{self.where}: {key}")
        return MappingProxyType({name: inner.texts(name) for name in inner._value})

    def done(self) -> None:
        unknown = sorted(str(key) for key in self._value if key not in self._read)
        if unknown:
            known = ", ".join(sorted(self._read))
            raise self.fail(unknown[0], f"is not a key known here; known are {known}")


def table(entries: Iterable[Entry], read: Callable[[Entry], T]) -> Mapping[str, T]:
    """Entries read whole, by their ids, each of which is used once."""
    found: dict[str, T] = {}
    for entry in entries:
        if entry.id() in found:
            raise entry.fail("id", f"'{entry.id()}' is used twice")
        found[entry.id()] = read(entry)
        entry.done()
    return MappingProxyType(found)
