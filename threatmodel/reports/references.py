"""What a threat or control is called elsewhere: ids and titles of other people's frameworks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.framework import FrameworkEntry
from catalog.types import Catalog


@dataclass(frozen=True, slots=True)
class Reference:
    """One framework's title, and the entries there that speak of the same.

    `id` is the framework's where the catalog has it.
    """

    framework: str
    entries: tuple[FrameworkEntry, ...]
    id: str = ""


def references(catalog: Catalog, cited: Mapping[str, tuple[str, ...]]) -> tuple[Reference, ...]:
    """Ids by framework, with the titles and addresses that are known of them."""
    found = []
    titles = Counter(one.title for one in catalog.frameworks.values())
    for name, ids in cited.items():
        framework = catalog.frameworks.get(name)
        known = framework.entries if framework else {}
        entries = tuple(known.get(id) or FrameworkEntry(id, "", "") for id in ids)
        title = framework.title if framework else name
        if framework and titles[title] > 1:  # the same number is another entry in each edition
            title = f"{title} {framework.edition}"
        found.append(Reference(title, entries, name if framework else ""))
    return tuple(found)
