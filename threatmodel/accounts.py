"""How people get an account: by an invite or from the operator, never from the open net."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.contrib.auth.models import User
from django.http import HttpRequest

from .gate import Person
from .services import audit

log = logging.getLogger("threatmodel.audit")


class Backend(AuthenticationBackend):
    """One check of a password for whoever is meant, and one for nobody: how long a refusal takes
    tells no stranger whether an address or a name has an account."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        for user in _meant(credentials.get("email"), credentials.get("username")):
            if self._check_password(user, credentials.get("password") or ""):
                return user
        return None


def _meant(email: str | None, name: str | None) -> list[User]:
    """Who has that address or that name, each once."""
    found = filter_users_by_email(email, prefer_verified=True, for_login=True) if email else []
    named = get_user_by_username(name) if name else None
    return list(dict.fromkeys([*found, *([named] if named else [])]))


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit.note(None, Person(user), "signed in", "by password")

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            audit.note(None, Person(user), "signed out", str(user))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        log.warning("sign-in refused from %s", request.META.get("REMOTE_ADDR", "?"))
