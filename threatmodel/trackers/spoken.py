"""What every tracker is asked and answers: values, and how a stranger's JSON is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

LONGEST_URL = 2000
LONGEST_WORDS = 300
STRANGE = "it does not answer as this kind of tracker does; check the address"
# What stays so until somebody changes the settings or the ticket.
FINAL = frozenset({400, 401, 404, 410, 422})


class TrackerError(ValueError):
    """Why a tracker could not do it, in one sentence of ours.

    `is_final`: asking the same again would be answered the same.
    """

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class Answer(Protocol):
    """An answer that came back whole."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


class Call(Protocol):
    """The way out: one call under somebody's rules."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Make it and give its answer, whatever its status."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where tickets go. `place` is a repository or a project's key, `account` Jira's user."""

    url: str
    place: str
    account: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A ticket that was made."""

    key: str
    url: str


@dataclass(frozen=True, slots=True)
class State:
    """What a ticket says of itself."""

    title: str
    state: str
    is_closed: bool


def said(answer: Answer) -> dict[str, Any]:
    """The object that was answered.

    Raises
    ------
    TrackerError
        When it is no JSON object.
    """
    found = _read(answer)
    if not isinstance(found, dict):
        raise TrackerError(STRANGE)
    return found


def listed(answer: Answer) -> list[dict[str, Any]]:
    """The objects of a list that was answered.

    Raises
    ------
    TrackerError
        When it is no JSON list.
    """
    found = _read(answer)
    if not isinstance(found, list):
        raise TrackerError(STRANGE)
    return [one for one in found if isinstance(one, dict)]


def _read(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def words(value: object, most: int = LONGEST_WORDS) -> str:
    """A stranger's text in one line: only what can be seen, cut short."""
    if not isinstance(value, str):
        return ""
    seen = "".join(one if one.isprintable() else " " for one in value[: most * 4])
    return " ".join(seen.split())[:most]


def web_address(value: object) -> str:
    """An address of the web that may stand in a link.

    Raises
    ------
    TrackerError
        For anything else.
    """
    text = value if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    clean = len(text) <= LONGEST_URL and text.isprintable() and " " not in text
    if not whole or not clean or parts.username is not None:
        raise TrackerError("it answered with an address that cannot be linked to")
    return text


def is_yes(answer: Answer) -> bool:
    """Whether the status is one of success (RFC 9110, section 15.3)."""
    return 200 <= answer.status < 300


def check(answer: Answer, of: str) -> None:
    """Pass for an answer that means yes.

    Raises
    ------
    TrackerError
        With what a status means for whoever set the tracker up.
    """
    if is_yes(answer):
        return
    meanings = {
        401: "it does not take the secret; make a new one and enter it again",
        403: "the secret may not do this, or too much was asked; give it the right to write",
        404: f"it knows no {of}, or the secret may not see it",
        410: f"{of} is gone, or takes no tickets",
        422: "it did not take the ticket as it is; see which fields it requires",
        429: "too much was asked of it; try again later",
    }
    meaning = meanings.get(answer.status, "it could not do it")
    is_final = answer.status in FINAL
    raise TrackerError(f"{meaning} (status {answer.status})", is_final=is_final)
