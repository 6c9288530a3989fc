"""`manage.py restore FILE`: a backup into an empty data folder, as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.loader import MigrationLoader

from threatmodel.services import backups
from threatmodel.services.refusal import Refusal

from ._database import database


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Put a backup into DATA_DIR, which has to be empty; then start the server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what 'backup' wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        source, folder = options["file"], settings.DATA_DIR
        if database() != folder / backups.DATABASE:
            raise CommandError("Restore without DATABASE_URL: the database goes into DATA_DIR")
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        try:
            found = backups.restore(source, folder, known)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename or source}: {error.strerror}") from error
        self.stdout.write(f"Restored the database and {found.files} files into {folder}.")
        if not found.has_key:
            self.stdout.write("Start it with the SECRET_KEY of then, or secrets cannot be read.")
