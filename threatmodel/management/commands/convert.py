"""`manage.py convert IN OUT`: any format we read to one we write, told by the name of OUT."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from catalog import load
from catalog.types import Catalog
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Document, DocumentError
from threatmodel.core.findings import Assessment
from threatmodel.formats import Imported, atlaslayer, bartizan, csvfile, sarif, xlsx
from threatmodel.paper import web_page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.robustness import attacks

from . import _drawing


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
        found, target = _drawing.read(options["input"]), options["output"]
        with _drawing.refusing("write", target):
            target.write_bytes(_written(found, target))
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
    engine = _engine(found)
    names = {id: test.name for id, test in attacks.load().items()}
    edition = Edition(made_on=engine.assessment.as_of, classification="", tests=names)
    about = (found.document, engine.assessment, engine.catalog, found.inputs)
    return web_page(build(*about, edition, engine), _now())


def _assessed(found: Imported) -> tuple[Assessment, Catalog, Document]:
    engine = _engine(found)
    return engine.assessment, engine.catalog, found.document


def _engine(found: Imported) -> Engine:
    return Engine(found.document, found.catalog or load(), found.inputs, date.today())


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
