"""Ways of looking at a register, kept under a name."""

from __future__ import annotations

from django.db import transaction

from threatmodel.gate import Person
from threatmodel.models import SavedView, System, Workspace

from .refusal import Refusal

MOST = 50


def keep(
    workspace: Workspace,
    by: Person,
    *,
    system: System | None,
    name: str,
    query: str,
    shared: bool,
) -> SavedView:
    """Keep an address under a name; one's own view of that name takes the new one."""
    if not name.strip():
        raise Refusal("Give the view a name", field="name")
    with transaction.atomic():
        mine = SavedView.objects.filter(workspace=workspace, system=system, by=by.user)
        row = mine.filter(name=name.strip()).first()
        if row is None and mine.count() >= MOST:
            raise Refusal(f"You keep {MOST} views here; remove one first", field="name")
        row = row or SavedView(workspace=workspace, system=system, by=by.user, name=name.strip())
        row.query, row.shared, row.by_name = query, shared, by.name
        row.save()
    return row


def change(row: SavedView, *, name: str, shared: bool) -> SavedView:
    """Another name, or for others or not, of a view that the gate handed out."""
    named = name.strip()
    if not named:
        raise Refusal("Give the view a name", field="name")
    among = SavedView.objects.filter(workspace=row.workspace, system=row.system, by=row.by)
    with transaction.atomic():
        if among.filter(name=named).exclude(pk=row.pk).exists():
            raise Refusal(
                f"Another view of yours is called {named}; take another name", field="name"
            )
        row.name, row.shared = named, shared
        row.save()
    return row


def remove(row: SavedView) -> None:
    """Forget a view that the gate handed out; nothing but the name is lost."""
    row.delete()
