"""Other people's frameworks: all of each list is there, as facts and never as their text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from catalog import load
from catalog.framework import Cited, Link, Relation
from catalog.knowledge import LINDDUN, SAIF_AREAS, SAIF_PRINCIPLES, STRIDE

from .folders import replaced, write

CATALOG = load()
SHARE_ALIKE = (
    "owasp-ml-2023",
    "owasp-llm-2025",
    "owasp-llm-2026",
    "owasp-asi",
    "owasp-aisvs",
    "owasp-model-ops",
)
# How many entries of each kind the publisher's edition has.
PUBLISHED = {
    "atlas": {
        "tactic": 16,
        "technique": 101,
        "sub-technique": 69,
        "mitigation": 35,
        "case study": 57,
    },
    "atlas-2026-09": {"tactic": 16, "technique": 120, "sub-technique": 88},
    "owasp-ml-2023": {"risk": 10},
    "owasp-llm-2025": {"risk": 10},
    "owasp-llm-2026": {"risk": 10},
    "owasp-asi": {"risk": 10},
    "owasp-agentic-threats": {"threat": 16},
    "owasp-ai-exchange": {"threat": 25, "control": 55, "group": 11},
    "owasp-aisvs": {"chapter": 12, "section": 44, "requirement": 191},
    "owasp-ai-testing-guide": {"test": 32},
    "cosai-risk-map": {"risk": 36, "control": 35, "component": 23, "category": 16},
    "saif": {"principle": 4, "area": 5},
    "nist-aml": {"objective": 5, "attack": 23},
    "nist-csf": {"function": 6, "category": 22, "subcategory": 106},
    "nist-ai-rmf": {"function": 4, "category": 19, "subcategory": 72},
    "nist-sp-800-53": {"control": 322},
    "eu-ai-act": {"article": 12},
    "gdpr": {"article": 10},
    "stride": {"category": 6},
    "linddun": {"threat type": 7},
    "microsoft-failure-modes": {"group": 2, "failure": 17},
    "microsoft-ai-threat-modeling": {"threat": 12, "variant": 4},
    "microsoft-sdl": {"practice": 10},
    "threat-matrix-2020": {"tactic": 7, "technique": 29, "sub-technique": 14},
    "owasp-model-ops": {"issue": 10, "area": 8},
    "tensorflow-security": {"section": 5},
    "ibm-securing-ai": {"layer": 5},
    "crisp-ml": {"phase": 6},
    "nist-sp-800-30": {"table": 11, "threat source": 4},
    "aidefend": {"tactic": 7, "technique": 88, "sub-technique": 213},
}
FRAMEWORKS = list(CATALOG.frameworks)


def test_an_entry_without_a_page_of_its_own_links_to_the_framework(tmp_path: Path) -> None:
    framework = load(write(tmp_path)).frameworks["lists-next"]
    assert framework.entries["N1"].url == framework.url
    assert framework.entries["N1"].tags == ("level 1",)
    assert framework.entries["N1"].title == ""
    assert framework.notice and framework.follows == "lists"


def test_a_cross_walk_is_read_as_links_between_two_ends(tmp_path: Path) -> None:
    crosswalk = load(write(tmp_path)).crosswalks["renumbered"]
    assert crosswalk.links == (Link(Cited("lists-next", "N1"), Cited("lists", "L1")),)
    assert (crosswalk.by, crosswalk.relation) == ("ours", "follows")


def test_the_first_mistake_in_a_cross_walk_leaves_nothing_half_loaded(tmp_path: Path) -> None:
    broken = replaced("crosswalks/renumbered.yaml", "[L1]", "[L9]")
    with pytest.raises(ValueError, match=r"crosswalks/renumbered\.yaml: N1"):
        load(write(tmp_path, broken))


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_all_of_the_published_list_is_there(name: str) -> None:
    kinds = Counter(entry.kind for entry in CATALOG.frameworks[name].entries.values())
    assert kinds == PUBLISHED[name]


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_titles_are_names_and_not_somebodys_sentences(name: str) -> None:
    for entry in CATALOG.frameworks[name].entries.values():
        assert len(entry.title) <= 120, entry.id
        assert not entry.title.endswith("."), entry.id


@pytest.mark.parametrize("name", SHARE_ALIKE)
def test_a_share_alike_source_says_so(name: str) -> None:
    assert CATALOG.frameworks[name].licence.startswith("CC BY-SA")


def test_requirements_that_are_only_text_stand_by_id_and_level() -> None:
    entries = CATALOG.frameworks["owasp-aisvs"].entries.values()
    levels = Counter(entry.tags for entry in entries if entry.kind == "requirement")
    assert levels == {("level 1",): 51, ("level 2",): 95, ("level 3",): 45}
    assert not any(entry.title for entry in entries if entry.kind == "requirement")


@pytest.mark.parametrize(
    ("name", "words"),
    [("stride", STRIDE), ("linddun", LINDDUN), ("saif", (*SAIF_PRINCIPLES, *SAIF_AREAS))],
)
def test_words_that_entries_are_tagged_with_are_a_framework(
    name: str, words: tuple[str, ...]
) -> None:
    assert tuple(CATALOG.frameworks[name].entries) == words


@pytest.mark.parametrize("name", CATALOG.crosswalks)
def test_no_link_stands_twice_or_leads_to_itself(name: str) -> None:
    links = CATALOG.crosswalks[name].links
    assert len(set(links)) == len(links)
    assert all(link.source != link.target for link in links)


def test_links_of_ours_are_told_from_the_publishers() -> None:
    ours = {name for name, crosswalk in CATALOG.crosswalks.items() if crosswalk.by == "ours"}
    assert ours == {
        "ibm-saif",
        "nist-aml-atlas",
        "owasp-llm-editions",
        "threat-matrix-2020-atlas",
    }
    used = {crosswalk.relation for crosswalk in CATALOG.crosswalks.values()}
    assert used == set(get_args(Relation))


def test_every_technique_of_the_threat_matrix_has_a_successor_but_those_named() -> None:
    """Of what it took from ATT&CK, ATLAS kept a part; of its own, everything."""
    matrix = CATALOG.frameworks["threat-matrix-2020"].entries.values()
    linked = {link.source.id for link in CATALOG.crosswalks["threat-matrix-2020-atlas"].links}
    left = [one for one in matrix if one.kind != "tactic" and one.id not in linked]
    assert all(one.tags == ("from ATT&CK",) for one in left)
    assert len(left) == 6


def test_every_attack_of_nist_and_owasp_is_answered_by_some_defence() -> None:
    links = (link for c in CATALOG.crosswalks.values() for link in c.links)
    reached = {link.target for link in links}
    for name in ("nist-aml", "owasp-ml-2023", "owasp-llm-2025", "owasp-llm-2026", "owasp-asi"):
        entries = CATALOG.frameworks[name].entries.values()
        attacks = {Cited(name, entry.id) for entry in entries if entry.kind in ("attack", "risk")}
        assert attacks <= reached


def test_attacks_of_nist_are_linked_to_atlas_but_for_the_one_that_has_no_technique() -> None:
    linked = {link.source.id for link in CATALOG.crosswalks["nist-aml-atlas"].links}
    entries = CATALOG.frameworks["nist-aml"].entries.values()
    attacks = {entry.id for entry in entries if entry.kind == "attack"}
    assert attacks - linked == {"NISTAML.027"}
