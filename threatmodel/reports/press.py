"""HTML to PDF: fetches nothing but our own font files, and carries its document.

Apart from `pdf`, because WeasyPrint is heavy and only who prints should have to hold it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

from .pdf import ATTACHMENT, BASE, LOGO, fonts


class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves the bytes it was given, by name, and nothing else: no network, no files.

    An address that is not ours is refused quietly by WeasyPrint, as if it did not exist.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.files = files

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        body = self.files.get(url.removeprefix(BASE)) if url.startswith(BASE) else None
        if body is None:
            raise ValueError("A report shows only what it carries itself")
        media = "image/png" if url.endswith(LOGO) else "font/woff2"
        return URLFetcherResponse(url, body, {"Content-Type": media})


def render(html: str, document: bytes, made_at: datetime, title: str, logo: bytes = b"") -> bytes:
    """Lay out a report.

    Parameters
    ----------
    html
        A whole page with its style in it.
    document
        JSON of the document and what people entered; attached, so that the report can be read
        back.
    made_at
        Stands for every date in the file, so that the same report has the same bytes.
    logo
        A PNG, served under the name that the page gives it.
    """
    attachment = Attachment(
        string=document,
        name=ATTACHMENT,
        description=f"{title}, to be read back",
        created=made_at,
        modified=made_at,
        relationship="Source",
    )
    files = fonts() | ({LOGO: logo} if logo else {})
    page = HTML(string=html, base_url=BASE, url_fetcher=OwnFiles(files))
    with _fonts_dated(made_at):
        pdf: bytes = page.write_pdf(
            pdf_tags=True,
            pdf_variant="pdf/ua-1",
            attachments=[attachment],
            pdf_identifier=b"bartizan",
        )
    return pdf


@contextmanager
def _fonts_dated(made_at: datetime) -> Iterator[None]:
    """Have embedded fonts carry this date: fontTools takes it from the environment alone."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(made_at.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
