"""A webhook of anybody's: what is sent, and by which signature its receiver knows us."""

from __future__ import annotations

import hashlib
import hmac

from .spoken import Answer, Place, is_yes

SHORTEST_SECRET = 16
# Seconds until the next attempt: half a minute, then twice as long each time, up to an hour.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 30, 3600
MOST_ATTEMPTS = 8
GONE = 410


def fault(place: Place) -> str:
    """What is wrong with the settings, in a sentence; empty: nothing."""
    if not place.url:
        return "Enter the address that is called"
    if len(place.secret) < SHORTEST_SECRET:
        return f"Enter a secret of at least {SHORTEST_SECRET} characters; it signs what is sent"
    return ""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What stands in `X-Bartizan-Signature`.

    Parameters
    ----------
    timestamp
        Seconds since 1970, as in `X-Bartizan-Timestamp`; a receiver refuses old ones.

    Returns
    -------
    str
        "sha256=" and the HMAC-SHA256 of "<timestamp>.<body>" in hexadecimal.

    Examples
    --------
    >>> signature("s" * 16, 0, b"{}")[:15]
    'sha256=b946be54'
    """
    signed = f"{timestamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def headers(secret: str, timestamp: int, delivery: str, event: str, body: bytes) -> dict[str, str]:
    """What goes with a body: `delivery` is the same for every attempt, so that it counts once."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Bartizan",
        "X-Bartizan-Event": event,
        "X-Bartizan-Delivery": delivery,
        "X-Bartizan-Timestamp": str(timestamp),
        "X-Bartizan-Signature": signature(secret, timestamp, body),
    }


def is_taken(answer: Answer) -> bool:
    """Whether the receiver has it and need not be told again."""
    return is_yes(answer)


def pause_s(attempts: int) -> int:
    """Seconds to wait after so many attempts have failed."""
    return min(FIRST_PAUSE_S << max(attempts - 1, 0), LONGEST_PAUSE_S)
