"""Files of other tools and our own: one module per format, found by being in this folder.

A format is a module with a `NAME`. One that can be read has `recognises(data, filename)` and
`read(data, catalog, as_they_stand=...)`; the first that recognises a file reads it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast

from catalog.types import Catalog
from threatmodel.core.document import DocumentError

from .imported import Imported, Report
from .source import check_encoding

__all__ = ["Imported", "Readable", "Report", "read_any", "readable_formats"]

MAX_BYTES = 64 * 1024 * 1024


class Readable(Protocol):
    """What a module offers to be read by `read_any`."""

    NAME: str
    TITLE: str

    def recognises(self, data: bytes, filename: str) -> bool: ...

    def read(self, data: bytes, catalog: Catalog, *, as_they_stand: bool = False) -> Imported: ...


@cache
def readable_formats() -> tuple[Readable, ...]:
    """The modules of this folder that can read, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(
        cast(Readable, module)
        for module in modules
        if hasattr(module, "NAME") and hasattr(module, "read")
    )


def read_any(
    data: bytes, filename: str, catalog: Catalog, *, as_they_stand: bool = False
) -> Imported:
    """Read a file of any known format.

    Parameters
    ----------
    filename
        Only a hint; what is inside decides.
    as_they_stand
        Take decisions and evidence of the file as true: for one's own file on one's own machine
        and for restoring a backup. Otherwise they come in as proposals.

    Raises
    ------
    DocumentError
        When no format recognises the file, or the one that does cannot use it.
    """
    if not data:
        raise DocumentError("the file is empty; choose another")
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024**2} MiB; take something out"
        raise DocumentError(message, code="limit")
    for one in readable_formats():
        if one.recognises(data, filename):
            return one.read(data, catalog, as_they_stand=as_they_stand)
    check_encoding(data)
    *first, last = [one.TITLE for one in readable_formats()]
    raise DocumentError(
        f"this is no file we can read; we read {', '.join(first)} and {last}. "
        "Convert it to one of these, or begin with an empty system and paste its parts as a list"
    )
