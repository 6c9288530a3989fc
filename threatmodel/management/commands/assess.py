"""`manage.py assess`: a file in, its assessment out. No database, no server settings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import load
from catalog.types import Catalog, Level
from threatmodel.core import assess, wire
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.questions import FIRST
from threatmodel.formats import sarif

from . import _drawing

TOO_RISKY = 1


class Command(BaseCommand):
    help = (
        "Assess a drawn system: our format, the OWASP Threat Model Library, "
        "or a report of ours as PDF."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
        parser.add_argument("--fail-on", type=_level, metavar="LEVEL")
        _drawing.takes_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        imported = _drawing.read(options["file"])
        catalog, document = imported.catalog or load(), imported.document
        as_of = options["as_of"] or date.today()
        assessment = assess(document, catalog, imported.inputs, as_of=as_of)
        self.stdout.write(_written(options["format"], assessment, catalog, document))
        _judge(assessment, options["fail_on"])


def _level(text: str) -> Level:
    try:
        return Level.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _written(kind: str, assessment: Assessment, catalog: Catalog, document: Document) -> str:
    if kind == "json":
        return json.dumps(wire.to_json(assessment, catalog, document), indent=2)
    if kind == "sarif":
        return sarif.write(assessment, catalog, document).decode()
    return "\n".join(_lines(assessment, catalog, document))


def _judge(assessment: Assessment, fail_on: Level | None) -> None:
    if fail_on is None:
        return
    open_ones = (one for one in assessment.findings if one.applies == "yes")
    count = sum(one.treatment == "open" and one.residual >= fail_on for one in open_ones)
    if count:
        message = f"{count} open findings have a residual risk of {fail_on.key} or above."
        raise CommandError(message, returncode=TOO_RISKY)


def _lines(assessment: Assessment, catalog: Catalog, document: Document) -> Iterator[str]:
    summary, (low, high) = assessment.summary, assessment.summary.range
    yield f"{document.system.name}, as of {assessment.as_of.isoformat()}"
    if summary.risk is None or low is None or high is None:
        yield "No open finding applies."
    else:
        ends = "the same" if low == high else f"from {low.key} to {high.key}"
        yield f"Risk: {summary.risk.key} ({ends} over what is unknown)"
    yield f"Findings that wait for an answer: {summary.conditional}"
    yield ""
    for one in assessment.findings:
        row = wire.finding_row(one, catalog, document)
        state = one.treatment if one.applies == "yes" else "if " + _first_question(row)
        yield f"{one.residual.key:<10} {row['element_name']}: {row['title']} ({state}) [{one.key}]"
    asked = assessment.questions[:FIRST]
    if asked:
        yield from ("", "Ask first:")
        yield from (f"- {question.text}" for question in asked)


def _first_question(row: dict[str, Any]) -> str:
    return str(row["questions"][0]["text"]) if row["questions"] else "a fact is unknown"
