"""The exact interval of a share, against the binomial distribution itself."""

from __future__ import annotations

import pytest
from scipy.stats import binom

from threatmodel.core.interval import exact


@pytest.mark.parametrize(("hits", "of"), [(1, 7), (15, 30), (58, 100), (499, 500)])
@pytest.mark.parametrize("sure", [0.8, 0.95])
def test_at_each_end_what_was_counted_is_just_so_unlikely(hits: int, of: int, sure: float) -> None:
    low, high = exact(hits, of, sure)
    rest = (1 - sure) / 2
    assert binom.sf(hits - 1, of, low) == pytest.approx(rest)
    assert binom.cdf(hits, of, high) == pytest.approx(rest)


def test_none_and_all_reach_the_end_and_nothing_counted_leaves_everything_open() -> None:
    assert exact(0, 500) == (0.0, pytest.approx(0.0074, abs=1e-4))
    assert exact(500, 500)[1] == 1.0
    assert exact(0, 0) == (0.0, 1.0)
