"""The nearest input so far: kept, timed and confirmed alike, whichever attack looks for it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.robustness.known import attack, linear_case, oracle
from threatmodel.robustness.attacks import hopskipjump, pointwise
from threatmodel.robustness.search import begin

ATTACKS = [hopskipjump.run, pointwise.run]
OF = np.array([0])


def test_a_farther_row_is_never_kept_and_the_first_within_eps_is_timed():
    model, _, made = linear_case(4, targets=2, eps=0.5)
    search = begin("search", oracle(model, made), made)
    for far, kept, fell in ((2.0, 2.0, -1), (3.0, 2.0, -1), (0.4, 0.4, 3), (0.1, 0.1, 3)):
        rows = search.origin[OF] + np.float32(far) * np.eye(1, 4, dtype=np.float32)
        search.wrong(rows, OF)
        search.keep(rows, OF)
        assert search.gap[0] == pytest.approx(kept, rel=1e-5) and search.fell_after[0] == fell
    assert np.isinf(search.gap[1]) and search.fell_after[1] == -1


@pytest.mark.parametrize("run", ATTACKS)
def test_what_fell_says_after_how_many_queries_and_what_it_became(run):
    _, data, made = linear_case(6, targets=30, eps=0.4, budget=300)
    found, _ = attack(linear_case(6)[0], made, run)
    fell = [one for one in found if one.state == "broken"]
    assert fell and len(fell) < len(found)
    assert all(1 <= one.detail["fell_after"] < one.queries for one in fell)
    assert not any("fell_after" in one.detail for one in found if one.state == "held")
    nearest = min(found, key=lambda one: one.distance)
    gone = np.linalg.norm(np.array(nearest.after) - data.x[nearest.index])
    assert gone == pytest.approx(nearest.distance, abs=1e-4)


@pytest.mark.parametrize("run", ATTACKS)
def test_a_claim_that_the_model_does_not_repeat_is_held(run):
    model, _, made = linear_case(6, targets=3, budget=60)
    asked = [0]

    class Late:
        """Answers as the line does until the last query of each target."""

        def labels(self, rows: np.ndarray) -> np.ndarray:
            asked[0] += len(rows)
            said = model.labels(rows)
            return said if asked[0] <= last else 1 - said

        def scores(self, rows: np.ndarray) -> np.ndarray:
            return model.scores(rows)

    last = 10**6
    found, door = attack(Late(), made, run)
    assert all(one.distance is not None for one in found)
    last, asked[0] = door.rows - len(found), 0
    found, _ = attack(Late(), made, run)
    assert all((one.state, one.distance, one.detail) == ("held", None, {}) for one in found)
