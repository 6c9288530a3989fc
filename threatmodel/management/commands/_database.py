"""Where the database of this installation lies."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

HOW = (
    "Only the embedded database is backed up and restored here; for PostgreSQL use pg_dump and "
    "pg_restore, and copy DATA_DIR/files and the secret key (docs/deploy.md)"
)


def database() -> Path:
    """The file of the embedded database.

    Raises
    ------
    CommandError
        For PostgreSQL, which has its own tools.
    """
    named = settings.DATABASES["default"]
    if not named["ENGINE"].endswith("sqlite3"):
        raise CommandError(HOW)
    return Path(named["NAME"]).resolve()
