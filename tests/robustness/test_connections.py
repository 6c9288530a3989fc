"""A connection loses no time between two packets of one answer."""

from __future__ import annotations

import contextlib
import time

from tests.strangers import Stranger
from threatmodel.robustness.egress import Door

PUT_OFF_S = 0.04  # what Linux puts an acknowledgement off at least, when nobody asks for it
CALLS = 12


def took(door: Door, url: str) -> float:
    begin = time.monotonic()
    assert door.request("POST", url, body=b"rows").body == b"rows"
    return time.monotonic() - begin


def test_an_answer_in_two_packets_does_not_wait_for_a_late_acknowledgement():
    """The server here sends headers alone, and its body only when these are acknowledged."""
    with Stranger(lambda path, headers, body: (200, {}, body)) as server:
        door = Door(allowed=frozenset({server.named}), keep=True)
        with contextlib.closing(door):
            late = sum(took(door, server.url) >= PUT_OFF_S for _ in range(CALLS))
    assert late < CALLS / 2  # without asking it is all but the first
