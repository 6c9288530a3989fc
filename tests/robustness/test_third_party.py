"""A model that somebody else made and ships: does text stand upright, or upside down?"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from threatmodel.robustness import dataset, runner
from threatmodel.robustness.adapters.onnx import OnnxFile

FILE = Path(os.environ.get("BARTIZAN_SAMPLES", "")) / "models" / "text-angle-classifier.onnx"
WORDS = "river stone garden window letter bridge market summer engine forest copper harbour"
DESCRIPTION = b"""
image: {shape: [3, 48, 192], range: [-1, 1]}
eps: {value: 20, norm: l2, reason: A tenth of the range of each number.}
"""
SMALL = {
    "corruption": {"samples": 8},
    "square": {"samples": 8, "budget": 200},
    "hopskipjump": {"samples": 4, "budget": 200},
}


def written(word: str) -> np.ndarray:
    """The word in black on white, as the model wants it: channels first, from -1 to 1."""
    sheet = Image.new("RGB", (192, 48), "white")
    ImageDraw.Draw(sheet).text((8, 4), word, "black", ImageFont.load_default(36))
    return np.asarray(sheet, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1


@pytest.fixture(scope="module")
def data() -> dataset.Dataset:
    upright = np.stack([written(word) for word in WORDS.split()])
    packed = io.BytesIO()
    turned = upright[:, :, ::-1, ::-1]
    y = np.repeat([0, 1], len(upright))
    np.savez_compressed(packed, x=np.concatenate((upright, turned)), y=y)
    return dataset.load(packed.getvalue(), DESCRIPTION)


@pytest.mark.long
@pytest.mark.skipif(not FILE.is_file(), reason="BARTIZAN_SAMPLES names no folder of real files")
@pytest.mark.parametrize("test", SMALL)
def test_a_model_of_others_is_attacked_as_ours_is(data, test):
    result = runner.run(runner.Request(OnnxFile(FILE.read_bytes()), data, test, SMALL[test]))
    assert result.clean_accuracy > 0.7 and result.sandbox == "strong"
    assert result.handled == SMALL[test]["samples"]
    assert not result.feature_space_only
    assert result.rows >= result.clean_rows + result.handled
    if test == "hopskipjump":
        assert all(one.distance for one in result.samples)
