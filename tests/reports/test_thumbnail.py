"""The small picture: everything of a drawing but its words."""

from __future__ import annotations

import pytest

from catalog import load
from tests.reports.cases import SYSTEMS, parsed, read
from threatmodel.reports.thumbnail import thumbnail_svg


@pytest.mark.parametrize("file", SYSTEMS, ids=lambda file: file.stem)
def test_a_thumbnail_draws_everything_and_says_nothing(file):
    document = read(file)
    root = parsed(thumbnail_svg(document, load()))
    boxes = [one for one in root.iter() if one.tag.endswith("rect")]
    icons = [one for one in root.iter() if one.get("transform")]
    assert len(boxes) == len(document.zones) + len(document.components)
    assert len(icons) == len(document.components)
    assert not "".join(root.itertext()).strip()
    assert root.get("aria-hidden") == "true"


def test_a_thumbnail_carries_no_id_so_that_many_fit_on_a_page():
    assert ' id="' not in thumbnail_svg(read(SYSTEMS[0]), load())


def test_a_thumbnail_takes_the_colours_of_its_page():
    assert "var(--" in thumbnail_svg(read(SYSTEMS[0]), load())
