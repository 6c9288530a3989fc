"""`manage.py convert IN OUT`: any format we read to one we write, told by the name of OUT."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import load
from catalog.types import Catalog
from threatmodel.core.assessment import assess
from threatmodel.core.document import Document, DocumentError
from threatmodel.core.findings import Assessment
from threatmodel.formats import Imported, atlaslayer, bartizan, csvfile, read_any, sarif, xlsx
from threatmodel.paper import web_page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition


class Command(BaseCommand):
    help = (
        "Convert a threat model: OUT ends in .json, .yaml, .sarif, .layer.json, .csv, .xlsx or "
        ".html."
    )
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
    ending = next((one for one in WRITERS if target.name.endswith(one)), None)
    if ending is None:
        raise DocumentError(f"{target.name}: end it in {ENDINGS}")
    return WRITERS[ending](found)


def _bartizan(found: Imported, as_yaml: bool = False) -> bytes:
    return bartizan.write(
        found.document,
        found.inputs,
        baselines=found.baselines,
        told=found.history,
        belonging=found.belongings,
        as_yaml=as_yaml,
    )


def _page(found: Imported) -> bytes:
    assessment, catalog, document = _assessed(found)
    edition = Edition(made_on=assessment.as_of, classification="")
    return web_page(build(document, assessment, catalog, found.inputs, edition), _now())


def _assessed(found: Imported) -> tuple[Assessment, Catalog, Document]:
    catalog = found.catalog or load()
    today = date.today()
    return assess(found.document, catalog, found.inputs, as_of=today), catalog, found.document


def _now() -> datetime:
    return datetime.now(UTC)


# Longer endings first: a layer is JSON too.
WRITERS: Mapping[str, Callable[[Imported], bytes]] = {
    ".layer.json": lambda found: atlaslayer.write(*_assessed(found)),
    ".json": _bartizan,
    ".yaml": lambda found: _bartizan(found, as_yaml=True),
    ".yml": lambda found: _bartizan(found, as_yaml=True),
    ".sarif": lambda found: sarif.write(*_assessed(found)),
    ".csv": lambda found: csvfile.write(*_assessed(found)),
    ".xlsx": lambda found: xlsx.write(*_assessed(found), found.inputs, _now(), found.belongings),
    ".html": _page,
}
ENDINGS = ".json, .yaml, .sarif, .layer.json, .csv, .xlsx or .html"
