"""MITRE ATLAS in the layout of its numbered releases: `dist/ATLAS.yaml`, one list per kind."""

from __future__ import annotations

from collections.abc import Iterator

from . import atlas
from .node import Node
from .types import Official, OfficialEntry

# 5.6.1 calls itself 5.6.0; it changed only a schema.
VERSIONS = (
    "5.0.0",
    "5.0.1",
    "5.1.0",
    "5.1.1",
    "5.2.0",
    "5.3.0",
    "5.4.0",
    "5.5.0",
    "5.6.0",
    "5.6.1",
)


def recognises(whole: Node) -> bool:
    return {"id", "version", "matrices"} <= whole.value.keys()


def read(whole: Node) -> Official:
    """Read one release.

    Raises
    ------
    CatalogError
        For a release whose layout was never looked at, or an object that cannot be used.
    """
    version = whole.words("version")
    if whole.value["id"] != "ATLAS":
        raise whole.source.fail("is not a matrix of MITRE ATLAS", "id")
    if version not in VERSIONS:
        known = f"{VERSIONS[0]} to {VERSIONS[-1]}"
        problem = f"MITRE ATLAS '{version[:40]}' is not known in this layout; {known} are"
        raise whole.source.fail(problem, "version")
    return atlas.official(whole, "atlas", version, _entries(whole))


def _entries(whole: Node) -> Iterator[OfficialEntry]:
    for matrix in whole.nodes("matrices"):
        for key, kind in (
            ("tactics", "tactic"),
            ("techniques", "technique"),
            ("mitigations", "mitigation"),
        ):
            for node in matrix.nodes(key):
                yield atlas.entry(node, kind, "description")
    for node in whole.nodes("case-studies"):
        yield atlas.entry(node, "case study", "summary")
