"""One event, one line: what people type cannot forge a second one, and no link is given away."""

from __future__ import annotations

import logging
import re
from typing import Any

# Addresses that are secrets themselves; the framework logs those that it refuses.
_LINK = re.compile(r"/(signin|join)/[^/\s]+")


def not_of_readiness(record: logging.LogRecord) -> bool:
    """Who starts a server asks until it is ready, and no is an answer: threatmodel.api.health tells
    what is missing, the framework would call it an error."""
    path = getattr(getattr(record, "request", None), "path", "")
    return not (path == "/readyz" and getattr(record, "status_code", 0) == 503)


def without_trace(record: logging.LogRecord) -> bool:
    """What a stranger sends wrongly is one line: a trace for each would fill the disk."""
    if record.name.startswith("django.security."):
        record.exc_info = record.exc_text = None
    return True


class OneLine(logging.Formatter):
    """UTC time, level, name, message; control characters shown as escapes."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _plain(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """A trace, indented: what it quotes of a stranger's text begins no line of its own."""
        return "\n".join(f"    {_plain(line)}" for line in super().formatException(ei).splitlines())


def _plain(text: str) -> str:
    line = _LINK.sub(r"/\1/...", text)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


CONFIGURATION = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": OneLine}},
    "filters": {
        "readiness": {"()": "django.utils.log.CallbackFilter", "callback": not_of_readiness},
        "strangers": {"()": "django.utils.log.CallbackFilter", "callback": without_trace},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["strangers"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"filters": ["readiness"]},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
