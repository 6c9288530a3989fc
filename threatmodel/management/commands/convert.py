"""`manage.py convert IN OUT`: any format we read to one we write, told by the name of OUT."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import load
from threatmodel.core.assessment import assess
from threatmodel.core.document import DocumentError
from threatmodel.core.findings import Assessment
from threatmodel.formats import Imported, atlaslayer, bartizan, read_any, sarif


class Command(BaseCommand):
    help = "Convert a threat model: OUT ends in .json, .yaml, .sarif or .layer.json."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("input", type=Path)
        parser.add_argument("output", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["input"]
        target: Path = options["output"]
        try:
            found = read_any(source.read_bytes(), source.name, load(), as_they_stand=True)
            target.write_bytes(_written(found, target))
        except (DocumentError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        self._tell(found)

    def _tell(self, found: Imported) -> None:
        """The loss report: what did not come over unchanged."""
        for name, remarks in found.report.to_data().items():
            for remark in remarks:
                self.stdout.write(f"{name}: {remark['what']} ({remark['why']})")


def _written(found: Imported, target: Path) -> bytes:
    if target.name.endswith(".layer.json"):
        return atlaslayer.write(_assessed(found), found.catalog or load(), found.document)
    if target.suffix == ".json":
        return bartizan.write(found.document, found.inputs, baselines=found.baselines)
    if target.suffix in (".yaml", ".yml"):
        named = found.baselines
        return bartizan.write(found.document, found.inputs, baselines=named, as_yaml=True)
    if target.suffix == ".sarif":
        return sarif.write(_assessed(found), found.catalog or load(), found.document)
    raise DocumentError(f"{target.name}: end it in .json, .yaml, .sarif or .layer.json")


def _assessed(found: Imported) -> Assessment:
    return assess(found.document, found.catalog or load(), found.inputs, as_of=date.today())
