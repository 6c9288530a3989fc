"""What a test is called, wherever people read its name instead of its id."""

from __future__ import annotations

from . import attacks


def test_name(test: str) -> str:
    """The name that people read.

    Parameters
    ----------
    test
        A test's id. One that was taken away since, or came from elsewhere, is told as words.

    Examples
    --------
    >>> test_name("corruption")
    'Everyday damage to pictures'
    >>> test_name("of-another-tool")
    'Of another tool'
    """
    known = attacks.load().get(test)
    return known.name if known else test.replace("_", " ").replace("-", " ").capitalize()
