"""`manage.py demo`: the demonstration system, once per database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from threatmodel.services import demo


class Command(BaseCommand):
    requires_system_checks = ()  # bin/run waits for this, and migrate has just checked
    help = "Load the demonstration system into the first workspace, unless it was loaded before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="load another copy")

    def handle(self, *args: Any, **options: Any) -> None:
        system = demo.load(again=options["again"])
        if system is not None and options["verbosity"] > 1:
            self.stdout.write(f"Loaded {system.name}")
