"""The tables and the steps around them, against the publication's cells."""

from itertools import product

import pytest

from catalog.types import Level
from threatmodel.core import scoring

VL, L, M, H, VH = Level
G5 = """
very high: low, moderate, high, very high, very high
high: low, moderate, moderate, high, very high
moderate: low, low, moderate, moderate, high
low: very low, low, low, moderate, moderate
very low: very low, very low, low, low, low
"""
I2 = """
very high: very low, low, moderate, high, very high
high: very low, low, moderate, high, very high
moderate: very low, low, moderate, moderate, high
low: very low, low, low, low, moderate
very low: very low, very low, very low, low, low
"""


def cells(table):
    for line in table.strip().splitlines():
        row, cells = line.split(": ")
        for column, cell in zip(Level, cells.split(", "), strict=True):
            yield Level.parse(row), column, Level.parse(cell)


@pytest.mark.parametrize(("initiation", "harm", "expected"), list(cells(G5)))
def test_likelihood_is_table_g5(initiation, harm, expected):
    assert scoring.likelihood(initiation, harm) is expected


@pytest.mark.parametrize(("likelihood", "impact", "expected"), list(cells(I2)))
def test_risk_is_table_i2(likelihood, impact, expected):
    assert scoring.risk(likelihood, impact) is expected


def test_g5_is_symmetric_and_i2_is_not():
    pairs = list(product(Level, Level))
    assert all(scoring.likelihood(a, b) is scoring.likelihood(b, a) for a, b in pairs)
    assert any(scoring.risk(a, b) is not scoring.risk(b, a) for a, b in pairs)


@pytest.mark.parametrize("table", [scoring.likelihood, scoring.risk])
def test_a_higher_term_never_gives_a_lower_result(table):
    for row, column in product(Level, Level):
        assert table(row.shift(1), column) >= table(row, column)
        assert table(row, column.shift(1)) >= table(row, column)


@pytest.mark.parametrize(
    ("probability", "level"),
    [
        (0, VL),
        (0.05, VL),
        (0.0501, L),
        (0.2, L),
        (0.5, M),
        (0.51, H),
        (0.8, H),
        (0.81, VH),
        (1, VH),
    ],
)
def test_a_value_on_a_cut_belongs_to_the_lower_level(probability, level):
    assert scoring.level_of(probability) is level


@pytest.mark.parametrize("level", Level)
def test_the_top_of_a_level_is_in_it(level):
    assert scoring.level_of(scoring.top_of(level)) is level


@pytest.mark.parametrize(
    ("capability", "intent", "targeting", "needed", "expected"),
    [
        (M, H, H, L, H),
        (M, H, L, M, L),
        (L, VH, H, M, M),
        (VL, H, H, VH, VL),
        (H, L, VH, H, L),
    ],
)
def test_initiation_is_the_lower_of_intent_and_targeting_less_the_shortfall(
    capability, intent, targeting, needed, expected
):
    assert scoring.initiation(capability, intent, targeting, needed) is expected


def test_more_capability_than_needed_adds_nothing():
    assert scoring.initiation(VH, M, M, needed=VL) is M


@pytest.mark.parametrize(
    ("likelihood", "impact", "expected"), [(VL, VH, 0), (L, L, 4), (M, H, 40), (VH, VH, 100)]
)
def test_the_score_multiplies_the_values_of_the_publication(likelihood, impact, expected):
    assert scoring.score(likelihood, impact) == expected
