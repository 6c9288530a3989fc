"""What `manage.py catalog` says of the catalog: counts, titles, and one entry whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.core.management.base import CommandError

from catalog.blueprint import Blueprint
from catalog.editions import changes
from catalog.framework import Cited, Framework
from catalog.types import Catalog, Level, Rule, Trust

# How a link reads from its source, and from its target.
PHRASES = {
    "answers": ("answers", "answered by"),
    "matches": ("matches", "matched by"),
    "follows": ("follows", "followed by"),
}
KINDS = (
    "components",
    "threats",
    "controls",
    "adversaries",
    "frameworks",
    "crosswalks",
    "blueprints",
)
Tables = Mapping[str, Mapping[str, Any]]


def tables(catalog: Catalog, blueprints: Mapping[str, Blueprint]) -> Tables:
    """What there is of each kind, by id."""
    return {
        "components": catalog.component_types,
        "threats": catalog.threats,
        "controls": catalog.controls,
        "adversaries": catalog.adversaries,
        "frameworks": catalog.frameworks,
        "crosswalks": catalog.crosswalks,
        "blueprints": blueprints,
    }


def counts(catalog: Catalog, tables: Tables) -> dict[str, object]:
    counts: dict[str, object] = {kind: len(table) for kind, table in tables.items()}
    counts["framework entries"] = sum(len(one.entries) for one in catalog.frameworks.values())
    counts["links"] = sum(len(one.links) for one in catalog.crosswalks.values())
    counts["examples"] = sum(len(threat.examples) for threat in catalog.threats.values())
    counts["digest"] = catalog.digest
    return counts


def titles(table: Mapping[str, Any]) -> dict[str, str]:
    return {key: _title(value) for key, value in table.items()}


def _title(value: Any) -> str:
    """Editions of one framework have one title; the edition tells them apart."""
    if isinstance(value, Framework):
        return f"{value.title}, {value.edition}"
    return getattr(value, "title", "") or str(value.name)


def entry(catalog: Catalog, tables: Tables, wanted: str | None) -> dict[str, object]:
    if not wanted:
        raise CommandError("Say which entry to show, such as 'catalog show evasion-query'")
    for kind, table in tables.items():
        found = table.get(wanted)
        if found is not None:
            return {"kind": kind, **_fields(found), **_since(catalog, found)}
    cited = _cited(catalog, wanted) if "frameworks" in tables else []
    if not cited:
        raise CommandError(f"Nothing in the catalog has the id '{wanted}'; see 'catalog list'")
    return {"kind": "framework entries", "entries": cited}


def _since(catalog: Catalog, value: object) -> dict[str, object]:
    """What a later edition of a framework changed."""
    found = changes(catalog, value.id) if isinstance(value, Framework) else None
    return {"changes": _fields(found)} if found else {}


def _cited(catalog: Catalog, wanted: str) -> list[dict[str, object]]:
    """The entry of that id in every framework that has one, with the links from and to it."""
    return [
        {
            "framework": framework.id,
            "edition": framework.edition,
            **_fields(framework.entries[wanted]),
            **_links(catalog, Cited(framework.id, wanted)),
        }
        for framework in catalog.frameworks.values()
        if wanted in framework.entries
    ]


def _links(catalog: Catalog, cited: Cited) -> dict[str, list[str]]:
    """Other ends by what the link says, such as 'answered by': ['atlas AML.M0003 (publisher)']."""
    found: dict[str, list[str]] = {}
    for crosswalk in catalog.crosswalks.values():
        there, back = PHRASES[crosswalk.relation]
        for link in crosswalk.links:
            for own, phrase, other in (
                (link.source, there, link.target),
                (link.target, back, link.source),
            ):
                if own == cited:
                    said = f"{other.framework} {other.id} ({crosswalk.id}, by {crosswalk.by})"
                    found.setdefault(phrase, []).append(said)
    return found


def _fields(value: object) -> dict[str, object]:
    plain = _plain(value)
    return plain if isinstance(plain, dict) else {}


def _plain(value: object) -> object:
    """Types of the catalog as what JSON can say; what is empty is left out."""
    if isinstance(value, Level | Trust):
        return value.key
    if isinstance(value, Rule):
        children = [_plain(child) for child in value.children]
        return {value.atom or value.op: value.argument if value.op == "atom" else children}
    if is_dataclass(value):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(part) for name, part in named.items() if _says(part)}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _says(value: object) -> bool:
    return bool(value) or isinstance(value, bool | int | float)


def lines(value: object, depth: int = 0) -> list[str]:
    """Nested plain values as indented lines."""
    indent = "  " * depth
    if isinstance(value, Mapping):
        items = [(f"{key}:", part) for key, part in value.items()]
    elif isinstance(value, list):
        items = [("-", part) for part in value]
    else:
        return [f"{indent}{value}"]
    said: list[str] = []
    for label, part in items:
        if isinstance(part, Mapping | list):
            inner = lines(part, depth + 1)
            # The first line of a list's item stands behind its dash, as in YAML.
            first = f"{indent}- {inner.pop(0).lstrip()}" if label == "-" else f"{indent}{label}"
            said += [first, *inner]
        else:
            said.append(f"{indent}{label} {part}")
    return said
