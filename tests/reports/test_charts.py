"""Levels, matrix, bars: the same information without colour, the same bytes each time."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from catalog.types import Level
from tests.reports.cases import parsed
from threatmodel.reports import charts, curves
from threatmodel.reports.build import risk_table
from threatmodel.reports.svg import PRINT, SCREEN, wrap

LEVELS = (*Level, None)


def shapes(svg: str) -> list[str]:
    """Element names and their geometry, without any colour."""
    root = parsed(svg)
    drop = {"fill", "stroke"}
    return [
        child.tag + str({k: v for k, v in child.attrib.items() if k not in drop})
        for child in root
        if not child.tag.endswith("title")
    ]


@pytest.mark.parametrize(("one", "other"), list(combinations(LEVELS, 2)))
def test_two_levels_differ_in_shape_and_not_in_colour_alone(one, other):
    assert shapes(charts.badge(one)) != shapes(charts.badge(other))


@pytest.mark.parametrize("level", LEVELS)
def test_a_badge_says_its_level_in_words(level):
    title = parsed(charts.badge(level))[0].text
    assert title == ("unknown" if level is None else level.key)


def test_the_matrix_shows_each_count_once_in_its_cell():
    counts = {(Level.HIGH, Level.LOW): 11, (Level.LOW, Level.HIGH): 7}
    root = parsed(charts.matrix(counts, risk_table()))
    placed = {
        t.text: (float(t.get("x")), float(t.get("y"))) for t in root.iter() if t.get("x") and t.text
    }
    assert placed["11"][0] < placed["7"][0], "impact grows to the right"
    assert placed["11"][1] < placed["7"][1], "likelihood grows upwards"


def test_the_distribution_has_a_part_for_each_level_in_use():
    svg = charts.distribution({"high": 1, "low": 3})
    assert svg.count("<rect") == 2
    assert "1 high, 3 low" in svg


def test_an_empty_distribution_says_so():
    assert "no findings" in charts.distribution({})


def test_the_interval_of_nothing_broken_does_not_reach_zero_width():
    row = charts.share("test", 0, 30)
    assert (row.low, row.value) == (0.0, 0.0)
    assert 0.09 < row.high < 0.12  # the rule of three


def test_intervals_stay_within_the_picture_whatever_is_measured():
    svg = charts.intervals([charts.share("a", 30, 30), charts.share("b", 0, 1)])
    root = parsed(svg)
    width = float(root.get("width"))
    assert all(0 <= float(c.get("cx")) <= width for c in root.iter() if c.get("cx"))


def test_the_curve_says_how_many_fell_within_the_allowed_change():
    svg = curves.curve([(0.2, 0.25), (0.4, 0.5), (0.9, 0.75)], 0.5, "l2")
    assert "50% within 0.5" in svg


def test_a_waterfall_joins_every_term():
    terms = [charts.Term("a", Level.LOW), charts.Term("b", Level.HIGH), charts.Term("c", Level.LOW)]
    assert charts.waterfall(terms).count('fill="none"') == 2


def test_a_picture_for_the_screen_holds_no_fixed_colour():
    assert "#" not in charts.matrix({}, risk_table(), SCREEN)
    assert "var(" not in charts.matrix({}, risk_table(), PRINT)


@pytest.mark.parametrize("words", ["", "one", "a" * 400, "word " * 80, "漢字" * 60])
def test_wrapping_keeps_within_the_lines_it_is_given(words):
    lines = wrap(words, 120, 12, 2)
    assert len(lines) <= 2
    assert all(len(line) <= 40 for line in lines)


@pytest.mark.parametrize("mark", [0.05, 0.8, 3])
def test_the_words_at_the_allowed_change_stand_above_every_step(mark: float):
    drawn = parsed(curves.curve([(0.1, 0.5), (0.7, 0.97), (0.9, 1.0)], mark, "L2 distance"))
    (words,) = (one for one in drawn.findall(".//{*}text") if "allowed" in (one.text or ""))
    (path,) = drawn.findall(".//{*}path")
    highest = min(float(one) for one in re.findall(r"V([\d.]+)", path.attrib["d"]))
    assert float(words.attrib["y"]) + 3 <= highest  # and what hangs below the line


@pytest.mark.parametrize("mark", [0.001, 0.1, 0.25, 0.9, 30.0])
@pytest.mark.parametrize("width", [320, 520])
def test_the_words_at_the_allowed_distance_touch_neither_the_zero_nor_the_unit(mark, width):
    rows = [("10% of all", 0.22), ("90% of all", 0.91)]
    drawn = parsed(curves.quantiles(rows, mark, "L2 distance", width=width)).findall(".//{*}text")
    words = next(one for one in drawn if "allowed" in (one.text or ""))
    zero, unit = (next(one for one in drawn if one.text == text) for text in ("0", "L2 distance"))
    half = len(words.text or "") * 4.8 / 2
    assert float(zero.attrib["x"]) + 6 <= float(words.attrib["x"]) - half
    assert float(words.attrib["x"]) + half <= float(unit.attrib["x"])
