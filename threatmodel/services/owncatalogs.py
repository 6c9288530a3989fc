"""A workspace's own entries: uploaded, checked whole, kept as versions, taken away."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from catalog import Catalog, CatalogError, load, own
from catalog.source import MAX_BYTES
from threatmodel.core.examples import check
from threatmodel.core.rules import Ruleset
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import OwnCatalog, Workspace

from . import audit
from .refusal import Refusal

MOST_VERSIONS = 500
FIELD = "file"


def upload(workspace: Workspace, by: Person, file: UploadedFile) -> OwnCatalog:
    """The next version, if every entry of the file can be used; otherwise nothing changes.

    Systems go on with the catalog that they have until somebody applies the new one.

    Raises
    ------
    Refusal
        Naming file, entry and line.
    """
    if file.size is None or file.size > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES // 1024} KiB; take entries out"
        raise Refusal(message, field=FIELD, code="too large")
    data, name = file.read(), _name(file)
    catalog = checked(data, name)
    row = catalogs.latest(workspace.pk)
    if row is not None and row.digest == own.digest_of(data):
        message = f"Version {row.version} says the same already"
        raise Refusal(message, field=FIELD, code="conflict")
    return _add(
        workspace, by, name=name, source=data.decode(), digest=own.digest_of(data), of=catalog
    )


def checked(data: bytes, name: str) -> Catalog:
    """The shipped catalog with these entries, their rules compiled and their examples run."""
    try:
        catalog = own.extend(load(), data, name)
    except CatalogError as error:
        raise Refusal(str(error), field=FIELD) from None
    try:
        Ruleset(catalog)
        for key in catalog.own:
            sort, _, id = key.partition("/")
            if sort == "threats":
                check(catalog, catalog.threats[id])
    except CatalogError as error:
        raise Refusal(str(own.told(error, data, name)), field=FIELD) from None
    return catalog


def remove(workspace: Workspace, by: Person) -> OwnCatalog:
    """Take the entries away, as a version of its own; the earlier ones stay readable."""
    row = catalogs.latest(workspace.pk)
    if row is None or not row.digest:
        raise Refusal("This workspace has no entries of its own", code="missing")
    return _add(workspace, by, name="", source="", digest="", of=load())


def _add(
    workspace: Workspace, by: Person, *, name: str, source: str, digest: str, of: Catalog
) -> OwnCatalog:
    counts = {sort: sum(key.startswith(f"{sort}/") for key in of.own) for sort in own.SORTS}
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        row = catalogs.latest(workspace.pk)
        version = row.version + 1 if row else 1
        if version > MOST_VERSIONS:
            raise Refusal(f"A workspace keeps at most {MOST_VERSIONS} versions", code="limit")
        made = OwnCatalog.objects.create(
            workspace=workspace,
            version=version,
            name=name,
            source=source,
            digest=digest,
            counts=counts,
            by=by.user,
            by_name=by.name,
        )
        action = "own catalog uploaded" if digest else "own catalog removed"
        audit.note(workspace, by, action, f"version {version} {name} {digest[:12]}".strip())
    return made


def _name(file: UploadedFile) -> str:
    """What to call the file in errors and lists; only ever shown."""
    shown = "".join(c for c in (file.name or "") if c.isprintable())
    return shown[:100].strip() or own.NAME
