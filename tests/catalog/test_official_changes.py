"""What a publisher's file changes for whoever worked with an earlier edition."""

from __future__ import annotations

from catalog import load
from catalog.framework import FrameworkEntry
from catalog.official import Official, OfficialEntry, read
from catalog.official.changes import citing, family, followed, since

from . import officials
from .officials import as_json, as_yaml

CATALOG = load()


def entry(id: str, title: str = "A", kind: str = "technique") -> FrameworkEntry:
    return FrameworkEntry(id, title, "https://x.org", kind)


def file(*found: OfficialEntry, kinds: tuple[str, ...] = ("technique",)) -> Official:
    entries = {one.id: one for one in found}
    return Official("atlas", "ATLAS", "9.0", "licence", "thanks", kinds, entries)


def said(id: str, title: str = "A", **more) -> OfficialEntry:
    return OfficialEntry(id, "technique", title, "text", "https://x.org", **more)


def test_new_renamed_moved_and_retired_ids_are_told_apart() -> None:
    earlier = {id: entry(id) for id in ("T1", "T2", "T3", "T4")}
    later = file(said("T1"), said("T2", "B"), said("T5"), said("T6"))
    changes = since(earlier, later, {"T3": "T5"})
    assert changes.new == ("T6",)
    assert changes.retitled == {"T2": ("A", "B")}
    assert changes.moved == {"T3": "T5"}
    assert changes.retired == ("T4",)


def test_what_the_publisher_withdrew_is_retired_or_says_what_it_became() -> None:
    earlier = {"T1": entry("T1"), "T2": entry("T2"), "T3": entry("T3")}
    withdrawn = [said("T2", retired=True), said("T3", retired=True, became="T1")]
    changes = since(earlier, file(said("T1"), *withdrawn))
    assert (changes.retired, changes.moved, changes.new) == (("T2",), {"T3": "T1"}, ())


def test_of_kinds_that_the_file_is_silent_on_nothing_is_said() -> None:
    earlier = {"T1": entry("T1"), "M1": entry("M1", kind="mitigation")}
    assert since(earlier, file(said("T1"))).retired == ()
    tactic = OfficialEntry("TA1", "tactic", "A", "text", "https://x.org")
    assert since(earlier, file(said("T1"), tactic, kinds=("technique", "tactic"))).new == ()


def test_the_same_title_in_other_type_is_no_new_title() -> None:
    earlier = {"T1": entry("T1", "ChatGPT's Part"), "T2": entry("T2", "")}
    assert since(earlier, file(said("T1", "CHATGPT’s part"), said("T2", "B"))).retitled == {}


def test_a_dated_atlas_is_compared_with_the_numbered_one_by_the_catalog_s_links() -> None:
    assert family(CATALOG, "atlas-2026-09") == ("atlas-2026-09", "atlas")
    assert family(CATALOG, "atlas") == ("atlas", "atlas-2026-09")
    assert family(CATALOG, "nist-csf") == ("nist-csf",)
    moved = followed(CATALOG, "atlas-2026-09", "atlas")
    assert moved["AML.T0019"] == officials.DATED
    official = read(as_yaml(officials.atlas_2026()), "ATLAS-2026.09.yaml")
    changes = since(CATALOG.frameworks["atlas"].entries, official, moved)
    assert changes.moved == {"AML.T0019": officials.DATED}
    assert changes.retitled["AML.T0020"] == ("Poison Training Data", "Training Data Poisoning")
    assert "AML.T0113" in changes.new and officials.DATED not in changes.new
    assert "AML.T0000" in changes.retired


def test_a_withdrawn_control_reads_as_gone_into_another() -> None:
    official = read(as_json(officials.oscal()), "catalog.json")
    changes = since(CATALOG.frameworks["nist-sp-800-53"].entries, official)
    assert changes.moved == {"AC-13": "AC-1"}
    assert changes.new == () and "AC-1" not in changes.retired


def test_our_threats_that_cite_an_id_are_named_with_it() -> None:
    found = citing(CATALOG.threats, "atlas", {"AML.T0020"})
    assert found["data-poisoning"] == ("AML.T0020",)
    for id, threat in CATALOG.threats.items():
        assert (id in found) == ("AML.T0020" in threat.references.get("atlas", ()))
