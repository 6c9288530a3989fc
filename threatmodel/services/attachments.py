"""Attachments: files beside a mitigation, told by their bytes, given out as downloads only."""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.http import FileResponse

from threatmodel.gate import NotFound, Person
from threatmodel.models import Attachment, MitigationRow, Workspace
from threatmodel.reports.pdf import write_whole

from . import audit
from .refusal import Refusal

log = logging.getLogger(__name__)

LIMIT = 10 * 2**20
TOO_LARGE = f"The file is larger than {LIMIT // 2**20} MiB"
QUOTA = 1024 * 2**20
MOST = 100
NAME_LENGTH = 200
# How files begin that are worth keeping as evidence; what opens with code in it is not.
BEGINNINGS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF87a", "GIF picture"),
    (b"GIF89a", "GIF picture"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"\x1f\x8b", "gzip archive"),
)
KNOWN = "PDF, PNG, JPEG, GIF and WebP pictures, ZIP, gzip and office documents, and plain text"


def add(row: MitigationRow, by: Person, file: UploadedFile[bytes] | None) -> Attachment:
    """Keep an uploaded file beside a mitigation.

    Raises
    ------
    Refusal
        When it is too large, of a kind that is not kept, or there is no room for it.
    """
    one = stored(file.name if file else "", _read(file))
    one.mitigation, one.by_name = row, by.name
    try:
        _keep(one, row.system.workspace, by)
    except BaseException:
        unlink(one)
        raise
    return one


def stored(name: str | None, body: bytes) -> Attachment:
    """A file on disk under a name of ours, and its row, which is not kept yet.

    Raises
    ------
    Refusal
        When it is too large, of a kind that is not kept, or there is no room for it.
    """
    if len(body) > LIMIT:
        raise Refusal(TOO_LARGE, field="file", code="too large")
    one = Attachment(
        id=uuid.uuid4(),
        name=plain_name(name),
        kind=sniff(body),
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
    )
    one.file.name = f"attachments/{one.pk}"
    try:
        write_whole(Path(one.file.storage.path(one.file.name)), body)
    except OSError:
        message = "There was no room to store the file; tell the operator, then try again"
        raise Refusal(message, field="file", code="limit") from None
    return one


def unlink(one: Attachment) -> None:
    """Take away the file of a row that was not kept."""
    one.file.storage.delete(str(one.file.name))


def content(one: Attachment) -> bytes | None:
    """Its bytes; None where the file is gone."""
    try:
        with one.file.open("rb") as file:
            body: bytes = file.read()
    except FileNotFoundError:
        log.warning("attachment %s has no file any more", one.pk)
        return None
    return body


def keep_all(workspace: Workspace, rows: Sequence[Attachment]) -> None:
    """Keep stored files that came together, if there is room for all of them."""
    if rows:
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        _check_room(workspace, sum(row.size for row in rows))
        Attachment.objects.bulk_create(rows)


@transaction.atomic
def _keep(one: Attachment, workspace: Workspace, by: Person) -> None:
    """Under the workspace's lock, so that two uploads at once do not both fit the last room."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    if one.mitigation.attachments.count() >= MOST:
        raise Refusal(f"A mitigation has at most {MOST} files", field="file", code="limit")
    _check_room(workspace, one.size)
    one.save(force_insert=True)
    audit.note(workspace, by, "file attached", f"{one.name} to {one.mitigation.title}")


def _check_room(workspace: Workspace, size: int) -> None:
    if used(workspace) + size > QUOTA:
        room = f"{QUOTA / 2**20:,.0f} MiB"
        message = f"The files of this workspace fill the {room} that they may; remove some"
        raise Refusal(message, field="file", code="limit")


def used(workspace: Workspace) -> int:
    """Bytes of all attachments of a workspace."""
    found = Attachment.objects.filter(mitigation__system__workspace=workspace)
    return int(found.aggregate(sum=Sum("size"))["sum"] or 0)


def download(one: Attachment) -> FileResponse:
    """The file as a download, whatever it is: nothing that somebody uploaded is shown by us.

    Raises
    ------
    NotFound
        When the store has lost it.
    """
    try:
        file = one.file.open("rb")
    except FileNotFoundError:
        raise NotFound("The file is gone from the store; tell the operator") from None
    kind = "application/octet-stream"
    answer = FileResponse(file, as_attachment=True, filename=one.name, content_type=kind)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def remove(one: Attachment, by: Person) -> None:
    """Take it away, the file with it."""
    with transaction.atomic():
        system, title = one.mitigation.system, one.mitigation.title
        name, storage = one.file.name, one.file.storage
        one.delete()
        audit.note(system.workspace, by, "file removed", f"{one.name} from {title}")
        transaction.on_commit(partial(storage.delete, str(name)))


def _read(file: UploadedFile[bytes] | None) -> bytes:
    if file is None:
        raise Refusal("Choose a file to attach", field="file")
    if file.size is None or file.size > LIMIT:
        raise Refusal(TOO_LARGE, field="file", code="too large")
    body = file.read()
    if not body:
        raise Refusal("The file is empty", field="file")
    return body


def sniff(body: bytes) -> str:
    """What a file is by its bytes, whatever it is called.

    Raises
    ------
    Refusal
        For a kind that is not kept.
    """
    for beginning, kind in BEGINNINGS:
        if body.startswith(beginning):
            return kind
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "WebP picture"
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        message = f"This kind of file is not kept; attach {KNOWN}"
        raise Refusal(message, field="file", code="unsupported")
    return "text"


def plain_name(said: str | None) -> str:
    """The uploader's name for it, without folders and without what hides an ending."""
    last = re.split(r"[/\\]", said or "")[-1]
    shown = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    name = " ".join(shown.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > NAME_LENGTH:
        name = f"{stem[: NAME_LENGTH - 21]}.{ending[:20]}"
    return name[:NAME_LENGTH] or "file"
