"""NIST's catalogs in OSCAL, as JSON or YAML: SP 800-53 and the Cybersecurity Framework."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import oscal_text
from .node import Node, table
from .types import Official, OfficialEntry

_VERSION = re.compile(r"v?1\.[0-2]\.[0-9]{1,2}")
_CONTROL = re.compile(r"[A-Za-z]{2}[A-Za-z0-9.-]{0,30}")
_BECAME = ("moved-to", "incorporated-into")


@dataclass(frozen=True, slots=True)
class Publication:
    """`says` is found in the title of its catalogs, `edition` in their title or version."""

    framework: str
    title: str
    says: str
    edition: re.Pattern[str]
    page: str
    kinds: tuple[str, ...]


PUBLICATIONS = (
    Publication(
        "nist-sp-800-53",
        "NIST SP 800-53",
        "800-53",
        re.compile(r"5(?:\.[0-9]{1,2}){1,2}"),
        "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final",
        ("family", "control", "enhancement"),
    ),
    Publication(
        "nist-csf",
        "NIST Cybersecurity Framework",
        "Cybersecurity Framework",
        re.compile(r"2\.0"),
        "https://www.nist.gov/cyberframework",
        ("function", "category", "subcategory"),
    ),
)


def recognises(whole: Node) -> bool:
    match whole.value.get("catalog"):
        case {"uuid": str(), "metadata": dict()}:
            return True
    return False


def read(whole: Node) -> Official:
    """Read one catalog.

    Raises
    ------
    CatalogError
        For a catalog or an edition that is not known, or a control that cannot be used.
    """
    catalog = whole.named("metadata").node("catalog")
    metadata = catalog.node("metadata")
    version = metadata.words("oscal-version")
    if not _VERSION.fullmatch(version):
        problem = f"OSCAL '{version[:40]}' is not known; 1.0 to 1.2 are"
        raise metadata.fail(problem, "oscal-version")
    publication, edition = _publication(metadata)
    return Official(
        framework=publication.framework,
        title=publication.title,
        edition=edition,
        licence="public domain",
        attribution=(
            f"{publication.title} {edition}, National Institute of Standards and Technology. In "
            "the public domain in the United States. Changed: shown as plain text. No "
            "endorsement by NIST."
        ),
        kinds=publication.kinds,
        entries=table(_entries(catalog, publication), whole.source),
    )


def _publication(metadata: Node) -> tuple[Publication, str]:
    title = metadata.words("title")
    found = next((one for one in PUBLICATIONS if one.says in title), None)
    if found is None:
        known = " and ".join(one.title for one in PUBLICATIONS)
        raise metadata.fail(f"the catalog '{title[:80]}' is not known; {known} are", "title")
    if "baseline" in title.lower():
        raise metadata.fail("this is a baseline, a part; take the whole catalog", "title")
    # The framework's edition stands in its title; its version counts renderings in OSCAL.
    said = title if found.framework == "nist-csf" else metadata.words("version")
    edition = found.edition.search(said)
    if edition is None or (said != title and edition[0] != said):
        raise metadata.fail(f"edition '{said[:80]}' of {found.title} is not known", "version")
    return found, edition[0]


def _entries(catalog: Node, publication: Publication) -> Iterator[OfficialEntry]:
    params = oscal_text.params(catalog)
    for node, depth in _nodes(catalog, 0):
        id = node.id(_CONTROL)
        node = node.named(id)
        props = {prop.words("name"): prop.words("value") for prop in node.nodes("props")}
        title = node.title("title")
        yield OfficialEntry(
            id=_shown(id, publication),
            kind=publication.kinds[depth],
            title="" if title == id else title,
            text=oscal_text.text(node, params),
            url=publication.page,
            retired=props.get("status", "").lower() == "withdrawn",
            became=_became(node, publication),
        )


def _nodes(parent: Node, depth: int) -> Iterator[tuple[Node, int]]:
    """Groups, their controls, and the controls within those, with how far down they stand."""
    for node in parent.nodes("controls" if depth else "groups"):
        if depth == 3:
            raise node.fail("stands deeper than any control", node.words("id"))
        yield node, depth
        yield from _nodes(node.named(node.words("id")), depth + 1)


def _shown(id: str, publication: Publication) -> str:
    """The id that people write: ac-2.1 is AC-2(1); those of the framework are written as is."""
    if publication.framework == "nist-csf":
        return id
    base, _, enhancement = id.upper().partition(".")
    return f"{base}({enhancement})" if enhancement else base


def _became(node: Node, publication: Publication) -> str | None:
    links: Mapping[str, str] = {
        link.words("rel", "-"): link.words("href", "-") for link in node.nodes("links")
    }
    href = next((links[rel] for rel in _BECAME if rel in links), "")
    # A link may name one item of a control; what it became is that control.
    id = href.removeprefix("#").partition("_")[0]
    return _shown(id, publication) if _CONTROL.fullmatch(id) else None
