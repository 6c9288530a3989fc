"""What a report says in words where a drawing is too large to be printed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from catalog import load
from threatmodel.core import assess
from threatmodel.core.document import parse
from threatmodel.core.inputs import Inputs
from threatmodel.paper import page
from threatmodel.reports.answer import gist
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.reports.tiles import MOST_COMPONENTS

DAY = date(2026, 11, 22)


def said(count: int) -> str:
    """The diagram in words of a system of so many components in two zones."""
    zones = [{"id": f"z-{n}", "kind": "production", "name": f"Hall {n}"} for n in range(2)]
    parts = [
        {
            "id": f"c-{n}",
            "type": ("data-set", "other")[n % 3 > 0],
            "name": f"Part {n}.",
            "zone": f"z-{n % 2}",
            "box": [60 + n % 40 * 200, 60 + n // 40 * 90, 176, 64],
        }
        for n in range(count)
    ]
    flows = [{"id": "f-0", "kind": "data", "source": "c-0", "target": "c-1"}]
    data = {"format": "bartizan/1", "system": {"name": "Works"}, "zones": zones}
    document = parse(data | {"components": parts, "flows": flows}, load(), as_entered=True)[0]
    found = assess(document, load(), Inputs(), as_of=DAY)
    edition = Edition(sections=frozenset({"diagram"}))
    report = build(document, found, load(), Inputs(), edition)
    html = page(report, datetime(2026, 11, 22, tzinfo=UTC))
    return html[html.index("The diagram in words") : html.index("What is worth protecting")]


def test_a_very_large_drawing_is_told_by_zone_and_type_and_names_every_part_once():
    count = MOST_COMPONENTS + 1
    words = said(count)
    assert "<h3>Hall 0</h3>" in words and "<h3>Hall 1</h3>" in words
    named = re.findall(r"Part (\d+)\.", words.partition("<h2>Flows</h2>")[0])
    assert sorted(map(int, named)) == list(range(count))
    assert "Part 0. to Part 1." in words.partition("<h2>Flows</h2>")[2]
    assert words.count("<p ") < 12


def test_a_drawing_that_is_printed_has_a_line_for_each_part():
    assert said(12).count('class="line tight"') >= 12


def test_the_first_page_ends_a_long_description_with_a_sentence():
    told = gist("One two three. Four five six. " + "word " * 60)
    assert told == "One two three. Four five six."
    assert gist("Short and whole") == "Short and whole"
