"""Strong three-valued logic: True, False, and None for what nobody has said yet."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def all_of(truths: Iterable[Truth]) -> Truth:
    """And: one False decides, an unknown otherwise stays unknown. O(n), stops at a False.

    Examples
    --------
    >>> all_of([True, None]), all_of([None, False]), all_of([])
    (None, False, True)
    """
    unknown = False
    for truth in truths:
        if truth is None:
            unknown = True
        elif not truth:
            return False
    return None if unknown else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Or: one True decides, an unknown otherwise stays unknown. O(n), stops at a True.

    Examples
    --------
    >>> any_of([False, None]), any_of([None, True]), any_of([])
    (None, True, False)
    """
    unknown = False
    for truth in truths:
        if truth is None:
            unknown = True
        elif truth:
            return True
    return None if unknown else False


def negate(truth: Truth) -> Truth:
    """Not: what is unknown stays unknown.

    Examples
    --------
    >>> negate(True), negate(None)
    (False, None)
    """
    return None if truth is None else not truth
