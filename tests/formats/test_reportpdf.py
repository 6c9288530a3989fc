"""A report of ours carries its document."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfWriter

from tests.formats.samples import CATALOG, ENTERED, fraud
from threatmodel.core.document import DocumentError, digest
from threatmodel.formats import bartizan, read_any
from threatmodel.formats.reportpdf import ATTACHMENT
from threatmodel.formats.source import MAX_JSON


def pdf(attachments: dict[str, bytes]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    for name, body in attachments.items():
        writer.add_attachment(name, body)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def test_the_document_of_a_report_is_read_back():
    data = pdf({"other.txt": b"x", ATTACHMENT: bartizan.write(fraud(), ENTERED)})
    found = read_any(data, "report.pdf", CATALOG, as_they_stand=True)
    assert found.format == "report-pdf"
    assert digest(found.document) == digest(fraud())
    assert found.inputs == ENTERED


@pytest.mark.parametrize(
    "attachments, told",
    [
        ({}, "carries no document"),
        ({"other.json": b"{}"}, "carries no document"),
        ({ATTACHMENT: b"junk"}, "mapping"),
        ({ATTACHMENT: b""}, "empty"),
        ({ATTACHMENT: b" " * (MAX_JSON + 1)}, "too large"),
    ],
)
def test_another_pdf_is_refused(attachments: dict[str, bytes], told: str):
    with pytest.raises(DocumentError, match=told):
        read_any(pdf(attachments), "x.pdf", CATALOG)


def test_a_broken_pdf_is_refused():
    whole = pdf({ATTACHMENT: bartizan.write(fraud())})
    for cut in range(16):
        data = whole[: len(whole) * cut // 16]
        with pytest.raises(DocumentError):
            read_any(data, "x.pdf", CATALOG)


def test_a_pdf_with_bytes_changed_never_breaks_the_reader():
    whole = pdf({ATTACHMENT: bartizan.write(fraud())})
    for place in range(9, len(whole), max(1, len(whole) // 150)):
        data = whole[:place] + b"\xff<<" + whole[place + 3 :]
        try:
            read_any(data, "x.pdf", CATALOG)
        except DocumentError as error:
            assert str(error)


def test_a_small_pdf_that_unpacks_to_much_is_refused():
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    entry = writer.add_attachment(ATTACHMENT, b" " * 80_000_000)
    embedded = entry.pdf_object["/EF"]["/F"].indirect_reference
    writer._replace_object(embedded, embedded.get_object().flate_encode())
    target = BytesIO()
    writer.write(target)
    assert len(target.getvalue()) < 200_000
    with pytest.raises(DocumentError, match="PDF"):
        read_any(target.getvalue(), "x.pdf", CATALOG)
