"""What the packaged catalog promises: nothing idle, nothing unanswered, every list reached."""

from __future__ import annotations

import json

import pytest

from catalog import load
from catalog.applies import atoms_of
from threatmodel.robustness import attacks

CATALOG = load()
# Facts that no rule names, since the core asks them itself: who gets there, and what stops harm.
READ_BY_CORE = {"admits", "encrypted", "relays_input", "aggregated", "anonymised"}
# Facts for people and reports; they say how a model is used and decide no rule yet.
TOLD = {"modality", "requests_per_minute"}


def _attributes() -> set[str]:
    own = [a.id for kind in CATALOG.component_types.values() for a in kind.attributes]
    shared = [a.id for a in (*CATALOG.component_attributes, *CATALOG.flow_attributes)]
    return {*own, *shared}


def _named_in_rules() -> str:
    rules = (threat.applies for threat in CATALOG.threats.values())
    return json.dumps([atom.argument for rule in rules for atom in atoms_of(rule)])


@pytest.mark.parametrize("attribute", sorted(_attributes()))
def test_answering_a_question_changes_something(attribute: str) -> None:
    established = {name for control in CATALOG.controls.values() for name in control.establishes}
    read = established | READ_BY_CORE | TOLD
    assert attribute in read or f'"{attribute}"' in _named_in_rules()


@pytest.mark.parametrize("control", CATALOG.controls)
def test_every_control_answers_or_detects_some_threat(control: str) -> None:
    threats = CATALOG.threats.values()
    answers = {pair.control for threat in threats for pair in threat.answered_by}
    detects = {name for threat in threats for name in threat.detected_by}
    assert control in answers | detects


@pytest.mark.parametrize("control", CATALOG.controls)
def test_a_technical_proof_also_attacks_the_control_itself(control: str) -> None:
    """Where another test of ours measures a threat of an adversary; accidents adapt to nothing."""
    verify = CATALOG.controls[control].verify
    mine = set(verify.tests)
    attacks_on_it = [set(one.tests) for one in CATALOG.threats.values() if one.adversarial]
    others = {test for tests in attacks_on_it if tests & mine for test in tests - mine}
    assert bool(verify.adaptive_tests) == bool(others)


def test_the_robustness_tests_named_are_tests_that_can_be_run() -> None:
    named = {test for threat in CATALOG.threats.values() for test in threat.tests}
    for control in CATALOG.controls.values():
        named.update(control.verify.tests, control.verify.adaptive_tests)
    assert named == attacks.load().keys()


@pytest.mark.parametrize(
    "framework", ["owasp-ml-2023", "owasp-llm-2025", "owasp-llm-2026", "owasp-asi"]
)
def test_every_entry_of_a_top_ten_is_reached(framework: str) -> None:
    threats = CATALOG.threats.values()
    reached = {ref for threat in threats for ref in threat.references.get(framework, ())}
    assert reached == set(CATALOG.frameworks[framework].entries)


def test_every_stage_has_component_types() -> None:
    assert {kind.stage for kind in CATALOG.component_types.values()} == set(CATALOG.stages)


def test_titles_tell_entries_apart() -> None:
    for table in (CATALOG.threats, CATALOG.controls):
        titles = [entry.title for entry in table.values()]
        assert len(set(titles)) == len(titles)


def test_accidents_have_an_adversary_and_attackers_a_foothold() -> None:
    profiles = CATALOG.adversaries.values()
    assert [profile.id for profile in profiles if profile.accident] == ["accident"]
    assert all(profile.footholds for profile in profiles if not profile.accident)
