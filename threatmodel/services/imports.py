"""Systems out of other people's files."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from threatmodel.formats import Report, read_any
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import System, Workspace

from . import audit, systems
from .refusal import Refusal

MAX_FILE = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Import:
    """The new system, the format that its file had, and what was mapped, kept and lost."""

    system: System
    format: str
    report: Report


def import_file(workspace: Workspace, by: Person, file: UploadedFile) -> Import:
    """A system from an uploaded file; a file that cannot be used changes nothing.

    Raises
    ------
    DocumentError
        Naming what is wrong with the content.
    """
    if file.size is None or file.size > MAX_FILE:
        raise Refusal("The file is larger than 32 MiB", field="file", code="too large")
    name = file.name or "file"
    imported = read_any(file.read(), name, catalogs.newest(workspace.pk))
    system = systems.add(
        workspace,
        by,
        imported.document,
        imported.inputs,
        imported.baselines,
        imported.history,
        imported.belongings,
    )
    audit.note(workspace, by, "system imported", f"{system.name} from {name[:100]}")
    return Import(system, imported.format, imported.report)
