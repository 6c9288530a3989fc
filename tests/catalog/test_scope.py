"""What the catalog has to answer for, row by row: each attack is seen and, where one can, tested.

A row stands for a family that a reader looks for by its common name.
"""

from __future__ import annotations

import pytest

from catalog import load
from catalog.overview import controls_by_function, threats_by_stage

EVASION = ("evasion-query", "evasion-white-box", "evasion-content", "evasion-physical")
# What people call it: the threats that say so, and the tests that measure one of them.
ATTACKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "adversarial examples": (
        EVASION,
        ("gradient", "square", "hopskipjump", "patch", "text-edits", "text-scores"),
    ),
    "disturbance": (("corruption-reliability",), ("corruption",)),
    "extraction and theft": (("model-extraction", "model-theft"), ("extraction",)),
    "inference about records": (
        ("membership-inference", "attribute-inference", "model-inversion", "training-data-leak"),
        ("membership", "attribute-inference", "inversion"),
    ),
    "poisoning": (("data-poisoning", "clean-label-poisoning", "federated-poisoning"), ()),
    "transfer learning": (("backdoored-pretrained-model", "unsafe-model-load"), ("trigger",)),
    "learning online": (("feedback-skewing", "feature-mismatch"), ()),
    "sensors and preprocessing": (("image-scaling", "sensor-blinding"), ("scaling",)),
    "exhaustion and cost": (("service-exhaustion", "denial-of-wallet"), ("exhaustion",)),
    "language models and agents": (
        (
            "prompt-injection-direct",
            "indirect-injection",
            "jailbreak",
            "system-prompt-leak",
            "insecure-output-handling",
            "tool-misuse",
            "retrieval-poisoning",
            "poisoned-tool",
            "memory-poisoning",
            "agent-message-spoofing",
        ),
        (),
    ),
    "supply chain": (("installed-package", "build-dependency-compromise", "model-tampering"), ()),
    "bias, drift, invariants": (
        ("unfair-outcomes", "silent-drift", "broken-invariants"),
        ("fairness", "drift", "invariants"),
    ),
    "end of life": (
        ("orphaned-endpoint", "keys-outlive-model", "residual-data", "unlearning-unmet"),
        (),
    ),
}
COUNTERMEASURES = {
    "secure coding": "secure-development",
    "model-based testing": "model-based-testing",
    "monitoring": "answer-distribution-monitoring",
    "version control": "version-history",
    "collaborative review": "second-person-release",
    "provenance of data": "data-provenance",
    "screening of data": "data-screening",
    "validation of inputs": "input-validation",
    "validation of models": "release-evaluation",
    "access control": "data-access-control",
    "authentication": "caller-authentication",
    "rate limits": "query-rate-limit",
    "output rounding": "output-minimisation",
    "encryption at rest": "encryption-at-rest",
    "encryption in transit": "encryption-in-transit",
    "homomorphic encryption": "homomorphic-inference",
    "secure multi-party computation": "multi-party-computation",
    "signed packaging": "artefact-signing",
    "differential privacy": "differential-privacy",
    "federated learning": "federated-training",
    "secure aggregation": "secure-aggregation",
    "adversarial training": "adversarial-training",
    "defensive distillation": "defensive-distillation",
    "input transformation": "input-transformation",
    "detection of adversarial inputs": "adversarial-input-detection",
    "ensembles": "model-ensemble",
    "certified bounds": "certified-bounds",
    "explainability": "decision-explanations",
    "fairness checks": "group-fairness-check",
    "updates": "prompt-patching",
    "vulnerability assessment": "vulnerability-scanning",
    "incident response": "incident-response-plan",
    "training of people": "staff-training",
    "firewalls": "network-filtering",
    "intrusion detection": "intrusion-detection",
    "choice of algorithm": "algorithm-choice",
    "model card and bill of materials": "model-card",
    "gates in a pipeline": "pipeline-gates",
    "retirement": "retirement-plan",
    "unlearning": "unlearning-plan",
    "governance and audit": "governance-audit",
    "red teaming": "red-teaming",
    "guardrails": "prompt-screening",
    "least agency": "agent-least-privilege",
    "human approval": "human-approval",
}


@pytest.mark.parametrize("family", ATTACKS)
def test_every_attack_is_seen_somewhere_answered_and_where_one_can_tested(family: str) -> None:
    threats, tests = ATTACKS[family]
    rows = {row.threat.id: row for found in threats_by_stage(load()).values() for row in found}
    assert not [id for id in threats if not (rows[id].seen_on and rows[id].threat.answered_by)]
    assert set(tests) <= {test for id in threats for test in rows[id].threat.tests}


@pytest.mark.parametrize("name", COUNTERMEASURES)
def test_every_countermeasure_answers_something_and_says_what_proves_it(name: str) -> None:
    rows = {row.control.id: row for found in controls_by_function(load()).values() for row in found}
    row = rows[COUNTERMEASURES[name]]
    assert row.threats and row.proof and row.stages
