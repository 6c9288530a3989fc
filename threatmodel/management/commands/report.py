"""`manage.py report`: a file in, a PDF out. No database, no server."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import load
from threatmodel.core.assessment import Engine
from threatmodel.core.document import DocumentError
from threatmodel.formats import read_any
from threatmodel.paper import print_report
from threatmodel.reports.context import Edition
from threatmodel.reports.pdf import write_whole
from threatmodel.robustness import attacks

UNREADABLE = 2


class Command(BaseCommand):
    help = "Write the risk assessment of a drawn system as PDF."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--output", type=Path, required=True, metavar="PDF")
        parser.add_argument("--paper", choices=("A4", "Letter"), default="A4")
        parser.add_argument("--classification", default="Confidential")
        parser.add_argument("--as-of", type=_day, default=None, metavar="DATE")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        try:
            read = read_any(file.read_bytes(), file.name, load(), as_they_stand=True)
        except OSError as error:
            message = f"Cannot read {error.filename}: {error.strerror}."
            raise CommandError(message, returncode=UNREADABLE) from error
        except DocumentError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        as_of = options["as_of"] or date.today()
        edition = Edition(
            made_on=as_of,
            classification=options["classification"],
            paper=options["paper"],
            tests={id: test.name for id, test in attacks.load().items()},
        )
        made_at = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
        catalog = read.catalog or load()
        engine = Engine(read.document, catalog, read.inputs, as_of)
        about = (read.document, engine.assessment, catalog, read.inputs)
        beside = read.belongings.without_content()
        body = print_report(*about, edition, made_at, read.baselines, read.history, beside, engine)
        write_whole(options["output"].absolute(), body)
        self.stdout.write(f"{options['output']}: {len(body) // 1024} KiB")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date like 2026-01-31") from None
