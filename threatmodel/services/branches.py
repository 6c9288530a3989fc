"""Branches: a system of its own that begins as another one was, to try what would follow."""

from __future__ import annotations

from dataclasses import replace

from threatmodel.gate import Person
from threatmodel.live.past import past
from threatmodel.models import System

from . import audit, systems
from .refusal import Refusal


def branch(system: System, by: Person, revision: int, name: str = "") -> System:
    """A copy of the system as of that revision, with what people had entered by then."""
    if not 0 <= revision <= system.revision:
        message = f"There is no revision {revision}; the newest is {system.revision}"
        raise Refusal(message, field="revision", code="missing")
    then = past(system, revision)
    name = (name.strip() or f"{system.name}: what if")[:200]
    document = replace(then.document, system=replace(then.document.system, name=name))
    made = systems.add(system.workspace, by, document, then.inputs)
    audit.note(system.workspace, by, "branch", f"{system.name} at revision {revision} as {name}")
    return made
