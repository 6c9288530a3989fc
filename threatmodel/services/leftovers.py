"""What nothing names any more: files of rows that are gone, catalogs that nobody goes by."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone

from catalog import load, own
from threatmodel.live import catalogs
from threatmodel.models import (
    Attachment,
    Baseline,
    CatalogSnapshot,
    Errand,
    LinkedModel,
    LogEntry,
    OwnCatalog,
    Report,
    System,
)

from . import jobs

log = logging.getLogger(__name__)

# A file is on disk before its row says so, and a row goes before its file.
YOUNG = timedelta(days=1)
COLUMNS = (
    (Attachment, "file"),
    (LinkedModel, "file"),
    (LinkedModel, "dataset_file"),
    (Report, "file"),
)
FOLDERS = ("attachments", "models", "datasets", "reports", "imports")


def sweep() -> None:
    """Once an hour."""
    drop_files()
    drop_catalogs()


def drop_files() -> int:
    """Delete files that no row names, whichever way their row ended; how many."""
    old = list(_old_files())
    named = {name for model, column in COLUMNS for name in _named(model, column)} if old else set()
    named |= set(_to_be_read()) if old else set()
    gone = [name for name in old if name not in named]
    for name in gone:
        default_storage.delete(name)
    if gone:
        log.info("%d files that nothing named were deleted", len(gone))
    return len(gone)


def _named(model: type[Attachment | LinkedModel | Report], column: str) -> Iterator[str]:
    yield from model.objects.exclude(**{column: ""}).values_list(column, flat=True)


def _to_be_read() -> Iterator[str]:
    """An errand's file is of no use once it has ended, and its row stays as a record."""
    rows = Errand.objects.filter(state__in=jobs.ACTIVE).exclude(file="")
    yield from rows.values_list("file", flat=True)


def _old_files() -> Iterator[str]:
    ends = time.time() - YOUNG.total_seconds()
    for folder in FOLDERS:
        for path in Path(default_storage.path(folder)).glob("*"):
            if path.is_file() and path.stat().st_mtime < ends:
                yield f"{folder}/{path.name}"


def drop_catalogs() -> int:
    """Delete catalogs that no system, baseline or entry of a log goes by; how many.

    The newest ones stay, whoever uses them: only these can come into use again.
    """
    used = {*_used(), *_newest()}
    old = CatalogSnapshot.objects.filter(at__lt=timezone.now() - YOUNG)
    rows = list(old.values_list("digest", "base_id"))
    gone = [digest for digest, _ in rows if digest not in used]
    # Own entries first: what they stand on may have been theirs alone.
    on = CatalogSnapshot.objects.filter(base__isnull=False)
    count = on.filter(digest__in=gone).delete()[0]
    bases = set(on.values_list("base_id", flat=True))
    rest = [digest for digest in gone if digest not in bases]
    return count + CatalogSnapshot.objects.filter(digest__in=rest, base=None).delete()[0]


def _used() -> Iterator[str]:
    for model in (System, Baseline):
        yield from model.objects.order_by().values_list("catalog_digest", flat=True).distinct()
    for changes in LogEntry.objects.filter(kind="catalog").values_list("changes", flat=True):
        yield from (one.get(end, "") for one in changes for end in ("from", "to"))


def _newest() -> Iterator[str]:
    yield load().digest
    for workspace in OwnCatalog.objects.order_by().values_list("workspace", flat=True).distinct():
        row = catalogs.latest(workspace)
        if row is not None and row.digest:
            yield own.digest_over(load().digest, row.digest)
