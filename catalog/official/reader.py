"""Which publisher's file it is, and its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from catalog.types import CatalogError

from . import atlas_2026, atlas_v5, cosai, oscal
from .node import Node
from .source import Source
from .types import Official

KNOWN = (
    "MITRE ATLAS, the CoSAI Risk Map's risks, controls and components, and NIST's OSCAL catalogs"
)
LAYOUTS: tuple[tuple[Callable[[Node], bool], Callable[[Node], Official]], ...] = (
    (atlas_v5.recognises, atlas_v5.read),
    (atlas_2026.recognises, atlas_2026.read),
    (cosai.recognises, cosai.read),
    (oscal.recognises, oscal.read),
)
_MAX_MESSAGE = 500


def read(data: bytes, name: str) -> Official:
    """Read an official file, whole or not at all.

    Parameters
    ----------
    data : the bytes of the file.
    name : what to call the file in an error.

    Raises
    ------
    CatalogError
        In one sentence that names file, entry and line.
    """
    try:
        return _read(Source(data, name))
    except CatalogError as error:
        # The message quotes a stranger's file and is read on a terminal.
        shown = (one if one.isprintable() else "?" for one in str(error)[:_MAX_MESSAGE])
        raise CatalogError("".join(shown)) from None


def _read(source: Source) -> Official:
    if isinstance(source.value, str) and source.value.endswith(".yaml"):
        raise source.fail(f"only points to '{source.value[:80]}'; take that file")
    if isinstance(source.value, Mapping):
        whole = Node(source.value, source)
        for recognises, read_layout in LAYOUTS:
            if recognises(whole):
                return read_layout(whole)
    raise source.fail(f"is no official file that is known; known are {KNOWN}")
