"""Systems at the edges of what can be drawn: each has an answer, and the same one after edits."""

from dataclasses import replace
from datetime import date

import pytest

from catalog import load
from catalog.types import Level
from tests.core.attacked import paths_of
from tests.core.small import graph_of
from threatmodel.core import assess
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Scenario
from threatmodel.core.inputs import Inputs
from threatmodel.core.operations import Change, Operation, apply

TODAY = date(2026, 1, 1)
EDIT = "018f3c2e-9a41-7b10-8c55-2f6d1e7a9b31"
ASSET = {"id": "a", "name": "Cards", "kind": "data", "confidentiality": "high"}
DRAWN = [
    {"id": "user", "type": "external-user", "zone": "out"},
    {"id": "m", "type": "inference-endpoint", "zone": "in", "assets": ["a"]},
]
ZONES = [{"id": "out", "kind": "internet"}, {"id": "in", "kind": "production"}]
CALL = {"id": "f", "kind": "request", "source": "user", "target": "m"}


def system(**parts):
    return graph_of(**parts).document


def found(document):
    return assess(document, load(), as_of=TODAY)


def test_nothing_drawn_is_no_risk_and_asks_nothing():
    nothing = found(system())
    assert (nothing.findings, nothing.questions, nothing.summary.risk) == ((), (), None)
    assert set(nothing.summary.by_level.values()) == {0}


def test_the_first_component_of_an_empty_system_is_followed():
    engine = Engine(system(), load(), Inputs(), TODAY)
    change = Change("component", "m", "add", {"type": "inference-endpoint", "name": "M"})
    done = apply(engine.document, Operation(EDIT, (change,)), load())
    engine.update(done.document, done.changes)
    assert engine.findings == found(done.document).findings


def test_the_last_component_takes_everything_along():
    engine = Engine(system(components=DRAWN[:1], zones=ZONES), load(), Inputs(), TODAY)
    change = Change("component", "user", "remove")
    done = apply(engine.document, Operation(EDIT, (change,)), load())
    engine.update(done.document, done.changes)
    assert engine.findings == ()


def test_without_anybody_who_stands_somewhere_only_accidents_are_found():
    nobody = {"id": "who", "name": "Nobody", "footholds": []}
    document = system(
        adversaries=[nobody], components=DRAWN, zones=ZONES, flows=[CALL], assets=[ASSET]
    )
    threats = load().threats
    found_ones = found(document).findings
    assert found_ones
    for one in found_ones:
        needs = threats[one.threat].needs
        assert not threats[one.threat].adversarial or not (needs.any_of or needs.all_of)


@pytest.mark.parametrize(
    ("prior", "success"), [((0.0, 0.0), Level.VERY_LOW), ((1.0, 1.0), Level.VERY_HIGH)]
)
def test_what_never_and_what_always_works_is_reckoned_without_a_bend(prior, success):
    document = system(components=DRAWN, zones=ZONES, flows=[CALL], assets=[ASSET])
    typed = Scenario("s", "A scenario", "m", prior=prior, dimension="confidentiality")
    document = replace(document, scenarios={"s": typed})
    (one,) = (one for one in found(document).findings if one.threat == "s")
    (prior_step,) = (step for step in one.steps if step.name == "prior")
    assert prior_step.level is success
    assert one.range[0] <= one.residual <= one.range[1]


def test_flows_to_oneself_side_by_side_and_in_rings_are_each_judged_once():
    ring = [
        CALL,
        {**CALL, "id": "twin"},
        {"id": "self", "kind": "request", "source": "m", "target": "m"},
        {"id": "back", "kind": "data", "source": "m", "target": "user"},
    ]
    document = system(components=DRAWN, zones=ZONES, flows=ring, assets=[ASSET])
    keys = [one.key for one in found(document).findings]
    assert len(keys) == len(set(keys)) > 0
    assert paths_of(Engine(document, load(), Inputs(), TODAY)).bounds.complete
