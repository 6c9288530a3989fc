"""The prose of OSCAL controls: statements with numbered items, and what stands in for values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .node import MAX_TEXT, Node

_PARTS = ("statement", "overview", "guidance")
_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([\w.-]{1,80})\s*\}\}")
_MAX_PARAM = 2_000
_NESTED = 4  # a choice may insert a parameter whose choice inserts another


def params(catalog: Node) -> Mapping[str, str]:
    """What to read where a parameter is inserted, by its id."""
    found: dict[str, str] = {}
    waiting = [catalog]
    while waiting:
        node = waiting.pop()
        for key in ("groups", "controls"):
            waiting.extend(node.nodes(key))
        for param in node.nodes("params"):
            id = param.words("id")
            found[id] = _param(param.named(id))
    return found


def _param(param: Node) -> str:
    select = param.value.get("select")
    if isinstance(select, Mapping):
        read = _choices(param, select)
    else:
        read = f"[Assignment: {param.words('label', 'organization-defined')}]"
    if len(read) > _MAX_PARAM:
        raise param.fail(f"a parameter is longer than {_MAX_PARAM} characters")
    return read


def _choices(param: Node, select: Mapping[str, object]) -> str:
    choices = select.get("choice", [])
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        raise param.fail("choice: has to be a list of texts")
    many = " (one or more)" if select.get("how-many") == "one-or-more" else ""
    return f"[Selection{many}: {'; '.join(choices)}]"


def text(node: Node, params: Mapping[str, str]) -> str:
    """A control's own text: what it asks for, then what the publisher says about it."""
    parts = [part for part in node.nodes("parts") if part.value.get("name") in _PARTS]
    parts.sort(key=lambda part: _PARTS.index(part.words("name")))
    raw = "\n\n".join("\n".join(_lines(part, 0)) for part in parts)
    for _ in range(_NESTED):
        # Before each round, so that parameters within parameters cannot multiply.
        if len(raw) > MAX_TEXT:
            break
        raw = _INSERT.sub(lambda found: params.get(found[1], found[0]), raw)
    return node.prose(raw)


def _lines(part: Node, depth: int) -> Iterator[str]:
    labels = [one.words("value") for one in part.nodes("props") if one.words("name") == "label"]
    lead = "Discussion:" if part.value.get("name") == "guidance" else "".join(labels[:1])
    prose = part.words("prose").strip() if part.value.get("prose") else ""
    if prose or labels:
        yield f"{'  ' * depth}{lead} {prose}".rstrip() if lead else f"{'  ' * depth}{prose}"
    for inner in part.nodes("parts"):
        yield from _lines(inner, depth + 1)
