"""Bytes of strangers: one sentence for each thing that could surprise, and never a long wait."""

from __future__ import annotations

import json

import pytest

from tests.formats.samples import BIRDS, CATALOG, fraud
from threatmodel.core.document import DocumentError
from threatmodel.formats import bartizan, read_any
from threatmodel.formats.source import read_json

HEAD = b'{"format":"bartizan/1",'
YAML = b"format: bartizan/1\n"
NAMED = b"system: {name: x}\n"
BOMB = (
    YAML
    + b"a: &a [x,x]\n"
    + b"".join(b"%c: &%c [*%c,*%c]\n" % (98 + i, 98 + i, 97 + i, 97 + i) for i in range(9))
)  # noqa: E501 (one line of the attack)


@pytest.mark.parametrize(
    "data, told",
    [
        (b"", "empty"),
        (b"x", "no file we can read"),
        (b"{", "no file we can read"),
        (b'"format: bartizan/1"', "mapping"),
        (b"[" + HEAD + b'"a":1}]', "mapping"),
        (HEAD, "not JSON"),
        (HEAD + b'"a":1} trailing', "not JSON"),
        (HEAD + b'"a":NaN}', "NaN"),
        (HEAD + b'"a":-Infinity}', "Infinity"),
        (HEAD + b'"a":1e999}', "not finite"),
        (HEAD + b'"a":' + b"1" * 4301 + b"}", "4301 digits"),
        (HEAD + b'"a":99999999999999999999}', "digits"),
        (HEAD + b'"a":-99999999999999999999}', "20 digits"),
        (HEAD + b'"a":1,"a":2}', "twice"),
        (HEAD + b'"a":{"b":1,"b":1}}', "twice"),
        (HEAD + b'"a":"\\ud800"}', "U+D800"),
        (HEAD + b'"a":"\\u0000"}', "U+0000"),
        (HEAD + b'"\\ud800":1}', "U+D800"),
        (HEAD + b'"a":{"__proto__":1}}', "__proto__"),
        (HEAD + b'"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
        (HEAD + b'"a":' + b'{"a":' * 100_000, "nested"),
        (HEAD + b'"components":[' + b"{}," * 1_000_000 + b"{}]}", "at most 10000"),
        (HEAD + b'"a":"' + b"\xff" + b'"}', "UTF-8"),
        (b'{"format":"bartizan/1"}'.decode().encode("utf-16"), "UTF-8"),
        (b'{"format":"bartizan/1"}'.decode().encode("utf-32-be"), "UTF-8"),
        (YAML + "a: ü".encode("latin-1"), "UTF-8"),
        (BOMB, "aliases"),
        (YAML + b"a: &a [*a]", "aliases"),
        (YAML + b"a: !!python/object/apply:os.system [id]", "tags"),
        (YAML + b"a: !ours 1", "tags"),
        (YAML + b"<<: {b: 1}", "merge"),
        (YAML + b"a: 1\na: 2", "twice"),
        (YAML + b"1: 2", "not text"),
        (b"---\n".join([YAML] * 100), "another document"),
        (YAML + b"a: " + b"[" * 20_000, "nested"),
        (YAML + b"a: [", "line"),
        (YAML + b"a: \x07", "readable"),
        (YAML + b"#" * (2 * 1024 * 1024), "2 MiB"),
        (b"%PDF-1.7 nothing else", "PDF"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_sentence(data: bytes, told: str):
    with pytest.raises(DocumentError) as caught:
        read_any(data, "file", CATALOG)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


def test_a_file_over_the_limit_is_not_parsed():
    with pytest.raises(DocumentError) as caught:
        read_any(HEAD + b" " * (32 * 1024 * 1024) + b'"a":1}', "file", CATALOG)
    assert caught.value.code == "limit"
    with pytest.raises(DocumentError) as caught:
        read_any(bytes(64 * 1024 * 1024 + 1), "file", CATALOG)
    assert caught.value.code == "limit"


def test_a_byte_order_mark_does_no_harm():
    assert read_any(b"\xef\xbb\xbf" + HEAD + b'"system":{"name":"x"}}', "file", CATALOG)
    assert read_any(b"\xef\xbb\xbf" + YAML + NAMED, "file", CATALOG)


@pytest.mark.parametrize("whole", [bartizan.write(fraud()), BIRDS.read_bytes()], ids=["own", "tm"])
def test_a_file_cut_short_is_refused(whole: bytes):
    for part in range(1, 16):
        with pytest.raises(DocumentError):
            read_any(whole[: len(whole) * part // 16], "file", CATALOG)


def test_the_name_of_a_file_is_no_more_than_a_hint():
    for name in ("x.tm7", "x.pdf", "../../etc/passwd", "\x00", ""):
        assert read_any(bartizan.write(fraud()), name, CATALOG).format == "bartizan"


def test_a_flat_yaml_of_two_megabytes_is_read():
    notes = [{"id": f"n-{number}", "text": "x" * 150} for number in range(9_000)]
    data = YAML + NAMED + b"notes:\n" + b"".join(f"- {json.dumps(one)}\n".encode() for one in notes)
    assert len(data) > 1_500_000
    assert len(read_any(data, "file", CATALOG).document.notes) == 9_000


@pytest.mark.parametrize("number", [10**18, -(10**18), -(10**19 - 1)])
def test_a_whole_number_of_nineteen_digits_is_read_whatever_its_sign(number: int):
    data = HEAD + f'"x-number":{number}}}'.encode()
    read = read_json(data)
    assert isinstance(read, dict) and read["x-number"] == number
