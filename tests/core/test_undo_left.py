"""What an undo leaves as it is, because others went on since: each with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from catalog import load
from tests.core.test_operations import adding, change, removing, setting, undone
from threatmodel.core.document import Document, parse

CATALOG = load()
Change = dict[str, Any]


@pytest.fixture
def document() -> Document:
    data = {
        "system": {"name": "Shop"},
        "assets": [{"id": "a-1"}, {"id": "a-2"}],
        "zones": [{"id": "z-in", "kind": "production"}, {"id": "z-out", "kind": "internet"}],
        "components": [
            {"id": "c-api", "type": "inference-endpoint", "zone": "z-in", "assets": ["a-1"]}
        ],
    }
    return parse(data, CATALOG, as_entered=True)[0]


MOVED = setting("component", "c-api", zone="z-out")
LEFT_OUT = setting("component", "c-api", **{"assets.-": ["a-1"]})
PUT_IN = setting("component", "c-api", **{"assets.+": ["a-2"]})
NEW = adding("component", "c-new", type="agent", name="New")
LEAVINGS: dict[str, tuple[Change, list[Change], list[str]]] = {
    "of what is gone": (MOVED, [removing("component", "c-api")], ["c-api : gone since"]),
    "into a zone that is gone": (MOVED, [removing("zone", "z-in")], ["c-api zone: gone since"]),
    "of an asset that is gone": (
        LEFT_OUT,
        [removing("asset", "a-1")],
        ["c-api assets: gone since"],
    ),
    "of a member taken out": (
        PUT_IN,
        [setting("component", "c-api", **{"assets.-": ["a-2"]})],
        ["c-api assets: changed since"],
    ),
    "of an addition taken away": (NEW, [removing("component", "c-new")], ["c-new : gone since"]),
    "of an addition renamed": (
        NEW,
        [setting("component", "c-new", name="Theirs")],
        ["c-new : changed since"],
    ),
    "of a removal put back": (
        removing("asset", "a-2"),
        [adding("asset", "a-2")],
        ["a-2 : back already"],
    ),
}


@pytest.mark.parametrize("name", LEAVINGS)
def test_undo_leaves_what_others_settled_since(document: Document, name: str) -> None:
    mine, theirs, reasons = LEAVINGS[name]
    done = change(document, mine)
    now = change(done.document, *theirs).document
    back, skipped = undone(now, done.changes)
    assert skipped == reasons
    assert back == now


def test_undo_puts_back_what_can_be_and_says_the_rest(document: Document) -> None:
    named = document.components["c-api"].name
    done = change(document, MOVED, setting("component", "c-api", name="Mine"))
    now = change(done.document, removing("zone", "z-in")).document
    back, skipped = undone(now, done.changes)
    assert (back.components["c-api"].name, back.components["c-api"].zone) == (named, "z-out")
    assert skipped == ["c-api zone: gone since"]
