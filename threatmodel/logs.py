"""One event, one line: what people type cannot forge a second one, and no link is given away."""

from __future__ import annotations

import logging
import re

# Addresses that are secrets themselves; the framework logs those that it refuses.
_LINK = re.compile(r"/(signin|join)/[^/\s]+")


class OneLine(logging.Formatter):
    """UTC time, level, name, message; control characters shown as escapes."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = _LINK.sub(r"/\1/...", super().formatMessage(record))
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
