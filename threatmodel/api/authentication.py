"""Who calls: a browser with its session, or a program with a bearer token."""

from __future__ import annotations

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from threatmodel.models import Token
from threatmodel.services import tokens


class Session(SessionAuthentication):
    """Django's session with its CSRF check; unknown callers get 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class Bearer(BaseAuthentication):
    """`Authorization: Bearer <token>`; never in the address, where logs would keep it."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, secret = header.partition(" ")
        if scheme != "Bearer":
            return None
        token = tokens.find(secret.strip())
        if token is None:
            raise AuthenticationFailed("This token is not valid (any more)")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
