"""What would go wrong later is said at start."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def secret_outlives_the_process(**_: Any) -> list[CheckMessage]:
    """Sessions and links are signed with the key: an ephemeral one ends them at every start."""
    if os.environ.get("SECRET_KEY") or (settings.DATA_DIR / "secret-key").exists():
        return []
    return [
        Error(
            "SECRET_KEY is made anew at each start; set it, or let bin/run keep one",
            id="threatmodel.E001",
        )
    ]


@register(Tags.database, deploy=True)
def sqlite_is_for_one_web_process(**_: Any) -> list[CheckMessage]:
    if (
        settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
        and os.environ.get("WEB_CONCURRENCY", "1") != "1"
    ):
        return [
            Warning(
                "SQLite serves one web process; set DATABASE_URL to a PostgreSQL for more",
                id="threatmodel.W001",
            )
        ]
    return []
