"""The search that reads scores: words ranked by what they weigh, then edited one after another."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .drafts import Version
from .walks import AT_ONCE, FRUITLESS, HOTTEST, HUGE, SINGLES, Asking, Leads, Walk

AMPLE = 0.9  # of what taking a word out does: an edit that does so much is not sought better
Falls = NDArray[np.float64]


@dataclass(slots=True)
class Ranked(Walk):
    """A walk that follows how far the right class leads, the likeliest word first."""

    def go(self) -> Asking:
        """Rank the words, edit by rank; then by rank and chance, until that finds nothing nearer.

        What is within eps is not sought nearer, apart from edits that turn out to be idle.
        """
        if not len(self.best):
            return
        lead, falls = yield from self._ranked()
        heat, fruitless = 0.0, 0
        while self.left > 0 and fruitless < FRUITLESS and (self.gap is None or self.gap > self.eps):
            before, known = self.size, len(self.seen)
            yield from self._edited(lead, falls, heat)
            if self.size != before:
                yield from self._shrink()
            news = self.size != before or (self.size is None and len(self.seen) > known)
            heat, fruitless = HOTTEST, 0 if news else fruitless + 1

    def _ranked(self) -> Generator[list[str], Leads, tuple[float, Falls]]:
        """How far the right class leads, and by place how much of that the word there holds.

        A long text is ranked in part, by chance: a word that was not taken out counts as nothing.
        """
        without = [self.draft.without(place) for place in range(len(self.best))]
        probes = list(dict.fromkeys(without))
        order = self.random.permutation(len(probes))[: int(self.left * SINGLES)]
        asked = [self.draft.written(self.best), *(probes[at] for at in order)]
        self.left -= len(asked)
        self.asked += len(asked)
        lead, *leads = (yield asked).tolist()
        told = dict(zip(asked[1:], leads, strict=True))
        return lead, np.array([lead - told.get(text, lead) for text in without])

    def _edited(self, lead: float, falls: Falls, heat: float) -> Asking:
        """Word after word, what makes the lead fall most, until it is gone or too much is edited.

        An edit that changes nothing stays: scores may be rounded, and an idle one goes at the end.
        """
        cheapest = np.where(self.sizes > 0, self.sizes, HUGE).min(axis=1)
        order = np.argsort(-(falls + self._noise(falls, heat)) / cheapest, kind="stable")
        now = self.draft.untouched()
        for place in order:
            full = self._cost(now) + cheapest[place] >= (self.size or HUGE)
            if self.left <= 0 or lead < 0 or full:
                return
            tries = self._tries(now, place)
            yield from self._ask(tries[:1])
            if not lead - self._lead(tries[0]) >= AMPLE * falls[place] > 0:
                yield from self._ask(tries[1:])
            best = self._best(tries, now, lead)
            if self._lead(best) <= lead:
                now, lead = best, self._lead(best)

    def _tries(self, now: Version, place: np.intp) -> list[Version]:
        """Some of what may stand there, in an order that chance chooses."""
        made = []
        for at in self.random.permutation(int((self.sizes[place] > 0).sum()))[:AT_ONCE]:
            version = now.copy()
            version[place] = at + 1
            made.append(version)
        return made

    def _best(self, tries: Sequence[Version], now: Version, lead: float) -> Version:
        """What makes the lead fall most for what it edits."""
        spent = self._cost(now)
        return max(tries, key=lambda one: (lead - self._lead(one)) / (self._cost(one) - spent))

    def _lead(self, version: Version) -> float:
        """As it was told; what the budget left unasked is no use."""
        return self.seen.get(version.tobytes(), np.inf)
