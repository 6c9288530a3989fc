"""What the catalog reaches of other people's lists: named, below, linked, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import load
from catalog.coverage import Coverage, is_matrix, sections
from catalog.framework import Cited
from tests.catalog import folders

CATALOG = load()
COVERAGE = Coverage(CATALOG)
FRAMEWORKS = pytest.mark.parametrize("name", CATALOG.frameworks)


@pytest.fixture
def small(tmp_path: Path) -> Coverage:
    """One threat that names L1 of the first list; N1 of the second follows it, under G."""
    return Coverage(load(folders.write(tmp_path)))


def test_an_entry_that_a_threat_names_is_named(small: Coverage):
    found = small.reaches("lists")["L1"]
    assert (found.how, found.threats, found.controls) == ("named", ("overload",), ())


def test_an_entry_that_is_linked_with_a_named_one_says_by_which_way(small: Coverage):
    found = small.reaches("lists-next")["N1"]
    assert (found.how, found.by_ways, found.threats) == ("linked", ("overload",), ())
    (way,) = found.ways
    assert (way.crosswalk, way.relation, way.cited) == (
        "renumbered",
        "follows",
        Cited("lists", "L1"),
    )


def test_a_link_to_what_only_controls_name_tells_the_controls():
    saif = COVERAGE.reaches("saif")["data"]
    linked = COVERAGE.reaches("ibm-securing-ai")
    assert saif.controls and not saif.threats
    assert any(set(one.controls_by_ways) >= set(saif.controls) for one in linked.values())


def test_a_link_counts_for_less_than_a_name(small: Coverage):
    assert small.reaches("lists-next")["G"].how == "none"


def test_a_parent_is_reached_by_what_refines_it():
    found = COVERAGE.reaches("atlas")
    for id, entry in CATALOG.frameworks["atlas"].entries.items():
        for above in (*entry.groups, *((entry.parent,) if entry.parent else ())):
            assert set(found[id].threats) <= set(found[above].threats)


def test_a_lens_and_a_saif_tag_name_their_entries():
    threat = next(one for one in CATALOG.threats.values() if one.stride)
    assert threat.id in COVERAGE.reaches("stride")[threat.stride[0]].threats
    control = next(one for one in CATALOG.controls.values() if one.saif)
    assert control.id in COVERAGE.reaches("saif")[control.saif["area"]].controls


def test_an_id_that_an_edition_kept_is_a_link_to_the_edition_before():
    found = COVERAGE.reaches("atlas-2026-09")["AML.T0015"]
    assert any(way.crosswalk == "" and way.cited.framework == "atlas" for way in found.ways)


def test_a_defence_leads_to_the_attack_that_it_answers_and_not_the_reverse():
    assert COVERAGE.reaches("aidefend")["AID-M-001"].how == "linked"
    ways = [way for reach in COVERAGE.reaches("atlas").values() for way in reach.ways]
    attacks = {link.target.id for link in CATALOG.crosswalks["atlas-mitigations"].links}
    assert attacks
    assert not [way for way in ways if way.relation == "answers" and way.cited.id[:5] == "AML.M"]


@FRAMEWORKS
def test_every_entry_is_counted_once(name: str):
    entries = CATALOG.frameworks[name].entries
    tallies = COVERAGE.tallies(name)
    assert sum(tally.of for tally in tallies) == len(entries)
    assert all(sum(tally.by.values()) == tally.of for tally in tallies)


@FRAMEWORKS
def test_every_entry_stands_in_a_section_or_heads_one(name: str):
    framework = CATALOG.frameworks[name]
    shown = {row.entry.id for section in sections(framework) for row in section.rows}
    headed = {section.heading.id for section in sections(framework) if section.heading}
    groups = {group for entry in framework.entries.values() for group in entry.groups}
    assert set(framework.entries) - shown - headed <= groups


def test_a_list_with_headings_of_its_own_is_a_matrix():
    assert is_matrix(CATALOG.frameworks["atlas"])
    assert not is_matrix(CATALOG.frameworks["owasp-ml-2023"])


def test_atlas_stands_under_its_tactics_with_sub_techniques_below():
    found = sections(CATALOG.frameworks["atlas"])
    tactics = [one.heading.title for one in found if one.heading and one.kind == "tactic"]
    assert len(tactics) == 16
    depths = {row.entry.id: row.depth for one in found for row in one.rows}
    assert (depths["AML.T0043"], depths["AML.T0043.000"]) == (0, 1)


def test_functions_head_what_has_no_groups():
    found = sections(CATALOG.frameworks["nist-csf"])
    assert [one.heading.title for one in found if one.heading][:2] == ["Govern", "Identify"]
