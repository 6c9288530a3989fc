"""`manage.py ready PID`: wait until every part of a starting server answers."""

from __future__ import annotations

import os
import time
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

PATIENCE_S = 120


class Command(BaseCommand):
    requires_system_checks = ()  # bin/run waits for this, and migrate has just checked
    help = "Wait until the server answers on its port, as long as process PID lives."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pid", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # noqa: S104
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if answers(f"http://{host}:{settings.PORT}/readyz"):
                return
            if not alive(options["pid"]):
                raise CommandError("The server ended before it was ready; see its log above")
            time.sleep(0.2)
        raise CommandError(f"The server was not ready within {PATIENCE_S} seconds")


def answers(url: str) -> bool:
    try:
        with urlopen(Request(url), timeout=5) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
