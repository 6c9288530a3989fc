"""What one more test is worth: what its best and worst result would move, and by how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalog import load
from threatmodel.core.assessment import assess
from threatmodel.core.inputs import Evidence, Inputs
from threatmodel.core.testing import Trial, worth
from threatmodel.formats import bartizan

TODAY = date(2026, 6, 30)
CATALOG = load()
DEMO = Path(__file__).parents[2] / "demo" / "digit-reading.yaml"
EVASION = "evasion-query@c-reader"


@pytest.fixture(scope="module")
def drawing():
    return bartizan.read(DEMO.read_bytes(), CATALOG).document


def trial(test: str, **more) -> Trial:
    piece = Evidence("", "c-reader", test, "decision-boundary", False, TODAY, "d", 40, 0)
    stated: dict[str, Any] = {
        "eps": 0.8,
        "norm": "l2",
        "eps_reason": "Said.",
        "declared_eps": 0.8,
        "budget": 1000,
    }
    return Trial(test, replace(piece, **(stated | more)))


def worths(drawing, *trials, inputs: Inputs | None = None):
    return worth(drawing, CATALOG, inputs or Inputs(), trials, as_of=TODAY)


def test_a_test_that_can_move_a_finding_comes_before_one_that_cannot(drawing):
    found = worths(drawing, trial("unheard-of"), trial("hopskipjump"))
    assert [one.name for one in found] == ["hopskipjump", "unheard-of"]
    assert found[0].levels > 0 and found[1].levels == 0
    assert EVASION in {one.finding for one in found[0].raised}


def test_what_it_says_is_what_the_assessment_says(drawing):
    """Each move is the one that the engine makes of such a result, from scratch."""
    (told,) = worths(drawing, trial("hopskipjump"))
    broken = replace(trial("hopskipjump").piece, id="e", broken=20, broken_half=20)
    for piece, moves in ((broken, told.raised), (trial("hopskipjump").piece, told.lowered)):
        real = assess(drawing, CATALOG, Inputs(evidence=(piece,)), as_of=TODAY)
        then = {one.key: one.residual for one in real.findings}
        assert all(then[one.finding] == one.then != one.now for one in moves)


def test_a_second_break_is_worth_less_than_the_first(drawing):
    broken = replace(trial("hopskipjump").piece, id="e", broken=20, broken_half=20)
    (first,) = worths(drawing, trial("square"))
    (again,) = worths(drawing, trial("square"), inputs=Inputs(evidence=(broken,)))
    assert again.levels < first.levels


def test_feature_space_alone_is_worth_nothing(drawing):
    (found,) = worths(drawing, trial("hopskipjump", feature_space_only=True))
    assert (found.levels, found.raised, found.lowered) == (0, (), ())
