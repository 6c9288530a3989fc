"""What a run found, as pictures and lines: what is cut off is said, nothing hides what is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.reports.cases import parsed
from threatmodel.reports import curves, measurement
from threatmodel.reports.svg import PRINT, SCREEN

SUMMARY: dict[str, Any] = {
    "eps": 0.8, "norm": "l2", "k": 2, "n": 4, "broken_half": 1, "broken_double": None,
    "budget": 100, "distance_quantiles": {"0.1": 0.3, "0.5": 0.7, "0.9": None},
}  # fmt: skip
FRAME = {"image": False, "columns": ["age", "debt"]}


def sample(index: int, distance: float | None, **more: Any) -> dict[str, Any]:
    fell = distance is not None and distance <= 0.8
    return {"index": index, "label": 1, "distance": distance, "success": fell, "queries": 9, **more}


def result(samples: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"summary": SUMMARY, "samples": samples, "frame": FRAME, "worst": [], **more}


FOUND = result([sample(0, 0.3, fell_after=40), sample(1, None), sample(2, 0.7), sample(3, 1.4)])


def test_a_distance_that_was_not_found_is_drawn_as_farther_not_left_out():
    drawn = curves.quantiles([("half", 0.4), ("nine tenths", None)], 0.8, "L2 distance")
    assert "nine tenths within farther than was found" in drawn
    assert drawn.count("stroke-dasharray") == 2 and drawn.count("<circle") == 1
    width = float(parsed(drawn).get("width"))
    assert all(float(x) <= width for x in re.findall(r'x\d?="([\d.]+)"', drawn))


def test_quantiles_of_which_nothing_was_found_are_still_a_picture():
    assert parsed(curves.quantiles([("half", None)], None, "change")) is not None


def test_the_page_and_the_paper_draw_the_same_in_their_own_colours():
    page, paper = (measurement.of(FOUND, palette) for palette in (SCREEN, PRINT))
    for name in ("bars", "curve", "by_queries", "quantiles"):
        on_page, on_paper = str(getattr(page, name)), str(getattr(paper, name))
        assert "var(--" in on_page and "var(--" not in on_paper
        words = re.compile(r"<text[^>]*>([^<]*)|<title>([^<]*)")
        assert words.findall(on_page) == words.findall(on_paper) != []
    assert "At half: 0.4" in str(page.bars) and "At twice" not in str(page.bars)
    assert page.unmeasured == "Not measured at twice (1.6): the test did not look there."
    assert [one["index"] for one in page.worst] == [0, 2, 3]


def test_a_row_tells_the_columns_that_changed_most_first():
    worst = [sample(0, 0.3, before=[1.0, 5.0], after=[1.5, 2.0])]
    (one,) = measurement.of(result([], worst=worst)).changed
    assert one.columns == (("debt", 5.0, 2.0), ("age", 1.0, 1.5)) and one.more == 0


def test_of_more_columns_than_can_be_read_the_rest_is_counted():
    worst = [sample(0, 0.3, before=[0.0] * 20, after=[float(n) for n in range(20)])]
    (one,) = measurement.of(result([], worst=worst, frame={"image": False})).changed
    assert len(one.columns) == measurement.MOST_COLUMNS and one.more == 11


def test_a_text_shows_which_words_are_others_and_what_cannot_be_seen():
    worst = [sample(0, 0.1, before=["win a prize now"], after=["win a pri\u200bze now"])]
    (one,) = measurement.of(result([], worst=worst, frame={"image": False, "text": True})).written
    assert ("prize", True) in one.before and ("win a ", False) in one.after
    assert "".join(text for text, _ in one.after) == "win a pri\\u200bze now"


def test_letters_that_only_look_alike_are_spelled_out_and_words_of_another_script_are_not():
    worst = [sample(0, 0.1, before=["free слово"], after=["fr\u0435e слово"])]
    (one,) = measurement.of(result([], worst=worst, frame={"image": False, "text": True})).written
    assert one.after == (("fr\\u0435e", True), (" слово", False))


def test_marks_that_are_piled_on_a_letter_are_spelled_out_after_the_second():
    assert measurement.legible("e\u0301\u0323 ok Z" + "\u0301" * 4) == (
        "e\u0301\u0323 ok Z\u0301\u0301\\u0301\\u0301"
    )


@pytest.mark.parametrize("left", ["frame", "worst"])
def test_a_run_of_an_earlier_release_shows_what_it_has(left):
    old = {name: value for name, value in FOUND.items() if name != left}
    old["summary"] = {**SUMMARY, "eps": None, "distance_quantiles": None}
    found = measurement.of(old)
    assert (found.bars, found.quantiles, found.drawn, found.unmeasured) == (None, None, (), "")
