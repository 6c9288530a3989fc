"""Who a mitigation's owner is: somebody who belongs here, or an address elsewhere."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q

from threatmodel.models import Member, MitigationRow, System

from .refusal import Refusal


def assign(row: MitigationRow, system: System, text: str) -> None:
    """Put down the owner; a name or address of somebody who belongs here means that person.

    Raises
    ------
    Refusal
        When the name is that of several people.
    """
    wanted = " ".join(text.split())[:200]
    row.owner, row.owner_user = wanted, None
    if not wanted:
        return
    found = _named(system, wanted)
    if len(found) > 1:
        message = f"Several people here are called {wanted}; enter the user name instead"
        raise Refusal(message, field="owner")
    if found:
        row.owner_user = found[0]
        row.owner = found[0].get_full_name() or found[0].get_username()


def _named(system: System, text: str) -> list[User]:
    """Who of the system's people is meant: by user name, else by address or full name."""
    member = Member.objects.filter(Q(system=None) | Q(system=system), workspace=system.workspace_id)
    people = User.objects.filter(pk__in=member.values("user"), is_active=True)
    if exact := list(people.filter(username=text)):
        return exact
    if "@" in text:
        return list(people.filter(email__iexact=text))
    return [one for one in people if one.get_full_name().lower() == text.lower()]
