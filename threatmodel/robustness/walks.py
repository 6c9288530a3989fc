"""The search for the fewest edits of a text that change a label: one walk for each target.

All that can be edited is edited at first; then versions with ever fewer edits are tried, those
first that seemed to matter in what was asked so far.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .drafts import Draft, Version

AT_ONCE = 8  # versions that are tried before what they say is looked at
KEPT = 64  # answers of each kind that importance is read from, the newest
SINGLES = 1 / 3  # of the budget, at most, goes to each edit alone
FRUITLESS = 20  # rounds in a row with nothing new to ask, before a target is left alone
FAITHFUL = 0.75  # how often an edit of the best version is kept as it was
HOTTEST = 1.5  # how far chance may outweigh what was learned, in its spread
HUGE = 2**31
Flags = NDArray[np.bool_]
# How far the right class leads; below zero the text deceives. A label alone is one or minus one.
Leads = NDArray[np.float64]
# Texts to ask, for what the model made of them.
Asking = Generator[list[str], Leads, None]
# Texts and the walk that each is of, to how far their right class leads.
Ask = Callable[[list[str], NDArray[np.intp]], Leads]


@dataclass(slots=True)
class Walk:
    """The search on one target. `best` deceives where `size`, its edits' size, is known."""

    draft: Draft
    norm: str
    eps: float
    random: np.random.Generator
    left: int
    best: Version = field(init=False)
    sizes: NDArray[np.int64] = field(init=False)
    size: int | None = None
    asked: int = 0
    fell_after: int | None = None
    seen: dict[bytes, float] = field(default_factory=dict)
    edited: list[Flags] = field(default_factory=list)
    leads: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.best = self.draft.untouched()
        self.sizes = self.draft.sizes(self.norm)
        self.seen[self.best.tobytes()] = np.inf  # a target is what the model gets right

    @property
    def gap(self) -> float | None:
        """The share of the text that the best version edits."""
        return None if self.size is None else self.size / self.draft.whole(self.norm)

    def go(self) -> Asking:
        """Everything, each edit alone, then fewer and fewer."""
        if not len(self.best):
            return
        yield from self._ask([self._drawn(HUGE, heat=1.0) for _ in range(AT_ONCE // 2)])
        yield from self._ask(self._singles())
        fruitless = 0
        while self.left > 0 and fruitless < FRUITLESS:
            before, known = self.size, len(self.seen)
            yield from self._ask(self._proposed())
            if self.size != before:
                yield from self._shrink()
            fruitless = 0 if len(self.seen) > known else fruitless + 1

    def _ask(self, versions: Sequence[Version]) -> Asking:
        """Ask what has not been asked before, as far as the budget goes."""
        new = {one.tobytes(): one for one in versions if one.tobytes() not in self.seen}
        going = list(new.values())[: self.left]
        if going:
            leads = yield [self.draft.written(one) for one in going]
            for version, lead in zip(going, leads.tolist(), strict=True):
                self._keep(version, lead)

    def _keep(self, version: Version, lead: float) -> None:
        self.left -= 1
        self.asked += 1
        self.seen[version.tobytes()] = lead
        self.edited.append(version > 0)
        self.leads.append(lead)
        size = self._cost(version)
        if lead < 0 and (self.size is None or size < self.size):
            self.best, self.size = version, size
            if self.fell_after is None and size / self.draft.whole(self.norm) <= self.eps:
                self.fell_after = self.asked

    def _cost(self, version: Version) -> int:
        return int(self.sizes[np.arange(len(version)), version].sum())

    def _singles(self) -> list[Version]:
        """One edit at each place, of a kind that chance chooses."""
        drawn = self._choices()
        made = []
        for place in self.random.permutation(len(drawn))[: int(self.left * SINGLES)]:
            version = self.draft.untouched()
            version[place] = drawn[place]
            made.append(version)
        return made

    def _weights(self) -> NDArray[np.float64]:
        """By place, how much an edit there seems to help: ridge regression on what was asked."""
        fell = np.array(self.leads) < 0
        newest = [np.flatnonzero(side)[-KEPT:] for side in (fell, ~fell)]
        if not all(map(len, newest)):
            return np.zeros(len(self.best))
        at = np.concatenate(newest)
        edited = np.array([self.edited[one] for one in at], dtype=np.float64)
        edited -= edited.mean(axis=0)
        spread = edited @ edited.T + np.eye(len(at))
        weights: NDArray[np.float64] = edited.T @ np.linalg.solve(
            spread, fell[at] - fell[at].mean()
        )
        return weights

    def _proposed(self) -> list[Version]:
        """Versions that change less than the best, the likeliest first; where nothing has deceived
        yet, versions of all sizes."""
        weights, heats = self._weights(), np.linspace(0, HOTTEST, AT_ONCE)
        below = [self.size or HUGE] * AT_ONCE
        if self.size is None:
            whole = int(self.sizes.max(axis=1).sum())
            below = self.random.integers(2, whole + 2, AT_ONCE).tolist()
        return [self._drawn(most, heat, weights) for most, heat in zip(below, heats, strict=True)]

    def _drawn(
        self, below: int, heat: float, weights: NDArray[np.float64] | None = None
    ) -> Version:
        """Edits of together less than `below`, by their weight and by chance."""
        known = np.zeros(len(self.best)) if weights is None else weights
        noise = self._noise(known, heat)
        drawn = self._choices()
        cost = self.sizes[np.arange(len(drawn)), drawn]
        order = np.argsort(-(known + noise) / cost, kind="stable")
        dropped = order[np.cumsum(cost[order]) >= below]
        drawn[dropped] = 0
        return drawn

    def _noise(self, known: NDArray[np.float64], heat: float) -> NDArray[np.float64]:
        """By place, what chance adds to what is known."""
        noise: NDArray[np.float64] = self.random.gumbel(size=len(known))
        return heat * (float(known.std()) or 1.0) * noise

    def _choices(self) -> Version:
        """An edit for every place: as in the best version, mostly, else any of those there."""
        count = (self.sizes > 0).sum(axis=1)
        any_of = (self.random.random(len(count)) * count).astype(np.int16) + 1
        kept = (self.best > 0) & (self.random.random(len(count)) < FAITHFUL)
        return np.where(kept, self.best, any_of).astype(np.int16)

    def _shrink(self) -> Asking:
        """Drop edits from the best version: many at once while that goes, then one by one."""
        before = None
        while self.size != before and self.left > 0:
            before = self.size
            yield from self._ask(self._parts())
        for place in self._least_first():
            without = self.best.copy()
            without[place] = 0
            if self.left > 0:
                yield from self._ask([without])

    def _least_first(self) -> NDArray[np.intp]:
        """The places of the best version, those first that seem to matter least."""
        places = np.flatnonzero(self.best)
        order: NDArray[np.intp] = places[np.argsort(self._weights()[places], kind="stable")]
        return order

    def _parts(self) -> list[Version]:
        """The best version without its least telling edits: an eighth of them, a quarter, ..."""
        places = self._least_first()
        counts = {len(places) * part // AT_ONCE for part in range(1, AT_ONCE)}
        made = []
        for count in sorted(counts - {0}):
            version = self.best.copy()
            version[places[:count]] = 0
            made.append(version)
        return made


def walk_all(walks: Sequence[Walk], ask: Ask) -> None:
    """All targets together: each asks in its own order, one call carries what all of them ask."""
    going = [(at, walk.go()) for at, walk in enumerate(walks)]
    asked = [(at, way, next(way, None)) for at, way in going]
    while asked := [(at, way, texts) for at, way, texts in asked if texts]:
        of = np.repeat([at for at, _, _ in asked], [len(texts) for _, _, texts in asked])
        leads = ask([text for _, _, texts in asked for text in texts], of)
        ends = np.cumsum([len(texts) for _, _, texts in asked])[:-1]
        told = np.split(leads, ends)
        asked = [
            (at, way, _next(way, said)) for (at, way, _), said in zip(asked, told, strict=True)
        ]


def _next(way: Asking, said: Leads) -> list[str] | None:
    try:
        return way.send(said)
    except StopIteration:
        return None
