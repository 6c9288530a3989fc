"""A workspace's own entries stand beside the shipped ones, or one sentence says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import CatalogError, load, own
from catalog.source import MAX_BYTES
from threatmodel.core.rules import Ruleset

from .packs import TEXT, pack, written

Change = Callable[[dict[str, Any]], object]


def refused(data: bytes) -> str:
    with pytest.raises(CatalogError) as caught:
        own.extend(load(), data)
    return str(caught.value)


def test_own_entries_stand_beside_the_shipped_ones_and_are_marked() -> None:
    catalog = own.extend(load(), TEXT.encode())
    assert catalog.lineage_of("smart-meter") == ("smart-meter", "camera", "other")
    assert catalog.threats["meter-replay"].answered_by[0].control == "meter-seal"
    assert catalog.is_own("threats", "meter-replay") and catalog.is_own("controls", "meter-seal")
    assert not catalog.is_own("threats", "evasion-query") and not load().own
    assert catalog.threats.keys() - load().threats.keys() == {"meter-replay"}
    assert set(load().threats) < set(catalog.threats) and "meter-replay" not in load().threats


def test_the_digest_names_the_shipped_catalog_and_the_file() -> None:
    data = TEXT.encode()
    catalog = own.extend(load(), data)
    assert catalog.digest == own.digest_over(load().digest, own.digest_of(data))
    assert own.extend(load(), data + b"#").digest != catalog.digest != load().digest
    assert own.digest_over("another", own.digest_of(data)) != catalog.digest


def line_of(text: str) -> int:
    (line,) = (i for i, one in enumerate(TEXT.splitlines(), 1) if text in one)
    return line


@pytest.mark.parametrize(
    ("old", "new", "entry", "says"),
    [
        ("control: meter-seal", "control: meter-saal", "threats/meter-replay", "'meter-saal'"),
        ("ancestor: camera", "ancestor: kamera", "components/smart-meter", "'kamera'"),
        ("ancestor: camera", "ancestor: smart-meter", "components/smart-meter", "circle"),
        ("- id: smart-meter", "- id: camera", "components/camera", "shipped"),
        ("- id: meter-replay", "- id: evasion-query", "threats/evasion-query", "shipped"),
        ("- id: smart-meter", "- id: Meter", "components/Meter", "kebab-case"),
        ("effect_on: {type: smart-meter}", "effect_on: {}", "threats/meter-replay", "name either"),
        ("of: carried-by-flow", "of: nowhere", "threats/meter-replay", "nowhere"),
        ("title: Old readings", "title: <b>Old</b>", "threats/meter-replay", "markup"),
        ("capability: low", "capability: lowest", "threats/meter-replay", "lowest"),
        ("effort: small", "effort: none", "controls/meter-seal", "effort"),
        (
            "reaches: {type: inference-endpoint}",
            "reaches: {type: x}",
            "threats/meter-replay",
            "'x'",
        ),
    ],
)
def test_an_error_names_file_entry_and_line(old: str, new: str, entry: str, says: str) -> None:
    assert TEXT.count(old) == 1
    said = refused(TEXT.replace(old, new).encode())
    assert said.startswith(f"own.yaml: {entry}: ") and says in said
    assert said.endswith(f"(line {line_of(old)})")


def test_a_missing_key_points_at_its_entry() -> None:
    said = refused(TEXT.replace("    capability: low\n", "").encode())
    assert said == (
        "own.yaml: threats/meter-replay: capability: is missing; add it "
        f"(line {line_of('- id: meter-replay')})"
    )


def all_of(count: int) -> dict[str, Any]:
    return {"any": [{"type": "smart-meter"}] * count}


def deep(levels: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "smart-meter"}
    for _ in range(levels - 1):
        rule = {"not": rule}
    return rule


def copies(count: int) -> Change:
    def change(pack: dict[str, Any]) -> None:
        pack["threats"] += [pack["threats"][0] | {"id": f"copy-{i}"} for i in range(count)]

    return change


WRONG: dict[str, tuple[Change, str]] = {
    "65 atoms": (lambda p: p["threats"][0].update(applies=all_of(65)), "65 atoms; 64 are allowed"),
    "depth 9": (lambda p: p["threats"][0].update(applies=deep(9)), "deeper than 8 levels"),
    "1,001 rules": (copies(1000), "1001 are too many; a workspace adds at most 1000"),
    "an unknown list": (lambda p: p.update(actors=[]), "actors: is not a key known here"),
    "a list that is none": (lambda p: p.update(threats={}), "threats: has to be a list"),
    "an entry that is text": (lambda p: p["threats"].append("x"), "expected a mapping"),
    "no entries": (dict.clear, "says nothing"),
    "an id twice": (lambda p: p["controls"].append(p["controls"][0]), "used twice"),
    "a long id": (lambda p: p["components"][0].update(id="a" * 51), "longer than 50"),
    "an id that is no text": (lambda p: p["components"][0].update(id=["a"]), "has to be text"),
    "an idle control": (
        lambda p: p["controls"].append(p["controls"][0] | {"id": "other-seal"}),
        "controls/other-seal: has no effect",
    ),
    "another meaning": (
        lambda p: p["components"][0]["attributes"][0].update(
            id="encrypted", kind="number", unit="s"
        ),
        "means something else elsewhere",
    ),
    "a long descent": (
        lambda p: p["components"].extend(
            p["components"][0]
            | {"id": f"k-{i}", "ancestor": f"k-{i - 1}" if i else "smart-meter", "attributes": []}
            for i in range(12)
        ),
        "more than 12 types above each other",
    ),
    "many attributes": (
        lambda p: p["components"][0].update(attributes=p["components"][0]["attributes"] * 41),
        "more than 40",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_contradicts_or_passes_a_limit_is_refused(name: str) -> None:
    change, says = WRONG[name]
    changed = pack()
    change(changed)
    assert says in refused(written(changed))


def test_the_limits_themselves_are_allowed() -> None:
    full = pack()
    copies(999)(full)
    full["threats"][0]["applies"] = all_of(64)
    full["threats"][1]["applies"] = deep(8)
    catalog = own.extend(load(), written(full))
    assert catalog.threats["copy-0"].applies.op == "not"
    assert len(catalog.own) == 1002
    assert len(Ruleset(catalog).rules) >= 1000


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a: &a [x]\nb: [*a, *a, *a]", "line 1: aliases"),
        (b"threats: [", "line 2"),
        (b"\xff\xfe\x00t", "not UTF-8"),
        ("name: Müller".encode("latin-1"), "not UTF-8"),
        (b"- 1\n- 2", "expected a mapping"),
        (b"", "expected a mapping"),
        (b"threats: !!python/name:os.system x", "tags"),
        (b"threats: [{id: a, id: b}]", "stands twice"),
        (b"[" * 40, "nested deeper"),
        (b"x" * (MAX_BYTES + 1), f"larger than {MAX_BYTES} bytes"),
        (b"threats: []\n---\nthreats: []", "another document"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(data: bytes, says: str) -> None:
    said = refused(data)
    assert said.startswith("own.yaml: ") and says in said


JUNK: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, -1, 1e9, "", "x", "<b>", "a: b", [], ["x", "x"], {}, {"x": 1}, [[[[]]]], "0"]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every part of a value."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(places(pack()))), JUNK), min_size=1, max_size=3))
def test_whatever_is_put_in_a_file_it_is_taken_whole_or_refused_in_a_sentence(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    broken: Any = pack()
    for path, junk in changes:
        within = broken
        for key in path[:-1]:
            within = within[key] if _has(within, key) else None
        if _has(within, path[-1]):
            within[path[-1]] = junk
    try:
        catalog = own.extend(load(), written(broken))
    except CatalogError as error:
        assert str(error).startswith("own.yaml: ") and "\n" not in str(error)
    else:
        Ruleset(catalog)


def _has(value: Any, key: Any) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def test_the_shipped_catalog_stays_as_it_was_after_a_refusal() -> None:
    before = dict(load().threats)
    refused(TEXT.replace("control: meter-seal", "control: none").encode())
    assert dict(load().threats) == before
