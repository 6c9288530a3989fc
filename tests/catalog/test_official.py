"""Official files of four publishers' layouts, read by what they hold."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from catalog import load
from catalog.official import read
from catalog.official.plain import plain

from . import officials
from .officials import MADE, as_json, as_yaml

SOURCES = os.environ.get("BARTIZAN_CATALOG_SOURCES", "")
REAL = {
    "mitre-atlas/ATLAS.yaml": "atlas",
    "cosai-risk-map/yaml/risks.yaml": "cosai-risk-map",
    "cosai-risk-map/yaml/controls.yaml": "cosai-risk-map",
    "cosai-risk-map/yaml/components.yaml": "cosai-risk-map",
}


@pytest.mark.parametrize("write", [as_yaml, as_json], ids=["yaml", "json"])
@pytest.mark.parametrize("layout", MADE)
def test_a_file_is_recognised_by_its_content_whatever_it_is_called(layout, write) -> None:
    named = {"atlas-v5": "atlas", "atlas-2026": "atlas-2026-09", "cosai": "cosai-risk-map"}
    framework = named.get(layout, {"oscal": "nist-sp-800-53", "csf": "nist-csf"}.get(layout))
    official = read(write(MADE[layout]()), "no-name")
    assert official.framework == framework
    assert official.framework in load().frameworks
    assert official.attribution and official.licence


def test_numbered_atlas_tells_sub_techniques_and_case_studies() -> None:
    official = read(as_yaml(officials.atlas_v5()), "ATLAS.yaml")
    assert official.edition == "5.6.0"
    assert Counter(one.kind for one in official.entries.values()) == {
        "tactic": 1, "technique": 2, "sub-technique": 1, "mitigation": 1, "case study": 1,
    }  # fmt: skip
    preprints = official.entries["AML.T0000.001"]
    assert preprints.text == "See the other one and rm -rf."
    assert preprints.url == "https://atlas.mitre.org/techniques/AML.T0000.001"
    assert official.entries["AML.CS0003"].text == "It was fooled."


def test_dated_atlas_is_read_from_its_mappings() -> None:
    official = read(as_yaml(officials.atlas_2026()), "ATLAS-latest.yaml")
    assert official.edition == "2026.09"
    assert official.entries[officials.DATED].kind == "sub-technique"
    assert official.entries["AML.T0020"].title == "Training Data Poisoning"


def test_the_risk_map_names_what_its_texts_refer_to() -> None:
    official = read(as_yaml(officials.cosai()), "risks.yaml")
    assert official.part == "risks" and official.kinds == ("risk",)
    assert official.edition.startswith("without version, content ")
    assert official.entries["riskDataPoisoning"].text == (
        "Somebody spoils what is learned.\n\n"
        "It was shown (Spoiling), and is near Model Source Tampering.\n\n"
        "- First way.\n- Second way, by controlOfAnotherFile."
    )


def test_controls_show_items_and_what_stands_in_for_values() -> None:
    official = read(as_json(officials.oscal()), "catalog.json")
    assert official.edition == "5.1.1"
    assert official.entries["AC-1"].text == (
        "a. Tell [Selection (one or more): all; [Assignment: organization-defined people]]:"
        "\n\nDiscussion: Why it matters."
    )
    assert official.entries["AC-1(1)"].kind == "enhancement"
    withdrawn = official.entries["AC-13"]
    assert withdrawn.retired and withdrawn.became == "AC-1"


def test_a_framework_s_title_that_is_only_its_id_is_none() -> None:
    official = read(as_json(officials.csf()), "catalog.json")
    assert official.edition == "2.0"
    assert official.entries["GV.OC-01"].title == ""
    assert official.entries["GV.OC-01"].text == "The mission is known."
    assert official.entries["GV"].text == "Somebody decides."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a [link](/x) b", "a link b"),
        ("a [link](https://x.org/a_(b)) b", "a link b"),
        ("![picture](/x.png)", "picture"),
        (r"as said[<sup>\[1\]</sup>][1]." + "\n\n[1]: https://x.org", "as said[1].\n\n[1] https://x.org"),
        ("**bold** and *soft* and _low_", "bold and soft and low"),
        ("a_name_here, 2*3*4", "a_name_here, 2*3*4"),
        ("a <b>word</b><br/><script>alert(1)</script>", "a wordalert(1)"),
        ("```\n<img src=x>\n```", "<img src=x>"),
        ("`<b>` and 1 < 2", "<b> and 1 < 2"),
        ("C&amp;C and &lt;i&gt;", "C&C and <i>"),
        ("one\n\n\n\ntwo  \n", "one\n\ntwo"),
        ("a\x1b[31m\u202e\ud800b", "a[31mb"),
    ],
)  # fmt: skip
def test_markup_becomes_plain_text(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.skipif(not SOURCES, reason="BARTIZAN_CATALOG_SOURCES names no folder of real files")
@pytest.mark.parametrize("path", REAL)
def test_a_real_file_holds_exactly_what_the_catalog_knows_of_it(path: str) -> None:
    official = read((Path(SOURCES) / path).read_bytes(), path)
    known = load().frameworks[REAL[path]].entries.values()
    assert set(official.entries) == {one.id for one in known if one.kind in official.kinds}
    assert all(one.text and "{{" not in one.text for one in official.entries.values())
    assert not any("](" in one.text and "`" in one.text for one in official.entries.values())
