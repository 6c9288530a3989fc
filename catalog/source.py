"""Catalog files as plain values: YAML of a narrow kind, read so that nothing surprises.

Refused: aliases and anchors, tags, duplicate keys, deep nesting, large files, several documents.
Only `true` and `false` are booleans, so that `on:` and `no` stay the words they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from .types import CatalogError

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32

# libyaml is about eight times faster; the pure reader gives the same events.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "~": None}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,18})\.[0-9]{1,20}(?:e[-+]?[0-9]{1,2})?")


def read_yaml(data: bytes, name: str, *, max_bytes: int = MAX_BYTES) -> object:
    """Read one YAML document into dicts, lists, text, numbers and booleans.

    Parameters
    ----------
    data : the bytes of the file.
    name : what to call the file in an error.
    max_bytes : how large the file may be.

    Raises
    ------
    CatalogError
        For anything but one plain document; the message names file and line.

    Examples
    --------
    >>> read_yaml(b"on: [yes, 2, true]", "x.yaml")
    {'on': ['yes', 2, True]}
    """
    if len(data) > max_bytes:
        raise CatalogError(f"{name}: the file is larger than {max_bytes} bytes; split it")
    try:
        return _document(yaml.parse(data.decode("utf-8"), Loader=_Parser))
    except UnicodeDecodeError:
        raise CatalogError(f"{name}: the file is not UTF-8; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogError(f"{name}: line {line}: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = data.decode("utf-8")[: error.position].count("\n") + 1
        problem = f"not readable as YAML: {error.reason}"
        raise CatalogError(f"{name}: line {line}: {problem}") from None
    except yaml.YAMLError as error:
        raise CatalogError(f"{name}: not readable as YAML: {error}") from None


def _document(events: Iterator[yaml.Event]) -> object:
    """The value of the only document. One pass over the events, so that cost is the text's length.

    PyYAML's own constructors are left out: they know of tags, merges and more kinds of words.
    """
    documents: list[object] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if documents:
                raise _refused(event, "another document begins; keep one in a file")
            documents.append(_value(next(events), events, 0))
    return documents[0] if documents else None


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> object:
    """The value that begins with an event; the rest of it is taken from the events. O(its size)."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _refused(event, "aliases are not allowed; write it out")
    if tag := getattr(event, "tag", None):
        raise _refused(event, f"tags are not allowed; remove '{tag}'")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event.value) if event.implicit[0] else event.value
    if depth == MAX_DEPTH:
        raise _refused(event, f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, depth + 1)
    return _sequence(events, depth + 1)


def _mapping(events: Iterator[yaml.Event], depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _value(event, events, depth)
        if not isinstance(key, str):
            raise _refused(event, f"the key {key!r} is not text")
        if key == "<<":
            raise _refused(event, "merge keys are not allowed; write it out")
        if key in found:
            raise _refused(event, f"the key '{key}' stands twice")
        found[key] = _value(next(events), events, depth)
    return found


def _sequence(events: Iterator[yaml.Event], depth: int) -> list[object]:
    found: list[object] = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        found.append(_value(event, events, depth))
    return found


def _scalar(text: str) -> object:
    """What an unquoted word means."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text


def _refused(event: yaml.Event, problem: str) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark  # libyaml's marks are a class of their own
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
