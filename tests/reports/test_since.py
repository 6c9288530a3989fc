"""What changed since a baseline, told by the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from catalog import load
from tests.reports.cases import DAY, HOSTILE, assessed, drawn, two_parts
from threatmodel.core.comparison import State
from threatmodel.core.inputs import Decision, Inputs
from threatmodel.paper import page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition
from threatmodel.reports.since import Named, since

NAMED = Named("Approved", "By the board.", 3, DAY, "Ann")


def state(document, inputs=None) -> State:
    found = assessed(document, inputs)
    return State(document, found.findings, found.summary)


def told(before: State, after: State, named: Named = NAMED):
    return since(named, before, after, (load(), load()))


def printed(document, found) -> str:
    edition = Edition(since=found)
    report = build(document, assessed(document), load(), Inputs(), edition)
    return page(report, datetime(2026, 11, 22).astimezone())


def test_nothing_changed_is_said_in_words():
    one = state(two_parts())
    found = told(one, one)
    assert not found.anything
    assert "the drawing and every finding are as they were kept" in printed(one.document, found)


def test_elements_and_findings_stand_under_what_became_of_them():
    empty, full = state(drawn()), state(two_parts())
    forth, back = told(empty, full), told(full, empty)
    (added,) = [names for head, _, names in forth.elements if head == "Added"]
    assert {"Customer", "Endpoint", "ask (Customer to Endpoint)"} <= set(added)
    assert [head for head, _ in forth.findings] == ["New"]
    assert [head for head, _ in back.findings] == ["Gone"]
    assert forth.before.word == "none"
    assert {line.title for line in forth.findings[0][1]} == {
        line.title for line in back.findings[0][1]
    }
    assert "Added 5" in printed(full.document, forth)


def test_a_finding_judged_otherwise_says_what_was_decided():
    document = two_parts()
    key = next(one.key for one in assessed(document).findings if one.applies == "yes")
    inputs = Inputs(decisions=(Decision("d-1", key, "accept", "Insured.", "Ann", DAY),))
    found = told(state(document), state(document, inputs))
    ((head, (line,)),) = found.findings
    assert (head, line.words) == ("Judged otherwise", "treatment open to accepted")


def test_counts_by_level_are_those_of_the_two_assessments():
    before, after = state(drawn()), state(two_parts())
    found = told(before, after)
    assert [now for _, _, now in found.levels] == list(after.summary.by_level.values())
    assert [was for _, was, _ in found.levels] == list(before.summary.by_level.values())


def test_a_report_without_a_baseline_has_no_such_section():
    assert "What changed since" not in printed(two_parts(), None)


def test_hostile_names_are_text():
    before, after = state(drawn()), state(two_parts(HOSTILE))
    found = told(before, after, replace(NAMED, name=HOSTILE, note=HOSTILE, by=HOSTILE))
    assert "<script>alert" not in printed(after.document, found)


@pytest.mark.parametrize("count", [1, 60])
def test_a_long_list_of_elements_says_how_many_there_are(count):
    parts = [{"id": f"c-{n}", "type": "data-set", "name": f"Data {n}"} for n in range(count)]
    found = told(state(drawn()), state(drawn(components=parts)))
    ((head, total, names),) = found.elements
    assert (head, total, len(names)) == ("Added", count, min(count, 40))
