"""A body is judged before it is laid aside: of strangers little, of nobody without an end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError

from tests import cast
from threatmodel import bodies
from threatmodel.services import tokens

pytestmark = pytest.mark.django_db(transaction=True)
PART = b"x" * 2**20
MANY = 20


def sent(headers: dict[str, str], parts: int) -> tuple[int, int, dict[str, Any]]:
    """The answer's status, how many parts were taken, and what was said."""
    left, taken, answer = [PART] * parts, list[int](), list[bodies.Event]()

    async def receive() -> dict[str, Any]:
        taken.append(1)
        return {"type": "http.request", "body": left.pop(), "more_body": bool(left)}

    async def send(event: bodies.Event) -> None:
        answer.append(event)

    async def app(scope: Any, receive: bodies.Receive, send: bodies.Send) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": told}
    asyncio.run(bodies.bounded(app)(scope, receive, send))
    return answer[0]["status"], len(taken), json.loads(answer[1]["body"])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": f"{settings.SESSION_COOKIE_NAME}=made-up"},
        {"authorization": "Bearer made-up"},
    ],
)
def test_a_stranger_sends_no_more_than_fits_into_memory(headers):
    status, taken, said = sent(headers, MANY)
    assert (status, taken) == (413, bodies.OF_STRANGERS // len(PART) + 1)
    assert said["error"]["message"] == bodies.FIRST
    declared = headers | {"content-length": str(bodies.OF_STRANGERS + 1)}
    assert sent(declared, MANY)[:2] == (413, 0), "nothing of it is taken in"
    assert sent(headers, 2)[:2] == (200, 2)


def test_who_is_signed_in_sends_what_a_model_takes_and_nobody_more(monkeypatch):
    space, olga = cast.workspace()
    cookie = cast.browser(olga).cookies[settings.SESSION_COOKIE_NAME].value
    secret = tokens.create(space, olga, name="ci", scope="write")[1]
    monkeypatch.setattr(bodies, "MOST", (MANY - 1) * len(PART))
    for headers in (
        {"cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"},
        {"authorization": f"Bearer {secret}"},
        {"authorization": "Bearer a-proxy-s", "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"},
    ):
        assert sent(headers, MANY - 1)[:2] == (200, MANY - 1)
        status, taken, said = sent(headers, MANY + 5)
        assert (status, taken, said["error"]["message"]) == (413, MANY, bodies.MESSAGE)
        declared = headers | {"content-length": str(MANY * len(PART))}
        assert sent(declared, MANY)[:2] == (413, 0)
    olga.user.is_active = False
    olga.user.save()
    assert sent(headers, MANY - 1)[0] == 413


def test_while_the_store_does_not_answer_who_sends_much_is_told_to_try_again(monkeypatch):
    def away(text: str) -> None:
        raise OperationalError("no line")

    monkeypatch.setattr(tokens, "find", away)
    status, taken, said = sent({"authorization": "Bearer any"}, MANY)
    assert (status, said["error"]["code"], said["error"]["message"]) == (
        503,
        "unavailable",
        bodies.AWAY,
    )
    assert taken == bodies.OF_STRANGERS // len(PART) + 1
