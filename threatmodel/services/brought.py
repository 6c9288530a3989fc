"""Results that were measured elsewhere: by `manage.py attack` in its owner's place, or by other
tools. A signature of the workspace stands for an approver; all else waits for one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from threatmodel import live, strict
from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.inputs import Evidence
from threatmodel.formats import entered, foreign
from threatmodel.formats.source import MAX_JSON
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import EvidenceRow, SigningKey, System
from threatmodel.robustness import attacks
from threatmodel.robustness import signing as signatures
from threatmodel.robustness.errors import RobustnessError

from . import evidence, signing
from .evidence import Source
from .gathering import controls_on
from .refusal import Refusal

TOOL = "manage.py attack"
SHA256, NONCE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")
CLOCKS_DIFFER = timedelta(minutes=10)
SHOWN = ("headline", "figures", "notes", "clean_accuracy", "rows", "calls", "sandbox", "params")

Piece = tuple[Evidence, Source]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file gave, and what of it was left out."""

    rows: Sequence[EvidenceRow]
    tool: str
    dropped: Sequence[Remark] = ()


def bring_file(system: System, by: Person, element: str, file: UploadedFile[bytes]) -> Brought:
    """Take the file of a result, ours or another tool's.

    Raises
    ------
    Refusal, DocumentError
        One sentence on the first thing that is wrong; nothing is kept then.
    """
    if file.size is None or file.size > MAX_JSON:
        message = f"The file is larger than {MAX_JSON >> 20} MiB; send fewer results at once"
        raise Refusal(message, field="file", code="too large")
    content = file.read()
    data = foreign.parse(content)
    strict.check(data, strict.MAX_DEPTH)
    if isinstance(data, Mapping) and data.get("format") == signatures.FORMAT:
        return bring_result(system, by, element, data, file.name or "")
    origin = {"file": (file.name or "")[:200], "digest": hashlib.sha256(content).hexdigest()}
    return _bring_foreign(system, by, element, foreign.read(data), origin)


def _bring_foreign(
    system: System, by: Person, element: str, report: foreign.Report, origin: dict[str, str]
) -> Brought:
    """Each count of the report as a piece of its own, waiting for an approver."""
    if not report.counts:
        left = (
            f", and {len(report.dropped)} of its kinds are none of ours" if report.dropped else ""
        )
        raise Refusal(f"{report.tool} measured nothing here that counts{left}", field="file")
    today = timezone.now().date()
    if report.taken_on and report.taken_on > today:
        raise Refusal("It was taken in the future; set its date right", field="taken_on")
    pieces = [
        (_counted(report, count, element, today), _source(report, count, element, origin))
        for count in report.counts
    ]

    def work(turn: Turn) -> list[EvidenceRow]:
        evidence.check_component(turn, element)
        for value, source in pieces:
            _check_new(turn, source, value)
        return evidence.keep_all(turn, by, pieces)

    return Brought(live.write(system.pk, work), report.tool, report.dropped)


def _counted(report: foreign.Report, count: foreign.Count, element: str, today: date) -> Evidence:
    return Evidence(
        id="",
        element=element,
        test=count.test,
        family=count.family,
        adaptive=False,
        taken_on=report.taken_on or today,
        digest=report.digest[:64],
        handled=count.handled,
        broken=count.broken,
        origin="imported",
        adopted=False,
        eps=count.eps,
        norm=count.norm,
        eps_reason=count.eps_reason,
        budget=count.budget,
        seed=count.seed,
        feature_space_only=count.feature_space_only,
    )


def _source(
    report: foreign.Report, count: foreign.Count, element: str, origin: dict[str, str]
) -> Source:
    """The same count of the same file is the same piece, whoever brings it again."""
    probes = [[probe.name, probe.broken, probe.handled] for probe in count.probes]
    told = {**origin, "probes": probes}
    same = json.dumps([origin["digest"], element, count.test, probes])
    nonce = hashlib.sha256(same.encode()).hexdigest()[:32]
    return Source(report.tool, report.version, None, nonce, told)


def bring_result(system: System, by: Person, element: str, said: object, file: str = "") -> Brought:
    """Take a result of `manage.py attack`: at once where a key of the workspace signed it.

    Raises
    ------
    Refusal
        One sentence on the first thing that is wrong; nothing is kept then.
    """
    result = said if isinstance(said, Mapping) else {}
    key = _signer(system, result) if result.get("signature") is not None else None
    value, source = _measured(result, key, file)
    value = replace(value, element=element)

    def work(turn: Turn) -> list[EvidenceRow]:
        evidence.check_component(turn, element)
        _check_new(turn, source, value)
        taken = replace(value, controls_on=controls_on(turn, element))
        return evidence.keep_all(turn, by, [(taken, source)])

    return Brought(live.write(system.pk, work), TOOL)


def _signer(system: System, result: Mapping[str, Any]) -> SigningKey:
    said = result["signature"]
    key = signing.named(system.workspace, said.get("key") if isinstance(said, Mapping) else None)
    if not signatures.verify(result, key.public):
        message = "The signature does not fit: the result was changed after it was signed"
        raise Refusal(message, field="signature")
    return key


def _measured(result: Mapping[str, Any], key: SigningKey | None, file: str) -> Piece:
    if result.get("format") != signatures.FORMAT:
        message = f"This is not a result of manage.py attack; its format is {signatures.FORMAT}"
        raise Refusal(message, field="format")
    strict.check(dict(result), strict.MAX_DEPTH)
    taken_at, nonce = _moment(result.get("taken_at")), result.get("nonce")
    if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
        raise Refusal("It has no nonce, 32 hexadecimal digits used once", field="nonce")
    value = _value(result.get("evidence"))
    summary = _summary(result.get("summary"), value)
    test = _test(value)
    told = {
        "file": file[:200],
        "nonce": nonce,
        "taken_at": taken_at.isoformat(),
        "data": summary["data"],
        "digest": hashlib.sha256(signatures.canonical(result)).hexdigest(),
        "summary": {name: summary[name] for name in SHOWN if name in summary},
    }
    value = replace(
        value,
        taken_on=taken_at.astimezone(UTC).date(),
        family=test.family,
        adaptive=test.adaptive,
        dataset_digest=summary["data"],
        origin="signed" if key else "imported",
        adopted=key is not None,
        current=True,
    )
    return value, Source(TOOL, test.version, key, nonce if key else _unsigned(nonce), told)


def _unsigned(nonce: str) -> str:
    """What a result is known by that nobody vouches for: a copy without its signature must not
    keep the signed one out."""
    return hashlib.sha256(f"unsigned {nonce}".encode()).hexdigest()[:32]


def _moment(said: object) -> datetime:
    try:
        found = datetime.fromisoformat(said if isinstance(said, str) else "")
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        message = "It does not say when it was taken, such as 2026-01-31T12:00:00+00:00"
        raise Refusal(message, field="taken_at")
    if found > timezone.now() + CLOCKS_DIFFER:
        message = "It was taken in the future; set the clock of the machine that measured"
        raise Refusal(message, field="taken_at")
    return found


def _value(said: object) -> Evidence:
    try:
        (value,) = entered.read_inputs({"evidence": [said]}, as_they_stand=True)[0].evidence
    except DocumentError as error:
        message = error.message.replace("evidence[0]", "evidence")
        raise Refusal(message, field=error.field.replace("evidence[0]", "evidence")) from None
    if value.broken > value.handled:
        raise Refusal("More were broken than were handled", field="evidence.broken")
    if not SHA256.fullmatch(value.digest):
        message = "The model's digest must be a SHA-256, 64 hexadecimal digits"
        raise Refusal(message, field="evidence.digest")
    return value


def _summary(said: object, value: Evidence) -> Mapping[str, Any]:
    """The summary, which must tell what the evidence says."""
    summary = said if isinstance(said, Mapping) else {}
    counts = (value.test, value.broken, value.handled, value.digest)
    if tuple(summary.get(name) for name in ("test", "k", "n", "model")) != counts:
        raise Refusal("Its summary and its evidence do not tell the same", field="summary")
    data = summary.get("data")
    if not isinstance(data, str) or not SHA256.fullmatch(data):
        message = "The data set's digest must be a SHA-256, 64 hexadecimal digits"
        raise Refusal(message, field="summary.data")
    return summary


def _test(value: Evidence) -> attacks.Test:
    try:
        test = attacks.get(value.test)
    except RobustnessError as error:
        raise Refusal(str(error), field="evidence.test") from None
    if test.version != value.test_version:
        message = (
            f"It was taken with version {value.test_version} of {test.id}, and this server has "
            f"version {test.version}; run it again with the same release"
        )
        raise Refusal(message, field="evidence.test_version")
    return test


def _check_new(turn: Turn, source: Source, value: Evidence) -> None:
    """Once only, and of the model that stands or stood behind the component."""
    known_by = [source.nonce, source.told.get("nonce", source.nonce)]
    if turn.system.evidence.filter(nonce__in=known_by).exists():
        raise Refusal("This result is in the ledger already", field="nonce", code="conflict")
    linked = turn.system.models.filter(element_id=value.element)
    standing = linked.filter(deleted_at=None).first()
    if standing and value.digest and not linked.filter(digest=value.digest).exists():
        message = (
            f"It is about the model {value.digest[:12]}, and {standing.digest[:12]} is linked "
            "there; link that model, or test this one"
        )
        raise Refusal(message, field="evidence.digest")
