"""The pages of linked models and runs: what a form does, and how a measurement is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from tests import cast
from tests.linking import demo_bytes, link
from threatmodel.models import EvidenceRow, Run
from threatmodel.robustness import dataset
from threatmodel.services import models, runs

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]


def upload(client, system, model: bytes):
    files = {
        "model": SimpleUploadedFile("model.onnx", model),
        "dataset": SimpleUploadedFile("data.npz", demo_bytes("data.npz")),
        "description": SimpleUploadedFile("dataset.yaml", demo_bytes("dataset.yaml")),
    }
    body = {"component": "c-api", "name": "Reader", **files}
    return client.post(reverse("link-model", args=[system.pk]), body)


def test_a_model_is_linked_tested_and_unlinked(client, system):
    assert upload(client, system, demo_bytes("model.onnx")).status_code == 302
    (model,) = models.linked(system)
    values = {"test": "hopskipjump", "param-samples": "10", "param-budget": " "}
    answer = client.post(reverse("start-run", args=[model.pk]), values)
    run = Run.objects.get()
    assert answer.url == reverse("run", args=[run.pk])
    assert run.params["samples"] == 10
    client.post(reverse("unlink-model", args=[model.pk]))
    assert models.linked(system) == []


def test_a_model_that_is_refused_is_refused_beside_its_field(client, system):
    answer = upload(client, system, b"\x80\x04pickle")
    assert answer.status_code == 400
    assert answer.context["form"].errors["model"]
    assert models.linked(system) == []


def test_a_form_without_files_asks_for_them(client, system):
    answer = client.post(reverse("link-model", args=[system.pk]), {"component": "c-api"})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) >= {"model", "dataset"}


def test_a_description_to_copy_stands_beside_the_form_as_in_the_docs(client, system):
    page = client.get(reverse("tests", args=[system.pk]))
    example = page.context["example"]
    assert escape(example) in page.content.decode()
    assert f"```yaml\n{example}```" in (ROOT / "docs/models.md").read_text()
    read = dataset.load(demo_bytes("data.npz"), example.encode())
    assert read.image and read.eps and read.eps.value == 1


def test_a_parameter_that_is_no_number_is_named(client, olga, system):
    model = link(system, olga[1])
    values = {"test": "hopskipjump", "param-budget": "many"}
    answer = client.post(reverse("start-run", args=[model.pk]), values, follow=True)
    assert "budget" in " ".join(str(one) for one in answer.context["messages"])
    assert not Run.objects.exists()


def test_a_run_s_page_shows_what_fell_and_what_it_moved(client, olga, system):
    run = runs.start(link(system, olga[1]), olga[1], "hopskipjump", {"samples": 30})
    runs.execute(str(run.pk))
    page = client.get(reverse("run", args=[run.pk]))
    told, shown = page.context, page.context["shown"]
    assert told["result"]["n"] == 30
    assert shown.bars and shown.curve and shown.quantiles and shown.drawn
    assert list(shown.worst) == sorted(shown.worst, key=lambda one: one["distance"])
    ((finding, text),) = told["moved"]
    assert finding.row.threat == "evasion-query" and "At 0.5 instead of 0.25:" in text
    assert "Allowed L2 distance" in page.content.decode()
    assert "Findings that it bears on" in page.content.decode()


def test_a_waiting_run_is_cancelled_from_its_page(client, olga, system):
    run = runs.start(link(system, olga[1]), olga[1], "corruption", {})
    client.post(reverse("cancel-run", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_evidence_from_elsewhere_counts_once_it_is_adopted(client, system):
    body = {"element": "c-api", "test": "square", "family": "random search", "adaptive": False}
    body |= {"handled": 40, "broken": 2}
    path = f"/api/v1/systems/{system.pk}/evidence/"
    assert cast.send(client, "post", path, body).status_code == 201
    row = EvidenceRow.objects.get()
    assert not row.adopted
    client.post(reverse("adopt", args=[row.pk]))
    row.refresh_from_db()
    assert row.adopted
