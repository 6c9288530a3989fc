"""Catalog YAML is a narrow kind of YAML, and hostile files cost no more than their length."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import CatalogError
from catalog.loader import PACKAGED
from catalog.source import MAX_BYTES, read_yaml

HOSTILE = {
    "an alias": (b"a: &x [1]\nb: *x\n", "line 1"),
    "an anchor alone": (b"a: 1\nb: &x 2\n", "line 2"),
    "a tag": (b"a: !!python/object/apply:os.system [ls]\n", "line 1"),
    "a plain tag": (b"a: !!str 1\n", "tags"),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", "line 3"),
    "a nested key twice": (b"a:\n  b: 1\n  b: 2\n", "'b' stands twice"),
    "a key that is no text": (b"1: one\n", "not text"),
    "a list as key": (b"? [a]\n: 1\n", "not text"),
    "two documents": (b"a: 1\n---\nb: 2\n", "line 2"),
    "deep nesting": (b"[" * 5000 + b"]" * 5000, "deeper"),
    "deep indentation": (b"".join(b" " * i + b"a:\n" for i in range(200)), "deeper"),
    "not text": (b"\xff\xfe\x00", "UTF-8"),
    "a control character": (b"a: \x00\n", "x.yaml"),
    "no end": (b"a: [1, 2\n", "line"),
    "a large file": (b"a" * (MAX_BYTES + 1), "larger"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_by_name_and_place(what: str) -> None:
    data, place = HOSTILE[what]
    with pytest.raises(CatalogError) as refused:
        read_yaml(data, "x.yaml")
    assert str(refused.value).startswith("x.yaml: ") and place in str(refused.value)


@pytest.mark.parametrize("word", ["on", "no", "yes", "off", "1:30", "0x1f", "1_000", "2024-01-01"])
def test_a_word_stays_a_word(word: str) -> None:
    assert read_yaml(f"a: {word}".encode(), "x.yaml") == {"a": word}


@pytest.mark.parametrize("word", [".nan", ".inf", "-.inf", "1e400"])
def test_no_number_is_without_bound(word: str) -> None:
    assert read_yaml(f"a: {word}".encode(), "x.yaml") == {"a": word}


def test_numbers_and_truths_are_what_they_look_like() -> None:
    read = read_yaml(b"a: [1, -2, 0.5, true, false, null, '1']", "x.yaml")
    assert read == {"a": [1, -2, 0.5, True, False, None, "1"]}


@pytest.mark.parametrize("path", sorted(PACKAGED.rglob("*.yaml")), ids=lambda path: path.stem)
def test_both_parsers_read_the_packaged_files_alike(path: Path) -> None:
    text = path.read_text()
    fast, plain = yaml.CBaseLoader, yaml.BaseLoader
    assert yaml.load(text, Loader=fast) == yaml.load(text, Loader=plain)  # noqa: S506  # base types


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_value_or_a_catalog_error(data: bytes) -> None:
    try:
        value = read_yaml(data, "x.yaml")
    except CatalogError as error:
        assert str(error).startswith("x.yaml: ")
    else:
        assert not isinstance(value, float) or math.isfinite(value)
