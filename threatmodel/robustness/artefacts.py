"""Scanning a model file for code that runs when it is opened. The file is never loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from . import sandbox
from .errors import RobustnessError
from .lockdown import Limits

TEST = "artefact-scan"
SIZE_LIMIT = 200 * 2**20
TIME_S = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is 'dangerous', 'unknown' (nobody can tell) or 'told'."""

    level: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file is, and what in it would run. `count` may pass the findings that are listed."""

    digest: str
    kind: str
    dangerous: int
    findings: tuple[Finding, ...]
    count: int


def scan(content: bytes, level: sandbox.Level) -> Scan:
    """Look through a file in a sandboxed child.

    Raises
    ------
    RobustnessError
        When the file is too large or damaged, or this machine's sandbox is too weak.
    """
    if not content or len(content) > SIZE_LIMIT:
        raise RobustnessError(f"artefact: choose a file of at most {SIZE_LIMIT >> 20} MiB")
    found = sandbox.require(level)
    with sandbox.start("scan", found, limits=Limits(cpu_s=int(TIME_S))) as child:
        answer, _ = child.ask({"do": "scan"}, content, TIME_S)
    return Scan(
        digest=hashlib.sha256(content).hexdigest(),
        kind=str(answer["kind"]),
        dangerous=int(answer["dangerous"]),
        findings=tuple(Finding(*map(str, one)) for one in answer["found"]),
        count=int(answer["count"]),
    )
