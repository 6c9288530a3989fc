"""Which box a model needs."""

from __future__ import annotations

import hashlib

import pytest

from tests.linking import demo_bytes
from threatmodel.robustness import policy


def test_the_demo_s_own_model_is_known_by_its_digest():
    digest = hashlib.sha256(demo_bytes("model.onnx")).hexdigest()
    assert policy.level_for(digest, allow_basic=False) == "basic"


@pytest.mark.parametrize(("allowed", "level"), [(False, "strong"), (True, "basic")])
def test_a_stranger_s_model_needs_the_strong_box_unless_the_operator_says_so(allowed, level):
    assert policy.level_for("0" * 64, allow_basic=allowed) == level
