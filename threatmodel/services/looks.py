"""How a workspace's reports look, and the options that people saved under a name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.db import IntegrityError, transaction
from PIL import Image

from threatmodel.gate import Person
from threatmodel.models import ReportLook, ReportProfile, Workspace

from . import audit
from .refusal import Refusal

MAX_LOGO = 1024 * 1024
MAX_PIXELS = 4_000_000
KEPT_SIZE = (1200, 400)
MAX_PROFILES = 50
LOGO_FORMATS = ("PNG", "JPEG")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
# What small text needs on white, as WCAG counts it.
LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Look:
    """A PNG of our own encoding, or none; a colour that can be read on white, or none."""

    logo: bytes = b""
    accent: str = ""


def of(workspace: Workspace) -> Look:
    row = ReportLook.objects.filter(workspace=workspace).first()
    return Look(bytes(row.logo), row.accent) if row else Look()


def dress(
    workspace: Workspace, by: Person, *, accent: str, logo: bytes | None, bare: bool = False
) -> None:
    """Give the workspace's reports a colour and a logo; None keeps the logo, `bare` removes it."""
    values: dict[str, Any] = {"accent": _accent(accent)}
    if bare:
        values |= {"logo": b"", "logo_digest": ""}
    elif logo is not None:
        drawn = encoded(logo)
        values |= {"logo": drawn, "logo_digest": hashlib.sha256(drawn).hexdigest()}
    ReportLook.objects.update_or_create(workspace=workspace, defaults=values)
    audit.note(workspace, by, "report look", workspace.name)


def encoded(body: bytes) -> bytes:
    """A logo as a PNG of ours: decoded, made small, and written anew without what it carried."""
    if len(body) > MAX_LOGO:
        raise Refusal("The logo is larger than 1 MiB; choose a smaller one", field="logo")
    try:
        with Image.open(BytesIO(body), formats=LOGO_FORMATS) as found:
            if found.width * found.height > MAX_PIXELS:
                raise Refusal("The logo has over 4 million pixels; scale it down", field="logo")
            found.load()
            picture = found.convert("RGBA")
    except Refusal:
        raise
    # A stranger's picture breaks a decoder in many ways; each of them means the same here.
    except Exception as error:
        message = "The logo cannot be read; choose a PNG or JPEG file"
        raise Refusal(message, field="logo") from error
    picture.thumbnail(KEPT_SIZE)
    target = BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def _accent(text: str) -> str:
    colour = text.strip().lower()
    if not colour:
        return ""
    if not _COLOUR.fullmatch(colour):
        raise Refusal("The colour is written like #4449c6", field="accent")
    if contrast_on_white(colour) < LEAST_CONTRAST:
        message = "The colour is too light to be read on white; choose a darker one"
        raise Refusal(message, field="accent")
    return colour


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of WCAG 2."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def save(
    workspace: Workspace, by: Person, name: str, options: Mapping[str, object]
) -> ReportProfile:
    """Keep options under a name; the same name again replaces them."""
    called = name.strip()
    if not called:
        raise Refusal("Give the profile a name", field="name")
    known = workspace.report_profiles.filter(name=called)
    if not known.exists() and workspace.report_profiles.count() >= MAX_PROFILES:
        raise Refusal(f"A workspace has at most {MAX_PROFILES} profiles", code="limit")
    values = {"options": dict(options), "by_name": by.name}
    try:
        with transaction.atomic():
            row, _ = workspace.report_profiles.update_or_create(name=called, defaults=values)
    except IntegrityError:
        raise Refusal("Somebody saved this name just now; try again", code="conflict") from None
    audit.note(workspace, by, "report profile", called)
    return row


def forget(workspace: Workspace, by: Person, id: str) -> None:
    """Take a profile away; one that is gone already stays gone."""
    for row in workspace.report_profiles.filter(pk=id):
        row.delete()
        audit.note(workspace, by, "report profile removed", row.name)
