"""`manage.py signin-link [USER]`: a way in without a password, for fifteen minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from threatmodel.services import signin

from ._people import find_user


class Command(BaseCommand):
    requires_system_checks = ()  # bin/run waits for this, and migrate has just checked
    help = "Print a link that signs a user in, once, within fifteen minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", nargs="?", help="name or e-mail; absent: the first owner")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["user"]) if options["user"] else signin.owner()
        if user is None:
            raise CommandError("There is no owner yet; make one with: manage.py owner")
        self.stdout.write(signin.make_link(user))
