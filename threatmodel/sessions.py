"""Sessions in the database, asked for by keys that a stranger may have made up."""

from __future__ import annotations

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """The framework's own, which would look for whatever a cookie says: PostgreSQL cannot look for
    a NUL, and nothing but letters and digits was ever given out."""

    def __init__(self, session_key: str | None = None) -> None:
        text = session_key or ""
        super().__init__(text if text.isascii() and text.isalnum() else None)
