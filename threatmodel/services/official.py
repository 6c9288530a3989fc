"""Publishers' own files: keeping one, and its text for the pages."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from catalog import load as load_catalog
from catalog.framework import Framework
from catalog.official import Official
from catalog.official.changes import family
from catalog.search import Hit
from catalog.types import Catalog
from threatmodel import gate
from threatmodel.models import OfficialFile, OfficialText

from . import audit
from .refusal import Refusal


@dataclass(frozen=True, slots=True)
class PublisherText:
    """A publisher's words on one entry, with all that has to stand beside them."""

    title: str
    kind: str
    text: str
    edition: str
    licence: str
    attribution: str
    url: str
    retired: bool
    became: str


@dataclass(frozen=True, slots=True)
class Imported:
    """One imported file, with those of its entries that the shipped list does not have."""

    file: OfficialFile
    entries: int
    new: tuple[OfficialText, ...]


@transaction.atomic
def keep(official: Official, data: bytes, name: str) -> None:
    """Keep a file's texts in place of those imported before: all of them, or none."""
    # A file system may give names that are no Unicode; a database keeps only what is.
    name = name.encode(errors="replace").decode()
    row, _ = OfficialFile.objects.update_or_create(
        framework=official.framework,
        part=official.part,
        defaults={
            "title": official.title,
            "edition": official.edition,
            "licence": official.licence,
            "attribution": official.attribution,
            "name": name[:200],
            "sha256": hashlib.sha256(data).hexdigest(),
        },
    )
    row.texts.all().delete()
    OfficialText.objects.bulk_create(
        OfficialText(
            file=row,
            entry=one.id,
            kind=one.kind,
            title=one.title,
            text=one.text,
            url=one.url,
            retired=one.retired,
            became=one.became or "",
        )
        for one in official.entries.values()
    )
    audit.note(None, None, "official file imported", f"{row} from {name[:100]}")


def remove(name: str) -> OfficialFile:
    """Take an imported file away, its texts with it; pages show the shipped list alone again.

    Raises
    ------
    Refusal
        Unless exactly one import goes by that name: its framework, or framework and part.
    """
    with transaction.atomic():
        rows = list(gate.official_files())
        found = [row for row in rows if name in (row.framework, called(row))]
        if len(found) != 1:
            known = ", ".join(f"'{called(row)}' ({row})" for row in rows) or "nothing"
            message = f"No one import is called '{name[:64]}'; imported is {known}"
            raise Refusal(message, field="edition", code="missing")
        (row,) = found
        OfficialFile.objects.filter(pk=row.pk).delete()
        audit.note(None, None, "official file removed", str(row))
    return row


def called(row: OfficialFile) -> str:
    """By which name an import is removed again."""
    return f"{row.framework}/{row.part}" if row.part else row.framework


def only_imported(catalog: Catalog) -> tuple[Hit, ...]:
    """The entries of imported files that the shipped lists do not have. One query."""
    columns = ("file__framework", "file__title", "file__edition", "entry", "kind", "title")
    rows = gate.official_texts(catalog.frameworks).values_list(*columns)
    return tuple(
        Hit("entries", id, words or id, "", framework, f"{title} {edition}, imported · {kind}")
        for framework, title, edition, id, kind, words in rows
        if id not in catalog.frameworks[framework].entries
    )


def text_of(framework: str, id: str) -> PublisherText | None:
    """The publisher's words on an entry, of the edition asked for, else of the one next to it."""
    rows = gate.official_texts(family(load_catalog(), framework)).filter(entry=id)
    best = min(rows, key=lambda row: row.file.framework != framework, default=None)
    return None if best is None else _publisher(best)


def _publisher(row: OfficialText) -> PublisherText:
    file = row.file
    return PublisherText(
        title=row.title,
        kind=row.kind,
        text=row.text,
        edition=str(file),
        licence=file.licence,
        attribution=file.attribution,
        url=row.url,
        retired=row.retired,
        became=row.became,
    )


def imports_of(framework: Framework) -> tuple[Imported, ...]:
    """The files that were imported of a framework, as many as it has parts. Two queries."""
    rows: dict[int, list[OfficialText]] = defaultdict(list)
    for row in gate.official_texts([framework.id]).defer("text"):
        rows[row.file_id].append(row)
    files = gate.official_files().filter(framework=framework.id)
    return tuple(Imported(one, len(rows[one.pk]), _new(rows[one.pk], framework)) for one in files)


def _new(rows: Iterable[OfficialText], framework: Framework) -> tuple[OfficialText, ...]:
    return tuple(row for row in rows if row.entry not in framework.entries)


def stamp() -> str:
    """What tells one state of the imports from another, for caches. One query."""
    digests = "".join(row.sha256 for row in gate.official_files())
    return hashlib.sha256(digests.encode()).hexdigest()[:16] if digests else ""
