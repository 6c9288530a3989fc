"""A report of ours, read back: it carries its document as an attachment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from catalog.types import Catalog
from threatmodel.core.document import DocumentError

from . import bartizan
from .imported import Imported
from .source import MAX_JSON

NAME = "report-pdf"
TITLE = "a PDF report of ours"
ATTACHMENT = "document.bartizan.json"


def recognises(data: bytes, filename: str) -> bool:
    return data.startswith(b"%PDF-")


def read(data: bytes, catalog: Catalog, *, as_they_stand: bool = False) -> Imported:
    """The attached document.

    Raises
    ------
    DocumentError
        When the file cannot be read as PDF, carries no document of ours, or carries a bad one.
    """
    found = bartizan.read(_attached(data), catalog, as_they_stand=as_they_stand)
    return replace(found, format=NAME)


def _attached(data: bytes) -> bytes:
    try:
        body = next(_bodies(data), None)
    # A PDF of a stranger breaks the reader in many ways; each of them means the same here.
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise DocumentError("the PDF is damaged and cannot be read; save it again") from error
    except RecursionError:
        raise DocumentError("the PDF is nested too deeply", code="limit") from None
    if body is None:
        raise DocumentError("the PDF carries no document; only reports of Bartizan do")
    if len(body) > MAX_JSON:
        raise DocumentError("the document in the PDF is too large", code="limit")
    return body


def _bodies(data: bytes) -> Iterator[bytes]:
    for attachment in PdfReader(BytesIO(data)).attachment_list:
        if attachment.name == ATTACHMENT:
            yield attachment.content
