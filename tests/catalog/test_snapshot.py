"""A catalog kept as bytes is the same catalog again."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from catalog import CatalogError, load, loader, snapshot

from .folders import replaced, write


def test_a_snapshot_reads_as_the_same_catalog() -> None:
    data = snapshot.take()
    again = snapshot.read(data)
    assert again.digest == load().digest
    assert again == load()
    assert len(data) < 400_000


def test_a_snapshot_keeps_what_the_files_said_then(tmp_path: Path) -> None:
    data = snapshot.pack(loader.files_of(write(tmp_path)))
    write(tmp_path, replaced("threats/overload.yaml", "title: Too many", "title: Too few"))
    assert snapshot.read(data).threats["overload"].title == "Too many calls"


@pytest.mark.parametrize(
    "data", [b"", b"no zlib", zlib.compress(b"[]"), zlib.compress(b"{}"), zlib.compress(b'{"a":1}')]
)
def test_a_damaged_snapshot_is_refused(data: bytes) -> None:
    with pytest.raises(CatalogError, match="damaged"):
        snapshot.read(data)


def test_a_snapshot_that_this_release_does_not_understand_says_where(tmp_path: Path) -> None:
    write(tmp_path, replaced("threats/overload.yaml", "capability: low", "capability: 4\nskill: 1"))
    data = snapshot.pack(loader.files_of(tmp_path))
    with pytest.raises(CatalogError, match=r"^threats/overload\.yaml: capability"):
        snapshot.read(data)
