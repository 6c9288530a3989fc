"""`manage.py report`: a file in, a PDF out. No database, no server."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog import load
from threatmodel.core.assessment import Engine
from threatmodel.paper import print_report
from threatmodel.reports.context import Edition
from threatmodel.reports.pdf import write_whole
from threatmodel.robustness import attacks

from . import _drawing


class Command(BaseCommand):
    help = "Write the risk assessment of a drawn system as PDF."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--output", type=Path, required=True, metavar="PDF")
        parser.add_argument("--paper", choices=("A4", "Letter"), default="A4")
        parser.add_argument("--classification", default="Confidential")
        _drawing.takes_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        read = _drawing.read(options["file"])
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
        with _drawing.refusing("write", options["output"]):
            write_whole(options["output"].absolute(), body)
        self.stdout.write(f"{options['output']}: {len(body) // 1024} KiB")
