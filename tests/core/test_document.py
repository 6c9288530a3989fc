"""Reading: what is taken, what is kept, and one clear sentence for everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog import load
from catalog.source import read_yaml
from catalog.types import Level
from threatmodel.core.document import (
    MAX_COMPONENTS,
    Document,
    DocumentError,
    digest,
    element,
    parse,
    to_data,
)

CATALOG = load()
SYSTEMS = sorted(Path(__file__).parents[1].glob("systems/*.yaml"))
API = {"id": "c-api", "type": "inference-endpoint"}
USER = {"id": "c-user", "type": "external-user"}
SHINY = {**API, "attributes": {"shiny": True}}


def read(**parts: Any) -> Document:
    return parse({"format": "bartizan/1", **parts}, CATALOG)[0]


def refused(**parts: Any) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(**parts)
    return caught.value


def flow(**values: Any) -> dict[str, Any]:
    return {"id": "f-1", "kind": "request", "source": "c-user", "target": "c-api", **values}


def zones(*pairs: tuple[str, str | None]) -> list[dict[str, Any]]:
    return [{"id": key, "parent": parent} for key, parent in pairs]


@pytest.mark.parametrize("path", SYSTEMS, ids=lambda path: path.stem)
def test_every_system_of_ours_reads_without_a_remark(path: Path):
    document, remarks = parse(read_yaml(path.read_bytes(), path.name), CATALOG, as_entered=True)
    assert len(document.components) > 5
    assert not remarks


def test_a_fragment_needs_neither_format_nor_names_nor_boxes():
    document, remarks = parse({"components": [API]}, CATALOG)
    assert document.components["c-api"].name == "Inference endpoint"
    assert not remarks


def test_the_order_of_a_file_does_not_change_the_digest():
    one, other = read(components=[API, USER]), read(components=[USER, API])
    assert one == other
    assert digest(one) == digest(other)


def test_any_change_changes_the_digest():
    document = read(components=[API])
    named = replace(document.components["c-api"], name="Other")
    assert digest(document) != digest(replace(document, components={"c-api": named}))


def test_whole_numbers_have_one_spelling():
    rows = [{**API, "attributes": {"requests_per_minute": 600.0}, "box": [0.0, -0.0, 10, 10.5]}]
    written = to_data(read(components=rows))["components"]
    assert repr(written[0]["box"]) == "[0, 0, 10, 10.5]"
    assert repr(written[0]["attributes"]) == "{'requests_per_minute': 600}"


def test_an_unknown_type_becomes_other_and_is_kept_and_told():
    document, remarks = parse({"components": [{"id": "c-x", "type": "quantum-mind"}]}, CATALOG)
    assert document.components["c-x"].type == "other"
    assert document.components["c-x"].extensions == {"original_type": "quantum-mind"}
    assert "quantum-mind" in remarks[0].what


def test_keys_and_attributes_that_are_not_ours_are_kept_and_written_back():
    rows = [{**API, "vendor": {"a": 1}, "attributes": {"shiny": True, "returns_scores": "often"}}]
    document, remarks = parse({"components": rows, "x-tool": [1]}, CATALOG)
    extensions = {"vendor": {"a": 1}, "attributes": {"shiny": True, "returns_scores": "often"}}
    assert document.components["c-api"].extensions == extensions
    assert document.components["c-api"].attributes == {}
    assert len(remarks) == 4
    again = to_data(document)
    assert again["components"][0]["extensions"] == extensions
    assert again["extensions"] == {"x-tool": [1]}


def test_the_same_remark_about_many_elements_is_told_once():
    rows = [{"id": f"c-{number}", "type": "agent", "color": "red"} for number in range(50)]
    _, remarks = parse({"components": rows}, CATALOG)
    assert [remark.what for remark in remarks] == ["key 'color' of a component (50 times)"]


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"components": [{"id": "c-x", "type": "quantum-mind"}]}, "components[0].type"),
        ({"components": [{**API, "color": "red"}]}, "components[0].color"),
        (
            {"components": [{**API, "attributes": {"shiny": True}}]},
            "components[0].attributes.shiny",
        ),
        ({"x-tool": 1}, "'x-tool'"),
        ({"adversaries": [{"id": "a", "footholds": ["nowhere"]}]}, "adversaries[0].footholds"),
    ],
)
def test_what_people_enter_must_be_known(parts: dict[str, Any], field: str):
    with pytest.raises(DocumentError) as caught:
        parse(parts, CATALOG, as_entered=True)
    assert caught.value.field == field


@pytest.mark.parametrize("data", [None, 1, "text", [], [{}], True])
def test_a_document_is_a_mapping(data: object):
    with pytest.raises(DocumentError):
        parse(data, CATALOG)


@pytest.mark.parametrize("given", ["otm", 1, None, "bartizan"])
def test_another_format_is_refused(given: object):
    assert refused(format=given).field == "format"


def test_a_later_version_is_read_and_told():
    _, remarks = parse({"format": "bartizan/9"}, CATALOG)
    assert "bartizan/9" in remarks[0].what


@pytest.mark.parametrize(
    "key", ["__proto__", "", "C-API", "../x", "a" * 65, "a\n", "é", 7, None, "c api", "system"]
)
def test_an_id_is_short_and_plain(key: object):
    assert refused(components=[{**API, "id": key}]).field == "components[0].id"


def test_an_id_is_used_once_across_kinds():
    error = refused(zones=[{"id": "c-api"}], components=[API])
    assert (error.code, error.field) == ("taken", "components[0].id")
    assert "zones[0]" in error.message


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"flows": [flow(target="c-none")]}, "flows[0].target"),
        ({"flows": [flow(source="f-1")]}, "flows[0].source"),
        ({"components": [API, {**USER, "zone": "z-none"}]}, "components[1].zone"),
        ({"components": [{**API, "assets": ["a-none"]}]}, "components[0].assets"),
        ({"zones": zones(("z-1", "z-none"))}, "zones[0].parent"),
        ({"scenarios": [{"id": "s", "element": "c-none"}]}, "scenarios[0].element"),
        ({"out_of_scope": [{"element": "c-none"}]}, "out_of_scope[0].element"),
    ],
)
def test_a_name_of_nothing_is_refused_with_its_place(parts: dict[str, Any], field: str):
    error = refused(**{"components": [API, USER], **parts})
    assert (error.code, error.field) == ("missing", field)


@pytest.mark.parametrize("size", [1, 2, 50])
def test_zones_do_not_stand_inside_themselves(size: int):
    ring = [(f"z-{number}", f"z-{(number + 1) % size}") for number in range(size)]
    error = refused(zones=zones(*ring))
    assert error.code == "cycle"
    assert error.field.startswith("zones[")


def chain(depth: int) -> list[dict[str, Any]]:
    return zones(*((f"z-{n}", f"z-{n - 1}" if n else None) for n in range(depth)))


def test_zones_nest_twenty_deep_and_no_deeper():
    assert len(read(zones=chain(20)).zones) == 20
    error = refused(zones=chain(21))
    assert (error.code, error.field) == ("limit", "zones[20].parent")
    assert refused(zones=chain(9_999)).code == "limit"


def test_labels_and_texts_have_their_length():
    assert read(components=[{**API, "name": "x" * 200, "note": "y" * 10_000}])
    error = refused(components=[{**API, "name": "x" * 201}])
    assert (error.code, error.field) == ("limit", "components[0].name")
    assert refused(components=[{**API, "note": "y" * 10_001}]).field == "components[0].note"


def test_a_system_holds_ten_thousand_components():
    rows = [{"id": f"c-{number}", "type": "agent"} for number in range(MAX_COMPONENTS + 1)]
    assert len(read(components=rows[:-1]).components) == MAX_COMPONENTS
    error = refused(components=rows)
    assert (error.code, error.field) == ("limit", "components")


@pytest.mark.parametrize("word", ["a\x00b", "\ud800", "\x1b[31m", "\uffff"])
def test_text_that_cannot_be_stored_is_refused(word: str):
    assert refused(system={"name": word}).field == "system.name"
    assert refused(components=[{**API, "vendor": [word]}]).field == "components[0].vendor"
    assert refused(components=[{**API, word: 1}]).code == "invalid"


@pytest.mark.parametrize(
    "box",
    [
        [0, 0, 10],
        [0, 0, 0, 10],
        [0, 0, 10, -1],
        [float("nan"), 0, 10, 10],
        [float("inf"), 0, 10, 10],
        [10**5000, 0, 10, 10],
        [1e7, 0, 10, 10],
        [True, 0, 10, 10],
        ["0", 0, 10, 10],
        "0 0 10 10",
        {"x": 0},
    ],
)
def test_a_box_is_four_finite_numbers(box: object):
    assert refused(components=[{**API, "box": box}]).field.startswith("components[0].box")


@pytest.mark.parametrize("value", [-1, 11, 0.5, "9", "extreme", True, [], {}, float("nan")])
def test_a_level_is_one_of_five_words(value: object):
    assert refused(system={"appetite": value}).field == "system.appetite"
    assert refused(assets=[{"id": "a", "financial": value}]).field == "assets[0].financial"


@pytest.mark.parametrize("value", [[0.5], [0.7, 0.2], [-0.1, 0.5], [0, 1.1], "0.5", 0.5])
def test_a_prior_is_two_chances_in_order(value: object):
    rows = [{"id": "s", "element": "c-api", "prior": value}]
    assert refused(components=[API], scenarios=rows).field.startswith("scenarios[0].prior")


def test_a_known_attribute_with_a_wrong_value_is_kept_beside_not_believed():
    rows = [{**API, "attributes": {"returns_scores": 1, "requests_per_minute": 10**400}}]
    with pytest.raises(DocumentError):
        read(components=rows)  # no store holds such a number
    rows = [{**API, "attributes": {"returns_scores": 1, "learning": "Frozen"}}]
    assert read(components=rows).components["c-api"].attributes == {}


WRONG: list[object] = [
    None,
    True,
    7,
    1.5,
    "word",
    [],
    [[]],
    {},
    {"a": {}},
    [1, "x", None],
    "x" * 20_000,
]
WHOLE = to_data(parse(read_yaml(SYSTEMS[0].read_bytes(), "a system"), CATALOG)[0])
LISTS = {name: rows for name, rows in WHOLE.items() if isinstance(rows, list)}
PROPERTIES = [(name, key) for name, rows in LISTS.items() for row in rows[:1] for key in row]


@pytest.mark.parametrize("collection, name", PROPERTIES)
def test_a_wrong_kind_of_value_anywhere_gives_a_sentence_or_a_document(collection: str, name: str):
    for value in WRONG:
        rows = [{**LISTS[collection][0], name: value}, *LISTS[collection][1:]]
        try:
            document, _ = parse({**WHOLE, collection: rows}, CATALOG)
        except DocumentError as error:
            assert error.field
            assert "\n" not in str(error)
        else:
            assert parse(to_data(document), CATALOG, as_entered=True)[0] == document


@pytest.mark.parametrize("name", ["components", "flows", "zones", "assets", "system", "extensions"])
@pytest.mark.parametrize("value", [7, "word", [7], [None], {"a": 1}, [["x"]], True])
def test_a_collection_of_a_wrong_kind_is_named(name: str, value: object):
    try:
        read(**{name: value})
    except DocumentError as error:
        assert error.field.startswith(name)
    else:
        assert name in ("system", "extensions")


@pytest.mark.parametrize("value", [[], 0, "", False, [["a", 1]], 7])
@pytest.mark.parametrize("name", ["attributes", "extensions"])
def test_a_map_of_a_wrong_kind_is_not_taken_for_an_empty_one(name: str, value: object):
    assert refused(components=[{**API, name: value}]).field == f"components[0].{name}"


def test_an_odd_extension_does_not_hinder_keeping_an_attribute():
    rows = [{**SHINY, "extensions": {"attributes": 5}}]
    assert read(components=rows).components["c-api"].extensions == {"attributes": {"shiny": True}}


def test_nesting_is_bounded():
    deep: object = 1
    for _ in range(33):
        deep = [deep]
    assert refused(components=[{**API, "vendor": deep}]).code == "limit"


def test_elements_are_found_by_kind_and_id():
    document = read(components=[API], system={"name": "S", "appetite": "low"})
    assert element(document, "component", "c-api") is document.components["c-api"]
    assert element(document, "flow", "c-api") is None
    assert document.system.appetite is Level.LOW
