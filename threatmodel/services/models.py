"""Linked models: a file and its data set, uploaded to a component, never opened here."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from threatmodel import live
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import LinkedModel, System
from threatmodel.reports.pdf import write_whole
from threatmodel.robustness import attacks, dataset, policy
from threatmodel.robustness.adapters import onnx
from threatmodel.robustness.dataset import Dataset, Eps
from threatmodel.robustness.errors import RobustnessError

from . import audit, permits
from .refusal import Refusal

DATA_LIMIT = 200 * 2**20
DESCRIPTION_LIMIT = 256 * 2**10


def link(
    system: System,
    by: Person,
    component: str,
    *,
    model: bytes,
    data: bytes,
    description: bytes = b"{}",
    name: str = "",
) -> LinkedModel:
    """Link a model to a component; one that was linked there before gives way to it.

    Raises
    ------
    Refusal
        When the file cannot be ONNX, the data set is not usable, or the component is not there.
    """
    try:
        onnx.sniff(model)
    except RobustnessError as error:
        raise Refusal(str(error), field="model", code="unsupported") from error
    row = new_row(system, by, component, name, described(data, description), description)
    row.digest, row.size = onnx.digest(model), len(model)
    row.demo = row.digest in policy.demo_digests()
    try:
        store(row.file, f"{row.pk}.onnx", model)
        store(row.dataset_file, f"{row.pk}.npz", data)
        live.write(system.pk, lambda turn: take(turn, by, row))
    except BaseException:
        _drop_files(row)
        raise
    audit.note(system.workspace, by, "model linked", f"{row.name} to {component}")
    return row


def link_upload(
    system: System,
    by: Person,
    component: str,
    files: Mapping[str, UploadedFile[bytes] | None],
    name: str,
) -> LinkedModel:
    """The same from an upload, its sizes judged before anything is read."""
    return link(system, by, component, name=name, **read(files))


def read(files: Mapping[str, UploadedFile[bytes] | None]) -> dict[str, bytes]:
    """What was uploaded, each file's size judged before it is read."""
    limits = {"model": onnx.SIZE_LIMIT, "data": DATA_LIMIT, "description": DESCRIPTION_LIMIT}
    content = {}
    for field, file in files.items():
        if file is None:
            continue
        if file.size is None or file.size > limits[field]:
            message = f"The file is larger than {limits[field] / 2**20:g} MiB"
            raise Refusal(message, field=field, code="too large")
        content[field] = file.read()
    return content


def described(data: bytes, description: bytes) -> Dataset:
    """An uploaded data set, read.

    Raises
    ------
    Refusal
        Naming what of it is not usable.
    """
    try:
        return dataset.load(data, description)
    except RobustnessError as error:
        field = "description" if str(error).startswith("dataset.yaml") else "data"
        raise Refusal(str(error), field=field) from error


def new_row(
    system: System, by: Person, component: str, name: str, read: Dataset, description: bytes
) -> LinkedModel:
    """A linked model that is not kept yet, with no file and no digest."""
    return LinkedModel(
        id=uuid.uuid4(),
        system=system,
        element_id=component,
        name=name.strip()[:200] or "Model",
        size=0,
        dataset_digest=read.digest,
        dataset=_facts(read) | {"description": description.decode("utf-8-sig")},
        created_by_name=by.name,
    )


def _facts(read: Dataset) -> dict[str, Any]:
    """What is asked of a data set before a run, so that its file need not be read for that."""
    eps = read.eps
    return {
        **read.summary(),
        "offers": sorted(read.offers()),
        "eps": {"value": eps.value, "norm": eps.norm, "reason": eps.reason} if eps else None,
    }


def take(turn: Turn, by: Person, row: LinkedModel) -> None:
    """Keep a new row as its component's model; the former one gives way to it."""
    if row.element_id not in turn.document.components:
        message = "There is no such component in this system"
        raise Refusal(message, field="component", code="missing")
    former = LinkedModel.objects.filter(
        system=turn.system, element_id=row.element_id, deleted_at=None
    )
    former.update(deleted_at=timezone.now())
    row.save(force_insert=True)
    turn.note("model", by, told=[told(row, "linked")])
    turn.take_inputs()


def store(field: FieldFile, name: str, body: bytes) -> None:
    """A file of a row that is not kept yet: whole, or not there.

    Raises
    ------
    Refusal
        When there is no room for it.
    """
    target = field.field.generate_filename(field.instance, name)
    try:
        write_whole(Path(field.storage.path(target)), body)
    except OSError:
        message = "There was no room to store the file; tell the operator, then try again"
        raise Refusal(message, field="model", code="limit") from None
    field.name = target


def _drop_files(row: LinkedModel) -> None:
    for file in (row.file, row.dataset_file):
        file.delete(save=False)


def unlink(row: LinkedModel, by: Person) -> None:
    """Take a model off its component. What it measured stays, as evidence on an older model."""

    def work(turn: Turn) -> None:
        current = LinkedModel.objects.filter(pk=row.pk, deleted_at=None)
        if current.update(deleted_at=timezone.now()):
            turn.note("model", by, told=[told(row, "unlinked")])
            turn.take_inputs()

    live.write(row.system_id, work)
    audit.note(row.system.workspace, by, "model unlinked", row.name)


def rename(row: LinkedModel, by: Person, name: str) -> LinkedModel:
    def work(turn: Turn) -> None:
        LinkedModel.objects.filter(pk=row.pk).update(name=name)
        row.name = name
        turn.note("model", by, told=[told(row, "renamed")])

    live.write(row.system_id, work)
    return row


def eps_of(row: LinkedModel) -> Eps | None:
    said = row.dataset.get("eps")
    return Eps(**said) if said else None


def told(row: LinkedModel, what: str) -> dict[str, object]:
    """A model as the log tells it."""
    return {
        "model": str(row.pk),
        "element": row.element_id,
        "name": row.name,
        "digest": row.digest,
        "what": what,
    }


def among(systems: QuerySet[System]) -> QuerySet[LinkedModel]:
    return LinkedModel.objects.filter(system__in=systems, deleted_at=None)


def linked(system: System) -> list[LinkedModel]:
    return list(system.models.filter(deleted_at=None))


def row(one: LinkedModel) -> dict[str, Any]:
    """A model as REST and the room show it."""
    offers = one.dataset.get("offers", ())
    tests = [_test_row(test, offers) for test in attacks.load().values()]
    return {
        "id": one.pk,
        "system": one.system_id,
        "component": one.element_id,
        "name": one.name,
        "digest": one.digest,
        "size": one.size,
        "dataset": {key: one.dataset.get(key) for key in ("rows", "features", "role", "eps")}
        | {"texts": "text" in offers},
        "state": one.state,
        "demo": one.demo,
        "endpoint": permits.row(one),
        "created_by": one.created_by_name,
        "created_at": one.created_at,
        "tests": sorted(tests, key=lambda test: not test["applicable"]),  # what can be run first
    }


def _test_row(test: attacks.Test, offers: Collection[str]) -> dict[str, Any]:
    why_not = test.why_not(offers)
    return {
        "id": test.id,
        "name": test.name,
        "claim": test.claim,
        "adversarial": test.adversarial,
        "access": test.access,
        "paper": f"{test.paper.authors}: {test.paper.title}, {test.paper.year}",
        "applicable": not why_not,
        "why_not": why_not,
        "params": [
            {
                "name": param.name,
                "kind": param.kind,
                "default": param.default,
                "help": param.help,
                "choices": param.choices,
            }
            for param in test.params
        ],
    }
