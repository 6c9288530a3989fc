"""The demonstration system, so that a newcomer has something to press within a minute."""

from __future__ import annotations

from django.conf import settings

from threatmodel.core.inputs import Inputs
from threatmodel.formats import read_any
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import AuditEntry, Member, System, Workspace

from . import audit, models, systems
from .refusal import Refusal

FOLDER = settings.BASE_DIR / "demo"
LOADED = "demo loaded"
READER = "c-reader"


def load(*, again: bool = False) -> System | None:
    """Add the demo to the oldest workspace, in its owner's name; None if it was added before."""
    if not again and AuditEntry.objects.filter(action=LOADED).exists():
        return None
    owners = Member.objects.filter(role="owner").select_related("user", "workspace")
    first = owners.order_by("created_at", "id").first()
    if first is None:
        raise Refusal("There is no workspace yet; make an owner first", code="missing")
    return add(first.workspace, Person(first.user))


def add(workspace: Workspace, person: Person) -> System:
    """The demo in that workspace, by a person who may draw and link models there."""
    file = FOLDER / "digit-reading.yaml"
    imported = read_any(file.read_bytes(), file.name, catalogs.newest(workspace.pk))
    system = systems.add(workspace, person, imported.document, Inputs())
    models.link(
        system,
        person,
        READER,
        model=(FOLDER / "model.onnx").read_bytes(),
        data=(FOLDER / "data.npz").read_bytes(),
        description=(FOLDER / "dataset.yaml").read_bytes(),
        name="Digit reader",
    )
    audit.note(workspace, None, LOADED, system.name)
    return system
