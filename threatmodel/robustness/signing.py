"""Results that were measured elsewhere, signed: who vouches for them, and that nobody changed one.

Ed25519 over the canonical JSON of the whole result but its signature. The private half of a key
is one line of text that stays with its owner; the server keeps the public half.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import RobustnessError

FORMAT = "bartizan-result/1"
PREFIX = "bartizan-key-"
SEED = 32


def make() -> tuple[str, str]:
    """A new key: the line for its owner, and the public half in hex."""
    seed = secrets.token_bytes(SEED)
    return PREFIX + base64.urlsafe_b64encode(seed).decode().rstrip("="), _public(seed)


def public_of(private: str) -> str:
    """The public half of a key, in hex.

    Raises
    ------
    RobustnessError
        When the text is no key of ours.
    """
    return _public(_seed(private))


def stamped(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result with its format, the moment and a number that is used once."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"format": FORMAT, "taken_at": now, "nonce": secrets.token_hex(16), **result}


def sign(result: Mapping[str, Any], private: str) -> dict[str, Any]:
    """The result with a signature beside what it says.

    Raises
    ------
    RobustnessError
        When the text is no key of ours.
    """
    seed = _seed(private)
    value = Ed25519PrivateKey.from_private_bytes(seed).sign(canonical(result))
    return {**result, "signature": {"key": _public(seed), "value": value.hex()}}


def verify(result: Mapping[str, Any], public: str) -> bool:
    """Whether that key signed exactly this result."""
    said = result.get("signature")
    value = said.get("value") if isinstance(said, Mapping) else None
    if not isinstance(value, str):
        return False
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    try:
        key.verify(bytes.fromhex(value), canonical(result))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(result: Mapping[str, Any]) -> bytes:
    """What is signed: the same bytes for the same result, however its file was laid out."""
    rest = {key: value for key, value in result.items() if key != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _public(seed: bytes) -> str:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def _seed(private: str) -> bytes:
    text = private.strip()
    try:
        seed = base64.b64decode(text.removeprefix(PREFIX) + "=", altchars=b"-_", validate=True)
    except ValueError:
        seed = b""
    if not text.startswith(PREFIX) or len(seed) != SEED:
        raise RobustnessError(f"key: not a signing key; the line begins with {PREFIX}")
    return seed
