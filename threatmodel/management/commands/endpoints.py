"""The operator's switch: stop every endpoint at once, allow them again, list them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from threatmodel.services import endpoints


class Command(BaseCommand):
    help = "List linked endpoints; stop all calls to them at once, or allow them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("list", "stop", "resume"))
        parser.add_argument("--because", default="no reason was given", help="shown to everybody")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "stop":
            endpoints.stop_all(options["because"])
        elif options["action"] == "resume":
            endpoints.resume_all()
        for line in endpoints.overview():
            self.stdout.write(line)
