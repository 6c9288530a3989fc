"""Linked models over REST: uploaded, refused, run, taken off again."""

from __future__ import annotations

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.linking import demo_bytes, link
from threatmodel.services import models, runs

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def post_model(client, system, model: bytes, data: bytes | None = None, **more):
    body = {
        "system": str(system.pk),
        "component": "c-api",
        "name": "Reader",
        "model": upload("m.onnx", model),
        "data": upload("d.npz", data if data is not None else demo_bytes("data.npz")),
        "description": upload("dataset.yaml", demo_bytes("dataset.yaml")),
    }
    return client.post("/api/v1/models/", body | more)


def test_upload_run_follow_and_read_over_rest(olga, system):
    client = cast.browser(olga[1])
    answer = post_model(client, system, demo_bytes("model.onnx"))
    assert answer.status_code == 201, answer.json()
    model = answer.json()
    assert model["demo"] and model["dataset"]["rows"] == 160
    assert {test["id"]: test["applicable"] for test in model["tests"]}["hopskipjump"]
    body = {"model": model["id"], "test": "corruption", "params": {"samples": 5}}
    started = cast.send(client, "post", "/api/v1/runs/", body)
    assert started.status_code == 201, started.json()
    assert started.json()["state"] == "queued"
    runs.execute(started.json()["id"])
    found = client.get(f"/api/v1/runs/{started.json()['id']}/").json()
    assert found["state"] == "succeeded" and len(found["samples"]) == 5
    listed = client.get(f"/api/v1/runs/?system={system.pk}&state=succeeded").json()
    assert [one["id"] for one in listed["results"]] == [found["id"]]
    assert client.delete(f"/api/v1/models/{model['id']}/").status_code == 204
    assert client.get(f"/api/v1/models/{model['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x80\x04\x95\x00\x00", "pickle"),
        (b"PK\x03\x04aaaaaaaaaaaa", "zip"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x93NUMPY\x01\x00", "NumPy"),
        (os.urandom(4000), "ONNX"),
        (b"\x08", "ONNX"),
    ],
)
def test_what_is_not_onnx_is_refused_before_anything_is_kept(olga, system, content, word):
    answer = post_model(cast.browser(olga[1]), system, content)
    assert answer.status_code == 415
    assert word in answer.json()["error"]["message"]
    assert not models.linked(system)


def test_a_bad_data_set_or_component_is_refused(olga, system):
    client = cast.browser(olga[1])
    model = demo_bytes("model.onnx")
    bad_data = post_model(client, system, model, b"PK nonsense")
    assert (bad_data.status_code, bad_data.json()["error"]["field"]) == (400, "data")
    nowhere = post_model(client, system, model, component="c-nothing")
    assert (nowhere.status_code, nowhere.json()["error"]["field"]) == (400, "component")
    assert not models.linked(system)


def test_strangers_and_viewers_cannot_upload_or_run(olga, system):
    model = link(system, olga[1])
    viewer = cast.browser(cast.member(olga[0], "viewer"))
    assert post_model(viewer, system, demo_bytes("model.onnx")).status_code == 403
    body = {"model": str(model.pk), "test": "corruption"}
    assert cast.send(viewer, "post", "/api/v1/runs/", body).status_code == 403
    mallory = cast.browser(cast.outsider())
    assert cast.send(mallory, "post", "/api/v1/runs/", body).status_code == 404
    assert mallory.get(f"/api/v1/models/{model.pk}/").status_code == 404
    assert mallory.get("/api/v1/models/").json()["count"] == 0
