"""`manage.py signin-link USER`: a way in without a password, for fifteen minutes."""

from __future__ import annotations

import os
import time
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from threatmodel.services import signin

from ._people import find_user

PATIENCE_S = 120


class Command(BaseCommand):
    help = "Print a link that signs a user in, once, within fifteen minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name or e-mail address")
        parser.add_argument(
            "--when-ready",
            type=int,
            metavar="PID",
            help="wait until the server answers, as long as that process lives",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["user"])
        if options["when_ready"] is None:
            self.stdout.write(signin.make_link(user))
            return
        wait_until_ready(options["when_ready"])
        self.stdout.write(f"Bartizan is ready: {signin.make_link(user)}")
        self.stdout.flush()


def wait_until_ready(pid: int) -> None:
    """Until every part answers.

    Raises
    ------
    CommandError
        When the process ends before, or it takes too long.
    """
    host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # noqa: S104
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if answers(f"http://{host}:{settings.PORT}/readyz"):
            return
        if not alive(pid):
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
