"""Every test, from being asked for to the finding that it moves, the ledger and the report.

Tests of rows run on the demo's model, or on one that reads records; tests of chats on the simulated
bot, tests of training as the command does in its owner's place, and a scan on a file that is
brought.
"""

from __future__ import annotations

import io
import json
import pickle
import sys
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from tests import cast, records
from tests.conftest import wait_until
from tests.linking import demo_bytes
from tests.robustness.learners import owner_s_place
from tests.simulator import PATH, Simulator
from tests.test_endpoints import chat_linked, done
from threatmodel.gate import Person
from threatmodel.models import Report, Run
from threatmodel.reports.build import build
from threatmodel.robustness import attacks, naming
from threatmodel.robustness.attacks import label_flip
from threatmodel.services import exports, models, runs, signing, systems

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
    ("attribute-inference", "n", "attribute-inference", "broken", {"budget": 600}),
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
            {"id": "w", "name": "Pictures of the web", "type": "web-crawl", "zone": "z"},
            {"id": "k", "name": "Corrections", "type": "feedback-store", "zone": "z"},
            {"id": "m", "name": "Reader", "attributes": facts, **model},
            {"id": "e", "name": "Device", "type": "edge-model", "zone": "z"},
            {"id": "n", "name": "Triage", "attributes": {"modality": "tabular"}, **model},
        ],
        "flows": [
            {"id": "f1", "kind": "request", "source": "u", "target": "m"},
            {"id": "f2", "kind": "request", "source": "c", "target": "p"},
            {"id": "f3", "kind": "request", "source": "p", "target": "m"},
            {"id": "f4", "kind": "training", "source": "d", "target": "t"},
            {"id": "f5", "kind": "deployment", "source": "t", "target": "m"},
            {"id": "f6", "kind": "artefact", "source": "h", "target": "m"},
            {"id": "f7", "kind": "training", "source": "w", "target": "t"},
            {"id": "f8", "kind": "training", "source": "k", "target": "t"},
            {"id": "f9", "kind": "artefact", "source": "h", "target": "t"},
            {"id": "f10", "kind": "request", "source": "u", "target": "k"},
            {"id": "f11", "kind": "request", "source": "u", "target": "n"},
            {"id": "f12", "kind": "deployment", "source": "t", "target": "n"},
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


class Opened:
    def __reduce__(self):
        return eval, ("1",)


@pytest.fixture
def trained(tmp_path):
    """A data set and a training script, as their owner has them."""
    return owner_s_place(tmp_path)


@pytest.fixture
def system(olga):
    return cast.system(*olga, drawing())


def uploads(test: str) -> tuple[bytes, bytes, bytes]:
    """Model, data and description of the demo; for the test that guesses what records hide, of a
    model that reads records."""
    if test == "attribute-inference":
        return records.onnx(), records.npz(), records.DESCRIPTION.encode()
    return demo_bytes("model.onnx"), rows(), DESCRIPTION.encode()


def started(system, person, test: str, component: str, params: dict[str, int]) -> Run:
    file, data, description = uploads(test)
    model = models.link(system, person, component, model=file, data=data, description=description)
    listed = {one["id"]: one for one in models.row(model)["tests"]}
    assert listed[test]["applicable"], listed[test]["why_not"]
    return runs.start(model, person, test, params)


def test_every_test_moves_a_finding_here():
    """Those of texts do so in a file of their own, beside the models that read texts."""
    here = {*(move[0] for move in MOVES), *TALKS, *TRAININGS, "artefact-scan"}
    assert here == {id for id, test in attacks.load().items() if "text" not in test.needs}


def judged(system, key: str, test: str) -> str:
    """The verdict of the finding that a test moved, once its page, the ledger and the report of
    the system all tell of it."""
    finding = system.findings.get(key=key)
    (line,) = [one for one in finding.data["ledger"] if one["test"] == test]
    row = system.evidence.get(pk=line["evidence"])
    name = naming.test_name(test)
    client = cast.browser(Person(system.workspace.members.get(role="owner").user))
    ledger = client.get(reverse("evidence", args=[system.pk])).content.decode()
    assert escape(name) in ledger and reverse("finding", args=[system.pk, key]) in ledger
    if row.run:
        page = client.get(reverse("run", args=[row.run.pk])).content.decode()
        assert reverse("finding", args=[system.pk, key]) in page
    assert escape(name) in report(system)
    return finding.verdict


def report(system) -> str:
    """The section of the report that tells what was measured, as it is laid out."""
    of = exports.snapshot(system.pk)
    asked = Report(system=system, format="html", options={"sections": ["evidence"]})
    context = build(of.document, of.assessment, of.catalog, of.inputs, exports.edition(asked, of))
    return render_to_string("report/60-evidence.html", {"report": context})


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move[0])
def test_what_a_test_measures_moves_its_finding(olga, system, move):
    test, component, threat, verdict, params = move
    finding = system.findings.get(key=f"{threat}@{component}")
    assert finding.verdict == "untested"
    run = started(system, olga[1], test, component, params)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    assert judged(system, finding.key, test) in verdict.split(" or "), run.message
    finding.refresh_from_db()
    assert finding.data["ledger"][0]["evidence"] == str(run.evidence.pk)
    assert run.message == run.result["summary"]["headline"]


# test: a blueprint, and the finding of it that the test moves
ASSISTANT, TEAM = "rag-assistant", "multi-agent"
TALKS = {
    "prompt-injection": (ASSISTANT, "prompt-injection-direct@c-agent"),
    "indirect-injection": (ASSISTANT, "indirect-injection@c-agent"),
    "jailbreak": (ASSISTANT, "jailbreak@c-agent"),
    "prompt-leak": (ASSISTANT, "system-prompt-leak@c-llm"),
    "tool-call": (ASSISTANT, "tool-misuse@c-agent"),
    "output-handling": (ASSISTANT, "insecure-output-handling@c-chat"),
    "document-exfiltration": (TEAM, "rag-injection-exfiltration@c-research"),
}


@pytest.mark.parametrize("test", TALKS)
def test_what_is_said_to_a_chat_moves_its_finding(olga, settings, test):
    blueprint, key = TALKS[test]
    system = systems.create(*olga, "Assistant", blueprint)
    with Simulator(obeys=True) as bot:
        settings.ALLOWED_ADDRESSES = frozenset({bot.named})
        row = chat_linked(olga, system, bot.url + PATH, key.rpartition("@")[2])
        run = done(row, olga[1], test, per_family=1)
    assert run.state == "succeeded", run.message
    assert judged(system, key, test) == "broken"


# test: the finding that it moves, what it says of least squares, parameters
TRAININGS: dict[str, tuple[str, str, dict[str, float]]] = {
    "label-flip": ("data-poisoning@t", "broken", {"share": 0.4}),
    "backdoor-retrain": ("data-poisoning@t", "broken", {"share": 0.2}),
    "clean-label-retrain": ("clean-label-poisoning@t", "broken", {"share": 0.2}),
    "paced-feed": ("feedback-skewing@t", "broken", {"share": 0.2, "rounds": 2}),
    # A line of six columns has no room to learn a row by heart.
    "shadow-membership": ("membership-inference@m", "held", {"shadows": 4}),
}
QUICK = "label-flip"


@pytest.mark.parametrize(
    "test",
    [one if one == QUICK else pytest.param(one, marks=pytest.mark.long) for one in TRAININGS],
)
def test_what_is_measured_by_training_away_from_the_server_moves_its_finding(
    olga, system, trained, settings, monkeypatch, test
):
    settings.ALLOW_BASIC_SANDBOX = True
    if test == QUICK:
        monkeypatch.setattr(label_flip, "DOSES", ())
    key, verdict, params = TRAININGS[test]
    assert system.findings.get(key=key).verdict == "untested"
    (trained / "key").write_text(signing.make(*olga, "training")[1])
    asked = {"trainer": f"{sys.executable} {trained / 'train.py'}", "sign": trained / "key"}
    out = StringIO()
    call_command("attack", trained, stdout=out, test=test, format="json", **asked, **params)
    body = {"element": key.rpartition("@")[2], "result": json.loads(out.getvalue())}
    made = cast.send(cast.browser(olga[1]), "post", f"/api/v1/systems/{system.pk}/evidence/", body)
    assert made.status_code == 201, made.content
    (row,) = made.json()["evidence"]
    assert (row["origin"], row["adopted"], row["signed_with"]) == ("signed", True, "training")
    assert judged(system, key, test) == verdict


def test_a_scan_moves_the_finding_of_whoever_opens_the_file(olga, system, settings):
    settings.ALLOW_BASIC_SANDBOX = True
    file = SimpleUploadedFile("weights.pkl", pickle.dumps(Opened()))
    path = f"/api/v1/systems/{system.pk}/evidence/scan/"
    made = cast.browser(olga[1]).post(path, {"element": "t", "file": file})
    assert made.status_code == 201, made.content
    assert made.json()["source"]["scan"][0]["level"] == "dangerous"
    assert judged(system, "unsafe-model-load@t", "artefact-scan") == "broken"


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
