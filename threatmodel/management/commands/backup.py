"""`manage.py backup FILE`: everything in one file, while people edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from threatmodel.services import backups
from threatmodel.services.refusal import Refusal

from ._database import database


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Write the database, the files and the secret key into one file, while people edit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to, such as bartizan.tar.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        try:
            made = backups.make(target, settings.DATA_DIR, database())
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror}") from error
        size = f"{made.size / 2**20:,.1f} MiB unpacked"
        self.stdout.write(f"Wrote {target}: the database and {made.files} files, {size}.")
        if made.has_key:
            self.stdout.write("It holds the secret key too: keep it where only you can read it.")
        else:
            self.stdout.write("The secret key is not in it: keep SECRET_KEY beside it.")
