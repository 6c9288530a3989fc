"""Threat models of the OWASP Threat Model Library (TM-BOM JSON, version 1).

Actors, components and data stores become components, data sets assets, trust zones zones, personas
adversaries. Types and kinds that the format does not have are guessed from names, and each guess
stands in the report. What we have no place for is kept in the document's extensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.types import Catalog
from threatmodel.core.document import DocumentError, Remark, parse

from ..imported import Imported, Report, amount
from ..layout import arranged
from ..source import read_text
from .ledger import Ledger, Row, said, without
from .parts import ELEMENTS, Drawing
from .people import adversaries

NAME = "tm-library"
TITLE = "the OWASP Threat Model Library's JSON"
# Lists of the format, and what we count them as.
COUNTED = {
    "data_flows": "flows",
    "trust_zones": "zones",
    "data_sets": "assets",
    "threat_personas": "adversaries",
    "assumptions": "assumptions",
}


def recognises(data: bytes, filename: str) -> bool:
    return data.lstrip()[:1] == b"{" and b'"symbolic_name"' in data and b'"scope"' in data


def read(data: bytes, catalog: Catalog, *, as_they_stand: bool = False) -> Imported:
    """The model as a document, laid out, with everything that was guessed or set aside.

    Raises
    ------
    DocumentError
        Naming the place in the file.
    """
    whole = read_text(data)
    if not isinstance(whole, Mapping):
        raise DocumentError("a threat model is a mapping with scope, components and data_flows")
    ledger = Ledger(whole)
    drawing = Drawing(ledger, catalog).rows()
    translated = {
        "system": _system(ledger),
        **drawing,
        "adversaries": adversaries(ledger, catalog),
        "assumptions": ledger.each("assumptions", lambda entry: _assumption(ledger, entry)),
        "extensions": {NAME: _kept(ledger)},
    }
    document, _ = parse(translated, catalog, as_entered=True)
    report = Report(
        tuple(_counts(ledger)), tuple(ledger.mapped), tuple(ledger.kept), tuple(ledger.dropped)
    )
    return Imported(NAME, arranged(document), report=report)


def _counts(ledger: Ledger) -> Iterator[Remark]:
    parts = {name: len(ledger.entries(name)) for name in ELEMENTS}
    why = ", ".join(f"{count} {_words(name)}" for name, count in parts.items())
    yield Remark(amount(sum(parts.values()), "components"), why)
    for name, ours in COUNTED.items():
        count = len(ledger.entries(name))
        if count:
            yield Remark(amount(count, ours), f"{_words(name)} of the file")


def _system(ledger: Ledger) -> Row:
    scope = ledger.data.get("scope")
    scope = scope if isinstance(scope, Mapping) else {}
    title = ledger.label(said(scope, "title") or "Imported threat model", "the title")
    description = said(scope, "description") or said(ledger.data, "description")
    return {"name": title, "description": ledger.cut(description, "the description")}


def _assumption(ledger: Ledger, entry: Mapping[str, object]) -> Row:
    words = ledger.cut(said(entry, "description"), "an assumption")
    key = ledger.new_id("assumptions", entry, "as")
    return {"id": key, "text": words, "extensions": without(entry, "description")}


def _kept(ledger: Ledger) -> Row:
    """What we have no place for: threats, controls and risks are judged anew, not taken over."""
    rest = without(ledger.data, "scope", "description", *ELEMENTS, *COUNTED)
    scope = ledger.data.get("scope")
    if isinstance(scope, Mapping):
        rest["scope"] = without(scope, "title", "description")
    for name, value in rest.items():
        what = f"{_words(name)} ({len(value)})" if isinstance(value, list) else f"'{name[:60]}'"
        ledger.kept.append(Remark(what, "no place for it here; kept with the document"))
    return rest


def _words(name: str) -> str:
    return name.replace("_", " ")[:60]
