"""What an adversary can change: one column at a time as well as all at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.robustness.known import dataset
from threatmodel.robustness import space
from threatmodel.robustness.dataset import Feature

FEATURES = (
    Feature("free", low=-5.0, high=5.0),
    Feature("fixed", low=-5.0, high=5.0, immutable=True),
    Feature("up", low=-5.0, high=5.0, monotone="up"),
    Feature("count", low=-5.0, high=5.0, integer=True),
    *(Feature(f"kind {n}", low=0.0, high=1.0, group="kind") for n in range(3)),
    *(Feature(f"born {n}", low=0.0, high=1.0, group="born", immutable=True) for n in range(2)),
)
ROWS = 6


def room() -> space.Space:
    random = np.random.default_rng(0)
    x = random.uniform(-3, 3, (ROWS, len(FEATURES))).astype(np.float32)
    x[:, 3] = np.rint(x[:, 3])
    x[:, 4:7], x[:, 7:] = np.eye(3)[random.integers(3, size=ROWS)], np.eye(2)[[0, 1] * 3]
    data = dataset(x, np.zeros(ROWS, dtype=np.int64), features=FEATURES, image=False)
    return space.of(data, range(ROWS))


SPACE = room()


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(0, len(FEATURES) - 1), min_size=1, max_size=ROWS),
    st.lists(st.floats(-9, 9), min_size=ROWS, max_size=ROWS),
)
def test_one_column_is_settled_as_a_whole_row_would_be(seed, columns, values):
    random, of = np.random.default_rng(seed), np.arange(len(columns))
    drawn = random.uniform(-6, 6, (len(of), len(FEATURES))).astype(np.float32)
    rows = SPACE.allowed(drawn, of)
    where, new = np.array(columns), np.array(values)[: len(of)]
    expected = rows.copy()
    expected[of, where] = new
    SPACE.put(rows, where, new, of)
    np.testing.assert_array_equal(rows, SPACE.allowed(expected, of))
