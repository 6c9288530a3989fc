"""A document carries the own entries it uses, and says what became of them elsewhere."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from catalog import load, own
from catalog.types import Catalog
from tests.catalog.packs import TEXT, pack, written
from tests.own import drawing
from threatmodel.core.assessment import assess
from threatmodel.core.document import Document, parse, to_data
from threatmodel.formats import bartizan
from threatmodel.formats.carried import carrying

DAY = date(2026, 11, 22)


def extended(data: bytes = TEXT.encode()) -> Catalog:
    return own.extend(load(), data)


def drawn(catalog: Catalog, type: str = "smart-meter", **more: Any) -> Document:
    return parse(drawing(type) | more, catalog)[0]


def file(catalog: Catalog, document: Document) -> bytes:
    return bartizan.write(carrying(document, catalog))


def test_a_document_carries_the_own_entries_that_it_uses() -> None:
    catalog = extended()
    carried = to_data(carrying(drawn(catalog), catalog))["catalog"]
    assert isinstance(carried, list)
    assert [row["id"] for row in carried] == [
        "components-smart-meter",
        "controls-meter-seal",
        "threats-meter-replay",
    ]
    assert carried[2]["sort"] == "threats"
    assert carried[2]["entry"] == pack()["threats"][0]


def test_a_document_that_uses_none_is_left_alone() -> None:
    catalog = extended()
    document = drawn(catalog, "camera")
    assert carrying(document, catalog) is document
    document = drawn(load(), "camera")
    assert carrying(document, load()) is document


def test_what_own_entries_name_is_carried_too() -> None:
    more = pack()
    head = more["components"][0]
    more["components"].append(head | {"id": "meter-head", "attributes": []})
    more["components"].append(head | {"id": "unused", "attributes": []})
    more["threats"][0]["applies"] = {
        "any": [{"reaches": {"type": "meter-head"}}, {"reaches": {"type": "inference-endpoint"}}]
    }
    catalog = extended(written(more))
    ids = {row["id"] for row in to_data(carrying(drawn(catalog), catalog))["catalog"]}  # type: ignore[attr-defined]  # a list
    assert "components-meter-head" in ids and "components-unused" not in ids


def test_an_element_of_the_same_id_keeps_it() -> None:
    catalog = extended()
    data = drawing()
    data["components"][0]["id"] = "threats-meter-replay"
    data["flows"][0]["source"] = "threats-meter-replay"
    document = parse(data, catalog)[0]
    again = bartizan.read(file(catalog, document), catalog).document
    assert "threats-meter-replay" in again.components
    assert "threats-meter-replay-2" in again.catalog


def test_the_deepest_entry_survives_the_way_there_and_back() -> None:
    rule: dict[str, Any] = {"reaches": {"type": ["inference-endpoint"]}}
    for _ in range(7):
        rule = {"all": [rule]}
    more = pack()
    more["threats"][0]["applies"] = rule
    catalog = extended(written(more))
    again = bartizan.read(file(catalog, drawn(catalog)), catalog)
    assert again.document.catalog["threats-meter-replay"].values["entry"] == more["threats"][0]
    assert not again.report.kept


def test_where_the_entries_are_known_nothing_is_lost_or_told() -> None:
    catalog = extended()
    document = carrying(drawn(catalog), catalog)
    again = bartizan.read(bartizan.write(document), catalog)
    assert again.document == document
    assert not again.report.kept and not again.report.dropped
    assert carrying(again.document, catalog) == document


def test_where_they_are_not_known_they_are_kept_and_told() -> None:
    catalog = extended()
    again = bartizan.read(file(catalog, drawn(catalog)), load())
    told = {remark.what: remark.why for remark in again.report.kept}
    assert "nothing is judged by them" in told["own threats meter-replay"]
    assert "type 'smart-meter' of a component" in told
    assert again.document.catalog.keys() == carrying(drawn(catalog), catalog).catalog.keys()
    assert again.catalog is None


def test_where_another_entry_has_the_name_that_one_counts() -> None:
    catalog = extended()
    other = extended(TEXT.replace("capability: low", "capability: high").encode())
    again = bartizan.read(file(catalog, drawn(catalog)), other)
    assert [remark.what for remark in again.report.kept] == ["own threats meter-replay"]
    assert "which count" in again.report.kept[0].why


def test_a_file_taken_as_it_stands_is_judged_by_what_it_carries() -> None:
    catalog = extended()
    document = drawn(catalog)
    again = bartizan.read(file(catalog, document), load(), as_they_stand=True)
    assert again.catalog is not None
    assert not again.report.kept
    found = assess(again.document, again.catalog, as_of=DAY).findings
    assert found == assess(document, catalog, as_of=DAY).findings
    assert "meter-replay@c-meter" in {one.key for one in found}


HOSTILE: list[tuple[Any, str]] = [
    ({"sort": "threats", "entry": {"id": "evasion-query"}}, "is in the shipped catalog"),
    ({"sort": "threats", "entry": {"id": "x"}}, "is missing"),
    ({"sort": "threats", "entry": pack()["threats"][0] | {"title": "<b>x</b>"}}, "markup"),
]


@pytest.mark.parametrize(("values", "says"), HOSTILE)
def test_entries_that_cannot_be_used_are_kept_and_told(values: Any, says: str) -> None:
    data = drawing("camera") | {"catalog": [{"id": "own-1", **values}]}
    again = bartizan.read(json.dumps(data).encode(), load(), as_they_stand=True)
    assert again.catalog is None
    assert says in again.report.kept[0].why
    assert "own-1" in again.document.catalog


@pytest.mark.parametrize(
    "values",
    [{}, {"sort": "threats"}, {"sort": ["x"], "entry": {"id": "a"}}, {"entry": {"id": 1}}],
)
def test_records_that_are_no_entries_are_only_kept(values: Any) -> None:
    data = drawing("camera") | {"catalog": [{"id": "own-1", **values}]}
    again = bartizan.read(json.dumps(data).encode(), load(), as_they_stand=True)
    assert not again.report.kept and "own-1" in again.document.catalog
