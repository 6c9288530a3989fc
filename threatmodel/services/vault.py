"""Secrets of others that have to be used again: encrypted at rest, never given out."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .refusal import Refusal

PURPOSE = b"bartizan secrets of others"


def _box() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def close(text: str) -> str:
    """The secret as it is kept; nothing stays nothing."""
    return _box().encrypt(text.encode()).decode() if text else ""


def opened(kept: str) -> str:
    """The secret again.

    Raises
    ------
    Refusal
        When it was closed under another `SECRET_KEY`.
    """
    try:
        return _box().decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        message = "The secret cannot be read any more, since SECRET_KEY changed; enter it again"
        raise Refusal(message, field="secret") from None
