"""A workspace with entries of its own, and a drawing that they bear on."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.catalog.packs import TEXT
from threatmodel.core.document import parse
from threatmodel.core.inputs import Inputs
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import OwnCatalog, System, Workspace
from threatmodel.services import owncatalogs, systems


def file(text: str | bytes = TEXT, name: str = "own.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def uploaded(workspace: Workspace, by: Person, text: str = TEXT) -> OwnCatalog:
    return owncatalogs.upload(workspace, by, file(text))


def drawing(type: str = "smart-meter") -> dict[str, Any]:
    """The small scoring service, with a meter or what else that reads for it."""
    data = cast.drawing()
    data["zones"].append({"id": "z-cellar", "kind": "physical", "name": "Cellar"})
    data["components"].append({"id": "c-meter", "type": type, "name": "Meter", "zone": "z-cellar"})
    data["flows"].append({"id": "f-read", "kind": "data", "source": "c-meter", "target": "c-api"})
    return data


def system(workspace: Workspace, by: Person, type: str = "smart-meter") -> System:
    """That drawing as a system, read with what the workspace knows."""
    document, _ = parse(drawing(type), catalogs.newest(workspace.pk))
    return systems.add(workspace, by, document, Inputs())
