"""Attack paths of whole systems: what they say, what never happens, what bounds them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import catalog
from catalog.types import Level, Needs, Rule, Side
from threatmodel.core.document import Component, Document, System
from threatmodel.core.inputs import Inputs, Mitigation
from threatmodel.core.paths import reach
from threatmodel.core.paths.strength import Strength

from .attacked import (
    SYSTEMS,
    attack_on,
    drawn,
    engine_of,
    hits,
    paths_of,
    random_attacked,
    system,
)

HELD = {"id": "a", "name": "Records", "kind": "data", "confidentiality": "high"}
TAKEN = {"id": "s-1", "title": "The store is read", "element": "store", "prior": [1, 1]}


def scenario(**values):
    """A store with an asset and a threat of the team's own, and somebody who stands beside it."""
    return drawn(
        assets=[HELD],
        zones=[{"id": "z", "kind": "internet"}],
        adversaries=[
            {
                "id": "who",
                "name": "Somebody",
                "capability": "very high",
                "intent": "very high",
                "targeting": "very high",
                "footholds": ["z"],
            }
        ],
        components=[
            {"id": "store", "name": "Store", "type": "other", "zone": "z", "assets": ["a"]}
        ],
        scenarios=[{**TAKEN, **values}],
    )


def test_a_path_is_told_step_by_step_in_plain_sentences():
    found = paths_of(engine_of(system("tests/systems/rag-assistant.yaml")))
    handbook = next(one for one in found.assets if one.asset == "a-handbook")
    assert [step.text for step in handbook.paths[0].steps] == [
        "Registered customer tries: intent moderate, targeting moderate.",
        "Registered customer can get content of theirs into Handbook pages in 1 step, "
        "with an account of their own.",
        "Text that the model reads gives it orders (Handbook pages to Assistant): "
        "this gives control of Assistant.",
        "With control of Assistant they can call Handbook search.",
        "The assistant answers from documents the asker may not read (Handbook search): "
        "this hits Handbook.",
    ]
    assert handbook.always == ("retrieval-permission-leak@c-find",)
    assert handbook.passed == ("c-find",)


@pytest.mark.parametrize("path", SYSTEMS)
def test_a_path_is_never_likelier_than_its_asset_and_stands_within_its_ends(path):
    found = paths_of(engine_of(system(path)))
    assert found.assets
    for one in found.assets:
        assert one.explained and one.paths
        for way in one.paths:
            assert way.chance <= one.likelihood.high
            assert way.low <= way.chance <= way.high
        assert [way.chance for way in one.paths] == sorted(
            (way.chance for way in one.paths), reverse=True
        )


@pytest.mark.parametrize("path", SYSTEMS)
def test_closing_the_findings_that_are_named_stops_everything(path):
    attack = attack_on(engine_of(system(path)))
    keys = {one.finding.key: number for number, one in enumerate(attack.strengths)}
    for one in paths_of(engine_of(system(path))).assets:
        closed = {keys[key] for key in one.closing}
        chances = {
            place: 0.0
            for place, number in enumerate(attack.part.steps)
            if attack.reach.moves[number].finding in closed
            and attack.reach.moves[number].kind == "finding"
        }
        after = attack.percolation.hits(attack.percolation.changed(chances))
        assert after[attack.assets[one.asset]] == 0


@pytest.mark.parametrize("path", SYSTEMS)
def test_the_fall_of_a_remedy_is_what_the_system_with_it_verified_comes_to(path):
    engine = engine_of(system(path))
    before = hits(engine)
    found = paths_of(engine)
    remedies = {one.key: one for one in attack_on(engine).remedies}
    compared = {
        (fall.control, fall.place)
        for one in found.assets
        for fall in one.helps
        if fall.kind == "remedy"
    }
    for key in sorted(compared)[:6]:
        strengths = attack_on(engine).strengths
        keys = tuple(strengths[n].finding.key for n in remedies[key].answers)
        put = Mitigation("m", "Done", keys, "verified", control=key[0])
        after = hits(engine_of(system(path), inputs=Inputs(mitigations=(put,))))
        for one in found.assets:
            falls = {(f.control, f.place): f.fall for f in one.helps if f.kind == "remedy"}
            assert before[one.asset] - after[one.asset] == round(falls.get(key, 0.0) * 10_000)


def test_a_control_that_stands_is_worth_what_goes_without_it():
    found = paths_of(engine_of(system("demo/digit-reading.yaml")))
    standing = [fall for one in found.assets for fall in one.helps if fall.kind == "standing"]
    assert standing
    assert all(fall.fall < 0 for fall in standing)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_more_access_never_lowers_anything(seed):
    document = random_attacked(seed)
    before = hits(engine_of(document))
    assume(before)
    who = replace(document.adversaries["who"], footholds=("c0", "c1", "c2"))
    after = hits(engine_of(replace(document, adversaries={"who": who})))
    assert all(before[asset] <= after.get(asset, 0) for asset in before)


@pytest.mark.parametrize("path", SYSTEMS)
def test_what_is_only_planned_changes_nothing_and_what_is_verified_more_than_what_is_done(path):
    before = hits(engine_of(system(path)))
    found = {}
    for status in ("planned", "implemented", "verified"):
        strengths = attack_on(engine_of(system(path))).strengths
        put = tuple(
            Mitigation(f"m{n}", "One", (one.finding.key,), status, control=pair.control)
            for n, one in enumerate(strengths)
            for pair in one.reckoning.case.threat.answered_by[:1]
        )
        found[status] = hits(engine_of(system(path), inputs=Inputs(mitigations=put)))
    assert found["planned"] == before
    for asset, count in before.items():
        assert found["verified"][asset] <= found["implemented"][asset] <= count
    assert sum(found["verified"].values()) < sum(before.values())


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_what_is_treated_is_a_step_all_the_same(seed):
    engine = engine_of(random_attacked(seed))
    strengths = [Strength(*one) for one in engine.reckonings()]
    dismissed = [
        Strength(replace(one.finding, treatment="dismissed"), one.reckoning) for one in strengths
    ]
    assert reach.reach(engine.graph, strengths).web == reach.reach(engine.graph, dismissed).web


def test_a_chance_of_0_hits_nothing_and_a_chance_of_1_always_what_is_tried():
    assert paths_of(scenario(prior=[0, 0])).assets == ()
    (certain,) = paths_of(scenario(prior=[1, 1])).assets
    assert certain.likelihood.value == pytest.approx(0.9, abs=0.02)
    assert certain.ways == 1
    assert [step.chance for step in certain.paths[0].steps] == [0.9, 1.0]


def test_an_adversary_short_of_capability_gets_less_far():
    able, short = (paths_of(scenario(capability=level)).assets[0] for level in ("low", "very high"))
    assert able.likelihood.value == short.likelihood.value
    engine = scenario(capability="very high")
    who = replace(engine.document.adversaries["who"], capability=Level.HIGH)
    weaker = engine_of(replace(engine.document, adversaries={"who": who}))
    assert paths_of(weaker).assets[0].paths[0].chance == pytest.approx(0.65)


def test_an_accident_needs_nobody_who_tries():
    found = paths_of(engine_of(system("demo/digit-reading.yaml")))
    accidents = [way for one in found.assets for way in one.paths if way.adversary == "accident"]
    assert accidents
    assert accidents[0].steps[0].text == "It happens without anybody wanting it."


def test_an_empty_system_and_one_without_assets_have_no_paths():
    for engine in (drawn(), drawn(components=[{"id": "m", "type": "inference-endpoint"}])):
        found = paths_of(engine)
        assert found.assets == ()
        assert found.bounds.assets == 0
        assert found.bounds.complete


def test_nobody_who_stands_anywhere_hits_nothing_by_intent():
    document = system("tests/systems/fraud-scoring.yaml")
    nobody = {name: replace(one, footholds=()) for name, one in document.adversaries.items()}
    found = paths_of(engine_of(replace(document, adversaries=nobody)))
    assert {way.adversary for one in found.assets for way in one.paths} <= {"adv-mishap"}


def test_flows_in_circles_and_to_themselves_end():
    found = paths_of(
        drawn(
            assets=[HELD],
            components=[
                {"id": "user", "type": "external-user"},
                {"id": "app", "type": "web-application", "assets": ["a"]},
                {"id": "agent", "type": "agent", "assets": ["a"]},
            ],
            flows=[
                {"id": "f1", "kind": "request", "source": "user", "target": "app"},
                {"id": "f2", "kind": "request", "source": "app", "target": "agent"},
                {"id": "f3", "kind": "request", "source": "agent", "target": "app"},
                {"id": "f4", "kind": "request", "source": "app", "target": "app"},
                {"id": "f5", "kind": "data", "source": "agent", "target": "app"},
                {"id": "f6", "kind": "request", "source": "app", "target": "agent"},
            ],
        )
    )
    assert found.assets[0].paths
    assert found.assets[0].ways is None


def test_the_web_is_bounded_and_says_what_it_left_out(monkeypatch):
    monkeypatch.setattr(reach, "MOST_STEPS", 60)
    monkeypatch.setattr(reach, "MOST_SOURCES", 30)
    found = paths_of(engine_of(system("demo/digit-reading.yaml")))
    assert not found.bounds.complete
    assert found.bounds.steps < 120
    assert found.bounds.findings_followed < found.bounds.findings


def test_ten_thousand_components_of_which_nothing_is_known_stay_bounded():
    types = ("inference-endpoint", "data-set", "agent", "web-application")
    parts = {f"c{i}": Component(f"c{i}", f"Component {i}", types[i % 4]) for i in range(10_000)}
    found = paths_of(engine_of(Document(System("Large"), components=parts)))
    assert found.assets == ()
    assert found.bounds.steps <= reach.MOST_STEPS


def test_what_needs_two_kinds_of_access_takes_both():
    words = catalog.load()
    needs = Needs(any_of=("query",), all_of=("physical",))
    both = replace(words.threats["data-theft"], needs=needs, applies=Rule("all"))
    engine = drawn(
        replace(words, threats={"data-theft": both}, digest="both"),
        assets=[HELD],
        zones=[{"id": "z", "kind": "internet"}],
        components=[
            {"id": "user", "type": "external-user", "zone": "z"},
            {"id": "store", "type": "data-store", "zone": "z", "assets": ["a"]},
        ],
        flows=[
            {
                "id": "f",
                "kind": "request",
                "source": "user",
                "target": "store",
                "attributes": {"admits": "anyone"},
            }
        ],
    )
    (found,) = paths_of(engine).assets
    assert found.ways is None
    for way in found.paths:
        kinds = [step.kind for step in way.steps]
        assert kinds == ["tries", "access", "access", "finding"]
        assert {step.text.split(" can ")[1][:4] for step in way.steps[1:3]} == {"send", "reac"}


def test_assets_by_the_thousand_stay_bounded(monkeypatch):
    monkeypatch.setattr(reach, "MOST_GAINS", 500)
    assets = [{**HELD, "id": f"a{i}"} for i in range(300)]
    engine = drawn(
        assets=assets,
        zones=[{"id": "z", "kind": "internet"}],
        components=[
            {
                "id": f"store{i}",
                "type": "data-store",
                "zone": "z",
                "assets": [one["id"] for one in assets],
            }
            for i in range(20)
        ],
        scenarios=[{**TAKEN, "id": f"s-{i}", "element": f"store{i}"} for i in range(20)],
    )
    found = paths_of(engine)
    assert not found.bounds.complete
    assert found.bounds.assets == 300
    assert found.bounds.assets_explained < 20


def behind_an_app(*threats, relays=False):
    """A stranger calls an app, which alone calls the store; the catalog has just these threats."""
    words = catalog.load()
    struck = {"data-theft": "data-store", "public-interface-flaw": "web-application"}
    chosen = {
        name: replace(
            words.threats[name], applies=Rule("all"), effect_on=Side(type=(struck[name],))
        )
        for name in threats
    }
    return drawn(
        replace(words, threats=chosen, digest=f"only {threats}"),
        assets=[HELD],
        zones=[{"id": "z", "kind": "internet"}, {"id": "in", "kind": "production"}],
        adversaries=[
            {
                "id": "who",
                "name": "Somebody",
                "capability": "very high",
                "intent": "high",
                "targeting": "high",
                "footholds": ["z"],
            }
        ],
        components=[
            {"id": "user", "type": "external-user", "zone": "z"},
            {
                "id": "app",
                "name": "App",
                "type": "web-application",
                "zone": "in",
                "attributes": {"relays_input": relays},
            },
            {"id": "store", "name": "Store", "type": "data-store", "zone": "in", "assets": ["a"]},
        ],
        flows=[
            {
                "id": "f1",
                "kind": "request",
                "source": "user",
                "target": "app",
                "attributes": {"admits": "anyone", "encrypted": True},
            },
            {
                "id": "f2",
                "kind": "request",
                "source": "app",
                "target": "store",
                "attributes": {"admits": "mutual", "encrypted": True},
            },
        ],
    )


def test_past_what_does_not_relay_only_a_takeover_leads():
    alone = behind_an_app("data-theft")
    assert [one.key for one in alone.findings if one.applies == "yes"] == ["data-theft@store"]
    assert paths_of(alone).assets == ()
    (found,) = paths_of(behind_an_app("data-theft", "public-interface-flaw")).assets
    assert [step.kind for step in found.paths[0].steps] == [
        "tries",
        "access",
        "finding",
        "flow",
        "finding",
    ]
    assert found.paths[0].steps[3].text == "With control of App they can call Store."
    assert found.always == ("public-interface-flaw@app", "data-theft@store")
    assert len(found.paths) == 1
    (relayed,) = paths_of(behind_an_app("data-theft", relays=True)).assets
    assert [step.kind for step in relayed.paths[0].steps] == ["tries", "access", "finding"]


def test_what_every_way_takes_alone_is_the_way():
    (found,) = paths_of(behind_an_app("data-theft", "public-interface-flaw")).assets
    falls = {fall.place: fall.fall for fall in found.helps if fall.kind == "element"}
    assert falls["app"] == falls["store"] == pytest.approx(found.likelihood.value, abs=1e-4)
    assert found.passed == ("app", "store")
    assert len(found.closing) == 1


@pytest.mark.parametrize(
    ("entries", "cause", "chances"),
    [(8, "entry", 8), (9, "entry", 1), (8, "effect", 1)],
)
def test_few_entries_are_a_chance_each_where_each_is_a_cause_and_else_one(entries, cause, chances):
    words = catalog.load()
    threat = replace(words.threats["data-poisoning"], applies=Rule("all"), cause=cause)
    sets = [{"id": f"d{i}", "type": "data-set", "zone": "z"} for i in range(entries)]
    engine = drawn(
        replace(words, threats={"data-poisoning": threat}, digest=f"poison {entries}"),
        assets=[HELD],
        zones=[{"id": "z", "kind": "internet"}],
        components=[*sets, {"id": "job", "type": "training-job", "assets": ["a"]}],
        flows=[
            {"id": f"f{i}", "kind": "training", "source": f"d{i}", "target": "job"}
            for i in range(entries)
        ],
    )
    strengths = [Strength(*one) for one in engine.reckonings()]
    web = reach.reach(engine.graph, strengths).web
    causes = {step.cause for step in web.steps if step.cause.startswith("data-poisoning@")}
    assert len(causes) == chances
