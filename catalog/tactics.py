"""What attackers are after with a threat: the tactics that its techniques stand under."""

from __future__ import annotations

from .framework import Framework, FrameworkEntry
from .types import Catalog

_FRAMEWORK = "atlas"


def tactics(catalog: Catalog) -> tuple[FrameworkEntry, ...]:
    """The framework's tactics in the order of an attack."""
    framework = catalog.frameworks.get(_FRAMEWORK)
    entries = framework.entries.values() if framework else ()
    return tuple(entry for entry in entries if entry.kind == "tactic")


def tactics_of(catalog: Catalog, threat_id: str) -> tuple[str, ...]:
    """Ids of the tactics under which a threat's techniques stand, each once.

    A sub-technique stands wherever its technique does.
    """
    framework = catalog.frameworks.get(_FRAMEWORK)
    if framework is None:
        return ()
    named = catalog.threats[threat_id].references.get(_FRAMEWORK, ())
    found = {group: None for id in named for group in _groups(framework, id)}
    return tuple(found)


def _groups(framework: Framework, id: str) -> tuple[str, ...]:
    entry = framework.entries.get(id)
    while entry is not None and entry.parent is not None:
        entry = framework.entries.get(entry.parent)
    return entry.groups if entry else ()
