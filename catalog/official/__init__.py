"""Publishers' own files, read at run time: what they say in their words, under their licence.

Recognised by what a file holds, never by its name. Nothing of it is part of the shipped catalog.
"""

from .reader import read
from .source import MAX_BYTES
from .types import Official, OfficialEntry

__all__ = ["MAX_BYTES", "Official", "OfficialEntry", "read"]
