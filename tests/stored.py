"""Everything that the product keeps, as digests: what a refusal must leave as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import Model

# What changes by mere coming and looking: sign-ins, and when a token was used last.
PASSING_TABLES = {"django_session", "account_emailaddress"}
PASSING_COLUMNS = {"last_login", "last_used_at"}


def stored() -> dict[str, str]:
    """One digest for each table and each file."""
    tables = [one for one in apps.get_models() if one._meta.db_table not in PASSING_TABLES]
    return {one._meta.db_table: _table(one) for one in tables} | dict(_files())


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Whatever happens inside leaves tables and files as they are."""
    before = stored()
    yield
    after = stored()
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    assert not changed, f"changed: {changed}"


def _table(model: type[Model]) -> str:
    names = [one.attname for one in model._meta.concrete_fields]
    kept = [name for name in names if name not in PASSING_COLUMNS]
    rows = model._default_manager.order_by("pk").values_list(*kept)
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def _files() -> Iterator[tuple[str, str]]:
    folder = Path(default_storage.path(""))
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path), hashlib.sha256(path.read_bytes()).hexdigest()
