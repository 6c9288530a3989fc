"""What both layouts of MITRE ATLAS have in common: ids, kinds, pages, licence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .node import Node, table
from .types import Official, OfficialEntry

PAGES = {
    "tactic": "tactics",
    "technique": "techniques",
    "sub-technique": "techniques",
    "mitigation": "mitigations",
    "case study": "studies",
}
_IDS = {
    "tactic": re.compile(r"AML\.TA\d{4}"),
    "technique": re.compile(r"AML\.T\d{4}(?:\.\d{3})?"),
    "mitigation": re.compile(r"AML\.M\d{4}"),
    "case study": re.compile(r"AML\.CS\d{4}"),
}


def entry(node: Node, kind: str, text: str) -> OfficialEntry:
    """One object; `text` names its key. A technique with a point in its number refines another."""
    id = node.id(_IDS[kind])
    node = node.named(id)
    refines = kind == "technique" and id.count(".") == 2
    return OfficialEntry(
        id=id,
        kind="sub-technique" if refines else kind,
        title=node.title("name"),
        text=node.prose(node.words(text)),
        url=f"https://atlas.mitre.org/{PAGES[kind]}/{id}",
    )


def official(node: Node, framework: str, edition: str, found: Iterable[OfficialEntry]) -> Official:
    return Official(
        framework=framework,
        title="MITRE ATLAS",
        edition=edition,
        licence="Apache-2.0",
        attribution=(
            "This product includes data from MITRE ATLAS (https://atlas.mitre.org), Copyright "
            "2021-2026 The MITRE Corporation, licensed under Apache-2.0. Changed: shown as plain "
            "text. No endorsement by MITRE."
        ),
        kinds=tuple(PAGES),
        entries=table(found, node.source),
    )
