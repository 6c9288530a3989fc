"""What people often get wrong: each lint is said where it is seen, and not where it is not."""

from __future__ import annotations

from datetime import date

import pytest

from catalog import load
from tests.core.small import LINE, MODEL, graph_of
from threatmodel.core.assessment import assess
from threatmodel.core.document import Document
from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation
from threatmodel.core.lints import CONVENTIONAL, OF_ML, lints

CATALOG = load()
DAY = date(2026, 11, 22)
DOCUMENT = graph_of(**LINE).document
FINDINGS = assess(DOCUMENT, CATALOG, as_of=DAY).findings


def said(
    *mitigations: Mitigation,
    document: Document = DOCUMENT,
    decisions: tuple[Decision, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    disciplines: tuple[str, ...] = (),
) -> dict[str, str]:
    inputs = Inputs(decisions, mitigations, evidence)
    findings = assess(document, CATALOG, inputs, as_of=DAY).findings
    found = lints(findings, document, CATALOG, inputs, disciplines)
    assert all(one.says and one.why and one.do for one in found)
    return {one.id: one.says for one in found}


def at(element: str) -> str:
    """A finding there that a control of ours can be tracked for."""
    return next(one.key for one in FINDINGS if one.element == element and one.applies == "yes")


def plan(control: str, key: str = "", status: str = "planned") -> Mitigation:
    return Mitigation("m-1", control, (key,) if key else (), status, control)  # type: ignore[arg-type]


def test_a_drawing_nobody_touched_gets_what_is_missing():
    assert set(said()) == {"trusted-models", "nothing-watches", "nothing-measured"}


def test_an_empty_drawing_gets_nothing():
    assert said(document=graph_of().document) == {}


@pytest.mark.parametrize("element", ["m", "artefact"])
def test_a_plan_for_one_finding_on_a_model_is_enough_to_have_looked_at_it(element: str):
    assert "trusted-models" not in said(plan("query-rate-limit", at(element)))


def test_a_plan_elsewhere_leaves_the_models_trusted():
    assert "trusted-models" in said(plan("data-screening", at("job")))


def test_a_decision_about_a_model_counts_as_having_looked():
    key = at("m")
    decided = Decision("d-1", key, "accept", "Known.", "Ann", DAY)
    assert "trusted-models" not in said(decisions=(decided,))


def test_controls_that_only_act_late_are_told_while_data_is_open():
    assert "only-late-controls" in said(plan("query-rate-limit", at("m")))
    assert "only-late-controls" not in said(plan("data-screening", at("job")))


def test_controls_that_only_act_late_are_fine_where_nothing_is_learned_here():
    served = graph_of(
        components=[MODEL, {"id": "u", "type": "external-user"}],
        flows=[{"id": "f", "kind": "request", "source": "u", "target": "m"}],
    ).document
    assert "only-late-controls" not in said(plan("query-rate-limit"), document=served)


def test_only_doors_and_walls_are_not_enough_against_attacks_on_ml():
    assert "only-conventional-controls" in said(plan("caller-authentication", at("m")))
    assert "only-conventional-controls" not in said(plan("adversarial-training", at("m")))


def test_a_dropped_mitigation_is_no_control():
    assert "only-conventional-controls" not in said(
        plan("caller-authentication", at("m"), status="dropped")
    )


def test_every_conventional_mechanism_is_one_of_the_catalog_s():
    assert CONVENTIONAL <= {control.mechanism for control in CATALOG.controls.values()}
    assert OF_ML in CATALOG.frameworks


def test_a_drawn_monitor_or_a_control_that_detects_watches():
    watched = {**LINE, "components": [*LINE["components"], {"id": "w", "type": "monitoring"}]}
    assert "nothing-watches" not in said(document=graph_of(**watched).document)
    assert "nothing-watches" not in said(plan("query-pattern-monitoring", at("m")))


def test_a_measurement_is_a_measurement():
    run = Evidence("e-1", "m", "hopskipjump", "decision-based", False, DAY, "ab" * 32, 40, 0)
    assert "nothing-measured" not in said(evidence=(run,))


@pytest.mark.parametrize(
    ("disciplines", "told"),
    [((), False), (("data science",), True), (("data science", "security"), False)],
)
def test_one_discipline_is_told_only_where_it_is_known(disciplines: tuple[str, ...], told: bool):
    assert ("one-discipline" in said(disciplines=disciplines)) is told


def test_counts_are_in_the_singular_for_one():
    alone = graph_of(components=[{"id": "a", "type": "adapter"}]).document
    text = said(document=alone).get("trusted-models", "1 finding ")
    assert "1 findings" not in text
