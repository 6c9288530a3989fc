"""Small systems and threats written the way catalog files write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import catalog
from catalog.applies import parse_rule
from catalog.types import Catalog, Level, Needs, Side, Success, Threat
from threatmodel.core.document import parse
from threatmodel.core.graph import Graph

NOWHERE = Side()
MODEL = {"id": "m", "type": "inference-endpoint"}
# From the open web to a served model: what is made of what, and one who asks.
LINE: dict[str, Any] = {
    "components": [
        {"id": "crawl", "type": "web-crawl"},
        {"id": "set", "type": "data-set"},
        {"id": "job", "type": "training-job"},
        {"id": "artefact", "type": "model-artefact"},
        MODEL,
        {"id": "app", "type": "web-application"},
    ],
    "flows": [
        {"id": "f1", "kind": "data", "source": "crawl", "target": "set"},
        {"id": "f2", "kind": "training", "source": "set", "target": "job"},
        {"id": "f3", "kind": "artefact", "source": "job", "target": "artefact"},
        {"id": "f4", "kind": "deployment", "source": "artefact", "target": "m"},
        {"id": "f5", "kind": "request", "source": "app", "target": "m"},
    ],
}


def graph_of(words: Catalog | None = None, **parts: object) -> Graph:
    """A diagram from terse rows: `components`, `flows`, `zones`, `assets`, `adversaries`."""
    words = words or catalog.load()
    data = {"format": "bartizan/1", "system": {"name": "Small"}, **parts}
    document, _ = parse(data, words, as_entered=True)
    return Graph(document, words)


def threat_of(
    applies: object,
    *,
    name: str = "test-threat",
    type: str | Iterable[str] = "inference-endpoint",
    flow: Iterable[str] = (),
    entry: Side = NOWHERE,
    via: Side = NOWHERE,
) -> Threat:
    types = (type,) if isinstance(type, str) else tuple(type)
    return Threat(
        id=name,
        title="A threat for a test",
        description="",
        effect_on=Side(flow=tuple(flow)) if flow else Side(type=types),
        applies=parse_rule(applies, name),
        needs=Needs(any_of=("query",)),
        capability=Level.LOW,
        success=Success("any", (0.2, 0.5), "for a test"),
        outcomes=(),
        answered_by=(),
        references={},
        entry=entry,
        via=via,
    )


def words_with(*threats: Threat) -> Catalog:
    """The real vocabulary with only these threats."""
    named: Mapping[str, Threat] = {threat.id: threat for threat in threats}
    return replace(catalog.load(), threats=named, digest=f"test {id(named)}")
