"""GitHub issues, by the REST interface of github.com and of GitHub Enterprise Server."""

from __future__ import annotations

import json
import re
from typing import Any

from .spoken import (
    Call,
    Made,
    Place,
    State,
    TrackerError,
    check,
    listed,
    said,
    web_address,
    words,
)

URL = "https://api.github.com"
PLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
VERSION = "2022-11-28"
# GitHub takes 256 and 65,536 characters; some room is left.
LONGEST_TITLE, LONGEST_TEXT = 250, 60_000
# Where a ticket whose making was not answered is looked for: among so many of the newest.
PAGES, PAGE = 3, 20


def fault(place: Place) -> str:
    """What is wrong with the settings, in a sentence; empty: nothing."""
    if not PLACE.fullmatch(place.place) or place.place.endswith(("/.", "/..")):
        return "Name the repository as owner/name"
    return "" if place.secret else "Enter a token that may read and write issues"


def look(place: Place, call: Call) -> str:
    """See whether tickets can be made there; what was found, in a sentence."""
    answer = call("GET", _at(place), _headers(place), b"")
    check(answer, f"repository {place.place}")
    if said(answer).get("has_issues") is False:
        raise TrackerError("the repository has its issues turned off")
    return f"{place.place} answers and has issues"


def make(place: Place, call: Call, title: str, text: str) -> Made:
    """Make an issue; title and text are cut where GitHub would refuse longer ones.

    Raises
    ------
    TrackerError
        When it was not made, or the answer does not say which it is.
    """
    sent = {"title": title[:LONGEST_TITLE], "body": text[:LONGEST_TEXT]}
    body = json.dumps(sent).encode()
    answer = call("POST", _at(place, "/issues"), _headers(place), body)
    check(answer, f"repository {place.place}")
    return _made(place, said(answer))


def find(place: Place, call: Call, mark: str) -> Made | None:
    """The issue whose text has the mark, if it was made."""
    for page in range(1, PAGES + 1):
        asked = f"/issues?state=all&sort=created&direction=desc&per_page={PAGE}&page={page}"
        answer = call("GET", _at(place, asked), _headers(place), b"")
        check(answer, f"repository {place.place}")
        found = listed(answer)
        for one in found:
            if mark in str(one.get("body")):
                return _made(place, one)
        if len(found) < PAGE:
            break
    return None


def _made(place: Place, found: dict[str, Any]) -> Made:
    number = found.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**12:
        raise TrackerError("it answered without the number of the issue")
    return Made(f"{place.place}#{number}", web_address(found.get("html_url")))


def state(place: Place, call: Call, key: str) -> State:
    """How an issue stands; closed ones say why.

    Raises
    ------
    TrackerError
        When it is not there any more, or answers what issues do not.
    """
    number = key.rpartition("#")[2]
    if not number.isascii() or not number.isdigit():
        raise TrackerError("this is no issue's number")
    answer = call("GET", _at(place, f"/issues/{number}"), _headers(place), b"")
    check(answer, f"issue {number}")
    found = said(answer)
    told = found.get("state")
    if told not in ("open", "closed"):
        raise TrackerError("it answered with a state that issues do not have")
    reason = words(found.get("state_reason"), 40).replace("_", " ")
    shown = f"{told}, {reason}" if reason and told == "closed" else told
    return State(words(found.get("title")), shown, told == "closed")


def _at(place: Place, more: str = "") -> str:
    return f"{(place.url or URL).rstrip('/')}/repos/{place.place}{more}"


def _headers(place: Place) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {place.secret}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": VERSION,
        "Content-Type": "application/json",
        "User-Agent": "Bartizan",
    }
