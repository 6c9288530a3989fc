"""A spam filter from being uploaded to the finding that it moves, its page, ledger and report."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from tests import spam
from threatmodel.models import Report, Run
from threatmodel.reports.build import build
from threatmodel.robustness import attacks
from threatmodel.services import exports, models, runs, systems
from threatmodel.services.endpoints import Address
from threatmodel.services.endpoints import link as link_endpoint
from threatmodel.services.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.store]

NAME = attacks.get("text-edits").name
KEY = "evasion-query@c-spam-model"
# What a stranger writes: markup, a name that runs right to left, letters piled up, a quote.
HOSTILE = (
    "<script>alert(1)</script> prize",
    "prize שלום \u200fעברית",
    "prize Z" + "\u0301\u0316" * 40 + "algo",
    "prize \"'><img src=x onerror=alert(1)>",
)
PARAMS = {"budget": 60, "samples": 8}


def uploads(rows: list[str]) -> dict[str, SimpleUploadedFile]:
    return {
        "model": SimpleUploadedFile("spam.onnx", spam.onnx()),
        "dataset": SimpleUploadedFile("mail.csv", spam.csv(rows)),
        "description": SimpleUploadedFile("dataset.yaml", spam.DESCRIPTION),
    }


@pytest.fixture
def system(olga):
    return systems.create(*olga, "Moderation", "content-moderation")


def evidence_of(system) -> str:
    of = exports.snapshot(system.pk)
    asked = Report(system=system, format="html", options={"sections": ["evidence"]})
    context = build(of.document, of.assessment, of.catalog, of.inputs, exports.edition(asked, of))
    return render_to_string("report/60-evidence.html", {"report": context})


def test_from_the_page_a_spam_filter_is_tested_and_its_finding_moves(system, client):
    rows = [*(f"{text} {' '.join(spam.FILLER)}" for text in HOSTILE), *spam.texts(36)]
    body = {"component": "c-spam-model", "name": "Filter", **uploads(rows)}
    assert client.post(reverse("link-model", args=[system.pk]), body).status_code == 302
    (model,) = models.linked(system)
    assert system.findings.get(key=KEY).verdict == "untested"
    listed = {one["id"]: one for one in models.row(model)["tests"]}
    assert [id for id, one in listed.items() if one["applicable"]] == [
        "text-scores",
        "text-edits",
    ]
    assert "40 texts" in client.get(reverse("tests", args=[system.pk])).content.decode()
    values = {
        "test": "text-edits",
        "param-budget": "60",
        "param-samples": "40",
        "param-edits": "typos",
    }
    client.post(reverse("start-run", args=[model.pk]), values)
    run = Run.objects.get()
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    finding = system.findings.get(key=KEY)
    assert (finding.verdict, finding.data["ledger"][0]["test"]) == ("broken", "text-edits")
    for shown in (
        client.get(reverse("run", args=[run.pk])).content.decode(),
        evidence_of(system),
    ):
        assert "share of the words" in shown.lower() and "<ins>" in shown and "<del>" in shown
        assert escape("<script>alert(1)</script>")[:8] in shown
        assert "<script>alert" not in shown and "<img src=x" not in shown
        assert "\u200f" not in shown and "\\u200f" in shown
    ledger = client.get(reverse("evidence", args=[system.pk])).content.decode()
    assert escape(NAME) in ledger and reverse("finding", args=[system.pk, KEY]) in ledger


def test_a_search_by_scores_moves_the_finding_as_one_that_adapts(system, olga, client):
    model = models.link(
        system,
        olga[1],
        "c-spam-model",
        model=spam.onnx(),
        data=spam.csv(spam.texts(40)),
        description=spam.DESCRIPTION,
    )
    run = runs.start(model, olga[1], "text-scores", PARAMS)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    finding = system.findings.get(key=KEY)
    (line,) = finding.data["ledger"]
    assert (finding.verdict, line["test"], line["adaptive"]) == ("broken", "text-scores", True)
    name = escape(attacks.get("text-scores").name)
    ledger = client.get(reverse("evidence", args=[system.pk])).content.decode()
    assert name in ledger and name in evidence_of(system)


def test_over_rest_json_lines_do_as_well_and_bad_texts_name_their_line(system, client):
    lines = b"\n".join(
        json.dumps({"text": text, "label": int(spam.Words().lead(text) > 0)}).encode()
        for text in spam.texts(20)
    )
    body = {"system": str(system.pk), "component": "c-spam-model", "name": "Filter"}

    def sent(data: bytes):
        files = {
            "model": SimpleUploadedFile("m.onnx", spam.onnx()),
            "data": SimpleUploadedFile("mail.jsonl", data),
            "description": SimpleUploadedFile("dataset.yaml", spam.DESCRIPTION),
        }
        return client.post("/api/v1/models/", body | files)

    made = sent(lines)
    assert made.status_code == 201, made.json()
    assert made.json()["dataset"]["texts"] and made.json()["dataset"]["rows"] == 20
    refused = sent(lines + b'\n{"text": "a\\u0000b", "label": 1}')
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "data")
    assert "text 21 holds a control character" in refused.json()["error"]["message"]


def test_an_endpoint_of_texts_speaks_plain_json(system, olga, settings):
    settings.ALLOWED_ADDRESSES = frozenset({"models.internal:8080"})
    data = spam.csv(spam.texts(20))
    address = Address("http://models.internal:8080/score", "mlflow", {})
    with pytest.raises(Refusal, match="plain JSON"):
        link_endpoint(system, olga[1], "c-spam-model", address, data=data)
    address = Address("http://models.internal:8080/score", "json", {"answers": "labels"})
    row = link_endpoint(system, olga[1], "c-spam-model", address, data=data)
    assert row.dataset["offers"] == ["text"]


def test_the_command_measures_the_same_without_a_server(system, olga, tmp_path):
    data = spam.csv(spam.texts(40))
    (tmp_path / "model.onnx").write_bytes(spam.onnx())
    (tmp_path / "data.csv").write_bytes(data)
    (tmp_path / "dataset.yaml").write_bytes(spam.DESCRIPTION)
    out = StringIO()
    model, asked = tmp_path / "model.onnx", {"test": "text-edits", "format": "json", **PARAMS}
    call_command("attack", model, tmp_path, stdout=out, **asked)
    linked = models.link(
        system,
        olga[1],
        "c-spam-model",
        model=spam.onnx(),
        data=data,
        description=spam.DESCRIPTION,
    )
    run = runs.start(linked, olga[1], "text-edits", PARAMS)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    told = json.loads(out.getvalue())
    for summary in (told["summary"], run.result["summary"]):
        for changing in ("seconds", "calls", "sandbox"):
            del summary[changing]
    assert told["summary"] == run.result["summary"] and told["worst"] == run.result["worst"]
    (tmp_path / "data.csv").write_bytes(b"text,label\nonly one,1\n")
    with pytest.raises(CommandError, match="two classes"):
        call_command("attack", model, tmp_path, stdout=out, **asked)
