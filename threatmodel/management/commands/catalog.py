"""`manage.py catalog`: what is known, read from its files; and publishers' own files, imported.

Only `import` and `remove` need a database.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import CatalogError, load
from catalog.blueprint import blueprints
from catalog.types import Catalog
from threatmodel.blueprints import read
from threatmodel.core.document import DocumentError

from . import _catalog_entries, _catalog_import, _catalog_tables

UNUSABLE = 2
ACTIONS = ("check", "list", "show", "import", "remove")


class Command(BaseCommand):
    help = "Check the catalog, list what it knows, show an entry, import or remove official files."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("what", nargs="?", help="an id such as 'evasion-query'; a file; a list")
        parser.add_argument(
            "--kind",
            choices=_catalog_entries.KINDS,
            help="show only these, or list their titles in place of the tables",
        )
        parser.add_argument("--folder", type=Path, help="another catalog folder")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--yes", action="store_true", help="import without asking")
        parser.add_argument("--dry-run", action="store_true", help="only print what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "import":
            self._import(options)
            return
        if options["action"] == "remove":
            _catalog_import.remove(options["what"] or "", self.stdout.write)
            return
        try:
            said = _said(options)
        except (CatalogError, DocumentError) as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        self.stdout.write(said)

    def _import(self, options: dict[str, Any]) -> None:
        if not options["what"]:
            raise CommandError("Say which file to import, such as 'catalog import ATLAS.yaml'")
        _catalog_import.run(
            Path(options["what"]),
            self.stdout.write,
            sure=options["yes"],
            dry=options["dry_run"],
        )


def _said(options: dict[str, Any]) -> str:
    catalog, as_json = load(options["folder"]), options["format"] == "json"
    if options["action"] == "list" and not options["kind"]:
        found = _catalog_tables.tables(catalog)
        lines = _catalog_tables.lines(catalog, found)
        return json.dumps(found, indent=2) if as_json else "\n".join(lines).lstrip()
    answer = _answer(catalog, options)
    return json.dumps(answer, indent=2) if as_json else "\n".join(_catalog_entries.lines(answer))


def _answer(catalog: Catalog, options: dict[str, Any]) -> dict[str, Any]:
    known = blueprints(options["folder"])
    tables = _catalog_entries.tables(catalog, known)
    if options["action"] == "check":
        for blueprint in known.values():
            read(blueprint, catalog)
        return _catalog_entries.counts(catalog, tables)
    if options["kind"]:
        tables = {options["kind"]: tables[options["kind"]]}
    if options["action"] == "show":
        return _catalog_entries.entry(catalog, tables, options["what"])
    return {kind: _catalog_entries.titles(table) for kind, table in tables.items()}
