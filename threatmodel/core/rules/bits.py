"""Sets of small numbers as the bits of one integer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

_FLAGS = bytes.maketrans(b"01", b"\0\1")


@dataclass(slots=True)
class Column:
    """Answers by slot. `possible` contains `certain`."""

    certain: int = 0
    possible: int = 0

    def moved(self, move: Callable[[int], int]) -> Column:
        """The answers of others, by what leads from their slots to these."""
        certain = move(self.certain)
        settled = self.possible == self.certain
        return Column(certain, certain if settled else move(self.possible))


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


def lowest(mask: int) -> int:
    """Place of the lowest bit that is set.

    Examples
    --------
    >>> lowest(0b1100)
    2
    """
    return (mask & -mask).bit_length() - 1


def flags(mask: int) -> bytes:
    """A byte for each place, the lowest first: whether its bit is set. O(highest), quick.

    Examples
    --------
    >>> flags(0b1001)
    b'\\x01\\x00\\x00\\x01'
    """
    return bin(mask)[:1:-1].encode().translate(_FLAGS)


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
