"""Who comes before whom along flows, for all components at once, kept while flows come and go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import compress
from typing import NamedTuple

from ..document import Flow
from .bits import flags, mask_of
from .closure import closures

Edge = tuple[int, int]


class Way(NamedTuple):
    """How a web is walked: along the way content moves or against it, by lineage or any flow.

    `along` are the kinds of flow that are walked; all of them if it is empty.
    """

    forward: bool
    lineage: bool
    along: frozenset[str] = frozenset()


class Web:
    """For each component the bits of the others that come before it.

    Against the way content moves, those that come after it. An element is not among its own: every
    request would otherwise bring its caller back to itself.
    """

    __slots__ = ("_direct", "_free", "_kinds", "_names", "bits", "place", "way")

    def __init__(
        self, components: Iterable[str], flows: Iterable[Flow], way: Way, lineage: Collection[str]
    ) -> None:
        """`lineage`: the kinds of flow whose content ends up inside what is made of it.

        Notes
        -----
        See `closures` for the cost.
        """
        self.way = way
        self._kinds = lineage
        self._names: list[str | None] = list(components)
        self.place: dict[str, int] = {c: i for i, c in enumerate(self._names) if c is not None}
        self._free: list[int] = []
        self._direct: list[dict[int, int]] = [{} for _ in self._names]
        self.bits: list[int] = [0] * len(self._names)
        for target, source in self._edges(flows):
            self._direct[target][source] = self._direct[target].get(source, 0) + 1
        self._close(range(len(self._names)))

    def named(self, mask: int) -> list[str]:
        """Components of these bits, by id."""
        return sorted(filter(None, compress(self._names, flags(mask))))

    def mask(self, components: Iterable[str]) -> int:
        """The bits of components; what is none is left out."""
        return mask_of([self.place[one] for one in components if one in self.place])

    def touching(self, components: Iterable[str]) -> set[str]:
        """These components and all that one of them comes before. O(components)."""
        mask, bits = self.mask(components), self.bits
        if not mask:
            return set()
        return {c for c, slot in self.place.items() if mask >> slot & 1 or bits[slot] & mask}

    def follow(
        self,
        gone: Collection[str],
        came: Collection[str],
        lost: Collection[Flow],
        won: Collection[Flow],
    ) -> set[str]:
        """Take in that components and flows came and went; who has other ones before it now.

        Notes
        -----
        Flows that lead where others lead already cost O(1); one that opens a way O(components);
        one that closes the last way asks again whatever came after it.
        """
        if not (gone or came or lost or won):
            return set()
        for component in came:
            self._seat(component)
        moved = self._lose(self._edges(lost)) | self._win(self._edges(won))
        names = {name for slot in moved if (name := self._names[slot]) is not None}
        for component in gone:
            slot = self.place.pop(component)
            self._names[slot] = None
            self.bits[slot] = 0
            self._free.append(slot)
            names.discard(component)
        return names

    def _seat(self, component: str) -> None:
        if self._free:
            slot = self._free.pop()
            self._names[slot] = component
        else:
            slot = len(self._names)
            self._names.append(component)
            self._direct.append({})
            self.bits.append(0)
        self.place[component] = slot

    def _edges(self, flows: Iterable[Flow]) -> Iterator[Edge]:
        """Who gets content from whom in one flow. The answer of a request flows back; it is no
        lineage."""
        for flow in flows:
            if self.way.lineage and flow.kind not in self._kinds:
                continue
            if self.way.along and flow.kind not in self.way.along:
                continue
            source, target = self.place[flow.source], self.place[flow.target]
            both_ways = flow.kind == "request" and not self.way.lineage
            if self.way.forward or both_ways:
                yield target, source
            if both_ways or not self.way.forward:
                yield source, target

    def _lose(self, edges: Iterable[Edge]) -> set[int]:
        lost: list[Edge] = []
        for target, source in edges:
            direct = self._direct[target]
            direct[source] -= 1
            if not direct[source]:
                del direct[source]
                lost.append((target, source))
        closed = [target for target, source in lost if not self._leads(source, target)]
        if not closed:
            return set()
        mask = mask_of(closed)
        after = [slot for slot, bits in enumerate(self.bits) if bits & mask or mask >> slot & 1]
        return self._close(after)

    def _win(self, edges: Iterable[Edge]) -> set[int]:
        moved: set[int] = set()
        for target, source in edges:
            direct = self._direct[target]
            direct[source] = direct.get(source, 0) + 1
            gain = (self.bits[source] | 1 << source) & ~(self.bits[target] | 1 << target)
            if not gain:
                continue
            for slot, bits in enumerate(self.bits):
                if slot == target or bits >> target & 1:
                    grown = (bits | gain) & ~(1 << slot)
                    if grown != bits:
                        self.bits[slot] = grown
                        moved.add(slot)
        return moved

    def _leads(self, source: int, target: int) -> bool:
        """Whether one still comes before the other. O(V + E)."""
        seen, waiting = {target}, [target]
        while waiting:
            fresh = self._direct[waiting.pop()].keys() - seen
            if source in fresh:
                return True
            seen |= fresh
            waiting.extend(fresh)
        return source == target

    def _close(self, slots: Iterable[int]) -> set[int]:
        """Ask these anew what comes before them; who has others now."""
        found = closures({slot: self._direct[slot] for slot in slots}, self.bits)
        moved = {slot for slot, bits in found.items() if bits != self.bits[slot]}
        for slot in moved:
            self.bits[slot] = found[slot]
        return moved
