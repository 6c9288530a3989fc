"""Data sets as strangers send them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from threatmodel.robustness import dataset
from threatmodel.robustness.errors import RobustnessError

X = np.arange(12, dtype=np.float32).reshape(3, 4) / 12
Y = np.array([0, 1, 1])


def packed(**arrays: Any) -> bytes:
    stored = io.BytesIO()
    np.savez_compressed(stored, **({"x": X, "y": Y} | arrays))
    return stored.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return stored.getvalue()


def npy(header: str, version: tuple[int, int] = (1, 0), rest: bytes = b"") -> bytes:
    """An npy entry that claims what it likes."""
    text = header.encode() + b"\n"
    size = len(text).to_bytes(2 if version == (1, 0) else 4, "little")
    return b"\x93NUMPY" + bytes(version) + size + text + rest


def array_bytes(array: np.ndarray) -> bytes:
    stored = io.BytesIO()
    np.save(stored, array)
    return stored.getvalue()


def test_rows_labels_and_description_are_read():
    text = b"""
role: reference
image: {shape: [2, 2], range: [0, 255]}
eps: {value: 8, norm: linf, reason: A step that no display shows.}
wanted: 1
columns: {group: site}
"""
    found = dataset.load(packed(site=np.array([1, 1, 2])), text)
    assert (found.role, found.shape, found.image, found.wanted) == ("reference", (2, 2), True, 1)
    assert found.eps == dataset.Eps(8.0, "linf", "A step that no display shows.")
    assert found.bounds()[1].tolist() == [255] * 4
    assert found.columns["group"].tolist() == [1, 1, 2]
    assert found.summary() == {"rows": 3, "features": 4, "role": "reference"}
    assert found.offers() == {"pictures", "group", "narrow"}


def test_features_state_what_can_be_changed():
    features = "\n".join(
        f"  - {{name: f{n}, range: [0, 2], {more}}}"
        for n, more in enumerate(
            ["immutable: true", "monotone: up", "integer: true", "dtype: int32, cost: 2"]
        )
    )
    found = dataset.load(packed(), f"features:\n{features}\n".encode())
    assert found.constraints() == {"range", "immutable", "monotone", "integer", "cost"}
    assert [feature.integer for feature in found.features] == [False, False, True, True]
    assert found.bounds()[1].tolist() == [2, 2, 2, 2]


def test_without_a_description_bounds_are_those_seen():
    found = dataset.load(packed())
    assert not found.constraints() and not found.image
    assert found.bounds()[0].tolist() == X.min(axis=0).tolist()


def test_pictures_may_stand_in_their_own_shape():
    pictures = np.zeros((3, 2, 2), dtype=np.float32)
    found = dataset.load(packed(x=pictures))
    assert found.x.shape == (3, 4) and found.shape == (2, 2)


def test_the_digest_covers_rows_and_description():
    one = dataset.load(packed(), b"role: holdout")
    assert one.digest == dataset.load(packed(), b"role: holdout").digest
    assert one.digest != dataset.load(packed(), b"role: train").digest


OBJECTS = np.array([{"a": 1}, None, 2], dtype=object)
HUGE = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000), }"

BAD_DATA = {
    "empty": (b"", "readable"),
    "not a zip": (b"PK\x03\x04 nonsense", "readable"),
    "one byte": (b"P", "readable"),
    "no y": (archive({"x.npy": array_bytes(X)}), "no array 'y'"),
    "objects": (packed(y=OBJECTS), "plain numbers"),
    "claims 4 TB": (archive({"x.npy": npy(HUGE), "y.npy": array_bytes(Y)}), "numbers"),
    "bomb": (archive({"x.npy": bytes(50_000_000), "y.npy": b""}), "far more than it holds"),
    "too many": (archive({f"a{n}.npy": b"" for n in range(20)}), "too many"),
    "unknown npy": (archive({"x.npy": npy("{}", (9, 9)), "y.npy": b""}), "version"),
    "header with code": (archive({"x.npy": npy("__import__('os')"), "y.npy": b""}), "readable"),
    "lengths differ": (packed(y=np.array([1])), "one label for each"),
    "no rows": (packed(x=X[:0], y=Y[:0]), "rows of numbers"),
    "no columns": (packed(x=np.zeros((3, 0), np.float32)), "rows of numbers"),
    "whole numbers": (packed(x=X.astype(np.int64)), "float numbers"),
    "broken labels": (packed(y=np.array([0.5, 1, 2])), "integer labels"),
    "NaN": (packed(x=np.where(X > 0.5, np.nan, X)), "not finite"),
    "infinite when narrowed": (packed(x=X.astype(np.float64) * 1e300), "not finite"),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_a_bad_archive_is_refused_by_field(name):
    content, said = BAD_DATA[name]
    with pytest.raises(RobustnessError, match=said):
        dataset.load(content)


def test_every_truncation_is_refused():
    whole = packed()
    for part in range(16):
        with pytest.raises(RobustnessError):
            dataset.load(whole[: len(whole) * part // 16])


BAD_TEXT = {
    "- a list": "keys and values",
    "role: spy": "role must be one of",
    "roel: holdout": "unknown key 'roel'",
    "role: train\nrole: holdout": "twice",
    "a: &x [1]\nb: *x": "aliases",
    "role: !!python/object/apply:os.system [true]": "tags",
    "image: {shape: [3, 3]}": "multiply to the 4 columns",
    "image: {shape: [-2, -2]}": "multiply to the 4 columns",
    "image: {shape: [2, 2], range: [1, 0]}": "least, greatest",
    "image: {size: 4}": "image needs shape",
    "eps: 0.1": "eps needs value, norm and reason",
    "eps: {value: 0.1, norm: l2, reason: ' '}": "eps.reason",
    "eps: {value: -1, norm: l2, reason: because}": "above 0",
    "eps: {value: 2.0e+9, norm: l2, reason: because}": r"up to 1e\+09",
    "eps: {value: .nan, norm: l2, reason: because}": "must be a number",
    "eps: {value: true, norm: l2, reason: because}": "must be a number",
    "wanted: first": "whole number",
    "columns: {colour: c}": "member, group and time",
    "columns: {group: nowhere}": "no array 'nowhere'",
    "features: [{name: a}]": "all 4 columns",
    "features: [{name: a}, {name: b}, {name: c}, {nam: d}]": "needs a name",
    "features: [{name: a, x: 1}, {name: b}, {name: c}, {name: d}]": "unknown key 'x'",
    "features: [{name: a, monotone: no}, {name: b}, {name: c}, {name: d}]": "up or down",
    "features: [{name: a, group: g}, {name: b}, {name: c}, {name: d}]": "two or more",
    "columns: {group: pairs}": "one value a row",
    "relations: []": "1 to 20 rules",
    "relations: [{column: a, add: 1}]": r"relations\[0\].answer",
    "relations: [{column: a, add: 1, answer: same}]": "name of a feature",
    "relations: [{column: a, answer: same}]": "add or times",
    "relations: [{picture: mirror, answer: same}]": "rows that are pictures",
    "image: {shape: [2, 2]}\nrelations: [{picture: melt, answer: same}]": "must be one of mirror",
    "image: {shape: [2, 2]}\nrelations: [{picture: brighter, answer: same}]": "must be a number",
    "resize: {from: [8, 8], method: area}": "image beside it",
    "image: {shape: [2, 2]}\nresize: {from: [8], method: area}": "height, width",
    "image: {shape: [2, 2]}\nresize: {from: [8, 9999], method: area}": "height, width",
    "image: {shape: [2, 2]}\nresize: {from: [8, 8], method: magic}": "nearest, bilinear, area",
    "features: [{name: a, immutable: 1}, {name: b}, {name: c}, {name: d}]": "true or false",
}


@pytest.mark.parametrize("text", BAD_TEXT)
def test_a_bad_description_is_refused_by_field(text):
    with pytest.raises(RobustnessError, match=BAD_TEXT[text]):
        dataset.load(packed(pairs=np.zeros((3, 2))), text.encode())


def test_an_enormous_description_is_refused():
    with pytest.raises(RobustnessError, match="larger"):
        dataset.load(packed(), b"#" * (dataset.YAML_LIMIT + 1))
