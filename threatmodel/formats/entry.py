"""One entry of a file as a frozen value: the readers that every kind of entry shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_type_hints

from threatmodel.core.document import DocumentError
from threatmodel.core.document import fields as read
from threatmodel.core.findings import key_of

MAX_TARGETS = 10_000
_MAX_COUNT = 10**9
_YEARS = range(1970, 9999)

Readers = Mapping[str, read.Reader]
Part = TypeVar("Part")


def read_entry(kind: type[Part], data: object, readers: Readers) -> Part:
    """A value of that kind; what is null or left out has its default.

    Raises
    ------
    DocumentError
        Naming the property.
    """
    if not isinstance(data, Mapping):
        raise DocumentError(f"{read.shown(data)} is not a mapping")
    unknown = next((name for name in data if name not in readers), None)
    if unknown is not None:
        raise DocumentError("there is no such property here; take it out", field=str(unknown)[:60])
    got = {name: _value(name, reader, data.get(name)) for name, reader in readers.items()}
    given: dict[str, Any] = {name: value for name, value in got.items() if value is not None}
    parts: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]  # a dataclass, always
    missing = [one.name for one in parts if _is_needed(one) and one.name not in given]
    if missing:
        raise DocumentError("this is needed; give it a value", field=missing[0])
    return kind(**given)


def _value(name: str, reader: read.Reader, value: object) -> object:
    try:
        return None if value is None else reader(value)
    except DocumentError as error:
        raise error.inside(name) from None


def _is_needed(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def read_list(value: object, most: int, field: str = "") -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise DocumentError(f"{read.shown(value)} is not a list", field=field)
    if len(value) > most:
        raise DocumentError(f"at most {most} of these are read", field=field, code="limit")
    return value


def day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise DocumentError(f"{read.shown(value)} is not a date; write 2026-01-31") from None


def moment(value: object) -> datetime:
    """A time with its zone; years that any store and any zone can take."""
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) and len(value) < 40 else "")
    except ValueError:
        found = datetime.min
    if found.tzinfo is None or found.year not in _YEARS:
        message = f"{read.shown(value)} is not a time; write 2026-01-31T12:00:00+00:00"
        raise DocumentError(message)
    return found


def finding_key(value: object) -> str:
    threat, at, element = value.partition("@") if isinstance(value, str) else ("", "", "")
    if not at:
        raise DocumentError(f"{read.shown(value)} is not a finding's key; write threat@element")
    return key_of(read.identifier(threat), read.identifier(element))


def count(value: object) -> int:
    found = read.number(value)
    if not isinstance(found, int) or not 0 <= found <= _MAX_COUNT:
        raise DocumentError(f"{read.shown(value)} is not a count")
    return found


def whole(value: object) -> int:
    found = read.number(value)
    if not isinstance(found, int):
        raise DocumentError(f"{read.shown(value)} is not a whole number")
    return found


def real(value: object) -> float:
    return float(read.number(value))


def choice(kind: type, name: str) -> read.Reader:
    words = get_args(get_type_hints(kind)[name])
    return lambda value: read.one_of(words, "a word here", value)


def tuple_of(reader: read.Reader) -> read.Reader:
    def read_all(value: object) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) > MAX_TARGETS:
            raise DocumentError(f"{read.shown(value)} is not a list of at most {MAX_TARGETS}")
        return tuple(reader(one) for one in value)

    return read_all


def mapping_of(key: Callable[[object], object], reader: read.Reader) -> read.Reader:
    def read_all(value: object) -> dict[object, object]:
        if not isinstance(value, Mapping) or len(value) > MAX_TARGETS:
            raise DocumentError(f"{read.shown(value)} is not a mapping of at most {MAX_TARGETS}")
        return {key(name): reader(part) for name, part in value.items()}

    return read_all
