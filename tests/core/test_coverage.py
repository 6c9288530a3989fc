"""A system against a list: what applies, what was measured, what is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from catalog import load
from catalog.coverage import Coverage
from catalog.types import Catalog
from tests.core.small import graph_of
from threatmodel.core.coverage import SystemCoverage, standing_at
from threatmodel.core.inputs import Mitigation

CATALOG = load()
EVASION = CATALOG.threats["evasion-query"].references["owasp-ml-2023"][0]


@dataclass(frozen=True)
class Seen:
    """A finding as a row has it."""

    threat: str = "evasion-query"
    element: str = "m"
    applies: str = "yes"
    treatment: str = "open"
    answered: str = "none"
    verdict: str = "untested"
    residual: int = 3

    @property
    def key(self) -> str:
        return f"{self.threat}@{self.element}"


def nobody(element: str) -> tuple[str, ...]:
    return ()


def cell(*findings: Seen, framework: str = "owasp-ml-2023", id: str = EVASION, **more: Any):
    standing = more.get("standing", nobody)
    coverage = Coverage(more.get("catalog", CATALOG))
    return SystemCoverage(coverage, findings, standing).cells(framework)[id]


def test_a_finding_shows_at_the_entry_that_its_threat_names():
    found = cell(Seen())
    assert [one.key for one in found.findings] == ["evasion-query@m"]
    assert (found.basis, found.tested, found.controlled, found.worst) == ("threats", 0, 0, 3)


def test_what_waits_behind_a_question_is_kept_apart():
    found = cell(Seen(applies="conditional"))
    assert (len(found.findings), len(found.waiting), found.worst) == (0, 1, None)


@pytest.mark.parametrize("treatment", ["avoided", "dismissed"])
def test_what_was_avoided_or_dismissed_applies_no_more(treatment: str):
    found = cell(Seen(treatment=treatment))
    assert (len(found.findings), len(found.settled)) == (0, 1)


def test_an_accepted_finding_still_applies():
    assert len(cell(Seen(treatment="accepted")).findings) == 1


@pytest.mark.parametrize(
    ("verdict", "tested"),
    [("broken", 1), ("held", 1), ("stale", 1), ("untested", 0), ("not testable here", 0)],
)
def test_tested_is_what_was_measured(verdict: str, tested: int):
    assert cell(Seen(verdict=verdict)).tested == tested


@pytest.mark.parametrize(
    ("answered", "controlled"), [("none", 0), ("planned", 0), ("implemented", 1), ("verified", 1)]
)
def test_a_plan_controls_nothing(answered: str, controlled: int):
    assert cell(Seen(answered=answered)).controlled == controlled


def test_findings_keep_the_order_in_which_they_came():
    findings = [Seen(element="b"), Seen(element="a"), Seen(element="c")]
    assert [one.element for one in cell(*findings).findings] == ["b", "a", "c"]


def of_controls_only() -> tuple[Catalog, str]:
    """A catalog in which only a control names an entry of a list."""
    control = CATALOG.controls["query-rate-limit"]
    cited = next(iter(CATALOG.frameworks["nist-sp-800-53"].entries))
    named = replace(control, references={"nist-sp-800-53": (cited,)})
    controls = {**CATALOG.controls, control.id: named}
    return replace(CATALOG, controls=controls, digest="controls only"), cited


def test_an_entry_that_only_controls_name_looks_at_what_they_answer():
    catalog, cited = of_controls_only()
    here = {"framework": "nist-sp-800-53", "id": cited, "catalog": catalog}
    found = cell(Seen(), **here)
    assert (found.basis, len(found.findings), found.controlled) == ("controls", 1, 0)
    stands = cell(Seen(), **here, standing=lambda element: {"query-rate-limit"})
    assert stands.controlled == 1


def test_a_control_stands_where_its_fact_is_drawn_or_its_mitigation_is_in_place():
    model = {"id": "m", "type": "inference-endpoint", "attributes": {"output_rounded": True}}
    document = graph_of(components=[model, {"id": "n", "type": "inference-endpoint"}]).document
    done = Mitigation("m-1", "Limit", ("evasion-query@n",), "implemented", "input-transformation")
    standing = standing_at(document, CATALOG, [done])
    assert "output-minimisation" in standing("m")
    assert "output-minimisation" not in standing("n")
    assert "input-transformation" in standing("n")


def test_an_entry_without_names_looks_through_its_links():
    linked = cell(Seen(), framework="atlas-2026-09", id="AML.T0040")
    assert (linked.basis, linked.by_link, len(linked.findings)) == ("links", True, 1)


def test_what_only_links_say_is_counted_apart():
    share = SystemCoverage(Coverage(CATALOG), [Seen()], nobody).share("atlas-2026-09")
    assert (share.applies, share.reached) == (0, 0)
    assert share.linked > 0


def test_the_share_counts_entries_and_not_findings():
    whole = SystemCoverage(
        Coverage(CATALOG), [Seen(verdict="held"), Seen(element="n", answered="verified")], nobody
    )
    share = whole.share("owasp-ml-2023")
    assert (share.of, share.reached, share.applies) == (10, 10, 1)
    assert (share.tested, share.controlled, share.waiting) == (1, 1, 0)


def test_the_shares_of_the_kinds_add_up_to_the_whole():
    whole = SystemCoverage(Coverage(CATALOG), [Seen()], nobody)
    kinds = whole.by_kind("atlas")
    assert {"technique", "tactic", "case study"} <= set(kinds)
    share = whole.share("atlas")
    assert sum(one.of for one in kinds.values()) == share.of
    assert sum(one.applies for one in kinds.values()) == share.applies


@pytest.mark.parametrize("name", CATALOG.frameworks)
def test_a_system_without_findings_covers_nothing_of_any_list(name: str):
    share = SystemCoverage(Coverage(CATALOG), (), nobody).share(name)
    assert (share.applies, share.waiting, share.tested, share.controlled) == (0, 0, 0, 0)
    assert share.of == len(CATALOG.frameworks[name].entries)
