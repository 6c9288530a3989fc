"""Catalog files as plain values: YAML of a narrow kind, read so that nothing surprises.

Refused: aliases and anchors, tags, duplicate keys, deep nesting, large files, several documents.
Only `true` and `false` are booleans, so that `on:` and `no` stay the words they look like.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from .types import CatalogError

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32

# libyaml is about eight times faster; the pure reader gives the same values.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _NarrowLoader(_Parser):  # type: ignore[misc]  # PyYAML's loader classes are untyped
    """PyYAML's safe loader with YAML 1.2's words and no second value for a key."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is not text", problem_mark=key_node.start_mark
                )
            if key == "<<":
                raise yaml.MarkedYAMLError(
                    problem="merge keys are not allowed; write it out",
                    problem_mark=key_node.start_mark,
                )
            if key in found:
                raise yaml.MarkedYAMLError(
                    problem=f"the key '{key}' stands twice", problem_mark=key_node.start_mark
                )
            found[key] = self.construct_object(value_node, deep=deep)
        return found


def _resolve(tag: str, pattern: str, first: str) -> None:
    _NarrowLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first)
    )


_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("null", r"^(?:null|~)$", "n~")
_resolve("int", r"^-?(?:0|[1-9][0-9]{0,18})$", "-0123456789")
_resolve("float", r"^-?(?:0|[1-9][0-9]{0,18})\.[0-9]{1,20}(?:e[-+]?[0-9]{1,2})?$", "-0123456789")


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
        text = data.decode("utf-8")
        _refuse_cleverness(text, name)
        return yaml.load(text, Loader=_NarrowLoader)  # noqa: S506  # a subclass of the safe loader
    except UnicodeDecodeError:
        raise CatalogError(f"{name}: the file is not UTF-8; save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogError(f"{name}: line {line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise CatalogError(f"{name}: not readable as YAML: {error}") from None


def _refuse_cleverness(text: str, name: str) -> None:
    """Look at the events alone, before any value is built: cost is bounded by the text's length."""
    depth = 0
    for event in yaml.parse(text, Loader=_Parser):
        mark, tag = event.start_mark, getattr(event, "tag", None)
        line = mark.line + 1 if mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise CatalogError(f"{name}: line {line}: aliases are not allowed; write it out")
        if tag:
            raise CatalogError(f"{name}: line {line}: tags are not allowed; remove '{tag}'")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise CatalogError(f"{name}: line {line}: nested deeper than {MAX_DEPTH} levels")
