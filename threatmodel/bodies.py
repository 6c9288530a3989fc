"""How much a request may bring, judged before the framework lays it aside on the disk.

Django writes a whole body to a temporary file before any view or form can refuse it. So a stranger
sends no more than fits into memory, and nobody more than the largest upload that there is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import OperationalError

from threatmodel.realtime.threads import in_thread
from threatmodel.robustness.adapters import onnx
from threatmodel.services import models, tokens
from threatmodel.sessions import SessionStore

log = logging.getLogger(__name__)

# A model with its data set, and what stands around them.
MOST = onnx.SIZE_LIMIT + models.DATA_LIMIT + 4 * 2**20
OF_STRANGERS = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
MESSAGE = "The request is larger than this server takes; files are at most 200 MiB each"
FIRST = "Sign in before you send as much as this"
AWAY = "The store does not answer, try again"

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]


class Refused(Exception):
    """What comes is not taken in: too much, or nobody can say who sends it."""

    def __init__(self, message: str, code: str = "too_large", status: int = 413) -> None:
        self.message, self.code, self.status = message, code, status


def bounded(app: App) -> App:
    """The same application, which is never given more of a body than its sender may send."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        body = Body(scope, receive)
        try:
            await body.expect(_declared(scope))
            await app(scope, body.receive, send)
        except Refused as refused:
            await _refuse(send, refused)

    return handle


class Body:
    """What a request brings, counted as it comes in."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope, self._receive = scope, receive
        self._bytes, self._is_known = 0, False

    async def receive(self) -> Event:
        event = await self._receive()
        self._bytes += len(event.get("body", b""))
        await self.expect(self._bytes)
        return event

    async def expect(self, count: int) -> None:
        """Refuse so many bytes where they are too many; who sends is asked for once."""
        if count > MOST:
            raise Refused(MESSAGE)
        if count > OF_STRANGERS and not self._is_known:
            self._is_known = await _asked(self._scope)
            if not self._is_known:
                raise Refused(FIRST)


def _declared(scope: Scope) -> int:
    """The length that is said beforehand; 0 where none is, or nonsense."""
    told = dict(scope["headers"]).get(b"content-length", b"").strip()
    return int(told) if told.isdigit() and len(told) < 20 else 0


async def _asked(scope: Scope) -> bool:
    try:
        return await in_thread(_is_known, scope)
    except OperationalError as error:
        log.error("the store does not answer: %s", error)
        raise Refused(AWAY, "unavailable", 503) from None


def _is_known(scope: Scope) -> bool:
    """Whether somebody signed in sends this, by a session or by a token."""
    request = ASGIRequest(scope, BytesIO())
    scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    # A proxy may put a token of its own before us, which says nothing about a session.
    if scheme == "Bearer" and tokens.find(secret.strip()) is not None:
        return True
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return get_user(request).is_authenticated


async def _refuse(send: Send, refused: Refused) -> None:
    error = {"code": refused.code, "message": refused.message, "field": ""}
    headers = {
        "content-type": "application/json",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
    }
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": told})
    await send({"type": "http.response.body", "body": json.dumps({"error": error}).encode()})
