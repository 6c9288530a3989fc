"""What holds for every system: edits in any order, answers, access, controls, size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog import load
from catalog.applies import parse_rule
from catalog.types import CatalogError, Level
from tests.core.generate import random_document, random_edit, random_value
from tests.core.small import graph_of, threat_of, words_with
from threatmodel.core.access import Access
from threatmodel.core.assessment import Engine, assess
from threatmodel.core.document import Component, Document, DocumentError, Flow, System, parse
from threatmodel.core.findings import Finding
from threatmodel.core.inputs import Inputs
from threatmodel.core.judgement import Judge
from threatmodel.core.operations import Change, Executed, Operation, apply
from threatmodel.core.rules import Columns, Ruleset
from threatmodel.core.terms import Case

WORDS, TODAY = load(), date(2026, 6, 30)
SEEDS = st.integers(0, 2**32)


def found(document: Document) -> Mapping[str, Finding]:
    return {one.key: one for one in assess(document, WORDS, as_of=TODAY).findings}


# Edits


def followed(document: Document, *operations: tuple[Executed, ...]) -> tuple[Engine, Document]:
    engine = Engine(document, WORDS, Inputs(), TODAY)
    for changes in operations:
        wanted = tuple(Change(one.kind, one.id, one.action, one.values) for one in changes)
        applied = apply(document, Operation("edit", wanted), WORDS)
        document = applied.document
        engine.update(document, applied.changes)
    return engine, document


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_edits_that_commute_give_one_assessment(seed: int) -> None:
    rng = Random(seed)
    document = random_document(rng, WORDS, 6)
    one, other = (random_edit(rng, WORDS, document).changes for _ in range(2))
    try:
        here, left = followed(document, one, other)
        there, right = followed(document, other, one)
    except DocumentError:
        assume(False)
    assume(left == right)
    assert here.assessment == there.assessment


@given(SEEDS, st.sampled_from([3, 8, 24]))
@settings(max_examples=25, deadline=None)
def test_many_edits_of_every_kind_lead_where_starting_over_leads(seed: int, size: int) -> None:
    """More components than one word of any set holds, several edits in one operation."""
    rng = Random(seed)
    engine = Engine(random_document(rng, WORDS, size), WORDS, Inputs(), TODAY)
    for _ in range(6):
        document, changes = engine.document, list[Executed]()
        for _ in range(rng.choice([1, 1, 3])):
            applied = random_edit(rng, WORDS, document)
            document = applied.document
            changes += applied.changes
        engine.update(document, changes)
        assert engine.assessment == assess(document, WORDS, as_of=TODAY), changes


@pytest.mark.parametrize(("was", "now"), [("staff", "named"), ("anyone", "self_signup")])
def test_accounts_that_are_as_hard_to_get_are_told_apart_after_an_edit(was: str, now: str) -> None:
    zones = [{"id": "d", "kind": "device"}, {"id": "p", "kind": "production"}]
    parts = [
        {"id": "c", "type": "response-cache", "zone": "d"},
        {"id": "m", "type": "agent-instructions", "zone": "p"},
    ]
    flow = {"id": "f", "kind": "control", "source": "c", "target": "m"}
    document, _ = parse(
        {"zones": zones, "components": parts, "flows": [flow | {"attributes": {"admits": was}}]},
        WORDS,
    )
    engine = Engine(document, WORDS, Inputs(), TODAY)
    applied = apply(
        document,
        Operation("e", (Change("flow", "f", "set", {"attributes.admits": now}),)),
        WORDS,
    )
    assert engine.update(applied.document, applied.changes).changed
    assert engine.assessment == assess(applied.document, WORDS, as_of=TODAY)


def test_what_is_drawn_and_renamed_at_one_moment_is_followed() -> None:
    engine = Engine(random_document(Random(1), WORDS, 8), WORDS, Inputs(), TODAY)
    edits = [
        Change("component", "fresh", "add", {"type": "inference-endpoint", "name": "Model"}),
        Change("component", "fresh", "set", {"name": "Scoring"}),
    ]
    document, changes = engine.document, list[Executed]()
    for edit in edits:
        applied = apply(document, Operation("e", (edit,)), WORDS)
        document = applied.document
        changes += applied.changes
    engine.update(document, changes)
    assert engine.assessment == assess(document, WORDS, as_of=TODAY)


def test_parallel_flows_and_flows_to_oneself_are_followed_one_by_one() -> None:
    parts = [
        {"id": "u", "type": "external-user", "zone": "z"},
        {"id": "m", "type": "inference-endpoint", "zone": "inside"},
    ]
    calls = [("f1", "u", "m"), ("f2", "u", "m"), ("f3", "m", "m"), ("f4", "m", "m")]
    flows = [{"id": f, "kind": "request", "source": s, "target": t} for f, s, t in calls]
    zones = [{"id": "z", "kind": "internet"}, {"id": "inside", "kind": "production"}]
    document = graph_of(WORDS, zones=zones, components=parts, flows=flows).document
    engine = Engine(document, WORDS, Inputs(), TODAY)
    assert "evasion-query@m" in {one.key for one in engine.findings}
    for flow in ("f3", "f1", "f2", "f4"):
        applied = apply(engine.document, Operation("e", (Change("flow", flow, "remove"),)), WORDS)
        engine.update(applied.document, applied.changes)
        assert engine.assessment == assess(applied.document, WORDS, as_of=TODAY)
        both_left = flow in ("f3", "f1")
        assert ("evasion-query@m" in {one.key for one in engine.findings}) == both_left


LARGE = random_document(Random(7), WORDS, 300)


@pytest.mark.parametrize(
    "change",
    [
        Change("flow", "new", "add", {"kind": "request", "source": "c7", "target": "c91"}),
        Change("flow", "new", "add", {"kind": "artefact", "source": "c7", "target": "c91"}),
        Change("flow", "f5", "remove"),
        Change("flow", "f5", "set", {"attributes.admits": "staff"}),
        Change("component", "new", "add", {"type": "inference-endpoint", "name": "New"}),
        Change("component", "c7", "remove"),
        Change("component", "c7", "set", {"zone": None}),
    ],
    ids=lambda change: f"{change.action} a {change.kind}",
)
def test_a_change_of_the_drawing_judges_a_small_part_of_a_large_system(change: Change) -> None:
    engine = Engine(LARGE, WORDS, Inputs(), TODAY)
    applied = apply(LARGE, Operation("e", (change,)), WORDS)
    delta = engine.update(applied.document, applied.changes)
    assert delta.judged <= len(engine.findings) / 5
    assert engine.assessment == assess(applied.document, WORDS, as_of=TODAY)


# What is unknown


def completed(rng: Random, document: Document) -> Document:
    """The same system with every fact of its components and flows stated."""
    components: dict[str, Component] = {}
    for one in document.components.values():
        facts = {a.id: random_value(rng, a) for a in WORDS.attributes_of(one.type)}
        known = {**WORDS.implied(one.type), **one.attributes}
        components[one.id] = replace(one, attributes={**facts, **known})
    flows: dict[str, Flow] = {}
    for flow in document.flows.values():
        facts = {a.id: random_value(rng, a) for a in WORDS.flow_attributes}
        flows[flow.id] = replace(flow, attributes={**facts, **flow.attributes})
    return replace(document, components=components, flows=flows)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_no_completion_of_what_is_unknown_leaves_the_range(seed: int) -> None:
    """Nothing turns up that was not announced, nothing is worse than the worst that was said."""
    rng = Random(seed)
    document = random_document(rng, WORDS, 5)
    before = found(document)
    for _ in range(3):
        after = found(completed(rng, document))
        assert after.keys() <= before.keys()
        for key, one in after.items():
            assert one.residual <= before[key].range[1], key
            if before[key].applies == "conditional":
                assert before[key].range[0] <= one.residual
        gone = before.keys() - after.keys()
        assert all(before[key].applies == "conditional" for key in gone)


# Terms


def cases(document: Document) -> tuple[Engine, list[Case]]:
    engine = Engine(document, WORDS, Inputs(), TODAY)
    asked = (engine._case((one.threat, one.element)) for one in engine.findings)
    return engine, [one for one in asked if one is not None]


def better(access: Access, by: int) -> Access:
    """More access in both readings."""
    levels = (access.hostile, access.protective)
    raised = [Level.VERY_LOW if one is None else one.shift(by) for one in levels]
    return replace(access, hostile=raised[0], protective=raised[1])


@given(SEEDS, st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_more_access_never_lowers_risk(seed: int, by: int) -> None:
    engine, asked = cases(random_document(Random(seed), WORDS, 5))
    for case in asked:
        more = tuple(replace(one, access=better(one.access, by)) for one in case.attempts)
        here = Judge(TODAY).finding(case, engine.graph)
        there = Judge(TODAY).finding(replace(case, attempts=more), engine.graph)
        assert here is not None and there is not None
        if here.applies == "yes":
            assert (there.residual, there.inherent) >= (here.residual, here.inherent)
        assert there.range[1] >= here.range[1]


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_drawing_a_control_never_raises_a_finding_that_it_answers(seed: int) -> None:
    rng = Random(seed)
    document = random_document(rng, WORDS, 5)
    for one in rng.sample(list(found(document).values()), k=min(6, len(found(document)))):
        threat = WORDS.threats[one.threat]
        if one.applies != "yes" or one.element not in document.components:
            continue
        for pair in threat.answered_by:
            drawn = WORDS.controls[pair.control].establishes
            known = {a.id for a in WORDS.attributes_of(document.components[one.element].type)}
            if pair.at != "effect" or not drawn or not drawn.keys() <= known:
                continue
            values = {f"attributes.{name}": value for name, value in drawn.items()}
            change = Change("component", one.element, "set", values)
            after = found(apply(document, Operation("draw", (change,)), WORDS).document)
            if one.key in after and pair.control not in _worsening(one.threat):
                assert after[one.key].residual <= one.residual, (one.key, pair.control)


def _worsening(threat: str) -> set[str]:
    return {one.id for one in WORDS.controls.values() if threat in one.worsens}


# What a stranger's file can ask for


def test_zones_inside_one_another_in_a_ring_are_refused() -> None:
    ring = [{"id": "a", "parent": "b"}, {"id": "b", "parent": "a"}]
    with pytest.raises(DocumentError, match="inside itself"):
        parse({"zones": ring}, WORDS)


def deep(depth: int, width: int) -> object:
    atom: object = {"reachable_from": {"type": "external-user"}}
    for level in range(depth):
        atom = {"not": atom} if level % 2 else {"any": [atom] * (width if level == 0 else 1)}
    return atom


def test_a_thousand_hostile_rules_cost_no_more_than_their_atoms_on_their_elements() -> None:
    """As deep and as wide as is allowed, each with numbers of its own, on connected components."""
    threats = [
        threat_of(
            {"all": [deep(6, 40), {"attribute": {"requests_per_minute": {"above": float(i)}}}]},
            name=f"t{i}",
        )
        for i in range(1_000)
    ]
    words = words_with(*threats)
    parts = [{"id": f"m{i}", "type": "inference-endpoint"} for i in range(30)]
    flows = [
        {"id": f"f{i}", "kind": "request", "source": f"m{i}", "target": f"m{(i + 1) % 30}"}
        for i in range(30)
    ]
    document = graph_of(words, components=parts, flows=flows).document
    ruleset = Ruleset(words)
    columns = Columns(ruleset, graph_of(words, components=parts, flows=flows))
    assert len(ruleset.rules) == 1_000
    assert columns.evaluations <= (len(ruleset.atoms) + len(ruleset.rules)) * len(parts)
    assert assess(document, words, as_of=TODAY).summary.by_treatment == {}


@pytest.mark.parametrize("applies", [deep(9, 1), {"any": [deep(1, 1)] * 65}])
def test_a_rule_beyond_the_limits_is_refused_before_it_runs(applies: object) -> None:
    with pytest.raises(CatalogError):
        Ruleset(words_with(replace(threat_of({"type": "agent"}), applies=parse_rule(applies, "t"))))


@pytest.mark.long
def test_ten_thousand_components_of_which_nothing_is_known_are_assessed_and_followed() -> None:
    size = 10_000
    types = [name for name in WORDS.component_types if name != "other"]
    rng = Random(1)
    components = {f"c{i}": Component(f"c{i}", f"c{i}", rng.choice(types)) for i in range(size)}
    flows = {
        f"f{i}": Flow(f"f{i}", "request", f"c{rng.randrange(size)}", f"c{rng.randrange(size)}")
        for i in range(2 * size - 1)
    }
    document = Document(System("Unknown"), components=components, flows=flows)
    engine = Engine(document, WORDS, Inputs(), TODAY)
    assert len(engine.findings) > size
    assert all(one.range[0] <= one.residual <= one.range[1] for one in engine.findings)
    values = {"kind": "request", "source": "c1", "target": "c2"}
    applied = apply(document, Operation("e", (Change("flow", "new", "add", values),)), WORDS)
    delta = engine.update(applied.document, applied.changes)
    assert delta.judged < len(engine.findings) / 10
