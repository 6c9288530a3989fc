"""Systems out of other people's files: at once, or by a worker where the file is large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Now

from threatmodel import gate
from threatmodel.formats import Imported, Report, read_any
from threatmodel.gate import Person, Right
from threatmodel.live import Turn, catalogs
from threatmodel.models import Errand, System, Workspace
from threatmodel.models.errand import ErrandKind
from threatmodel.models.job import JobState

from . import audit, errands, jobs, systems
from .refusal import Refusal

MAX_FILE = 32 * 2**20
# Above this a worker reads it: a second's work. Most of a PDF is not the document in it.
LARGE, LARGE_PDF = 256 * 2**10, 2 * 2**20


@dataclass(frozen=True, slots=True)
class Import:
    """The new system, the format that its file had, and what was mapped, kept and lost."""

    system: System
    format: str
    report: Report


def is_large(file: UploadedFile[bytes]) -> bool:
    """Whether a worker should read it.

    Raises
    ------
    Refusal
        When nobody should.
    """
    if file.size is None or file.size > MAX_FILE:
        raise Refusal("The file is larger than 32 MiB", field="file", code="too large")
    begins = file.read(5)
    file.seek(0)
    return file.size > (LARGE_PDF if begins == b"%PDF-" else LARGE)


def import_file(workspace: Workspace, by: Person, file: UploadedFile[bytes]) -> Import:
    """A system from an uploaded file; a file that cannot be used changes nothing.

    Raises
    ------
    DocumentError
        Naming what is wrong with the content.
    """
    is_large(file)
    name = file.name or "file"
    imported = read_any(file.read(), name, catalogs.newest(workspace.pk))
    system = _add(workspace, by, imported, lambda turn, _: _tell(turn, by, name))
    return Import(system, imported.format, imported.report)


def ask(workspace: Workspace, by: Person, file: UploadedFile[bytes]) -> Errand:
    """Have a worker read a large file."""
    size, name = file.size or 0, file.name or "file"
    body = file.read()
    return errands.queue(
        by, ErrandKind.IMPORT, name=name, size=size, workspace=workspace, body=body
    )


def work(row: Errand) -> None:
    """The file of an errand as a system: there with the errand's end, or not at all."""
    if row.created_by is None:
        raise Refusal("Who asked for this has no account any more")
    by = Person(row.created_by)
    workspace = gate.workspace(by, row.workspace_id, Right.DRAW)
    jobs.write(row, progress=0.05, message="Reading the file")
    with row.file.open("rb") as file:
        imported = read_any(file.read(), row.name, catalogs.newest(workspace.pk))
    parts = len(imported.document.components)
    told, until = f"Drawing and assessing {parts:,} components", Now() + errands.LEASE
    jobs.write(row, progress=0.4, message=told, lease_until=until)
    result = {"format": imported.format, "report": imported.report.to_data()}

    def also(turn: Turn, _: Mapping[str, str]) -> None:
        # Once more where it is stored: reading took its time, and a role may have gone meanwhile.
        gate.workspace(by, row.workspace_id, Right.DRAW)
        _tell(turn, by, row.name)
        message = f"{turn.document.system.name} is imported"
        jobs.end(
            row, JobState.SUCCEEDED, message, progress=1, system=turn.system, result=result,
            done=row.size,
        )  # fmt: skip

    _add(workspace, by, imported, also)


def _add(workspace: Workspace, by: Person, imported: Imported, also: systems.Also) -> System:
    return systems.add(
        workspace,
        by,
        imported.document,
        imported.inputs,
        imported.baselines,
        imported.history,
        imported.belongings,
        also=also,
    )


def _tell(turn: Turn, by: Person, name: str) -> None:
    subject = f"{turn.document.system.name} from {name[:100]}"
    audit.note(turn.system.workspace, by, "system imported", subject)
