"""A catalog's files as one piece of bytes, so that it can be read again when they have changed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import cache

from .loader import packaged_files, read_files
from .types import Catalog, CatalogError


@cache
def take() -> bytes:
    """The shipped catalog, `load()`, as bytes."""
    return pack(packaged_files())


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files by their relative names, compressed. O(size)."""
    texts = {name: data.decode() for name, data in files.items()}
    return zlib.compress(json.dumps(texts, ensure_ascii=False).encode(), 9)


def read(data: bytes) -> Catalog:
    """The catalog of a snapshot.

    Raises
    ------
    CatalogError
        When the bytes are damaged, or say what this release does not understand any more.
    """
    try:
        texts = json.loads(zlib.decompress(data))
        return read_files({name: text.encode() for name, text in texts.items()})
    except (zlib.error, ValueError, LookupError, AttributeError, TypeError) as error:
        if isinstance(error, CatalogError):
            raise
        raise CatalogError(f"the snapshot is damaged: {error}") from None
