"""Letters that no font has: said on the report itself, and nowhere where all can be shown."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from catalog import load
from tests.reports.cases import assessed, drawn
from tests.reports.test_pdf import MADE
from threatmodel.core.inputs import Inputs
from threatmodel.paper import page, web_page
from threatmodel.reports import letters
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition

NOWHERE = "\U0010abcd"  # for private use, at the far end
EDITION = Edition(sections=frozenset({"matrix"}))


@pytest.mark.parametrize(
    "words",
    ["Plain words, “quoted” – and more", "Żółć, Größe, Đặng", "Безопасность", "Ασφάλεια",
     "A → B · ✓"[:7], "line\nand\ttab\u00a0\u200d\ufe0f", normalize("NFD", "é")],
)  # fmt: skip
def test_letters_of_our_own_fonts_and_what_nobody_sees_are_never_lost(words: str):
    assert letters.lost(words) == ()


def test_each_letter_that_no_font_has_is_told_once():
    assert letters.lost(f"a{NOWHERE}b{NOWHERE}") == (NOWHERE,)
    assert letters.told((NOWHERE,)).startswith("1 letter could not be printed: U+10ABCD.")
    assert "2 letters could not" in letters.told(("\U0010abcd", "\U0010abce"))


@pytest.mark.parametrize("name", ["Digits", f"Digits {NOWHERE}"])
def test_the_cover_names_what_could_not_be_printed_and_the_page_for_a_browser_does_not(name: str):
    document = drawn(system={"name": name})
    report = build(document, assessed(document, Inputs()), load(), Inputs(), EDITION)
    printed, shown = page(report, MADE), web_page(report, MADE).decode()
    assert ("could not be printed: U+10ABCD." in printed) == (NOWHERE in name)
    assert name in shown and "could not be printed" not in shown
