"""Where in a file an error is: its place in words becomes a line.

Nothing keeps line numbers while a catalog is read, so that reading stays quick. Only when there is
an error is its file read once more, with marks, and its place walked down as far as it leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from .types import CatalogError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_QUOTED = re.compile(r"'([^']+)'")


def with_line(error: CatalogError, files: Mapping[str, bytes]) -> CatalogError:
    """The same error with the line that it speaks of, if its message begins with a file's name."""
    name, _, rest = str(error).partition(": ")
    if name not in files or rest.startswith("line "):
        return error
    line = line_of(files[name], rest)
    return CatalogError(f"{error} (line {line})") if line else error


def line_of(data: bytes, place: str) -> int:
    """The line of a place such as `applies.all[1]: 'agnet' is not ...`, the deepest that exists.

    A name in quotes is looked for below that place, since it is what most errors are about. 0 for
    data that is no YAML. O(size of the data).
    """
    try:
        node = yaml.compose(data.decode(), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return 0
    return 0 if node is None else _walked(node, place)


def _walked(node: yaml.Node, place: str) -> int:
    line = _line(node)
    while place:
        head, _, rest = place.partition(": ")
        for found in _STEP.finditer(head):
            step = _below(node, found)
            if step is None:
                return _line_of_word(node, place) or line
            line, node = step
        place = rest
    return line


def _below(node: yaml.Node, step: re.Match[str]) -> tuple[int, yaml.Node] | None:
    index, key = step.groups()
    if index is not None and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
        item = node.value[int(index)]
        return _line(item), item
    if key is not None and isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return _line(name), value
    return None


def _line_of_word(node: yaml.Node, problem: str) -> int:
    """The first line below a node that says a word which the problem quotes."""
    quoted = set(_QUOTED.findall(problem))
    return next((_line(one) for one in _scalars(node) if one.value in quoted), 0)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _scalars(name)
            yield from _scalars(value)


def _line(node: yaml.Node) -> int:
    mark: Any = node.start_mark  # libyaml's marks are a class of their own
    return int(mark.line) + 1
