"""The CoSAI Risk Map: `risks.yaml`, `controls.yaml` and `components.yaml`, each by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from .node import Node, table
from .types import Official, OfficialEntry

PAGE = "https://github.com/cosai-oasis/secure-ai-tooling"
_PARTS = {"risks": "risk", "controls": "control", "components": "component"}
_TEXTS = ("shortDescription", "longDescription", "description")
# The map carries no version: editions that were looked at are known by their content.
EDITIONS = {
    "f555670dd51f65360aee32e0b0a0e6284598804f6e0f987a8b8f462a353cf6a8": "2026-08-19",
    "844e212c8a413ce9d6a2656c4bcb96fbdbd055d4bb0b39b197c34f2627f1b6c3": "2026-08-19",
    "400292beaa66b7c707331c323b2d8b6a9c9f8382e1dfee1da1d7fdc076ed5ec2": "2026-08-19",
}
# The publisher's own way to name a reference, or another entry, within a text.
_NAMES = re.compile(r"\{\{(?:ref:([a-z0-9-]{1,80})|((?:risk|control|component)\w{1,60}))\}\}")


def recognises(whole: Node) -> bool:
    return bool(_part(whole))


def _part(whole: Node) -> str:
    """Which of the files it is; a list of theirs begins with an entry whose id says its kind."""
    for part, kind in _PARTS.items():
        match whole.value.get(part):
            case [{"id": str(id)}, *_] if id.startswith(kind):
                return part
    return ""


def read(whole: Node) -> Official:
    """Read one file of the map.

    Raises
    ------
    CatalogError
        For an entry that cannot be used.
    """
    part = _part(whole)
    nodes = list(whole.nodes(part))
    titles = {node.words("id"): node.words("title") for node in nodes}
    digest = hashlib.sha256(whole.source.text.encode()).hexdigest()
    return Official(
        framework="cosai-risk-map",
        title="CoSAI Risk Map",
        edition=EDITIONS.get(digest, f"without version, content {digest[:12]}"),
        licence="Apache-2.0",
        attribution=(
            "CoSAI Risk Map, Copyright 2025 Google LLC, licensed under Apache-2.0. Changed: "
            "shown as plain text. No endorsement by the Coalition for Secure AI."
        ),
        kinds=(_PARTS[part],),
        entries=table((_entry(node, _PARTS[part], titles) for node in nodes), whole.source),
        part=part,
    )


def _entry(node: Node, kind: str, titles: Mapping[str, str]) -> OfficialEntry:
    id = node.id(re.compile(rf"{kind}[A-Z]\w{{0,60}}"))
    node = node.named(id)
    known = {ref.words("id"): ref.words("title") for ref in node.nodes("externalReferences")}
    raw = "\n\n".join(_lines(node, node.value[key]) for key in _TEXTS if key in node.value)
    named = _NAMES.sub(lambda found: _named(found, known, titles), raw)
    return OfficialEntry(id, kind, node.title("title"), node.prose(named), PAGE)


def _lines(node: Node, value: object) -> str:
    """Paragraphs, and lists within them, as lines."""
    if isinstance(value, str):
        return " ".join(value.split())
    if not isinstance(value, list):
        raise node.fail("a description has to be a list of texts", "escription")
    return "\n\n".join(
        "\n".join(f"- {_lines(node, item)}" for item in one)
        if isinstance(one, list)
        else _lines(node, one)
        for one in value
    )


def _named(found: re.Match[str], known: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The title of what is named. A reference that is not there stays, and is then refused."""
    if found[1]:
        return known.get(found[1], found[0])
    return titles.get(found[2], found[2])
