"""Baselines in a full export: the same again, never taken here, and refused in one sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from tests.formats.samples import CATALOG, ENTERED, fraud, spoilt
from threatmodel.core import assess, wire
from threatmodel.core.document import DocumentError, digest, parse, to_data
from threatmodel.formats import bartizan, baselines, read_any
from threatmodel.formats.baselines import Baseline, counts
from threatmodel.formats.entered import to_rows

DAY = date(2026, 3, 1)


def kept(name: str = "Approved") -> Baseline:
    """The fraud system as it was judged on a day, with what was entered."""
    document = fraud()
    found = assess(document, CATALOG, ENTERED, as_of=DAY)
    return Baseline(
        name=name,
        revision=7,
        as_of=DAY,
        at=datetime(2026, 3, 1, 9, 30, 0, 250, tzinfo=UTC),
        by="Ada",
        document=to_data(document) | to_rows(ENTERED),
        findings=tuple(wire.finding_to_data(one) for one in found.findings),
        note="By the board.",
        catalog=found.catalog,
        document_digest=found.document,
        summary=counts(document, found.findings),
    )


KEPT = kept()


def small() -> Baseline:
    """The same with three findings, for tests that read it many times."""
    data = {"system": {"name": "Small"}, "components": [{"id": "c-score", "type": "ml-model"}]}
    drawing = parse(data, CATALOG)[0]
    findings = KEPT.findings[:3]
    return replace(
        KEPT,
        name="Small",
        document=to_data(drawing) | to_rows(ENTERED),
        document_digest=digest(drawing),
        findings=findings,
        summary=counts(drawing, map(wire.finding_from_data, findings)),
    )


ROW = json.loads(bartizan.write(fraud(), baselines=[small()]))["baselines"][0]


def export(*rows: Any) -> bytes:
    about = {"format": "bartizan/1", "system": {"name": "Brought"}}
    return json.dumps({**about, "baselines": list(rows)}).encode()


@pytest.mark.parametrize("as_yaml", [False, True], ids=["json", "yaml"])
def test_a_baseline_reads_as_it_was_but_for_its_origin(as_yaml: bool):
    named = (small(),) if as_yaml else (KEPT, kept("Launched"))
    written = bartizan.write(fraud(), ENTERED, baselines=named, as_yaml=as_yaml)
    stands = read_any(written, "export", CATALOG, as_they_stand=True)
    assert stands.baselines == named
    assert bartizan.write(fraud(), ENTERED, baselines=named, as_yaml=as_yaml) == written
    brought = read_any(written, "export", CATALOG)
    assert brought.baselines == tuple(replace(one, origin="imported") for one in named)
    assert f"{len(named)} baselines" in [one.what for one in brought.report.mapped]


def test_the_counts_are_those_of_the_findings_that_are_kept():
    rows = json.loads(bartizan.write(fraud(), baselines=[KEPT]))["baselines"]
    found = read_any(export({**rows[0], "summary": {"risk": "none"}}), "", CATALOG).baselines[0]
    assert found.summary == KEPT.summary
    assert found.summary["risk"]


def test_an_imported_baseline_stays_one_when_it_is_exported_again():
    brought = read_any(export(ROW), "", CATALOG)
    written = bartizan.write(brought.document, baselines=brought.baselines)
    (again,) = read_any(written, "", CATALOG, as_they_stand=True).baselines
    assert again == brought.baselines[0]
    assert (again.origin, again.by) == ("imported", "Ada")


def test_what_does_not_fit_keeps_its_head_and_reading_tells():
    rows = baselines.write_baselines([KEPT, small()], len(json.dumps(ROW, indent=1)) + 50)
    assert ["document" in row for row in rows] == [False, True]
    found = read_any(export(*rows), "", CATALOG)
    assert [one.name for one in found.baselines] == ["Small"]
    assert "baseline Approved" in [one.what for one in found.report.dropped]


def test_a_drawing_that_its_digest_does_not_name_is_told():
    found = read_any(export({**ROW, "document_digest": "0" * 64}), "", CATALOG)
    assert found.baselines[0].document_digest == ROW["document_digest"]
    assert "baseline Small" in [one.what for one in found.report.mapped]


def test_the_loss_report_of_a_full_export_says_what_it_does_not_hold():
    full = read_any(bartizan.write(fraud(), ENTERED), "", CATALOG).report.dropped
    assert ["linked models' files" in one.what for one in full] == [True]
    assert read_any(bartizan.write(fraud()), "", CATALOG).report.dropped == ()


FINDING = ROW["findings"][0]


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ({"a": 1}, "baselines"),
        ([7], "baselines[0]"),
        ([{}], "baselines[0].name"),
        ([{**ROW, "name": " "}], "baselines[0].name"),
        ([{**ROW, "name": "x" * 201}], "baselines[0].name"),
        ([ROW, ROW], "baselines[1].name"),
        ([ROW] * 201, "baselines"),
        ([{**ROW, "is_staff": True}], "baselines[0].is_staff"),
        ([{**ROW, "revision": -1}], "baselines[0].revision"),
        ([{**ROW, "at": "2026-01-02T03:04:05"}], "baselines[0].at"),
        ([{**ROW, "at": "0001-01-01T00:00:00+14:00"}], "baselines[0].at"),
        ([{**ROW, "at": "9999-12-31T23:59:59-14:00"}], "baselines[0].at"),
        ([{**ROW, "catalog": "x" * 65}], "baselines[0].catalog"),
        ([{**ROW, "summary": []}], "baselines[0].summary"),
        ([{**ROW, "document": None}], "baselines[0].document"),
        ([{**ROW, "document": {"components": 7}}], "baselines[0].document.components"),
        ([{**ROW, "document": {"decisions": [7]}}], "baselines[0].document.decisions[0]"),
        ([{**ROW, "document": {"baselines": []}}], "baselines[0].document.baselines"),
        ([{**ROW, "findings": [FINDING] * 2}], "baselines[0].findings[1].key"),
        ([{**ROW, "findings": [{**FINDING, "key": "t@e"}]}], "baselines[0].findings[0].key"),
        ([{**ROW, "findings": [{**FINDING, "range": ["low"]}]}], "baselines[0].findings[0].range"),
        ([{**ROW, "findings": [{**FINDING, "score": 1.5}]}], "baselines[0].findings[0].score"),
        ([{**ROW, "findings": [{**FINDING, "ledger": [{}]}]}], None),
    ],
)
def test_a_wrong_baseline_is_refused_at_its_place(rows: Any, field: str | None):
    data = {"format": "bartizan/1", "system": {"name": "Brought"}, "baselines": rows}
    with pytest.raises(DocumentError) as caught:
        read_any(json.dumps(data).encode(), "", CATALOG)
    assert caught.value.field.startswith(field or "baselines[0].findings[0].ledger")
    assert field is None or caught.value.field == field


@settings(max_examples=200, deadline=None)
@given(spoilt(export(ROW)))
def test_a_wrong_value_anywhere_gives_a_sentence_or_the_same_again(data: bytes):
    try:
        found = read_any(data, "", CATALOG, as_they_stand=True)
    except DocumentError as error:
        assert str(error).isprintable()
        return
    written = bartizan.write(found.document, found.inputs, baselines=found.baselines)
    assert read_any(written, "", CATALOG, as_they_stand=True).baselines == found.baselines
