"""An assessment as tables: every field that its JSON has, and what people entered beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.types import Catalog
from threatmodel.core import retest, wire
from threatmodel.core.document import Document, to_data
from threatmodel.core.findings import Assessment
from threatmodel.core.graph import Graph
from threatmodel.core.inputs import Inputs
from threatmodel.core.retest import of_mitigation

from . import belongings
from .belongings import Belongings
from .entered import to_rows

Value = str | int | float | bool | None
Json = Mapping[str, Any]
DRAWN = ("components", "flows", "zones", "assets", "adversaries", "scenarios", "assumptions")
APART = "; "
# Mappings with few known names get a column each; any other mapping is one cell.
SPREAD = frozenset(
    {"risk", "references", "attributes", "summary", "by_level", "by_treatment", "system"}
    | {"difference"}
)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its title, the names of its columns, and rows as long as they are many."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(
    assessment: Assessment,
    catalog: Catalog,
    document: Document,
    inputs: Inputs,
    belonging: Belongings | None = None,
) -> tuple[Table, ...]:
    """Every table, the findings second, after what the whole amounts to.

    Notes
    -----
    O(fields). A list of values is one cell, a list of entries a table of its own that names the
    entry it belongs to.
    """
    told = wire.to_json(assessment, catalog, document)
    drawn: Json = to_data(document)
    entered = to_rows(inputs)
    # Without room for content: a cell names a file, it does not hold one.
    belongings.join(entered, belonging or Belongings(), 0)
    return (
        _pairs("Summary", {"system": drawn["system"], **_without(told, "findings", "questions")}),
        findings(told["findings"]),
        table("Open questions of findings", _inner(told["findings"], "questions")),
        table("Questions", told["questions"]),
        *(table(name.capitalize(), rows) for name, rows in entered.items()),
        table("Re-tests", _retests(assessment, catalog, document, inputs)),
        table("Out of scope", drawn.get("out_of_scope", ())),
        *(table(name.capitalize(), drawn.get(name, ())) for name in DRAWN),
    )


def _retests(
    assessment: Assessment, catalog: Catalog, document: Document, inputs: Inputs
) -> list[Json]:
    """Every run that was made to prove a mitigation, against the one without its control."""
    graph = Graph(document, catalog)
    return [
        # An attempt that is compared with nothing leaves the columns of the difference empty.
        {"mitigation": one.id, "findings": told["findings"]}
        | {name: value for name, value in attempt.items() if value is not None}
        for one in inputs.mitigations
        for told in map(retest.to_json, of_mitigation(one, graph, inputs, assessment.as_of))
        for attempt in told["attempts"]
    ]


def findings(rows: Iterable[Json]) -> Table:
    """The findings alone, as one table."""
    return table("Findings", [_without(row, "questions") for row in rows])


def table(title: str, rows: Iterable[Json]) -> Table:
    """Rows that need not have the same fields; the columns come as they are met first."""
    flat = [dict(_flat(row)) for row in rows]
    columns = tuple(dict.fromkeys(name for row in flat for name in row))
    return Table(title, columns, tuple(tuple(row.get(name) for name in columns) for row in flat))


def _pairs(title: str, row: Json) -> Table:
    return Table(title, ("what", "value"), tuple(_flat(row)))


def _inner(rows: Iterable[Json], name: str) -> list[Json]:
    return [{"finding": row["key"], **one} for row in rows for one in row[name]]


def _without(row: Json, *names: str) -> Json:
    return {name: value for name, value in row.items() if name not in names}


def _flat(row: Json, before: str = "") -> Iterator[tuple[str, Value]]:
    """Fields of fields get both names, with a dot between."""
    for name, value in row.items():
        if isinstance(value, Mapping) and name in SPREAD:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", _cell(value)


def _cell(value: object) -> Value:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_cell(part)}" for name, part in value.items())
    if isinstance(value, Iterable):
        return APART.join("" if part is None else str(_cell(part)) for part in value)
    return str(value)
