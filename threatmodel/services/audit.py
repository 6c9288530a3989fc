"""The audit log: what mattered, who did it."""

from __future__ import annotations

import logging

from threatmodel.gate import Person
from threatmodel.models import AuditEntry, System, Workspace
from threatmodel.robustness.naming import test_name

log = logging.getLogger("threatmodel.audit")


def note(workspace: Workspace | None, by: Person | None, action: str, subject: str) -> None:
    """Add one entry, in the database and as one line of the log."""
    name = by.name if by else "operator"
    AuditEntry.objects.create(
        workspace=workspace,
        by=by.user if by else None,
        by_name=name[:200],
        action=action,
        subject=subject[:400],
    )
    log.info("%s: %s %s", name, action, subject)


def exported(system: System, by: Person, what: str) -> None:
    """Somebody took a copy along, which no later change of rights takes back."""
    note(system.workspace, by, "exported", f"{system.name}: {what}")


def measured(system: System, test: str, element: str) -> str:
    """A test of a component, as people call both.

    From its row, even one that was removed: no engine is made ready to write one entry.
    """
    row = system.elements.filter(kind="component", element_id=element).first()
    name = row.data.get("name") if row else None
    return f"{test_name(test)} on {name or element}"
