"""A model that somebody else made and ships: does text stand upright, or upside down?"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from threatmodel.robustness import attacks, dataset, runner
from threatmodel.robustness.adapters.onnx import OnnxFile

FILE = Path(os.environ.get("BARTIZAN_SAMPLES", "")) / "models" / "text-angle-classifier.onnx"
WORDS = (
    "river stone garden window letter bridge market summer engine forest copper harbour "
    "silver kitchen mountain paper orchard candle village thunder ribbon island meadow lantern"
)
DESCRIPTION = b"""
image: {shape: [3, 48, 192], range: [-1, 1]}
eps: {value: 20, norm: l2, reason: A tenth of the range of each number.}
wanted: 1
resize: {from: [96, 384], method: bilinear}
columns: {member: seen, group: ink, time: day}
relations:
  - {picture: brighter, by: 0.1, answer: same}
"""
# Small: it answers some hundred rows in a second, and a row has 27,648 numbers.
SMALL = {
    "corruption": {"samples": 8},
    "drift": {},
    "exhaustion": {"rows": 4},
    "extraction": {"budget": 40},
    "fairness": {},
    "hopskipjump": {"samples": 4, "budget": 200},
    "invariants": {"samples": 8},
    "membership": {},
    "patch": {"samples": 30, "budget": 1000},
    "pointwise": {"samples": 4, "budget": 200},
    "scaling": {"samples": 8},
    "square": {"samples": 8, "budget": 200},
    "trigger": {"samples": 20, "budget": 2000},
    "universal": {"samples": 30, "budget": 1000},
}
TARGETS = {"corruption", "hopskipjump", "invariants", "pointwise", "scaling", "square"}


def written(word: str, ink: str) -> np.ndarray:
    """The word on white, as the model wants it: channels first, from -1 to 1."""
    sheet = Image.new("RGB", (192, 48), "white")
    ImageDraw.Draw(sheet).text((8, 4), word, ink, ImageFont.load_default(36))
    return np.asarray(sheet, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1


@pytest.fixture(scope="module")
def data() -> dataset.Dataset:
    words = WORDS.split()
    inks = ["black", "navy"] * (len(words) // 2)
    upright = np.stack([written(word, ink) for word, ink in zip(words, inks, strict=True)])
    packed = io.BytesIO()
    turned = upright[:, :, ::-1, ::-1]
    rows = np.concatenate((upright, turned))
    at = np.arange(len(rows))
    told: dict[str, Any] = {"seen": at % 4 // 2, "ink": at % 2, "day": at.astype(np.float64)}
    np.savez(packed, x=rows, y=np.repeat([0, 1], len(upright)), **told)
    return dataset.load(packed.getvalue(), DESCRIPTION)


@pytest.mark.long
@pytest.mark.skipif(not FILE.is_file(), reason="BARTIZAN_SAMPLES names no folder of real files")
@pytest.mark.parametrize("test", SMALL)
def test_a_model_of_others_is_attacked_as_ours_is(data, test):
    result = runner.run(runner.Request(OnnxFile(FILE.read_bytes()), data, test, SMALL[test]))
    assert result.clean_accuracy > 0.7 and result.sandbox == "strong"
    assert result.clean_rows == len(data.x) and result.rows > result.clean_rows
    assert not result.feature_space_only
    if test in TARGETS:
        assert result.handled == SMALL[test]["samples"]
        assert result.rows >= result.clean_rows + result.handled
    if test == "hopskipjump":
        assert all(one.distance for one in result.samples)


def test_nothing_that_applies_to_such_a_model_is_left_out(data):
    offered = data.offers()
    assert {one.id for one in attacks.load().values() if not one.why_not(offered)} == set(SMALL)
