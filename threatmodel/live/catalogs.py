"""Which catalog a system is assessed with: the one that it recorded, until an owner takes another.

Loaded ones are kept by their digest, so that systems with one catalog share it and what was
compiled from it. Nothing here is asked per edit: a warm engine holds its catalog.
"""

from __future__ import annotations

import logging
import threading
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Callable

from catalog import Catalog, CatalogError, load, own, snapshot
from threatmodel.models import CatalogSnapshot, OwnCatalog, System

log = logging.getLogger(__name__)

MAX_LOADED = 16
_loaded: OrderedDict[str, Catalog] = OrderedDict()
_lock = threading.Lock()


def of(system: System) -> Catalog:
    """The catalog that the system goes by; the newest where its own is lost."""
    return recorded(system.catalog_digest) or newest(system.workspace_id)


def recorded(digest: str) -> Catalog | None:
    """The catalog of that digest; None for one that was not kept or cannot be read any more."""
    if digest == load().digest:
        return load()
    return _remembered(digest, lambda: _read(digest)) if digest else None


def newest(workspace_id: uuid.UUID) -> Catalog:
    """The shipped catalog with what the workspace added to it."""
    row = latest(workspace_id)
    if row is None or not row.digest:
        return load()
    return over_shipped(row) or load()


def latest(workspace_id: uuid.UUID) -> OwnCatalog | None:
    """The version of the workspace's own entries that counts; its text is read when needed."""
    return OwnCatalog.objects.filter(workspace=workspace_id).defer("source").first()


def over_shipped(row: OwnCatalog) -> Catalog | None:
    """A workspace's entries over the shipped ones; None if this release does not take them."""
    digest = own.digest_over(load().digest, row.digest)
    return _remembered(digest, lambda: _usable(lambda: _extended(row), digest))


def _extended(row: OwnCatalog) -> Catalog:
    return own.extend(load(), row.source.encode(), row.name)


def keep(catalog: Catalog, workspace_id: uuid.UUID) -> None:
    """See to it that this newest catalog can be read again; once for all who use it."""
    if CatalogSnapshot.objects.filter(pk=catalog.digest).exists():
        return
    kept = [CatalogSnapshot(digest=load().digest, content=snapshot.take())]
    row = _version(catalog, workspace_id)
    if row is not None:
        content = zlib.compress(row.source.encode(), 9)
        base = load().digest
        kept.append(CatalogSnapshot(digest=catalog.digest, base_id=base, content=content))
    CatalogSnapshot.objects.bulk_create(kept, ignore_conflicts=True)


def _version(catalog: Catalog, workspace_id: uuid.UUID) -> OwnCatalog | None:
    """The version that this catalog was made with, which may no longer be the newest."""
    rows = OwnCatalog.objects.filter(workspace=workspace_id).exclude(digest="").defer("source")
    base = load().digest
    return next((row for row in rows if own.digest_over(base, row.digest) == catalog.digest), None)


def forget() -> None:
    """Drop what is loaded."""
    with _lock:
        _loaded.clear()


def _read(digest: str) -> Catalog | None:
    row = CatalogSnapshot.objects.filter(pk=digest).first()
    if row is None:
        return None
    content = bytes(row.content)
    if row.base_id is None:
        return _usable(lambda: snapshot.read(content), digest)
    base = recorded(row.base_id)
    return base and _usable(lambda: own.extend(base, zlib.decompress(content)), digest)


def _usable(read: Callable[[], Catalog], digest: str) -> Catalog | None:
    try:
        found = read()
    except (CatalogError, zlib.error) as error:
        log.warning("catalog %s cannot be used: %s", digest, error)
        return None
    return found if found.digest == digest else None


def _remembered(digest: str, read: Callable[[], Catalog | None]) -> Catalog | None:
    """A catalog by its digest; what cannot be read is tried again, since it may come back."""
    with _lock:
        if digest in _loaded:
            _loaded.move_to_end(digest)
            return _loaded[digest]
    found = read()
    if found is None:
        return None
    with _lock:
        found = _loaded.setdefault(digest, found)
        while len(_loaded) > MAX_LOADED:
            _loaded.popitem(last=False)
        return found
