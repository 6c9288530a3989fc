"""How much one line may ask for."""

from __future__ import annotations

import time
from collections import Counter

MAX_FRAME = 1024 * 1024
MAX_WAITING_BYTES = 1024 * 1024
MESSAGES_PER_S = 60.0
BURST = 200.0
SOCKETS_PER_USER = 20

_open: Counter[int] = Counter()


class Bucket:
    """Tokens for messages: refilled steadily, saved up to a burst."""

    def __init__(self) -> None:
        self._tokens = BURST
        self._at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._at) * MESSAGES_PER_S)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def enter(user_id: int) -> bool:
    """Count one more socket of the user, unless there are too many."""
    if _open[user_id] >= SOCKETS_PER_USER:
        return False
    _open[user_id] += 1
    return True


def leave(user_id: int) -> None:
    _open[user_id] -= 1
    if _open[user_id] <= 0:
        del _open[user_id]
