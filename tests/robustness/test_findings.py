"""Every test, from being asked for to the finding that it moves, with the demo's model."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from tests import cast
from tests.conftest import wait_until
from tests.linking import demo_bytes
from threatmodel.models import Run
from threatmodel.robustness import attacks
from threatmodel.services import models, runs

pytestmark = [pytest.mark.django_db, pytest.mark.store]

DESCRIPTION = (
    demo_bytes("dataset.yaml").decode()
    + """
columns: {member: inside, group: site, time: day}
resize: {from: [64, 64], method: nearest}
relations:
  - {picture: shift right, by: 1, answer: same}
  - {picture: brighter, by: 0.1, answer: same}
"""
)
# Who is talked to, a file that is only read, a training of one's own: each is tested apart.
APART = {"chat", "artefact", "trainer", "text"}
# test, component, threat, what it says of the demo's model, smaller parameters
MOVES: tuple[tuple[str, str, str, str, dict[str, int]], ...] = (
    ("hopskipjump", "m", "evasion-query", "broken", {"samples": 30, "budget": 300}),
    ("square", "m", "evasion-query", "broken", {"samples": 30, "budget": 300}),
    ("pointwise", "m", "evasion-query", "broken", {"samples": 30, "budget": 300}),
    ("gradient", "e", "evasion-white-box", "broken", {"samples": 30, "budget": 1000}),
    ("patch", "m", "evasion-physical", "broken", {"budget": 5000}),
    ("universal", "m", "evasion-query", "broken", {"samples": 100}),
    ("trigger", "m", "backdoored-pretrained-model", "held", {"budget": 15_000}),
    ("extraction", "m", "model-extraction", "broken", {"budget": 200}),
    ("membership", "m", "membership-inference", "inconclusive", {}),
    ("inversion", "m", "model-inversion", "broken", {}),
    # A clock on a busy machine says what it says; what matters is that the finding hears of it.
    ("exhaustion", "m", "service-exhaustion", "held or broken", {"rows": 64}),
    ("corruption", "m", "corruption-reliability", "broken", {"samples": 30}),
    ("fairness", "m", "unfair-outcomes", "held", {}),
    ("drift", "m", "silent-drift", "held", {}),
    ("invariants", "m", "broken-invariants", "broken", {}),
    ("scaling", "p", "image-scaling", "broken", {}),
)


def drawing() -> dict[str, Any]:
    """A reader with a camera, a stranger, weights from elsewhere and records of people."""
    model = {"type": "inference-endpoint", "zone": "z"}
    facts = {"decides_about_people": True, "learning": "frozen", "returns_scores": True}
    return {
        "format": "bartizan/1",
        "system": {"name": "Reader"},
        "assets": [{"id": "a", "name": "Records", "kind": "data", "personal": True}],
        "zones": [{"id": "z", "kind": "internet", "name": "Internet"}],
        "components": [
            {"id": "u", "name": "Stranger", "type": "external-user", "zone": "z"},
            {"id": "c", "name": "Camera", "type": "camera", "zone": "z"},
            {"id": "p", "name": "Resize", "type": "preprocessor", "zone": "z",
             "attributes": {"resizes_images": True}},
            {"id": "h", "name": "Hub", "type": "external-service", "zone": "z"},
            {"id": "d", "name": "History", "type": "data-set", "zone": "z", "assets": ["a"]},
            {"id": "t", "name": "Training", "type": "training-job", "zone": "z"},
            {"id": "m", "name": "Reader", "attributes": facts, **model},
            {"id": "e", "name": "Device", "type": "edge-model", "zone": "z"},
        ],
        "flows": [
            {"id": "f1", "kind": "request", "source": "u", "target": "m"},
            {"id": "f2", "kind": "request", "source": "c", "target": "p"},
            {"id": "f3", "kind": "request", "source": "p", "target": "m"},
            {"id": "f4", "kind": "training", "source": "d", "target": "t"},
            {"id": "f5", "kind": "deployment", "source": "t", "target": "m"},
            {"id": "f6", "kind": "artefact", "source": "h", "target": "m"},
        ],
    }  # fmt: skip


def rows() -> bytes:
    """The demo's rows with columns that mean nothing."""
    with np.load(io.BytesIO(demo_bytes("data.npz"))) as stored:
        x, y = stored["x"], stored["y"]
    drawn = np.random.default_rng(0).integers(2, size=(2, len(x)))
    packed = io.BytesIO()
    np.savez(packed, x=x, y=y, inside=drawn[0], site=drawn[1], day=np.arange(len(x)))
    return packed.getvalue()


@pytest.fixture
def olga():
    return cast.workspace()


@pytest.fixture
def system(olga):
    return cast.system(*olga, drawing())


def started(system, person, test: str, component: str, params: dict[str, int]) -> Run:
    model = models.link(
        system,
        person,
        component,
        model=demo_bytes("model.onnx"),
        data=rows(),
        description=DESCRIPTION.encode(),
    )
    listed = {one["id"]: one for one in models.row(model)["tests"]}
    assert listed[test]["applicable"], listed[test]["why_not"]
    return runs.start(model, person, test, params)


def test_every_test_is_among_those_that_move_a_finding_here():
    here = {id for id, test in attacks.load().items() if not test.needs & APART}
    assert {move[0] for move in MOVES} == here


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move[0])
def test_what_a_test_measures_moves_its_finding(olga, system, move):
    test, component, threat, verdict, params = move
    finding = system.findings.get(key=f"{threat}@{component}")
    assert finding.verdict == "untested"
    run = started(system, olga[1], test, component, params)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    finding.refresh_from_db()
    assert finding.verdict in verdict.split(" or "), run.message
    assert finding.data["ledger"][0]["evidence"] == str(run.evidence.pk)
    assert run.message == run.result["summary"]["headline"]


@pytest.mark.long
@pytest.mark.servers
def test_a_worker_runs_every_test(worker, olga, system):
    for test, component, threat, verdict, params in MOVES:
        run = started(system, olga[1], test, component, params)

        def ended(run: Run = run) -> bool:
            run.refresh_from_db()
            return run.state not in ("queued", "running")

        wait_until(ended, 120, f"{test} ends")
        assert run.state == "succeeded", run.message
        found = system.findings.get(key=f"{threat}@{component}").verdict
        assert found in verdict.split(" or ")
