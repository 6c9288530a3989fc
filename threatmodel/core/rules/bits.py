"""Sets of small numbers as the bits of one integer."""

from __future__ import annotations

from collections.abc import Iterator


def mask_of(slots: list[int]) -> int:
    """Bits at these places. O(highest), where setting them one by one would be quadratic.

    Examples
    --------
    >>> bin(mask_of([0, 3]))
    '0b1001'
    """
    if not slots:
        return 0
    places = bytearray(max(slots) // 8 + 1)
    for slot in slots:
        places[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(places, "little")


def slots_in(mask: int) -> Iterator[int]:
    """Places of the bits that are set, lowest first. O(highest).

    Examples
    --------
    >>> list(slots_in(0b1001))
    [0, 3]
    """
    digits = bin(mask)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)
