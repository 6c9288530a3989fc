"""One entry of a file as a frozen value and back: what every kind of entry shares."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import partial
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from catalog.types import Level
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


def readers_of(kind: type, **others: read.Reader) -> Readers:
    """How each property of a kind is read: by its type, unless `others` give a reader of its own.

    Texts are labels, whole numbers counts; a closed list of words is read as one of them.
    """
    hints = get_type_hints(kind)
    return {name: others.get(name) or _by_type(hint) for name, hint in hints.items()}


def _by_type(hint: Any) -> read.Reader:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is Literal:
        return partial(read.one_of, get_args(hint), "a word here")
    if get_origin(hint) is tuple:
        return tuple_of(_by_type(get_args(hint)[0]))
    return _mapping if get_origin(hint) is Mapping else _BY_TYPE[hint]


def write_entry(value: Any) -> dict[str, Any]:
    """The plain data of a value: every property that differs from its default.

    Notes
    -----
    O(size). Times are written in UTC, bytes in base64, levels by their words.
    """
    found = {one.name: (getattr(value, one.name), _default(one)) for one in fields(value)}
    return {name: _plain(part) for name, (part, default) in found.items() if part != default}


def _default(one: Field[Any]) -> object:
    return one.default if one.default_factory is MISSING else one.default_factory()


def _plain(value: Any) -> Any:
    if isinstance(value, Level):
        return value.key
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return write_entry(value) if is_dataclass(value) else value


def read_each(
    rows: Iterable[object], reader: Callable[[object], Part], place: str = ""
) -> Iterator[Part]:
    """Rows read in turn; an error says which one, such as `comments[2]`."""
    for index, row in enumerate(rows):
        try:
            found = reader(row)
        except DocumentError as error:
            raise error.inside(f"{place}[{index}]") from None
        yield found


def read_list(value: object, most: int, field: str = "") -> list[Any] | tuple[Any, ...]:
    """A list of at most so many."""
    if not isinstance(value, list | tuple):
        raise DocumentError(f"{read.shown(value)} is not a list", field=field)
    if len(value) > most:
        raise DocumentError(f"at most {most} of these are read", field=field, code="limit")
    return value


def day(value: object) -> date:
    """A date without a time."""
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
    """A finding's name, both of whose parts are ids."""
    threat, at, element = value.partition("@") if isinstance(value, str) else ("", "", "")
    if not at:
        raise DocumentError(f"{read.shown(value)} is not a finding's key; write threat@element")
    return key_of(read.identifier(threat), read.identifier(element))


def count(value: object) -> int:
    """A whole number from 0 up."""
    found = read.number(value)
    if not isinstance(found, int) or not 0 <= found <= _MAX_COUNT:
        raise DocumentError(f"{read.shown(value)} is not a count")
    return found


def whole(value: object) -> int:
    """A whole number, also below 0."""
    found = read.number(value)
    if not isinstance(found, int):
        raise DocumentError(f"{read.shown(value)} is not a whole number")
    return found


def real(value: object) -> float:
    """A finite number."""
    return float(read.number(value))


def tuple_of(reader: read.Reader) -> read.Reader:
    """A reader of lists, each of whose parts it reads."""

    def read_all(value: object) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) > MAX_TARGETS:
            raise DocumentError(f"{read.shown(value)} is not a list of at most {MAX_TARGETS}")
        return tuple(reader(one) for one in value)

    return read_all


def mapping_of(key: Callable[[object], object], reader: read.Reader) -> read.Reader:
    """A reader of mappings, each of whose names and values it reads."""

    def read_all(value: object) -> dict[object, object]:
        if not isinstance(value, Mapping) or len(value) > MAX_TARGETS:
            raise DocumentError(f"{read.shown(value)} is not a mapping of at most {MAX_TARGETS}")
        return {key(name): reader(part) for name, part in value.items()}

    return read_all


def _mapping(value: object) -> object:
    """Data that is kept as it is."""
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    return read.plain(value)


_BY_TYPE: Mapping[Any, read.Reader] = {
    str: read.label,
    bool: read.boolean,
    int: count,
    float: real,
    date: day,
    datetime: moment,
    Level: read.level,
}
