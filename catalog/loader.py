"""From a folder of YAML files to one cross-checked `Catalog`: all of it, or an error.

Each `read_` function turns one entry into its type; `checks` then looks at how they hang
together. The first mistake raises CatalogError naming file, id and field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from .checks import check
from .entry import Entry, table
from .knowledge import read_adversary, read_control, read_threat
from .places import with_line
from .references import read_crosswalk, read_framework
from .source import MAX_BYTES, read_yaml
from .types import Catalog, CatalogError
from .vocabulary import read_attributes, read_component_type, read_flow_kind, read_zone_kind

PACKAGED = Path(__file__).parent
KINDS = "kinds.yaml"
FOLDERS = ("components", "threats", "controls", "adversaries", "frameworks", "crosswalks")


def load(folder: Path | None = None) -> Catalog:
    """Read a catalog: the packaged one (read once per process), or that of another folder.

    Raises
    ------
    CatalogError
        At the first thing that cannot be used. Nothing is half loaded.

    Examples
    --------
    >>> load().threats["evasion-query"].effect_on.type[0]
    'inference-endpoint'
    """
    return _packaged() if folder is None else read_folder(folder)


@cache
def _packaged() -> Catalog:
    return read_files(packaged_files())


@cache
def packaged_files() -> Mapping[str, bytes]:
    """The shipped files as this process read them, whatever an upgrade writes there meanwhile."""
    return files_of(PACKAGED)


def read_folder(folder: Path) -> Catalog:
    """Read and cross-check every file of a catalog folder. O(size of the files)."""
    return read_files(files_of(folder))


def read_files(files: Mapping[str, bytes]) -> Catalog:
    """Read and cross-check a catalog from the contents of its files, by their relative names."""
    try:
        return _catalog(files)
    except CatalogError as error:
        raise with_line(error, files) from None


def _catalog(files: Mapping[str, bytes]) -> Catalog:
    kinds = Entry(read_yaml(files[KINDS], KINDS), KINDS)
    values = {name: read_yaml(data, name) for name, data in files.items() if name != KINDS}
    catalog = Catalog(
        digest=digest_of(files),
        stages=table(kinds.entries("stages"), _stage),
        zone_kinds=table(kinds.entries("zone_kinds"), read_zone_kind),
        flow_kinds=table(kinds.entries("flow_kinds"), read_flow_kind),
        flow_attributes=read_attributes(kinds, "flow_attributes"),
        component_attributes=read_attributes(kinds, "component_attributes"),
        dimensions=kinds.texts("dimensions"),
        asset_kinds=kinds.texts("asset_kinds"),
        component_types=table(_folder(values, "components"), read_component_type),
        threats=table(_folder(values, "threats"), read_threat),
        controls=table(_folder(values, "controls"), read_control),
        adversaries=table(_folder(values, "adversaries"), read_adversary),
        frameworks=table(_folder(values, "frameworks"), read_framework),
        crosswalks=table(_folder(values, "crosswalks"), read_crosswalk),
        tests=kinds.texts("tests"),
    )
    kinds.done()
    check(catalog)
    return catalog


def files_of(folder: Path) -> Mapping[str, bytes]:
    """Every catalog file by its relative name, in order."""
    paths = [folder / KINDS, *(p for name in FOLDERS for p in (folder / name).glob("*.yaml"))]
    if not paths[0].is_file():
        raise CatalogError(f"{KINDS}: is missing; the folder is not a catalog")
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    for name, path in named.items():
        # Before reading: a file that is much too large should not pass through memory first.
        if path.stat().st_size > MAX_BYTES:
            raise CatalogError(f"{name}: the file is larger than {MAX_BYTES} bytes; split it")
    return {name: named[name].read_bytes() for name in sorted(named)}


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in order."""
    whole = hashlib.sha256()
    for name, data in files.items():
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()


def _folder(values: Mapping[str, object], folder: str) -> Iterator[Entry]:
    """One entry per file; its name is its id, so that an id is found without searching."""
    for name, value in values.items():
        if name.startswith(f"{folder}/"):
            entry = Entry(value, name)
            if entry.id() != Path(name).stem:
                raise entry.fail("id", f"'{entry.id()}' has to be the file's name without .yaml")
            yield entry


def _stage(entry: Entry) -> str:
    return entry.text("name")
