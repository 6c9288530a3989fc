"""What the commands that take a drawing from a file share: the file, the day, what went wrong."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from catalog import load
from threatmodel.core.document import DocumentError
from threatmodel.formats import Imported, read_any

UNUSABLE = 2


def read(file: Path) -> Imported:
    """The drawing in a file, with its entries as they stand there.

    Raises
    ------
    CommandError
        In one sentence, for a file that is not there or no drawing.
    """
    with refusing("read", file):
        return read_any(file.read_bytes(), file.name, load(), as_they_stand=True)


@contextmanager
def refusing(act: str, file: Path) -> Iterator[None]:
    """What is wrong with a file, or the disk, ends the command with one sentence."""
    try:
        yield
    except OSError as error:
        sentence = f"Cannot {act} {file}: {error.strerror}."
        raise CommandError(sentence, returncode=UNUSABLE) from error
    except DocumentError as error:
        raise CommandError(str(error), returncode=UNUSABLE) from error


def takes_day(parser: CommandParser) -> None:
    """`--as-of`: without it today."""
    parser.add_argument("--as-of", type=_day, default=None, metavar="DATE")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date like 2026-01-31") from None
