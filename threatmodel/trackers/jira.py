"""Jira by REST: version 3 in the cloud (an account and its token), version 2 on one's own server
(a personal access token alone)."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import urlencode

from .spoken import Call, Made, Place, State, TrackerError, check, said, words

PLACE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
KEY = re.compile(r"[A-Z][A-Z0-9_]{0,99}-[0-9]{1,12}")
KIND = "Task"
# Jira takes 255 and 32,767 characters; some room is left.
LONGEST_TITLE, LONGEST_TEXT = 250, 30_000
# Among so many of the newest a ticket is looked for whose making was not answered.
NEWEST = 30


def fault(place: Place) -> str:
    """What is wrong with the settings, in a sentence; empty: nothing."""
    if not place.url:
        return "Enter the address of Jira, such as https://company.atlassian.net"
    if not PLACE.fullmatch(place.place):
        return "Name the project by its key, such as SEC"
    return "" if place.secret else "Enter a token"


def look(place: Place, call: Call) -> str:
    """See whether the project is there; what was found, in a sentence."""
    answer = call("GET", _at(place, f"project/{place.place}"), _headers(place), b"")
    check(answer, f"project {place.place}")
    if said(answer).get("key") != place.place:
        raise TrackerError("it answered with another project")
    return f"Project {place.place} answers"


def make(place: Place, call: Call, title: str, text: str) -> Made:
    """Make a task; title and text are cut where Jira would refuse longer ones.

    Raises
    ------
    TrackerError
        When it was not made, or the answer does not say which it is.
    """
    fields = {
        "project": {"key": place.place},
        "issuetype": {"name": KIND},
        "summary": title[:LONGEST_TITLE],
        "description": _written(place, text[:LONGEST_TEXT]),
    }
    body = json.dumps({"fields": fields}).encode()
    answer = call("POST", _at(place, "issue"), _headers(place), body)
    check(answer, f"project {place.place}")
    return _made(place, said(answer).get("key"))


def find(place: Place, call: Call, mark: str) -> Made | None:
    """The ticket whose description has the mark, if it was made."""
    asked = {
        "jql": f'project = "{place.place}" ORDER BY created DESC',
        "fields": "description",
        "maxResults": NEWEST,
    }
    search = "search/jql" if _version(place) == 3 else "search"
    answer = call("GET", _at(place, f"{search}?{urlencode(asked)}"), _headers(place), b"")
    check(answer, f"project {place.place}")
    issues = said(answer).get("issues")
    for one in issues if isinstance(issues, list) else ():
        if isinstance(one, dict) and mark in json.dumps(one.get("fields")):
            return _made(place, one.get("key"))
    return None


def _made(place: Place, key: object) -> Made:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise TrackerError("it answered without the key of the ticket")
    return Made(key, f"{place.url.rstrip('/')}/browse/{key}")


def state(place: Place, call: Call, key: str) -> State:
    """How a ticket stands, in its project's own word; closed is whatever that calls done.

    Raises
    ------
    TrackerError
        When it is not there any more, or answers without its state.
    """
    if not KEY.fullmatch(key):
        raise TrackerError("this is no ticket's key")
    answer = call("GET", _at(place, f"issue/{key}?fields=status,summary"), _headers(place), b"")
    check(answer, f"ticket {key}")
    fields = said(answer).get("fields")
    status = fields.get("status") if isinstance(fields, dict) else None
    name = words(status.get("name"), 100) if isinstance(status, dict) else ""
    if not isinstance(fields, dict) or not isinstance(status, dict) or not name:
        raise TrackerError("it answered without the state of the ticket")
    category = status.get("statusCategory")
    closed = isinstance(category, dict) and category.get("key") == "done"
    return State(words(fields.get("summary")), name, closed)


def _at(place: Place, what: str) -> str:
    return f"{place.url.rstrip('/')}/rest/api/{_version(place)}/{what}"


def _version(place: Place) -> int:
    return 3 if place.account else 2


def _written(place: Place, text: str) -> str | dict[str, Any]:
    """The description as that version has it: plain text, or a document of paragraphs."""
    if _version(place) == 2:
        return text
    lines = [one for one in text.splitlines() if one.strip()]
    content = [{"type": "paragraph", "content": [{"type": "text", "text": one}]} for one in lines]
    return {"type": "doc", "version": 1, "content": content}


def _headers(place: Place) -> dict[str, str]:
    pair = base64.b64encode(f"{place.account}:{place.secret}".encode()).decode()
    scheme = f"Basic {pair}" if place.account else f"Bearer {place.secret}"
    return {
        "Authorization": scheme,
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "Bartizan",
    }
