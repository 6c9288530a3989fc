"""One system's web with its draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from catalog.types import Catalog

from ..findings import Finding
from ..graph import Graph
from ..reckoning import Reckoning
from .moves import Reach
from .percolation import DRAWS, Estimate, Percolation, estimate
from .reach import reach
from .strength import Remedy, Strength, remedies
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
        self._seed = seed
        places = {state: place for place, state in enumerate(self.part.states)}
        self.assets = {
            asset: places[state] for asset, state in self.reach.assets.items() if state in places
        }
        self.remedies = remedies(self.strengths, dict(catalog.controls))

    @cached_property
    def percolation(self) -> Percolation:
        """The draws, made when first asked for: a plan can do without."""
        web = self.part.web
        rows = web.states + len({(one.cause, one.chance) for one in web.steps})
        draws = DRAWS if rows <= ROWS else max(DRAWS * ROWS // rows, LEAST_DRAWS)
        return Percolation(web, draws, self._seed)

    @cached_property
    def steps_of(self) -> dict[int, list[int]]:
        """The steps of each finding, by their numbers in the part."""
        found: dict[int, list[int]] = {}
        for place, number in enumerate(self.part.steps):
            move = self.reach.moves[number]
            if move.kind == "finding":
                found.setdefault(move.finding, []).append(place)
        return found

    def share(self, place: int) -> float:
        """What a step of the part leaves of its finding's chance."""
        return self.reach.moves[self.part.steps[place]].share

    def with_remedies(self, chosen: Sequence[Remedy]) -> dict[int, float]:
        """The chances of the steps that these controls would change, all of them together."""
        findings = dict.fromkeys(number for one in chosen for number in one.answers)
        return {
            place: self.strengths[n].with_remedies(chosen, n) * self.share(place)
            for n in findings
            for place in self.steps_of.get(n, ())
        }

    def likelihoods(self, chosen: Sequence[Remedy] = ()) -> dict[str, Estimate]:
        """How likely each asset is hit with these controls, in the same draws."""
        draws = self.percolation
        hits = draws.hits(draws.changed(self.with_remedies(chosen)) if chosen else None)
        return {
            asset: estimate(int(hits[place]), draws.draws) for asset, place in self.assets.items()
        }
