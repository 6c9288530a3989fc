"""What proves a control, what it may cost, and what the re-test says that it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog import load
from catalog.types import Control, Threat
from tests import cast
from tests.core.test_evidence import piece
from threatmodel.core import proof
from threatmodel.core.document import parse
from threatmodel.core.graph import Graph
from threatmodel.core.inputs import Evidence, Inputs, Mitigation

DAY = date(2026, 6, 1)
LATER = DAY + timedelta(days=10)


def provable() -> tuple[Control, Threat]:
    """A control that a test measures, and a threat of counted targets that it answers."""
    catalog = load()
    return next(
        (control, threat)
        for control in catalog.controls.values()
        if control.verify.kind == "technical"
        for threat in catalog.threats.values()
        if set(control.verify.tests) & set(threat.tests)
        and threat.success.goal == "any"
        and any(pair.control == control.id for pair in threat.answered_by)
    )


CONTROL, THREAT = provable()
TEST = next(test for test in CONTROL.verify.tests if test in THREAT.tests)
KEY = f"{THREAT.id}@c-api"
BUDGET = int(THREAT.success.feasible.get("budget", 1000))
EPS = next((v for name, v in THREAT.success.feasible.items() if name.startswith("eps")), 1.0)


def graph() -> Graph:
    document, _ = parse(cast.drawing(), load())
    return Graph(document, load())


def run(name: str, *, on: bool = False, **changes: object) -> Evidence:
    usual = {
        "element": "c-api",
        "test": TEST,
        "family": "a",
        "taken_on": LATER if on else DAY - timedelta(days=10),
        "handled": 200,
        "broken": 0,
        "eps": EPS,
        "budget": BUDGET,
        "seed": 2 if on else 1,
        "role": "holdout",
        "controls_on": (CONTROL.id,) if on else (),
        "clean_accuracy": 0.9,
    }
    return piece(name, **usual | changes)


def adaptive(**changes: object) -> Evidence:
    return run("adaptive", on=True, family="b", adaptive=True, **changes)


def inputs(*pieces: Evidence) -> Inputs:
    row = Mitigation("m", "M", (KEY,), "implemented", control=CONTROL.id, implemented_on=DAY)
    return Inputs(mitigations=(row,), evidence=pieces)


def lacking(*pieces: Evidence) -> str:
    return proof.lacking(CONTROL, graph(), inputs(*pieces), [KEY], DAY, LATER)


def effect(*pieces: Evidence) -> dict[str, float]:
    return proof.effects(CONTROL, graph(), inputs(*pieces), [KEY], DAY, LATER)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (0.9, 0.86, ""),
        (0.9, 0.84, "right 84% of the time with it, and 90% without"),
        (0.9, 0.1, "10%"),
        (0.9, None, "does not tell how often"),
        (None, 0.5, ""),
    ],
)
def test_a_control_that_costs_the_model_its_skill_is_not_proven_by_holding(was, now, said):
    before, after = run("before", clean_accuracy=was), run("after", on=True, clean_accuracy=now)
    told = lacking(before, after, adaptive(clean_accuracy=now))
    assert said in told and bool(said) == bool(told), told


@pytest.mark.parametrize(
    ("seed", "longer", "said"),
    [(2, 0, ""), (1, 0, "take a fresh one"), (2, 1, "tried less than the run without it")],
)
def test_a_re_test_is_as_long_as_the_run_before_it_and_has_a_seed_of_its_own(seed, longer, said):
    before = run("before", budget=BUDGET + longer)
    told = lacking(before, run("after", on=True, seed=seed), adaptive(seed=seed))
    assert said in told and bool(said) == bool(told), told


def test_the_latest_run_without_the_control_says_how_often_the_model_was_right():
    earlier = run("first", clean_accuracy=0.99, taken_on=DAY - timedelta(days=50))
    assert lacking(earlier, run("before"), run("after", on=True), adaptive()) == ""
    foreign = run("foreign", clean_accuracy=0.99, origin="imported", adopted=False, taken_on=DAY)
    assert lacking(foreign, run("before"), run("after", on=True), adaptive()) == ""


def test_what_the_re_test_measured_is_a_factor_that_falls_with_what_fell_before():
    after = (run("after", on=True), adaptive())
    found = [effect(run("before", broken=fell), *after)[KEY] for fell in (0, 20, 100, 200)]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1.0, "where nothing fell before, nothing was gained"
    assert 0 < found[-1] < 0.5


def test_without_a_run_before_or_after_there_is_no_factor():
    assert effect(run("after", on=True), adaptive()) == {}
    assert effect(run("before", broken=20)) == {}
    early = replace(run("after", on=True), taken_on=DAY - timedelta(days=1))
    assert effect(run("before", broken=20), early) == {}
