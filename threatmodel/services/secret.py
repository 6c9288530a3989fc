"""Single secrets: 256 random bits, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets


def make() -> tuple[str, str]:
    """A new secret and its digest."""
    text = secrets.token_urlsafe(32)
    return text, digest(text)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
