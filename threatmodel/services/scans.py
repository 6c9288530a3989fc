"""Scans of model files that were brought: the report is kept, the file is not."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from threatmodel import live
from threatmodel.core.inputs import Evidence
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import EvidenceRow, System
from threatmodel.robustness import artefacts, attacks, policy
from threatmodel.robustness.errors import RobustnessError

from . import audit, evidence
from .evidence import Source
from .refusal import Refusal

TOOL = "picklescan"


def scan(system: System, by: Person, element: str, file: UploadedFile[bytes]) -> EvidenceRow:
    """Scan a file for a component that opens it, and keep what was found.

    Raises
    ------
    Refusal
        When the file cannot be scanned; nothing is kept then.
    """
    if file.size is None or file.size > artefacts.SIZE_LIMIT:
        message = f"The file is larger than {artefacts.SIZE_LIMIT >> 20} MiB"
        raise Refusal(message, field="file", code="too large")
    live.write(system.pk, lambda turn: evidence.check_component(turn, element))
    try:
        level = policy.level_for("", allow_basic=settings.ALLOW_BASIC_SANDBOX)
        found = artefacts.scan(file.read(), level)
    except RobustnessError as error:
        raise Refusal(str(error), field="file") from error
    row = live.write(system.pk, lambda turn: _keep(turn, by, element, found, file.name or ""))
    audit.note(system.workspace, by, "file scanned", f"{found.kind} {found.digest[:12]}")
    return row


def _keep(turn: Turn, by: Person, element: str, found: artefacts.Scan, name: str) -> EvidenceRow:
    evidence.check_component(turn, element)
    test = attacks.get(artefacts.TEST)
    value = Evidence(
        id="",
        element=element,
        test=test.id,
        family=test.family,
        adaptive=False,
        taken_on=timezone.now().date(),
        digest=found.digest,
        handled=1,
        broken=int(found.dangerous > 0),
        test_version=test.version,
    )
    findings = [asdict(one) for one in found.findings]
    told = {"file": name[:200], "digest": found.digest, "kind": found.kind, "scan": findings}
    return evidence.keep(turn, by, value, source=Source(TOOL, told=told))
