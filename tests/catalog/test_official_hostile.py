"""An official file that cannot be used: one sentence with file, entry and line, at bounded cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import CatalogError
from catalog.official import MAX_BYTES, Official, read
from catalog.official.node import MAX_ENTRIES, MAX_TEXT
from catalog.official.plain import plain
from tests.formats.samples import WRONG, places

from . import officials
from .officials import MADE, as_json, as_yaml


def refusal(data: bytes) -> str:
    with pytest.raises(CatalogError) as refused:
        read(data, "theirs.yaml")
    assert "\n" not in str(refused.value)
    return str(refused.value)


def v5(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = officials.atlas_v5()
    change(value)
    return as_yaml(value)


def v6(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = officials.atlas_2026()
    change(value)
    return as_yaml(value)


def nist(change: Callable[[dict[str, Any]], object]) -> bytes:
    value = officials.oscal()
    change(value["catalog"])
    return as_json(value)


def technique(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = value["matrices"][0]["techniques"][1]
    return found


UNKNOWN = {
    "a later numbered ATLAS": (v5(lambda v: v.update(version="7.0.0")), "'7.0.0'"),
    "another matrix": (v5(lambda v: v.update(id="OTHER")), "not a matrix"),
    "a later format": (v6(lambda v: v.update({"format-version": "7.0.0"})), "'7.0.0'"),
    "no date": (v6(lambda v: v["collection"].update(version="next")), "'next'"),
    "a later OSCAL": (
        nist(lambda v: v["metadata"].update({"oscal-version": "2.0.0"})), "'2.0.0'",
    ),
    "a later Revision": (nist(lambda v: v["metadata"].update(version="6.0.0")), "'6.0.0'"),
    "another catalog": (nist(lambda v: v["metadata"].update(title="800-171")), "'800-171'"),
    "a baseline": (
        nist(lambda v: v["metadata"].update(title="800-53 HIGH BASELINE")), "whole catalog",
    ),
    "controls too deep": (
        nist(
            lambda v: v["groups"][0]["controls"][0]["controls"][0].update(
                controls=[{"id": "ac-1.1.1", "title": "Deep"}]
            )
        ),
        "deeper than any control",
    ),
    "a pointer to another file": (b"v6/ATLAS-2026.09.yaml\n", "take that file"),
    "XML": (b"<catalog/>", "XML"),
    "nothing": (b" \n", "empty"),
    "a list": (b"[]", "no official file"),
    "something else": (b"a: 1", "no official file"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_known_is_refused(what: str) -> None:
    data, says = UNKNOWN[what]
    said = refusal(data)
    assert said.startswith("theirs.yaml: ") and says in said


TEMPLATES = ("{{ create_internal_link(x) }}", "{% include 'x' %}", "{{ref:nowhere}}")


@pytest.mark.parametrize("template", TEMPLATES)
def test_templating_is_refused_at_its_entry_and_line(template: str) -> None:
    data = v5(lambda v: technique(v).update(description=f"See this:\n\n{template}"))
    line = 1 + next(i for i, one in enumerate(data.decode().split("\n")) if template[:2] in one)
    assert refusal(data).startswith(f"theirs.yaml: AML.T0019: line {line}: '{template[:2]}")


def test_templating_that_the_publisher_does_not_have_is_refused_in_each_layout() -> None:
    def spoil(entry: dict[str, Any], key: str) -> None:
        entry[key] = "{{ jinja }}"

    dated = v6(lambda v: spoil(v["techniques"]["AML.T0020"], "description"))
    assert refusal(dated).startswith("theirs.yaml: AML.T0020: line ")
    value = officials.cosai()
    value["risks"][1]["longDescription"] = ["{{ jinja }}"]
    assert refusal(as_yaml(value)).startswith("theirs.yaml: riskModelSourceTampering: line ")
    unknown = "{{ insert: param, nobody }}"
    parts = [{"name": "statement", "prose": unknown}]
    control = nist(lambda v: v["groups"][0]["controls"][0].update(parts=parts))
    assert refusal(control).startswith("theirs.yaml: ac-1: line ")


ENTRIES: dict[str, tuple[dict[str, Any], str]] = {
    "a text too long": ({"description": "a" * (MAX_TEXT + 1)}, "longer than"),
    "no text": ({"description": None}, "description: has to be text"),
    "no title": ({"name": ""}, "name: has to be text"),
    "a title of markup alone": ({"name": "<b></b>"}, "name: has to be 1 to 300"),
    "a title too long": ({"name": "a" * 301}, "name: has to be 1 to 300"),
    "an id used twice": ({"id": "AML.T0020"}, "AML.T0020: line 16: stands twice"),
    "a foreign id": ({"id": "T1059"}, "T1059: line 16: id: is not an id"),
    "an id with a newline": ({"id": "AML.T0020\n"}, "is not an id"),
    "an id that is a list": ({"id": ["AML.T0020"]}, "id: has to be text"),
}


@pytest.mark.parametrize("what", ENTRIES)
def test_an_entry_that_cannot_be_used_is_named(what: str) -> None:
    change, says = ENTRIES[what]
    said = refusal(v5(lambda v: technique(v).update(change)))
    assert says in said


def test_a_dated_object_under_another_s_id_is_refused() -> None:
    said = refusal(v6(lambda v: v["techniques"]["AML.T0020"].update(id="AML.T0113")))
    assert said.startswith("theirs.yaml: AML.T0020: line ")


def bomb() -> bytes:
    rows = [b"a0: &a0 [x, x]"]
    rows += [b"a%d: &a%d [%s]" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 9)]
    return b"\n".join(rows)


COSTLY = {
    "an alias bomb": (bomb(), "aliases"),
    "a merge key": (b"a: 1\n<<: {b: 2}\n", "merge"),
    "a Python tag": (b"a: !!python/object/apply:os.system [ls]\n", "tags"),
    "deep YAML": (b"[" * 5_000 + b"]" * 5_000, "deeper"),
    "deep JSON": (b'{"a":' * 40 + b"1" + b"}" * 40, "deeper"),
    "very deep JSON": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deeper"),
    "a key twice in JSON": (b'{"catalog": 1, "catalog": 2}', "stands twice"),
    "a number without bound": (b'{"a": NaN}', "NaN"),
    "a number of many digits": (b'{"a": ' + b"9" * 5_000 + b"}", "digits"),
    "broken JSON": (b'{\n"a": 1,\n}', "line 3"),
    "not UTF-8": (b"\xff\xfea\x00", "UTF-8"),
    "JSON not UTF-8": (b'{"a": "\xff"}', "UTF-8"),
    "a file too large": (b"a" * (MAX_BYTES + 1), "10 MiB"),
}


@pytest.mark.parametrize("what", COSTLY)
def test_a_costly_file_is_refused(what: str) -> None:
    data, says = COSTLY[what]
    assert says in refusal(data)


def test_parameters_that_insert_each_other_do_not_multiply() -> None:
    """Each choice inserts the one before forty times: unfolded, 40 to the power of 9 words."""
    inserts = "{{ insert: param, p%d }} " * 40
    params: list[dict[str, Any]] = [{"id": "p0", "label": "word"}]
    params += [
        {"id": f"p{i}", "select": {"choice": [inserts % ((i - 1,) * 40)]}} for i in range(1, 10)
    ]
    parts = [{"name": "statement", "prose": "{{ insert: param, p9 }}"}]
    said = refusal(nist(lambda v: v["groups"][0]["controls"][0].update(params=params, parts=parts)))
    assert f"longer than {MAX_TEXT}" in said


def test_more_entries_than_any_publisher_has_are_refused() -> None:
    many = [
        {"id": f"AML.T{n // 1000:04}.{n % 1000:03}", "name": "A", "description": "B"}
        for n in range(MAX_ENTRIES + 1)
    ]
    data = v5(lambda v: v["matrices"][0].update(techniques=many, tactics=[]))
    assert f"more than {MAX_ENTRIES}" in refusal(data)


def test_an_error_brings_no_control_characters_to_the_terminal() -> None:
    said = refusal(json.dumps({"format-version": "\x1b[2J\x07", "collection": {}}).encode())
    assert said.isprintable()


@pytest.mark.parametrize("layout", MADE)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_wrong_value_is_read_or_refused_in_one_sentence(layout: str, data) -> None:
    value = MADE[layout]()
    path = data.draw(st.sampled_from([*places(value)][1:]))
    inner: Any = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(st.sampled_from(WRONG))
    try:
        assert isinstance(read(as_json(value), "theirs.json"), Official)
    except CatalogError as refused:
        assert str(refused).startswith("theirs.json: ") and str(refused).isprintable()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="[]()<>!*_`\\#&;ab \n-{}", max_size=200))
def test_no_mark_survives_that_would_be_a_tag_outside_code(text: str) -> None:
    shown = plain(text.replace("`", "").replace("&", "").replace("\\", ""))
    assert not any(mark in shown for mark in ("<a>", "<b>", "</a", "<!--"))
