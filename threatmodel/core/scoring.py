"""Levels into levels: the tables of NIST SP 800-30 and the few formulas around them.

Every function is one step that docs/scoring.md explains and that a finding shows as a term.

References
----------
NIST SP 800-30 Rev. 1, Guide for Conducting Risk Assessments: tables G-4, G-5 and I-2.
"""

from __future__ import annotations

from bisect import bisect_left

from catalog.types import Level

VL, L, M, H, VH = Level

# Cut points between the five levels of a probability: ours, the publication names none.
CUTS = (0.05, 0.20, 0.50, 0.80)

_LEVELS = tuple(Level)

# Semi-quantitative values of the levels on the publication's scale from 0 to 10.
VALUES = {VL: 0, L: 2, M: 5, H: 8, VH: 10}

# Rows: likelihood of initiation. Columns: likelihood that the event does harm, very low first.
TABLE_G5 = {
    VH: (L, M, H, VH, VH),
    H: (L, M, M, H, VH),
    M: (L, L, M, M, H),
    L: (VL, L, L, M, M),
    VL: (VL, VL, L, L, L),
}

# Rows: overall likelihood. Columns: impact, very low first.
TABLE_I2 = {
    VH: (VL, L, M, H, VH),
    H: (VL, L, M, H, VH),
    M: (VL, L, M, M, H),
    L: (VL, L, L, L, M),
    VL: (VL, VL, VL, L, L),
}


def level_of(probability: float) -> Level:
    """The level of a probability; a value on a cut belongs to the lower level.

    Examples
    --------
    >>> level_of(0.5).key, level_of(0.51).key, level_of(0.0).key, level_of(1.0).key
    ('moderate', 'high', 'very low', 'very high')
    """
    return _LEVELS[bisect_left(CUTS, probability)]


def top_of(level: Level) -> float:
    """The highest probability of a level: what a level stands for when only it is known."""
    return (*CUTS, 1.0)[level]


def initiation(capability: Level, intent: Level, targeting: Level, needed: Level) -> Level:
    """Will someone try: the lower of intent and targeting, less what capability falls short.

    Examples
    --------
    >>> initiation(Level.LOW, Level.HIGH, Level.VERY_HIGH, needed=Level.MODERATE).key
    'moderate'
    """
    shortfall = max(needed - capability, 0)
    return Level(min(intent, targeting)).shift(-shortfall)


def harm_when_tried(access: Level, success: Level) -> Level:
    """The scale of table G-4: an attempt harms only if it gets there and works."""
    return min(access, success)


def likelihood(initiation: Level, harm: Level) -> Level:
    """Table G-5. It is symmetric."""
    return TABLE_G5[initiation][harm]


def risk(likelihood: Level, impact: Level) -> Level:
    """Table I-2. It is not symmetric: impact counts for more than likelihood."""
    return TABLE_I2[likelihood][impact]


def score(likelihood: Level, impact: Level) -> int:
    """Likelihood value times impact value, 0 to 100: orders findings within one level only.

    Examples
    --------
    >>> score(Level.MODERATE, Level.HIGH)
    40
    """
    return VALUES[likelihood] * VALUES[impact]
