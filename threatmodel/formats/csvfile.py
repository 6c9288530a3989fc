"""The findings as CSV, for spreadsheets and trackers; written only.

A spreadsheet takes a cell that begins with certain signs for a formula, whoever wrote it. Such
texts get an apostrophe before them, which spreadsheets show as text.

References
----------
.. [1] OWASP, CSV Injection.
.. [2] RFC 4180, Common Format and MIME Type for CSV Files.
"""

from __future__ import annotations

import csv
from io import StringIO

from catalog.types import Catalog
from threatmodel.core import wire
from threatmodel.core.document import Document
from threatmodel.core.findings import Assessment

from .tables import Value, findings

NAME = "csv"
TITLE = "findings as CSV"
# Full-width signs count too: some spreadsheets read them as the narrow ones.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
# Without it Excel reads a file as if it were of the machine's old code page.
MARK = b"\xef\xbb\xbf"


def write(assessment: Assessment, catalog: Catalog, document: Document) -> bytes:
    """One line a finding, under the names that the JSON has."""
    table = findings(wire.to_json(assessment, catalog, document)["findings"])
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([harmless(name) for name in table.columns])
    writer.writerows([harmless(value) for value in row] for row in table.rows)
    return MARK + target.getvalue().encode()


def harmless(value: Value) -> Value:
    """A text that no spreadsheet takes for a formula; a number stays one.

    Examples
    --------
    >>> harmless("=1+1"), harmless("risk"), harmless(-3)
    ("'=1+1", 'risk', -3)
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return f"'{value}"
    return value
