"""Where threats apply: `applies` trees compiled once, three-valued, explained atom by atom."""

from ..graph import Graph
from .check import Fact
from .columns import Columns, ThreatAt
from .entries import Entries
from .explain import Explanation, explain, unknowns
from .kleene import Truth
from .ruleset import Ruleset

__all__ = [
    "Columns",
    "Entries",
    "Explanation",
    "Fact",
    "ThreatAt",
    "Ruleset",
    "Truth",
    "entries",
    "evaluate",
    "explain",
    "unknowns",
]


def evaluate(ruleset: Ruleset, graph: Graph) -> dict[ThreatAt, Truth]:
    """Every threat that applies (True) or may apply (None), by threat and element.

    Notes
    -----
    O(elements + facts stated + atoms x groups of elements that are alike + rules x elements / 64),
    and what `Web` costs for atoms that walk flows. What does not apply is left out.
    """
    return Columns(ruleset, graph).pairs()


def entries(graph: Graph, threat_id: str, element_id: str) -> tuple[str, ...]:
    """Elements at which the threat can come in for its effect here; see `Entries`."""
    return Entries(graph).of(threat_id, element_id)
