"""One system's web with its draws."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.types import Catalog

from ..findings import Finding
from ..graph import Graph
from ..judgement import Reckoning
from .moves import Reach
from .percolation import DRAWS, Percolation
from .reach import reach
from .strength import Strength, remedies
from .web import Part

# Rows of bits kept at the full number of draws; above it there are fewer draws.
ROWS = 40_000
LEAST_DRAWS = 2_000


class Attack:
    """A system's web with its draws, to ask for paths and for what would change them."""

    def __init__(
        self,
        graph: Graph,
        catalog: Catalog,
        found: Iterable[tuple[Finding, Reckoning]],
        *,
        seed: int = 0,
    ) -> None:
        """`found`: the applying findings, the worst first (`Engine.reckonings`)."""
        self.graph = graph
        self.strengths = [Strength(finding, reckoning) for finding, reckoning in found]
        self.reach: Reach = reach(graph, self.strengths)
        self.part: Part = self.reach.web.towards(self.reach.assets.values())
        web = self.part.web
        rows = web.states + len({(one.cause, one.chance) for one in web.steps})
        draws = DRAWS if rows <= ROWS else max(DRAWS * ROWS // rows, LEAST_DRAWS)
        self.percolation = Percolation(web, draws, seed)
        places = {state: place for place, state in enumerate(self.part.states)}
        self.assets = {
            asset: places[state] for asset, state in self.reach.assets.items() if state in places
        }
        self.remedies = remedies(self.strengths, dict(catalog.controls))
