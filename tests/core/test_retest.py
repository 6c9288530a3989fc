"""What a re-test showed against the run without the control: paired where it can be, and whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core.test_proof import CONTROL, DAY, KEY, LATER, adaptive, graph, inputs, run
from threatmodel.core.inputs import Evidence
from threatmodel.core.retest import Retest, difference, retests, sentences, to_json

DATA = "sha256:rows"


def counted(name: str, fell: int, of: int, first: int = 0, **more: Any) -> Evidence:
    """A run of so many targets from one number on, of which the first ones fell."""
    targets = {first + at: at < fell for at in range(of)}
    usual: dict[str, Any] = {
        "dataset_digest": DATA,
        "targets": targets,
        "broken": fell,
        "handled": of,
    }
    return run(name, **usual | more)


def found(*pieces: Evidence, keys: tuple[str, ...] = (KEY,)) -> Retest:
    [one] = retests(CONTROL, graph(), inputs(*pieces), keys, DAY, LATER)
    return one


def test_runs_on_the_same_samples_are_compared_one_by_one():
    before, after = counted("before", 40, 100), counted("after", 0, 100, on=True)
    one = difference(before, after)
    assert one and one.paired and one.targets == 100
    assert one.value == pytest.approx(0.4)
    # Agresti and Min: 40 of 102 after the halves, less and more 1.96 sqrt(41 - 40²/102) / 102.
    assert (one.low, one.high) == pytest.approx((0.2955, 0.4888), abs=5e-5)
    assert one.chance == pytest.approx(0.5**40)
    back = difference(after, before)
    assert back and (back.value, back.low, back.high) == (-one.value, -one.high, -one.low)


@pytest.mark.parametrize(
    ("first", "data", "paired"),
    [(50, DATA, True), (51, DATA, False), (0, "sha256:others", False), (0, "", False)],
)
def test_what_is_not_known_to_be_the_same_half_is_compared_as_a_whole(first, data, paired):
    before = counted("before", 40, 100)
    after = counted("after", 0, 100, first, dataset_digest=data, on=True)
    one = difference(before, after)
    assert one and one.paired is paired
    if not paired:
        # Newcombe: 40 of 100 against none of 100.
        assert (one.value, one.chance) == (0.4, None)
        assert (one.low, one.high) == pytest.approx((0.3021, 0.4980), abs=5e-4)


def test_every_attempt_is_told_and_the_worst_that_counts_decides():
    before = counted("before", 40, 100)
    early = counted("early", 0, 100, on=True, taken_on=DAY - timedelta(days=1))
    trained = counted("trained", 0, 100, on=True, role="train")
    failed = counted("failed", 90, 100, on=True, seed=3)
    held = [counted(f"held-{n}", 0, n, on=True, seed=4 + n) for n in (60, 100)]
    one = found(before, early, trained, failed, *held)
    assert {attempt.piece.id for attempt in one.attempts} == {
        "before", "early", "trained", "failed", "held-60", "held-100",
    }  # fmt: skip
    assert {attempt.piece.id for attempt in one.tried} == {"failed", "held-60", "held-100"}
    assert {attempt.piece.id for attempt in one.attempts if attempt.counts} == {
        "held-60", "held-100",
    }  # fmt: skip
    compared = [attempt.against for attempt in one.attempts if attempt.counts]
    assert one.worst and one.worst.against
    assert one.worst.against.value == min(each.value for each in compared if each)
    assert one.before and one.before.piece.id == "before"
    failing = next(attempt.against for attempt in one.attempts if attempt.piece.id == "failed")
    assert failing and failing.value < 0, "what went wrong is compared, too"
    assert "3 runs with it on: 1 broken, 2 held." in sentences(one)


def test_it_is_said_in_words_with_the_floor_of_accuracy():
    before = counted("before", 40, 100, clean_accuracy=0.93)
    again = counted("after", 0, 100, on=True, clean_accuracy=0.9)
    said = " ".join(sentences(found(before, again, adaptive(clean_accuracy=0.91))))
    assert "Without it 40 of 100 samples fell, with it 0 of " in said
    assert "right 90% of the time with it and 93% without; 88% is the least" in said
    paired = sentences(found(before, again))[0]
    assert "40 percentage points fewer (95 %: " in paired
    assert "on the 100 samples that both runs tried" in paired and "Chance alone" in paired


def test_without_anything_to_compare_with_it_says_so():
    assert "never tested without the control" in sentences(found(counted("a", 0, 100, on=True)))[0]
    assert "It was not tested with the control on" in sentences(found(counted("b", 4, 100)))[-1]
    empty = found()
    assert (empty.attempts, empty.before, empty.worst, empty.accuracy) == ((), None, None, None)


def test_findings_that_rest_on_the_same_runs_stand_together():
    again = (KEY, KEY)
    one = found(counted("before", 40, 100), counted("after", 0, 100, on=True), keys=again)
    assert one.findings == again
    told = to_json(one)
    assert told["findings"] == list(again) and told["before"] == "before"
    [_, after] = told["attempts"]
    assert after["difference"]["paired"] and after["with_control"] and after["counts"]
