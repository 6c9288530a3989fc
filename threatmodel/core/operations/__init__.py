"""Edits of a document: read, applied whole or not at all, written to the log, taken back.

An operation is one step for the person who makes it. Applying gives a new document that shares
whatever was not touched, and says what really changed: one `Executed` per element, with the old
values, references to removed elements cleaned up in the same step. That list is what the log
keeps, what others receive, and what undo turns around.
"""

from .changes import (
    Change,
    Executed,
    Operation,
    from_log,
    parse_operation,
    to_log,
    to_wire,
)
from .draft import Applied, Gone, apply, replay
from .inverse import Skipped, invert
from .rewind import rewind
from .rows import compare

__all__ = [
    "Applied",
    "Change",
    "Executed",
    "Gone",
    "Operation",
    "Skipped",
    "apply",
    "compare",
    "from_log",
    "invert",
    "parse_operation",
    "replay",
    "rewind",
    "to_log",
    "to_wire",
]
