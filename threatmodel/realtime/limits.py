"""How much lines may ask for."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from .line import Refused

MAX_FRAME = 1024 * 1024
MESSAGES_PER_S = 60.0
BURST = 200.0
POSTED = 3.0  # a message without a socket is a request: a server gets through some fifty a second
LINES_PER_USER = 20
LINES_PER_WORKSPACE = 200

_open: Counter[int | uuid.UUID] = Counter()
_saying: dict[int, Bucket] = {}


class Bucket:
    """Tokens for messages: refilled steadily, saved up to a burst."""

    def __init__(self) -> None:
        self._tokens = BURST
        self._at = time.monotonic()

    def take(self, tokens: float = 1.0) -> bool:
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._at) * MESSAGES_PER_S)
        self._at = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True


def bucket_of(user_id: int) -> Bucket:
    """The one for all that a person says without a socket."""
    return _saying.setdefault(user_id, Bucket())


def seat_of_user(user_id: int) -> AbstractContextManager[None]:
    return _seat(user_id, LINES_PER_USER)


def seat_of_workspace(workspace_id: uuid.UUID) -> AbstractContextManager[None]:
    return _seat(workspace_id, LINES_PER_WORKSPACE)


@contextmanager
def _seat(whose: int | uuid.UUID, most: int) -> Iterator[None]:
    """Hold one of so many lines, in this process."""
    if _open[whose] >= most:
        raise Refused(4429)
    _open[whose] += 1
    try:
        yield
    finally:
        _open[whose] -= 1
        if not _open[whose]:
            del _open[whose]
