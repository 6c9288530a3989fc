"""A report for those who listen to it: PDF/UA-1 as far as a file can show it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.reports.cases import two_parts
from tests.reports.test_pdf import printed

HEBREW, GREEK = "שלום", "Καλημέρα Łódź"
SECTIONS = frozenset({"matrix", "diagram", "coverage", "method"})


@pytest.fixture(scope="module")
def report() -> PdfReader:
    document = two_parts(f"{HEBREW} {GREEK} 漢字")
    return PdfReader(BytesIO(printed(document, sections=SECTIONS)))


@pytest.fixture(scope="module")
def marks(report: PdfReader) -> list[dict[str, Any]]:
    root: Any = report.trailer["/Root"]
    return list(_marks(root["/StructTreeRoot"]["/K"]))


def _marks(node: Any) -> Iterator[dict[str, Any]]:
    """Every mark of the tree, in the order in which it is read."""
    node = node.get_object()
    for kid in node if isinstance(node, list) else [node]:
        found = kid.get_object()
        if isinstance(found, dict) and "/S" in found:
            yield found
            yield from _marks(found.get("/K", []))


def called(marks: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [one for one in marks if one["/S"] in names]


def test_it_says_that_it_is_pdf_ua_in_which_language_and_under_which_title(report):
    root = report.trailer["/Root"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert report.metadata.title == "Small: risk assessment"


def test_every_picture_has_words(marks):
    figures = called(marks, "/Figure")
    assert len(figures) > 2
    assert all(one.get("/Alt", "").strip() for one in figures)
    told = [one["/Alt"] for one in figures]
    assert any(one.startswith("Diagram of Small: 2 components") for one in told)
    assert any(one.startswith("Risk matrix") for one in told)


def test_every_cell_of_a_table_knows_its_heads(marks):
    heads = {one["/ID"] for one in called(marks, "/TH")}
    cells = called(marks, "/TD")
    assert heads and cells
    for cell in cells:
        named = set(cell["/A"]["/Headers"])
        assert len(named) == 2, "its column's and its row's"
        assert named <= heads


def test_headings_go_down_one_step_at_a_time(marks):
    steps = [int(one["/S"][2:]) for one in called(marks, "/H1", "/H2", "/H3")]
    assert steps[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(steps, steps[1:], strict=False))


def test_a_list_is_told_as_a_list(marks):
    assert len(called(marks, "/LI")) == len(called(marks, "/LBody")) > 10


def test_scripts_that_our_font_lacks_are_printed_in_another_and_can_be_copied(report):
    fonts = [
        font.get_object()
        for page in report.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    names = {str(one["/BaseFont"]).partition("+")[2].partition("-Semi")[0] for one in fonts}
    # One of ours for each file of letters: under one name they are drawn as each other's.
    assert {"Inter", "Inter-greek", "Inter-latin-ext"} <= names
    assert any(not one.startswith("Inter") for one in names)
    letters = b" ".join(one["/ToUnicode"].get_object().get_data().lower() for one in fonts)
    for letter in (HEBREW + GREEK).replace(" ", ""):
        assert f"<{ord(letter):04x}>".encode() in letters, letter
