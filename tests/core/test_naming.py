"""What elements are called in sentences."""

from __future__ import annotations

from catalog import load
from threatmodel.core.document import Document, parse
from threatmodel.core.naming import MOST_WORDS, called, element_name, ends, full_name


def drawn() -> Document:
    parts = {
        "zones": [{"id": "z", "name": "Cellar"}],
        "assets": [{"id": "a", "name": "Wine"}],
        "components": [
            {"id": "c", "type": "other", "name": "Cook", "zone": "z"},
            {"id": "d", "type": "other", "name": "Door"},
        ],
        "flows": [
            {"id": "f", "source": "c", "target": "d"},
            {"id": "g", "source": "d", "target": "c", "name": "knock"},
        ],
    }
    return parse(parts, load())[0]


def test_everything_with_a_name_is_called_by_it() -> None:
    assert [element_name(drawn(), id) for id in "zacg"] == ["Cellar", "Wine", "Cook", "knock"]


def test_a_flow_without_a_name_is_called_by_its_ends() -> None:
    assert element_name(drawn(), "f") == "Cook to Door"
    assert ends(drawn(), drawn().flows["g"]) == "Door to Cook"


def test_where_it_stands_alone_a_flow_tells_its_ends_beside_its_name() -> None:
    told = [full_name(drawn(), id) for id in ("g", "f", "c", "c-gone")]
    assert told == ["knock (Door to Cook)", "Cook to Door", "Cook", "c-gone"]
    assert full_name(drawn(), "system") == drawn().system.name


def test_what_is_gone_is_called_by_its_id() -> None:
    assert element_name(drawn(), "c-gone") == "c-gone"


def test_what_has_no_name_is_called_by_what_it_says() -> None:
    said = "Whoever cooks has been in the cellar, " + "and in the shop, " * 20
    parts = {
        "components": [{"id": "c", "type": "other", "name": "Cook"}],
        "assumptions": [{"id": "as", "text": said}],
        "out_of_scope": [{"element": "c", "reason": "Not ours."}],
    }
    document = parse(parts, load())[0]
    told = called(document, "assumption", "as")
    assert told.startswith("Whoever cooks") and told.endswith("…") and len(told) <= MOST_WORDS
    assert called(document, "assumption", "as-gone") == "as-gone"
    assert called(document, "out_of_scope", "c") == "Cook (out of scope)"
