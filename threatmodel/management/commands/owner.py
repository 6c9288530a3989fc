"""`manage.py owner`: the first user, on a database that has nobody yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from threatmodel.services import signin


class Command(BaseCommand):
    requires_system_checks = ()  # bin/run waits for this, and migrate has just checked
    help = "Make the user 'owner' with a workspace if there is nobody, and print a sign-in link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print no link")

    def handle(self, *args: Any, **options: Any) -> None:
        user = signin.first_owner()
        if user is not None and not options["quiet"]:
            self.stdout.write(signin.make_link(user))
