"""The plan: what it reaches, that it is the cheapest, and that its numbers are the engine's."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import pytest

import catalog
from catalog.types import Level
from threatmodel.core import plan as planning
from threatmodel.core.inputs import Decision, Inputs, Mitigation
from threatmodel.core.plan import UnknownPick, chosen, plan

from .attacked import SYSTEMS, TODAY, attack_on, drawn, engine_of, system

CLASSIFIER = "demo/digit-reading.yaml"


def with_few_controls(keep):
    """The catalog with only these controls answering anything."""
    words = catalog.load()
    threats = {
        name: replace(threat, answered_by=tuple(p for p in threat.answered_by if p.control in keep))
        for name, threat in words.threats.items()
    }
    return replace(words, threats=threats, digest=f"few {sorted(keep)}")


def planned_levels(engine, appetite, remedies, strengths):
    """By how much the engine's own `planned` is above the appetite with these mitigations."""
    put = tuple(
        Mitigation(
            f"m{number}",
            "Planned",
            tuple(strengths[n].finding.key for n in one.answers),
            "planned",
            control=one.control.id,
        )
        for number, one in enumerate(remedies)
    )
    engine.set_inputs(Inputs(mitigations=put))
    found = {one.key: one.planned for one in engine.findings if one.applies == "yes"}
    engine.set_inputs(Inputs())
    return sum(max(level - appetite, 0) for level in found.values())


def brute_force(engine, appetite):
    """Every subset of every control that answers anything, by the engine."""
    attack = attack_on(engine)
    remedies = attack.remedies
    assert 1 <= len(remedies) <= 12
    every = chain.from_iterable(combinations(remedies, size) for size in range(len(remedies) + 1))
    return min(
        (planned_levels(engine, appetite, some, attack.strengths), sum(one.days for one in some))
        for some in every
    )


@pytest.mark.parametrize(
    ("path", "controls"),
    [
        (CLASSIFIER, {"query-rate-limit", "input-transformation", "short-lived-keys"}),
        (CLASSIFIER, {"human-approval", "certified-bounds", "query-pattern-monitoring"}),
        ("tests/systems/rag-assistant.yaml", {"human-approval", "credential-broker"}),
        ("tests/systems/rag-assistant.yaml", {"untrusted-content-separation"}),
        ("tests/systems/fraud-scoring.yaml", {"feedback-release", "data-provenance"}),
        ("tests/systems/fraud-scoring.yaml", {"access-review", "input-validation"}),
    ],
)
@pytest.mark.parametrize("appetite", [Level.LOW, Level.VERY_LOW])
def test_the_plan_is_what_trying_every_basket_in_the_engine_finds(path, controls, appetite):
    engine = engine_of(system(path), with_few_controls(controls))
    found = plan(attack_on(engine), appetite)
    assert found.method == "exact"
    assert (found.levels_after, found.days) == brute_force(engine, appetite)


@pytest.mark.parametrize("path", SYSTEMS)
@pytest.mark.parametrize("appetite", [Level.VERY_LOW, Level.LOW, Level.MODERATE])
def test_greedy_leaves_no_more_than_exact_and_says_what_it_is(path, appetite, monkeypatch):
    attack = attack_on(engine_of(system(path)))
    before = plan(attack, appetite)
    monkeypatch.setattr(planning, "MOST_EXACT", 0)
    greedy = plan(attack, appetite)
    assert greedy.levels_after == before.levels_after
    assert greedy.days >= before.days or before.method == "greedy"
    assert greedy.method == "greedy" or not greedy.picks
    picks = [(one.control, one.place) for one in greedy.picks]
    for needless in picks:
        fewer = chosen(attack, appetite, [one for one in picks if one != needless])
        assert fewer.levels_after > greedy.levels_after


@pytest.mark.parametrize("path", SYSTEMS)
def test_the_whole_basket_is_what_the_engine_says_of_these_mitigations(path):
    engine = engine_of(system(path))
    attack = attack_on(engine)
    found = plan(attack, Level.LOW)
    picked = {(one.control, one.place) for one in found.picks}
    remedies = [one for one in attack.remedies if one.key in picked]
    assert found.levels_after == planned_levels(engine, Level.LOW, remedies, attack.strengths)
    assert found.days == sum(one.days for one in remedies)
    assert found.levels_before - found.levels_after <= sum(
        one.before - one.after for one in found.lowered
    )


def test_each_pick_buys_on_top_of_those_before_it():
    found = plan(attack_on(engine_of(system(CLASSIFIER))), Level.LOW)
    bought = [one for pick in found.picks for one in pick.buys]
    assert sum(one.before - one.after for one in bought) == sum(
        one.before - one.after for one in found.lowered
    )
    assert found.left == ()


def test_nothing_above_the_appetite_takes_no_controls():
    found = plan(attack_on(engine_of(system(CLASSIFIER))), Level.VERY_HIGH)
    assert (found.picks, found.days, found.left, found.method) == ((), 0, (), "exact")


def test_an_empty_system_needs_nothing():
    found = plan(attack_on(drawn()), Level.VERY_LOW)
    assert (found.picks, found.left, found.known) == ((), (), 0)


def test_what_is_accepted_is_not_planned_for():
    document = system(CLASSIFIER)
    key = "evasion-query@c-reader"
    accepted = Decision("d", key, "accept", "We live with it", "Ann", TODAY)
    engine = engine_of(document, inputs=Inputs(decisions=(accepted,)))
    found = plan(attack_on(engine), Level.LOW)
    assert key not in {one.finding for one in found.left}
    assert found.levels_before < plan(attack_on(engine_of(document)), Level.LOW).levels_before


def test_what_stands_is_not_offered_again_and_what_is_planned_is_marked():
    document, key = system(CLASSIFIER), "staff-deception@c-operator"
    place = ("second-channel-check", "c-operator")
    for status, marked in (("planned", [True]), ("implemented", [])):
        put = Mitigation("m", "Call back", (key,), status, control=place[0])
        engine = engine_of(document, inputs=Inputs(mitigations=(put,)))
        found = plan(attack_on(engine), Level.VERY_LOW)
        offered = [*found.picks, *found.others]
        assert [one.is_planned for one in offered if (one.control, one.place) == place] == marked


def test_a_basket_of_ones_own_is_reckoned_the_same_way():
    attack = attack_on(engine_of(system(CLASSIFIER)))
    best = plan(attack, Level.LOW)
    same = chosen(attack, Level.LOW, [(one.control, one.place) for one in best.picks])
    assert same.method == "chosen"
    assert (same.levels_after, same.days, same.picks) == (best.levels_after, best.days, best.picks)
    assert chosen(attack, Level.LOW, []).levels_after == best.levels_before


def test_a_basket_with_a_control_that_answers_nothing_there_is_refused():
    attack = attack_on(engine_of(system(CLASSIFIER)))
    with pytest.raises(UnknownPick) as refused:
        chosen(attack, Level.LOW, [("human-approval", "c-nowhere")])
    assert refused.value.pick == ("human-approval", "c-nowhere")
