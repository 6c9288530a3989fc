"""Named states in a full export: each whole, checked like the file around it, bounded together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Literal

from catalog.types import Catalog
from threatmodel.core import wire
from threatmodel.core.assessment import summarise
from threatmodel.core.document import Document, DocumentError, Remark, digest, parse, to_data
from threatmodel.core.document import fields as read
from threatmodel.core.findings import Finding

from .entered import KEYS, read_inputs, to_rows
from .entry import Readers, read_entry, read_list, readers_of
from .found import read_findings

MAX_BASELINES = 200
# So much of a file that the whole stays below what is read again (source.MAX_JSON, MAX_YAML).
MOST_JSON = 16 * 2**20
MOST_YAML = 2**20

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A state that somebody named.

    `document` is its drawing with decisions, mitigations and evidence and `findings` everything
    that was found, both as plain data; `revision` counts in the log that it was kept in. One of
    origin 'imported' is what a file says of another place, whoever `by` names.
    """

    name: str
    revision: int
    as_of: date
    at: datetime
    by: str
    document: Row
    findings: tuple[Row, ...]
    note: str = ""
    catalog: str = ""
    document_digest: str = ""
    summary: Row | None = None
    origin: Literal["entered", "imported"] = "entered"


def counts(document: Document, findings: Iterable[Finding]) -> dict[str, Any]:
    """What a list shows of a state."""
    drawn = {"components": len(document.components), "flows": len(document.flows)}
    return drawn | wire.summary(summarise(findings))


def write_baselines(baselines: Iterable[Baseline], most: int) -> list[dict[str, Any]]:
    """The baselines as plain data; those that do not fit `most` bytes keep only their heads."""
    rows = []
    for one in baselines:
        head = _head(one)
        whole = head | {"document": one.document, "findings": list(one.findings)}
        size = len(json.dumps(whole, ensure_ascii=False, indent=1).encode())
        rows.append(whole if size <= most else head)
        most -= size if size <= most else 0
    return rows


def _head(one: Baseline) -> dict[str, Any]:
    origin = {"origin": one.origin} if one.origin == "imported" else {}
    return {
        "name": one.name,
        "note": one.note,
        "revision": one.revision,
        "as_of": one.as_of.isoformat(),
        "at": one.at.astimezone(UTC).isoformat(),
        "by": one.by,
        "catalog": one.catalog,
        "document_digest": one.document_digest,
        "summary": dict(one.summary or {}),
        **origin,
    }


@dataclass(frozen=True, slots=True)
class Read:
    """The baselines of a file, and what its loss report says of them."""

    baselines: tuple[Baseline, ...] = ()
    mapped: tuple[Remark, ...] = ()
    dropped: tuple[Remark, ...] = ()


def read_baselines(
    data: Mapping[str, object], catalog: Catalog, *, as_they_stand: bool = False
) -> Read:
    """The baselines of a full export; as `imported` unless the file is taken as it stands.

    Raises
    ------
    DocumentError
        Naming the place, such as `baselines[2].findings[7].residual`.
    """
    rows = data.get("baselines")
    rows = () if rows is None else rows
    found, mapped, dropped = [], [], []
    for one, claimed in _all(rows, catalog):
        if one is None:
            dropped.append(Remark(f"baseline {claimed}", "the file holds only its name"))
            continue
        if claimed != one.document_digest:
            why = "its drawing is not the one that its digest names; kept with its own digest"
            mapped.append(Remark(f"baseline {one.name}", why))
        found.append(one if as_they_stand else replace(one, origin="imported"))
    if found and not as_they_stand:
        why = "kept as imported: what was named elsewhere, by whom the file says"
        mapped.insert(0, Remark(f"{len(found)} baselines", why))
    return Read(tuple(found), tuple(mapped), tuple(dropped))


def _all(rows: object, catalog: Catalog) -> Iterator[tuple[Baseline | None, str]]:
    """Each baseline and the digest that the file gives it; None and its name for a mere head."""
    names: set[str] = set()
    readers = _readers(catalog)
    for index, row in enumerate(read_list(rows, MAX_BASELINES, "baselines")):
        try:
            one, claimed = _one(row, readers)
            name = one.name if one else claimed
            if name in names:
                raise DocumentError("this name stands twice", field="name", code="taken")
        except DocumentError as error:
            raise error.inside(f"baselines[{index}]") from None
        names.add(name)
        yield one, claimed


def _one(row: object, readers: Readers) -> tuple[Baseline | None, str]:
    if isinstance(row, Mapping) and "document" not in row and "findings" not in row:
        filled = {**row, "document": {}, "findings": ()}
        return None, read_entry(Baseline, filled, readers).name
    one = read_entry(Baseline, row, readers)
    drawing, found = one.document["drawing"], one.findings
    kept = replace(
        one,
        document=one.document["whole"],
        document_digest=digest(drawing),
        summary=counts(drawing, map(wire.finding_from_data, found)),
    )
    return kept, one.document_digest


def _name(value: object) -> str:
    name = read.label(value)
    if not name.strip():
        raise DocumentError("this is needed; give it a value")
    return name


def _told(value: object) -> Row:
    """Counts are made anew of what is kept, so those of the file are not looked at."""
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    return {}


def _content(catalog: Catalog, value: object) -> Row:
    """The drawing as a value and, with its entries, as data; never a baseline's baselines."""
    if not isinstance(value, Mapping):
        raise DocumentError(f"{read.shown(value)} is not a mapping")
    if "baselines" in value:
        raise DocumentError("a baseline holds no baselines; take it out", field="baselines")
    drawing, _ = parse({key: part for key, part in value.items() if key not in KEYS}, catalog)
    inputs, _ = read_inputs(value, as_they_stand=True)
    return {"drawing": drawing, "whole": to_data(drawing) | to_rows(inputs)}


def _readers(catalog: Catalog) -> Readers:
    digest = read.text_up_to(64)
    return readers_of(
        Baseline,
        name=_name,
        note=read.text,
        catalog=digest,
        document_digest=digest,
        summary=_told,
        document=partial(_content, catalog),
        findings=read_findings,
    )
