"""Where a word of a rule stands, and how its argument is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from catalog.types import Catalog

from .check import Read

Side = Literal["component", "flow"]
# What changes when a flow comes to an element or goes from it.
AT_FLOWS: frozenset[Read] = frozenset({("self", "flows")})


@dataclass(frozen=True, slots=True)
class Words:
    """Where a word stands: the catalog it speaks of, and whether of components or of flows."""

    catalog: Catalog
    side: Side


def descendants(catalog: Catalog, types: tuple[str, ...]) -> frozenset[str]:
    """The types and everything that descends from them. O(types x depth)."""
    wanted = set(types)
    known = catalog.component_types
    return frozenset(name for name in known if wanted.intersection(catalog.lineage_of(name)))


def texts(argument: object) -> tuple[str, ...]:
    """One name, or several, as the catalog writes either."""
    return (argument,) if isinstance(argument, str) else tuple(cast("list[str]", argument))
