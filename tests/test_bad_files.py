"""Files that nobody should be able to hurt us with, by REST and by the page of the import."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.linking import demo_bytes
from tests.stored import nothing_changes
from tests.test_bad_input import refusal_of
from threatmodel.models import ElementRow, System
from threatmodel.services import carryout

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def document(**parts: Any) -> bytes:
    """The small drawing with some of its parts replaced."""
    return json.dumps(cast.drawing() | parts).encode()


def flow(**parts: Any) -> dict[str, Any]:
    return {"id": "f", "kind": "data", "source": "c-api", "target": "c-data"} | parts


def component(**parts: Any) -> dict[str, Any]:
    return {"id": "c-api", "type": "other"} | parts


def zones(*parents: str) -> list[dict[str, Any]]:
    """Zones z-0, z-1 ..., each inside the one that is named."""
    return [{"id": f"z-{number}", "parent": parent} for number, parent in enumerate(parents)]


def many(count: int) -> list[dict[str, Any]]:
    return [component(id=f"c-{number}") for number in range(count)]


ALONE: dict[str, Any] = {"flows": [], "zones": []}
YAML = b"format: bartizan/1\nsystem: {name: x}\n"
FILES = {
    "nothing but its format": b'{"format": "bartizan/1"}',
    "cut short": document()[:200],
    "trailing": document() + b"{}",
    "NaN": document(x=float("nan")),
    "infinity": document().replace(b'"History"', b"1e999"),
    "a number of 5000 digits": document().replace(b'"History"', b"9" * 5000),
    "a key twice": document().replace(b'"assets": [', b'"assets": [], "assets": [', 1),
    "deep": document().replace(b'"History"', b"[" * 100_000 + b"]" * 100_000),
    "half a character": document(system={"name": "\ud800"}),
    "NUL": document(system={"name": "a\0b"}),
    "prototype as key": document(system={"name": "x", "__proto__": {"admin": True}}),
    "prototype as id": document(components=[component(id="__proto__")], **ALONE),
    "path as id": document(components=[component(id="../x")], **ALONE),
    "no id": document(components=[component(id="")], **ALONE),
    "long id": document(components=[component(id="x" * 10_000)], **ALONE),
    "an id twice": document(components=[component(), component()], **ALONE),
    "flow to nowhere": document(flows=[flow(target="c-nowhere")]),
    "flow from a zone": document(flows=[flow(source="z-net")]),
    "component in no zone of the file": document(components=[component(zone="z-x")], **ALONE),
    "zone in itself": document(zones=zones("z-0"), components=[], flows=[]),
    "zones in a ring": document(zones=zones("z-1", "z-2", "z-0"), components=[], flows=[]),
    "zones 21 deep": document(
        zones=zones("", *(f"z-{number}" for number in range(21))), components=[], flows=[]
    ).replace(b'"parent": ""', b'"parent": null'),
    "10,001 components": document(components=many(10_001), **ALONE),
    "a long label": document(components=[component(name="x" * 201)], **ALONE),
    "a long note": document(components=[component(note="x" * 10_001)], **ALONE),
    "a box of words": document(components=[component(box=["a", 1, 2, 3])], **ALONE),
    "a box without end": document(components=[component(box=[1e300, 1, 2, 3])], **ALONE),
    "a list as name": document(system={"name": ["x"]}),
    "components as a mapping": document(components={"id": "c-api"}),
    "aliases": YAML + b"a: &a [x]\nb: *a\n",
    "a bomb of aliases": YAML + b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
    "an alias of itself": YAML + b"a: &a [*a]\n",
    "a tag that calls": YAML + b"a: !!python/object/apply:os.system [id]\n",
    "a tag of its own": YAML + b"a: !ours 1\n",
    "merge keys": YAML + b"<<: {b: 1}\n",
    "two documents": YAML + b"---\n" + YAML,
    "UTF-16": document().decode().encode("utf-16"),
    "a pickle": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00",
    "a broken PDF": b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer<</Root 1 0 R>>",
}


READ_BY_A_WORKER = {"10,001 components"}


@pytest.mark.parametrize("name", sorted(FILES.keys() - READ_BY_A_WORKER))
def test_a_hostile_file_is_refused_in_one_sentence_and_changes_nothing(client, name):
    with nothing_changes():
        body = {"file": SimpleUploadedFile("system.json", FILES[name])}
        refusal_of(client.post("/api/v1/systems/import/", body))
        body = {"file": SimpleUploadedFile("system.json", FILES[name])}
        page = client.post("/systems/import/", body)
    assert page.status_code == 302
    (said,) = [str(one) for one in get_messages(page.wsgi_request)]
    assert said.endswith(".") and said.isprintable() and len(said) < 400


@pytest.mark.parametrize("name", sorted(READ_BY_A_WORKER))
def test_a_large_hostile_file_ends_its_errand_with_one_sentence_and_changes_nothing(client, name):
    body = {"file": SimpleUploadedFile("system.json", FILES[name])}
    asked = client.post("/api/v1/systems/import/", body)
    carryout.execute(asked.json()["id"])
    told = client.get(asked["Location"]).json()
    assert told["state"] == "failed" and "at most 10000" in told["message"]
    assert told["message"].isprintable() and len(told["message"]) < 400
    assert not System.objects.exists() and not ElementRow.objects.exists()


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("nothing but its format", "system.name"),
        ("flow to nowhere", "flows[0].target"),
        ("prototype as id", "components[0].id"),
        ("a long label", "components[0].name"),
        ("a box of words", "components[0].box"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_by_its_place(client, name, field):
    body = {"file": SimpleUploadedFile("system.json", FILES[name])}
    assert refusal_of(client.post("/api/v1/systems/import/", body))["field"] == field


# Models and their data sets


def archive(**arrays: Any) -> bytes:
    stored = io.BytesIO()
    np.savez(stored, **arrays)
    return stored.getvalue()


def bomb() -> bytes:
    """A few kilobytes that would be gigabytes of rows."""
    stored = io.BytesIO()
    header = io.BytesIO()
    shape = {"descr": "<f4", "fortran_order": False, "shape": (64 * 2**20, 8)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.npy", header.getvalue() + bytes(20 * 2**20))
        file.writestr("y.npy", b"")
    return stored.getvalue()


ROWS, LABELS = np.zeros((4, 64), dtype=np.float32), np.zeros(4, dtype=np.int64)


def uploads() -> Iterator[tuple[str, str, bytes]]:
    """What is wrong, in which part of the upload, and its bytes."""
    yield "a pickle", "model", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00"
    yield "a pickle in the archive", "data", archive(x=np.array([{}], dtype=object), y=LABELS)
    yield "a bomb", "data", bomb()
    yield "words for numbers", "data", archive(x=np.array([["a"]]), y=LABELS)
    yield "not numbers", "data", archive(x=ROWS * np.nan, y=LABELS)
    yield "fewer labels than rows", "data", archive(x=ROWS, y=LABELS[:2])
    yield "no labels", "data", archive(x=ROWS)
    yield "no rows", "data", archive(x=ROWS[:0], y=LABELS[:0])
    yield "features of another width", "data", archive(x=ROWS[:, :7], y=LABELS)
    yield "aliases", "description", b"a: &a [*a]"
    yield "a tag that calls", "description", b"!!python/object/apply:os.system [id]"
    yield "a list", "description", b"[]"
    yield "not text", "description", b"\xff\xfe\x00"


@pytest.mark.parametrize(
    ("part", "content"), [pytest.param(*rest, id=name) for name, *rest in uploads()]
)
def test_a_hostile_upload_is_refused_by_its_part_and_changes_nothing(olga, client, part, content):
    system = cast.system(*olga)
    files = {
        "model": demo_bytes("model.onnx"),
        "data": demo_bytes("data.npz"),
        "description": demo_bytes("dataset.yaml"),
        part: content,
    }
    body = {name: SimpleUploadedFile(name, data) for name, data in files.items()}
    with nothing_changes():
        answer = client.post(
            "/api/v1/models/", body | {"system": str(system.pk), "component": "c-api"}
        )
        # Where two parts contradict each other, either is the wrong one.
        assert refusal_of(answer)["field"] in (part, "description")
