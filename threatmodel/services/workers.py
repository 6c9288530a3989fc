"""The workers that answer, and what the sandbox of each one's machine holds."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

from threatmodel.celery import app
from threatmodel.robustness import policy, sandbox
from threatmodel.robustness.probes import PROBES
from threatmodel.robustness.sandbox import Survey

log = logging.getLogger(__name__)
QUESTION = "standing"  # how a worker is asked
WITHIN_S = 1.0
TRIES = 3  # on a busy machine a sandbox can seem weaker than it is
QUEUES = ("light", "reports", "tests", "endpoint")


@dataclass(frozen=True, slots=True)
class Worker:
    """What one worker says of itself; `escaped` are the probes that got out of its sandbox."""

    name: str
    queues: tuple[str, ...]
    level: str
    escaped: tuple[str, ...]
    tried: int
    runs_strangers: bool  # models that were uploaded


@functools.cache
def measured() -> dict[str, Any]:
    """The sandbox where this runs, measured once by trying to get out of it."""
    found = [sandbox.survey()]
    while found[-1].level != "strong" and len(found) < TRIES:
        found.append(sandbox.survey())
    return told(max(found, key=lambda one: sandbox.ORDER.index(one.level)))


def told(found: Survey) -> dict[str, Any]:
    """What was measured, as a worker says it."""
    needed = policy.level_for("", allow_basic=settings.ALLOW_BASIC_SANDBOX)
    return {
        "level": found.level,
        "escaped": [one.replace("-", " ") for one in found.escaped],
        "tried": len(PROBES),
        "runs_strangers": sandbox.ORDER.index(found.level) >= sandbox.ORDER.index(needed),
    }


def begin() -> None:
    """Measure before the first model comes, and say in the log what is wrong."""
    found = measured()
    if not found["runs_strangers"]:
        out = ", ".join(found["escaped"]) or "no sandbox starts"
        log.warning("uploaded models are refused here; what got out of the sandbox: %s", out)


def answering() -> list[Worker] | None:
    """Those that answer within a second, by name; none where the broker does not."""
    try:
        answers = app.control.broadcast(QUESTION, reply=True, timeout=WITHIN_S)
    except (OperationalError, redis.RedisError, OSError):
        return None
    return read(answers or [])


def read(answers: Sequence[Mapping[str, Any]]) -> list[Worker]:
    """Answers of workers as they came; what is none of ours is left out."""
    found = [
        Worker(
            name=name.partition("@")[0],
            queues=tuple(one for one in QUEUES if one in said["queues"]),
            level=said["level"],
            escaped=tuple(said["escaped"]),
            tried=said["tried"],
            runs_strangers=said["runs_strangers"],
        )
        for answer in answers
        for name, said in answer.items()
        if "level" in said
    ]
    return sorted(found, key=lambda one: one.name)
