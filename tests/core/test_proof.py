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


def measured() -> list[tuple[Control, Threat, str]]:
    """Every control beside a threat and a test that measures both."""
    catalog = load()
    return [
        (control, threat, test)
        for control in catalog.controls.values()
        for threat in catalog.threats.values()
        for test in control.verify.tests
        if test in threat.tests
    ]


def retested(control: Control, threat: Threat, test: str, **changes: object) -> str:
    """What lacks when a test fell without the control, and the same test holds with it on."""
    key = f"{threat.id}@c-api"
    row = Mitigation("m", "M", (key,), "implemented", control=control.id, implemented_on=DAY)
    eps = max((v for n, v in threat.success.feasible.items() if n.startswith("eps")), default=3.0)
    usual: dict[str, object] = {
        "test": test,
        "family": test,
        "eps": eps,
        "declared_eps": eps,
        "budget": int(threat.success.feasible.get("budget", 1000)),
        "repeats": 1000,
        "bootstrap": True,
    }
    before = run("before", on=False, **usual | {"metric": 100.0, "broken": 150})
    again = run("again", on=True, **usual | {"controls_on": (control.id,), "metric": 0.0} | changes)
    given = Inputs(mitigations=(row,), evidence=(before, again))
    return proof.lacking(control, graph(), given, [key], DAY, LATER)


@pytest.mark.parametrize(
    ("control", "threat", "test"),
    [pytest.param(*one, id=f"{one[0].id}-{one[1].id}-{one[2]}") for one in measured()],
)
def test_only_what_somebody_attacks_wants_an_attack_that_adapts(control, threat, test):
    said = retested(control, threat, test)
    assert bool(said) == threat.adversarial, said
    assert proof.attacked(load(), [f"{threat.id}@c-api"]) == threat.adversarial


def test_one_run_is_never_the_re_test_and_the_attack_that_adapts():
    another = next(test for test in THREAT.tests if test not in CONTROL.verify.tests)
    control = replace(CONTROL, verify=replace(CONTROL.verify, adaptive_tests=(TEST, another)))

    def missing(*pieces: Evidence) -> str:
        return proof.lacking(control, graph(), inputs(*pieces), [KEY], DAY, LATER)

    alone, seed = run("after", on=True), run("twice", on=True, seed=3)
    assert "no attack that adapts" in missing(alone)
    assert "no attack that adapts" in missing(alone, seed)
    assert missing(alone, run("beside", on=True, test=another, family="b")) == ""
    assert missing(alone, adaptive()) == ""


@pytest.mark.parametrize(
    ("control", "threat", "test"),
    [
        ("noise-augmentation", "corruption-reliability", "corruption"),
        ("fresh-retraining", "silent-drift", "drift"),
    ],
)
@pytest.mark.parametrize(
    ("short", "said"),
    [
        ({"seed": 1}, "take a fresh one"),
        ({"budget": 10}, "tried less"),
        ({"eps": 2.0, "declared_eps": 2.0}, "changed inputs by less than the run without it, 3"),
        ({"role": "train"}, "held-out data"),
        ({"clean_accuracy": 0.5}, "right 50% of the time"),
        ({"controls_on": ()}, "with held-out data and this control on"),
        ({"handled": 100}, "has not been answered"),
        ({"broken": 150}, "has held"),
    ],
)
def test_a_proof_against_an_accident_is_no_smaller_for_that(control, threat, test, short, said):
    catalog = load()
    named = catalog.controls[control], catalog.threats[threat]
    assert retested(*named, test) == ""
    assert said in retested(*named, test, **short)


def test_only_the_tests_that_measure_a_finding_are_named():
    catalog = load()
    control, wanted = catalog.controls["input-validation"], ["corruption-reliability@c-api"]
    assert proof.tests_of(control, catalog, wanted) == ("corruption",)
    wanted += ["image-scaling@c-scale", "service-exhaustion@c-api"]
    assert proof.tests_of(control, catalog, wanted) == control.verify.tests
    assert proof.attacked(catalog, wanted), "one of them is enough"


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
