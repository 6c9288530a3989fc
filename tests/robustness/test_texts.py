"""Data sets of texts, as strangers send them."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pytest

from tests.robustness.test_dataset import X, packed
from threatmodel.robustness import dataset
from threatmodel.robustness.errors import RobustnessError

TEXTS = ["Lunch at noon, as usual?", "win CASH now", "שלום and 你好"]
CSV = 'text,label,site\n"Lunch at noon, as usual?",0,1\nwin CASH now,1,2\nשלום and 你好,0,1\n'
SYNONYMS = b"text: {synonyms: {Win: [get, gain]}, padding: [regards]}"


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def said(text: object, label: object = 1) -> bytes:
    """Two rows, the second as given."""
    return lines({"text": "fine", "label": 0}, {"text": text, "label": label})


def held(found: dataset.Dataset) -> list[str]:
    return found.x[:, 0].tolist()


def test_an_npz_a_csv_and_json_lines_say_the_same():
    labels = [0, 1, 0]
    rows = [{"text": one, "label": label} for one, label in zip(TEXTS, labels, strict=True)]
    for content in (
        packed(x=np.array(TEXTS), y=np.array(labels)),
        packed(x=np.array(TEXTS)[:, None], y=np.array(labels)),
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        lines(*rows) + b"\n\n",
    ):
        found = dataset.load(content)
        assert (held(found), found.y.tolist(), found.shape) == (TEXTS, labels, ())
        assert found.offers() == {"text"}
        assert found.summary() == {"rows": 3, "features": 1, "role": "holdout"}


def test_a_description_lists_synonyms_padding_distance_and_columns():
    text = SYNONYMS + b"\neps: {value: 0.2, norm: words, reason: One word in five.}"
    found = dataset.load(CSV.encode(), text + b"\ncolumns: {group: site}")
    assert found.text == dataset.Wording({"win": ("get", "gain")}, ("regards",))
    assert found.eps == dataset.Eps(0.2, "words", "One word in five.")
    assert found.columns["group"].tolist() == [1, 2, 1]
    assert found.offers() == {"text", "group"}


BAD_TEXTS: dict[str, tuple[bytes, str]] = {
    "empty": (said("  \n"), "text 2 is empty"),
    "NUL": (said("a\0b"), r"text 2 holds a control character \(U\+0000\)"),
    "bell": (said("a\x07b"), r"U\+0007"),
    "turned": (said("pay \u202eeno"), r"text 2 holds a turn of direction \(U\+202E\)"),
    "isolated": (said("\u2066x"), r"U\+2066"),
    "half a character": (b'{"text": "a\\ud800", "label": 0}', "half of a character"),
    "2 MB word": (said("a" * 2**21), "over 10,000 characters"),
    "one class": (said("fine too", 0), "two classes"),
    "no label": (lines({"text": "a"}), "line 1 needs a whole number"),
    "label of words": (said("a", "spam"), "line 2 needs a whole number"),
    "label in half": (said("a", 0.5), "line 2 needs a whole number"),
    "label true": (said("a", True), "line 2 needs a whole number"),
    "huge label": (said("a", 10**30), "line 2 needs a whole number"),
    "text of numbers": (said(7), "line 2 must be"),
    "no JSON": (b'{"text": ', "line 1 must be"),
    "deep JSON": (b'{"text": ' + b"[" * 100_000, "line 1 must be"),
    "a list": (b'{"text": "a", "label": 0}\n[1]', "line 2 must be"),
    "not UTF-8": ("text,label\ncafé,0\n".encode("latin-1"), "UTF-8"),
    "CSV of the header alone": (b"text,label\n", "no texts"),
    "CSV too short": (b"text,label\nhello\n", "line 2 has more or fewer"),
    "CSV too long": (b"text,label\nhello, you,0\n", "line 2 has more or fewer"),
    "CSV open quote": (b'text,label\n"hello,0\n', "cannot be read after line 1"),
    "CSV word of 2 MB": (b"text,label\n" + b"a" * 2**21 + b",0\n", "cannot be read after line 1"),
    "CSV other columns": (b"message,spam\nhello,0\n", "text,label"),
    "lengths differ": (packed(x=np.array(["a", "b"]), y=np.array([1])), "one label for each"),
    "one text alone": (packed(x=np.array("a"), y=np.array([1])), "one to a row"),
    "two to a row": (packed(x=np.array([["a", "b"]]), y=np.array([1])), "one to a row"),
    "objects": (packed(x=np.array(["a", None], dtype=object)), "not objects"),
    "a pickle": (pickle.dumps(["a"]), "npz"),
    "bytes": (packed(x=np.array([b"a", b"b", b"c"])), "plain numbers or texts"),
    "labels of text": (packed(y=np.array(["a", "b", "c"])), "plain numbers"),
    "half a letter in an npz": (packed(x=np.array(["a", "\ud800", "b"])), "half of a character"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_bad_texts_are_refused_by_their_place(name):
    content, told = BAD_TEXTS[name]
    with pytest.raises(RobustnessError, match=told) as refused:
        dataset.load(content)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 200


BAD_WORDING = {
    "text: texts": "text may have",
    "text: {synonym: {}}": "text may have",
    "text: {synonyms: [win]}": "must be {word",
    "text: {synonyms: {win: get}}": "must list words",
    "text: {synonyms: {win: [7]}}": "must list words",
    "text: {padding: ['']}": "must list words",
    "text: {padding: ['a\u202eb']}": "cannot be seen",
    "image: {shape: [1]}": "image is for numbers",
    "features: [{name: a}]": "features is for numbers",
    "eps: {value: 0.2, norm: l2, reason: because}": "norm words or characters",
    "columns: {group: nowhere}": "needs a number as nowhere",
}


@pytest.mark.parametrize("number", ["1" + "0" * 400, "NaN", "1e999", '"inf"'])
def test_a_column_of_numbers_that_are_none_is_refused_by_its_name(number):
    rows = f'{{"text": "a", "label": 0, "day": 1}}\n{{"text": "b", "label": 1, "day": {number}}}'
    with pytest.raises(RobustnessError, match=r"day \(columns.time\)|line 2 needs a number as day"):
        dataset.load(rows.encode(), b"columns: {time: day}")


@pytest.mark.parametrize("text", BAD_WORDING)
def test_a_bad_description_of_texts_is_refused_by_field(text):
    with pytest.raises(RobustnessError, match=BAD_WORDING[text]):
        dataset.load(CSV.encode(), text.encode())


def test_numbers_have_no_synonyms():
    with pytest.raises(RobustnessError, match="x holds numbers"):
        dataset.load(packed(x=X), SYNONYMS)


def test_too_many_texts_are_refused(monkeypatch: Any):
    monkeypatch.setattr(dataset.texts, "ROW_LIMIT", 2)
    monkeypatch.setattr(dataset.texts, "TOTAL_LIMIT", 20)
    for content in (CSV.encode(), packed(x=np.array(TEXTS))):
        with pytest.raises(RobustnessError, match="over 2 texts"):
            dataset.load(content)
    with pytest.raises(RobustnessError, match="over 20 characters in all"):
        dataset.load(lines({"text": "a" * 15, "label": 0}, {"text": "b" * 15, "label": 1}))
