"""What a test is called, wherever people read its name instead of its id."""

from __future__ import annotations

from collections.abc import Mapping

from . import attacks

PARAMETERS: Mapping[str, str] = {"eps": "Largest change (eps)", "norm": "Measured as (norm)"}


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


def parameter_name(param: str) -> str:
    """What a test's parameter is called beside its field.

    Parameters
    ----------
    param
        Its name in the programs and in files.

    Examples
    --------
    >>> parameter_name("eps")
    'Largest change (eps)'
    >>> parameter_name("per_family")
    'Per family'
    """
    return PARAMETERS.get(param, param.replace("_", " ").capitalize())
