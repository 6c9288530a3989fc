"""What an edition changed, told from its entries and from links that say what became of them."""

from __future__ import annotations

from pathlib import Path

from catalog import load
from catalog.editions import changes

from .folders import replaced, write

LISTS = "frameworks/lists.yaml"
NEXT = "frameworks/lists-next.yaml"
OLD = '  - {id: L1, title: First, url: "https://example.org/1"}'


def test_a_first_edition_changes_nothing() -> None:
    assert changes(load(), "atlas") is None


def test_what_a_link_says_has_moved_is_neither_new_nor_retired(tmp_path: Path) -> None:
    changed = replaced(LISTS, "title: First,", "title: First, kind: risk,")
    found = changes(load(write(tmp_path, changed)), "lists-next")
    assert found is not None
    assert found.moved == {"L1": "N1"}
    assert found.retitled == {"N1": ("First", "")}
    assert found.new == found.retired == ()


def test_the_same_id_is_the_same_entry_unless_another_took_it(tmp_path: Path) -> None:
    entries = OLD + "\n  - {id: N1, title: Was here, kind: risk}\n  - {id: S, kind: risk}"
    changed = replaced(LISTS, OLD, entries)
    changed |= replaced(NEXT, "  - {id: G,", "  - {id: S, kind: risk}\n  - {id: G,")
    found = changes(load(write(tmp_path, changed)), "lists-next")
    assert found is not None
    assert found.retired == ("N1",)
    assert "S" not in {*found.new, *found.moved, *found.retitled}


def test_kinds_that_only_one_edition_holds_are_not_compared(tmp_path: Path) -> None:
    entries = OLD + "\n  - {id: C1, title: A case, kind: case study}"
    found = changes(load(write(tmp_path, replaced(LISTS, OLD, entries))), "lists-next")
    assert found is not None
    assert "C1" not in found.retired
    assert "G" not in found.new


def test_atlas_2026_09_is_told_apart_from_5_6_1() -> None:
    found = changes(load(), "atlas-2026-09")
    assert found is not None
    assert found.moved == {
        "AML.T0019": "AML.T0115.000",
        "AML.T0058": "AML.T0115.001",
        "AML.T0104": "AML.T0115.002",
    }
    assert len(found.new) == 38
    assert found.retired == ()
    assert found.retitled["AML.T0020"] == ("Poison Training Data", "Training Data Poisoning")


def test_the_llm_lists_are_followed_by_meaning_and_not_by_number() -> None:
    found = changes(load(), "owasp-llm-2026")
    assert found is not None
    assert found.moved["LLM03"] == "LLM04"
    assert list(found.retitled) == ["LLM08"]
    assert found.new == found.retired == ()
