"""What the log tells stays ours: a line for each event, and none that somebody typed."""

from __future__ import annotations

import logging
import re
import sys
from io import StringIO

import pytest
from django.test import Client

from threatmodel.logs import OneLine

FORGED = "2026-01-01 00:00:00,000 INFO threatmodel.audit olga: signed in by password"


def said(words: str, *, raised: bool) -> list[str]:
    """The lines of one event, which quotes `words` or was raised with them."""
    try:
        raise ValueError(words)
    except ValueError:
        trace = sys.exc_info() if raised else None
    message = "it broke" if raised else words
    record = logging.LogRecord("ours", logging.ERROR, "", 0, message, (), trace)
    return OneLine().format(record).split("\n")


def test_what_somebody_typed_begins_no_line_in_a_message_or_a_trace():
    for mark in ("\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"):
        (line,) = said(f"x{mark}{FORGED}", raised=False)
        assert not line.startswith(FORGED)
        _, *trace = said(f"x{mark}{FORGED}", raised=True)
        assert any("signed in by password" in line for line in trace)
        assert all(line.startswith("    ") for line in trace), trace


@pytest.mark.parametrize("query, host", [("", "evil.example"), ("a&" * 2000, "testserver")])
def test_what_a_stranger_sends_wrongly_is_a_line_and_no_trace(query, host, monkeypatch):
    console, written = logging.getLogger().handlers[0], StringIO()
    assert isinstance(console, logging.StreamHandler)
    monkeypatch.setattr(console, "stream", written)
    assert Client().get(f"/accounts/login/?{query}", headers={"host": host}).status_code == 400
    lines = written.getvalue().splitlines()
    assert lines and all(re.match(r"\d{4}-\d\d-\d\d ", line) for line in lines), lines


def test_neither_a_message_nor_a_trace_gives_a_link_away():
    for raised in (False, True):
        told = "\n".join(said("GET /signin/SECRET/ and /join/SECRET/?x=1", raised=raised))
        assert "SECRET" not in told and "/signin/..." in told and "/join/..." in told
