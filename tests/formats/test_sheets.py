"""Findings as CSV and as a workbook: all of the JSON, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.formats.samples import CATALOG, ENTERED, fraud
from tests.formats.test_belongings import WHOLE
from threatmodel.core import wire
from threatmodel.core.assessment import assess
from threatmodel.core.document import parse
from threatmodel.core.inputs import Inputs
from threatmodel.formats import csvfile, xlsx
from threatmodel.formats.tables import SPREAD, Table, tables

DAY = date(2026, 3, 1)
MADE = datetime(2026, 3, 1, tzinfo=UTC)
ASSESSMENT = assess(fraud(), CATALOG, ENTERED, as_of=DAY)
TOLD = wire.to_json(ASSESSMENT, CATALOG, fraud())
SIGNS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "=cmd|' /C calc'!A0", "#N/A"]  # noqa: RUF001


@pytest.fixture(scope="module")
def book() -> Any:
    body = xlsx.write(ASSESSMENT, CATALOG, fraud(), ENTERED, MADE)
    return load_workbook(BytesIO(body))


def lines(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline="")))


def leaves(row: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, dict) and name in SPREAD:
            yield from leaves(value, f"{before}{name}.")
        else:
            yield before + name


def test_the_workbook_has_every_field_that_the_json_has(book: Any):
    heads = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book}
    fields = {name for row in TOLD["findings"] for name in leaves(row)} - {"questions"}
    assert fields <= set(heads["Findings"])
    asked = {name for row in TOLD["findings"] for one in row["questions"] for name in one}
    assert asked <= set(heads["Open questions of findings"])
    assert {name for one in TOLD["questions"] for name in one} <= set(heads["Questions"])
    summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    assert set(leaves(TOLD)) - {"findings", "questions"} <= set(summary)


def test_each_finding_is_one_row_with_the_values_of_the_json(book: Any):
    names, *rows = book["Findings"].iter_rows(values_only=True)
    told = {row["key"]: row for row in TOLD["findings"]}
    assert [row[0] for row in rows] == list(told)
    for row in rows:
        found = dict(zip(names, row, strict=True))
        assert found["risk.residual"] == told[row[0]]["risk"]["residual"]
        assert found["risk.score"] == told[row[0]]["risk"]["score"]
        assert found["impact_assumed"] is told[row[0]]["impact_assumed"]


def spoken(value: Any) -> Iterator[str]:
    """Every single value inside, as a cell shows it."""
    if isinstance(value, dict):
        for part in value.values():
            yield from spoken(part)
    elif isinstance(value, list):
        for part in value:
            yield from spoken(part)
    elif value is not None:
        yield str(value)


def test_every_value_of_the_json_stands_in_the_workbook(book: Any):
    rows = {
        name: [" ".join(map(str, row)) for row in book[name].values] for name in book.sheetnames
    }
    shown = dict(zip((row["key"] for row in TOLD["findings"]), rows["Findings"][1:], strict=True))
    asked = " ".join(rows["Open questions of findings"])
    for row in TOLD["findings"]:
        own = {name: part for name, part in row.items() if name != "questions"}
        assert [one for one in spoken(own) if one not in shown[row["key"]]] == []
        assert [one for one in spoken(row["questions"]) if one not in asked] == []
    for number, row in enumerate(TOLD["questions"], start=1):
        assert [one for one in spoken(row) if one not in rows["Questions"][number]] == []
    rest = {name: part for name, part in TOLD.items() if name not in ("findings", "questions")}
    whole = " ".join(rows["Summary"])
    assert [one for one in spoken(rest) if one not in whole] == []


def test_notes_files_and_sources_stand_beside_what_they_belong_to():
    body = xlsx.write(ASSESSMENT, CATALOG, fraud(), ENTERED, MADE, WHOLE)
    book = load_workbook(BytesIO(body))
    (names, row) = book["Mitigations"].values
    cells = dict(zip(names, row, strict=True))
    assert cells["note"] == "Ask <b>Bo</b>"
    assert "proof.txt" in cells["files"] and "https://t.example/1" in cells["tickets"]
    assert "content" not in cells["files"]
    assert "garak" in [cell for line in book["Evidence"].values for cell in line]


def test_what_people_entered_stands_in_the_workbook(book: Any):
    entered = (("Decisions", 2), ("Mitigations", 1), ("Evidence", 1))
    assert [(name, book[name].max_row - 1) for name, _ in entered] == list(entered)


def test_every_title_of_a_sheet_fits_and_stands_once(book: Any):
    titles = [sheet.title for sheet in book]
    assert all(len(title) <= xlsx.MAX_TITLE for title in titles)
    assert len({title.lower() for title in titles}) == len(titles)


def hostile(text: str) -> Any:
    data = {
        "format": "bartizan/1",
        "system": {"name": text},
        "components": [
            {"id": "c-a", "type": "inference-endpoint", "name": text},
            {"id": "c-b", "type": "model-store", "name": text},
        ],
        "out_of_scope": [{"element": "c-b", "reason": text}],
    }
    return parse(data, CATALOG)[0]


@pytest.mark.parametrize("text", SIGNS)
def test_no_cell_is_a_formula_whatever_people_called_things(text: str):
    document = hostile(text)
    found = assess(document, CATALOG, as_of=DAY)
    body = xlsx.write(found, CATALOG, document, Inputs(), MADE)
    with ZipFile(BytesIO(body)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not any(re.search(rb"<f[ >/]|t=\"e\"", sheet) for sheet in sheets)
    names = {row[2] for row in load_workbook(BytesIO(body))["Components"].values}
    assert text in names
    rows = lines(csvfile.write(found, CATALOG, document))
    assert rows
    assert all(not cell.lstrip(" ").startswith(csvfile.FORMULA) for row in rows
               for name, cell in row.items() if name != "risk.score")  # fmt: skip
    assert {row["element_name"].removeprefix("'") for row in rows} == {text}


@given(st.text())
def test_no_text_of_a_csv_begins_like_a_formula(text: str):
    found = csvfile.harmless(text)
    assert isinstance(found, str)
    assert not found.lstrip(" ").startswith(csvfile.FORMULA)
    assert found.endswith(text)


@given(st.text(st.characters(codec="utf-8"), max_size=50))
def test_any_text_can_stand_in_a_cell(text: str):
    assert text.startswith(xlsx.sheet_text(text)) or "\x00" <= min(text) < " "


def test_a_text_beyond_what_a_cell_holds_is_cut_and_says_so():
    cut = xlsx.sheet_text("x" * 2_000_000)
    assert len(cut) == xlsx.MAX_CELL
    assert cut.endswith(xlsx.CUT)


def test_the_csv_has_a_line_for_every_finding():
    rows = lines(csvfile.write(ASSESSMENT, CATALOG, fraud()))
    assert [row["key"] for row in rows] == [finding.key for finding in ASSESSMENT.findings]
    assert {row["risk.residual"] for row in rows} == {
        one.residual.key for one in ASSESSMENT.findings
    }


def test_what_a_stranger_names_never_becomes_a_column():
    data = {
        "format": "bartizan/1",
        "system": {"name": "x"},
        "components": [
            {"id": "c-a", "type": "other", "extensions": {f"k{n}": n for n in range(500)}}
        ],
    }
    document, _ = parse(data, CATALOG)
    found: tuple[Table, ...] = tables(
        assess(document, CATALOG, as_of=DAY), CATALOG, document, Inputs()
    )
    assert max(len(table.columns) for table in found) < 60
