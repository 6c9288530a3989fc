"""The assessment as a workbook: one sheet a table, every field that the JSON has; written only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

from catalog.types import Catalog
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Inputs

from .belongings import Belongings
from .csvfile import FORMULA
from .tables import Table, Value, tables

NAME = "xlsx"
TITLE = "a workbook (XLSX)"
# Excel's own limits; a longer title makes it call the file damaged.
MAX_TITLE = 31
MAX_CELL = 32_767
CUT = " … cut here; the JSON has all of it"
WIDE, NARROW = 60, 10
HEAD = Font(bold=True)
TOP = Alignment(vertical="top", wrap_text=True)


def write(
    assessment: Assessment,
    catalog: Catalog,
    document: Document,
    inputs: Inputs,
    made_at: datetime,
    belonging: Belongings | None = None,
) -> bytes:
    """The whole as a workbook without formulas, written row by row."""
    book = Workbook(write_only=True)
    book.properties.title = sheet_text(document.system.name)
    book.properties.creator = "Bartizan"
    book.properties.created = book.properties.modified = made_at.astimezone(UTC).replace(
        tzinfo=None
    )
    target = BytesIO()
    try:
        for table in tables(assessment, catalog, document, inputs, belonging):
            _sheet(book, table)
        save_workbook(book, target)
    except OSError:
        _drop(book)
        raise
    return target.getvalue()


def _drop(book: Any) -> None:
    """Remove what its sheets had written. The library leaves that until the process ends, also
    where it was the disk's last room."""
    for sheet in book.worksheets:
        if sheet._writer is None:
            continue
        for going_on in (sheet._rows, sheet._writer.xf):
            with suppress(Exception):  # its end writes too, on the disk that is full
                going_on.close()
        with suppress(OSError, ValueError):
            sheet._writer.cleanup()


def _sheet(book: Any, table: Table) -> None:
    """A table under its head, which stays in sight and filters."""
    sheet = book.create_sheet(table.title[:MAX_TITLE])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    if table.columns:
        last = get_column_letter(len(table.columns))
        sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    sheet.append([_cell(sheet, name, HEAD) for name in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])


def _widths(table: Table) -> Iterator[int]:
    for number, name in enumerate(table.columns):
        shown = (len(str(row[number])) for row in table.rows[:200] if row[number] is not None)
        yield min(WIDE, max(NARROW, len(name) + 2, *shown, 0))


def _cell(sheet: Any, value: Value, font: Font | None = None) -> Any:
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        cell.alignment = TOP  # beside texts of several lines
        return cell
    cell = WriteOnlyCell(sheet, sheet_text(value))
    # A text stays a text, whatever sign it begins with, also when somebody edits the cell.
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(FORMULA)
    cell.alignment = TOP
    if font:
        cell.font = font
    return cell


def sheet_text(text: str) -> str:
    """A text that a cell can hold: no control characters, and not longer than Excel reads."""
    clean: str = ILLEGAL_CHARACTERS_RE.sub("", text)
    return clean if len(clean) <= MAX_CELL else clean[: MAX_CELL - len(CUT)] + CUT
