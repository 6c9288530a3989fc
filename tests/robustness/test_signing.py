"""Signatures of results: what a key vouches for, and what it does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threatmodel.robustness import signing
from threatmodel.robustness.errors import RobustnessError

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda part: st.lists(part) | st.dictionaries(st.text(max_size=5), part),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=4))
def test_a_signed_result_is_verified_after_any_way_of_writing_it(result):
    private, public = signing.make()
    signed = signing.sign(result, private)
    again = json.loads(json.dumps(dict(reversed(signed.items())), indent=3))
    assert signing.verify(again, public)


def test_a_changed_result_and_another_key_are_not_verified():
    private, public = signing.make()
    signed = signing.sign({"k": 1, "n": 40}, private)
    assert signing.verify(signed, public)
    assert not signing.verify({**signed, "k": 0}, public)
    assert not signing.verify({**signed, "more": 0}, public)
    assert not signing.verify(signed, signing.make()[1])
    for broken in ("", "00", "zz" * 64, None, 7):
        forged = {**signed, "signature": {"key": public, "value": broken}}
        assert not signing.verify(forged, public)


def test_no_two_keys_and_no_two_nonces_are_alike():
    assert signing.make() != signing.make()
    assert signing.stamped({})["nonce"] != signing.stamped({})["nonce"]


def test_the_public_half_follows_from_the_private_one():
    private, public = signing.make()
    assert signing.public_of(f" {private}\n") == public


@pytest.mark.parametrize("text", ["", "secret", "bartizan-key-", "bartizan-key-AAAA", "é" * 40])
def test_what_is_no_key_is_said_to_be_none(text):
    with pytest.raises(RobustnessError, match="bartizan-key-"):
        signing.sign({}, text)
