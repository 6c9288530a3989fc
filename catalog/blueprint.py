"""Blueprints: whole systems to start a workshop from, one YAML file each.

They stand apart from `Catalog`: nothing is concluded from them, so they are read only when
somebody asks for them, and a changed blueprint leaves `Catalog.digest` as it was. Here their shape
and the words they use are checked; what their documents mean is for `threatmodel.core` to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .applies_check import Attributes, attributes_of_flows
from .checks import check_fact
from .entry import Entry
from .loader import PACKAGED, load
from .names import require_known
from .source import MAX_BYTES, read_yaml
from .types import Catalog, CatalogError

FOLDER = "blueprints"
MAX_SUMMARY = 300


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A system as people often bring it. `document` is plain `bartizan/1` without its format.

    `words` are what else people may call such a system; `digest` is the SHA-256 of the file.
    """

    id: str
    name: str
    summary: str
    words: tuple[str, ...]
    document: Mapping[str, object]
    components: int
    digest: str


def blueprints(folder: Path | None = None) -> Mapping[str, Blueprint]:
    """Blueprints by id: the packaged ones (read once per process), or those of another catalog.

    Raises
    ------
    CatalogError
        At the first file that cannot be used. Nothing is half loaded.

    Examples
    --------
    >>> blueprints()["rag-assistant"].components > 9
    True
    """
    return _packaged() if folder is None else read_blueprints(folder, load(folder))


@cache
def _packaged() -> Mapping[str, Blueprint]:
    return read_blueprints(PACKAGED, load())


def read_blueprints(folder: Path, catalog: Catalog) -> Mapping[str, Blueprint]:
    """Read every blueprint of a catalog folder in the words of its catalog. O(size of the files)"""
    files = sorted((folder / FOLDER).glob("*.yaml"))
    found = (_read(path, catalog) for path in files)
    return MappingProxyType({one.id: one for one in found})


def _read(path: Path, catalog: Catalog) -> Blueprint:
    where = f"{FOLDER}/{path.name}"
    if path.stat().st_size > MAX_BYTES:
        raise CatalogError(f"{where}: the file is larger than {MAX_BYTES} bytes; shorten it")
    data = path.read_bytes()
    entry = Entry(read_yaml(data, where), where)
    if entry.id() != path.stem:
        raise entry.fail("id", f"'{entry.id()}' has to be the file's name without .yaml")
    document = entry.entry("document")
    blueprint = Blueprint(
        id=entry.id(),
        name=entry.text("name"),
        summary=_summary(entry),
        words=entry.texts("for"),
        document=entry.mapping("document"),
        components=len(document.entries("components")),
        digest=hashlib.sha256(data).hexdigest(),
    )
    entry.done()
    _check_words(document, catalog)
    return blueprint


def _summary(entry: Entry) -> str:
    summary = entry.text("summary")
    if len(summary) > MAX_SUMMARY:
        raise entry.fail("summary", f"is longer than {MAX_SUMMARY} characters; it stands on a card")
    return summary


def _check_words(document: Entry, catalog: Catalog) -> None:
    """That the drawing is told in the catalog's words: types, kinds and what can be stated."""
    document.entry("system").text("name")
    of_flows = attributes_of_flows(catalog)
    for row in document.entries("components"):
        _require(row, "type", catalog.component_types, "a component type")
        _check_facts(row, {one.id: one for one in catalog.attributes_of(row.text("type"))})
    for row in document.entries("flows"):
        _require(row, "kind", catalog.flow_kinds, "a flow kind")
        _check_facts(row, of_flows)
    for row in document.entries("zones"):
        _require(row, "kind", catalog.zone_kinds, "a zone kind")
    for row in document.entries("assets"):
        _require(row, "kind", catalog.asset_kinds, "an asset kind")


def _require(row: Entry, key: str, known: Container[str], what: str) -> None:
    require_known([row.text(key)], known, f"{row.where}: {key}", what)


def _check_facts(row: Entry, known: Attributes) -> None:
    for name, value in row.mapping("attributes", {}).items():
        check_fact(known, name, value, f"{row.where}: attributes")
