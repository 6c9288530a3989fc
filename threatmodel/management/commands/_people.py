"""Users as the operator names them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db.models import Q


def find_user(name: str) -> User:
    """The one user of that name or e-mail address."""
    found = list(User.objects.filter(Q(username=name) | Q(email__iexact=name))[:2])
    if len(found) != 1:
        problem = "no user" if not found else "more than one user"
        raise CommandError(f"There is {problem} '{name}'")
    return found[0]
