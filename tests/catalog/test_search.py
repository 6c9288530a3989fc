"""One search over our entries and everybody's lists."""

from __future__ import annotations

import pytest

from catalog import load
from catalog.coverage import Coverage, headings
from catalog.search import SORTS, Wanted, search

CATALOG = load()
COVERAGE = Coverage(CATALOG)


def found(**wanted: str) -> dict[str, list[str]]:
    return {
        sort: [hit.id for hit in hits] for sort, hits in search(COVERAGE, Wanted(**wanted)).items()
    }


def test_without_words_everything_is_found():
    everything = found()
    assert set(everything) == set(SORTS)
    assert set(everything["threats"]) == set(CATALOG.threats)
    assert len(everything["entries"]) == sum(len(f.entries) for f in CATALOG.frameworks.values())


def test_an_id_comes_first_whatever_its_case():
    assert found(words="aml.t0020")["entries"][0] == "AML.T0020"
    assert found(words="EVASION-QUERY")["threats"][0] == "evasion-query"


def test_all_words_have_to_be_found_in_any_order():
    both = found(words="injection indirect")["threats"]
    assert "indirect-injection" in both
    assert set(both) <= set(found(words="indirect")["threats"])


def test_a_word_is_found_by_how_it_begins():
    assert "backdoored-pretrained-model" in found(words="backdoor")["threats"]
    assert not any(found(words="oisoning").values())


def test_a_title_goes_before_a_text():
    titles = [hit.title.lower() for hit in search(COVERAGE, Wanted("drift"))["threats"]]
    said = ["drift" in title for title in titles]
    assert said == sorted(said, reverse=True)


def test_what_is_not_there_is_not_found():
    assert not any(found(words="no such thing whatever").values())


def test_a_stage_keeps_what_belongs_to_it():
    kept = found(stage="training")
    assert "training-job" in kept["components"]
    assert all("training" in CATALOG.controls[id].stages for id in kept["controls"])
    assert "adversarial-training" in kept["controls"]
    assert not kept["entries"] and not kept["adversaries"]


def test_a_framework_keeps_its_entries_and_what_names_them():
    kept = found(framework="owasp-ml-2023")
    assert kept["frameworks"] == ["owasp-ml-2023"]
    assert set(kept["entries"]) == set(CATALOG.frameworks["owasp-ml-2023"].entries)
    assert set(kept["threats"]) == {
        id for id, one in CATALOG.threats.items() if "owasp-ml-2023" in one.references
    }


def test_a_tactic_keeps_its_techniques_with_what_refines_them():
    tactic = next(one for one in headings(CATALOG.frameworks["atlas"]) if one.title == "Impact")
    kept = found(framework="atlas", heading=tactic.id)
    entries = CATALOG.frameworks["atlas"].entries
    tops = {id for id, one in entries.items() if tactic.id in one.groups}
    assert set(kept["entries"]) == tops | {tactic.id} | {
        id for id, one in entries.items() if one.parent in tops
    }
    assert kept["threats"] and len(kept["threats"]) < len(CATALOG.threats)


@pytest.mark.parametrize("wanted", [{"framework": "nothing"}, {"stage": "nothing"}])
def test_an_unknown_filter_finds_nothing(wanted: dict[str, str]):
    assert not any(found(**wanted).values())
